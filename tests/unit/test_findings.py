import re
from dataclasses import replace

import pytest

from reconciler.findings import (
    RULES,
    Finding,
    Location,
    Severity,
    errors,
    finding,
    in_order,
)

SOME_RULE = next(iter(RULES.values()))
HERE = Location(file="a.yaml", line=3, column=5)


def some(detail: str = "detail", location: Location | None = HERE, **changes: object) -> Finding:
    made = Finding(
        severity=Severity.ERROR,
        code="NS204",
        summary="fixed words",
        detail=detail,
        location=location,
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def test_a_place_reads_as_editors_and_terminals_know_it() -> None:
    assert str(HERE) == "a.yaml:3:5"


def test_every_rule_has_a_code_of_its_own_and_fixed_words() -> None:
    for code, rule in RULES.items():
        assert rule.code == code
        assert re.fullmatch(r"NS[1-6]\d\d", code)
        assert rule.summary
        assert "{" not in rule.summary


def test_a_finding_takes_its_words_from_its_rule() -> None:
    made = finding(
        SOME_RULE.code, "what, why, mend", location=HERE, pointer="/a", environment="development"
    )
    assert made == Finding(
        severity=SOME_RULE.severity,
        code=SOME_RULE.code,
        summary=SOME_RULE.summary,
        detail="what, why, mend",
        location=HERE,
        pointer="/a",
        environment="development",
    )


@pytest.mark.parametrize("severity", list(Severity))
def test_a_setting_can_change_how_bad_it_is(severity: Severity) -> None:
    assert finding(SOME_RULE.code, "detail", severity=severity).severity is severity


def test_a_finding_without_a_rule_is_a_bug() -> None:
    with pytest.raises(KeyError):
        finding("NS999", "detail")


def test_only_errors_stop_a_run() -> None:
    warning = some(severity=Severity.WARNING)
    assert errors([warning, some()]) == (some(),)


def test_findings_come_by_place_each_told_once_and_those_without_a_place_last() -> None:
    first = some(location=Location(file="a.yaml", line=2, column=9))
    later = some(location=Location(file="a.yaml", line=10, column=1))
    other = some(location=Location(file="b.yaml", line=1, column=1))
    nowhere = some(location=None)
    by_code = some(code="NS999")
    given = [nowhere, other, later, first, some(), by_code, some()]
    assert in_order(given) == (first, some(), by_code, later, other, nowhere)
