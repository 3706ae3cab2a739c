from __future__ import annotations

from reconciler.doctor.checkup import Checkup, Level, Topic, doubtful, failed, fine, in_order
from reconciler.errors import ApiKeyError, FindingsError
from reconciler.findings import finding

CHECKUP = Checkup(
    checks=(
        fine(Topic.PROJECT, "here"),
        fine(Topic.KEY, "it opens", environment="one"),
        doubtful(Topic.CLOCK, "late", "Set it.", environment="two"),
        failed(Topic.LEDGER, ApiKeyError("another's", "Take it."), environment="one"),
    )
)


def test_checks_are_told_by_environment_and_counted_by_level() -> None:
    assert CHECKUP.environments == ("one", "two")
    assert [each.topic for each in CHECKUP.of("one")] == [Topic.KEY, Topic.LEDGER]
    assert [each.topic for each in CHECKUP.of("")] == [Topic.PROJECT]
    assert [CHECKUP.count(level) for level in Level] == [2, 1, 1]


def test_only_what_failed_has_a_cause() -> None:
    assert [type(each) for each in CHECKUP.causes] == [ApiKeyError]


def test_findings_are_one_line_that_begins_with_the_first_error() -> None:
    warning, error = finding("NS215", "A warning."), finding("NS305", "Set it.")
    check = failed(Topic.VALUES, FindingsError([warning, error]))
    assert (check.says, check.mend) == ("NS305 reference without a value", "Set it.")
    check = failed(Topic.VALUES, FindingsError([error, error, error]))
    assert check.says == "NS305 reference without a value, and 2 more"


def test_checks_are_ordered_by_topic() -> None:
    checks = (fine(Topic.LEDGER, ""), fine(Topic.KEY, ""), fine(Topic.CLOCK, ""))
    assert [each.topic for each in in_order(checks)] == [Topic.KEY, Topic.CLOCK, Topic.LEDGER]
