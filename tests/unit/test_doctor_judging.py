from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from reconciler.doctor import judging
from reconciler.doctor.checkup import Level, Topic
from reconciler.errors import ApiKeyError, ServerStateError
from reconciler.findings import finding
from reconciler.model import Readback
from reconciler.novu.environments import OwnEnvironment
from reconciler.novu.sighting import Sighting

if TYPE_CHECKING:
    from reconciler.doctor.checkup import Check

SEEN = Sighting(
    own=OwnEnvironment(id="65a1", name="Development"),
    integrations=7,
    foreign=0,
    duplicates=(),
    readback=Readback.ABSENT,
    fields=("kind", "rules"),
    contexts=True,
    skew=0.2,
    limit="30 a second",
    remaining=149,
)


def judged(
    topic: Topic,
    *,
    environment: str = "development",
    pinned: str | None = None,
    twin: str | None = None,
    **changes: object,
) -> Check:
    seen = replace(SEEN, **changes)  # type: ignore[arg-type]
    checks = judging.sighting(environment, seen, pinned=pinned, twin=twin)
    assert {each.environment for each in checks} == {environment}
    return next(each for each in checks if each.topic is topic)


def test_a_server_that_is_well_is_told_in_the_order_of_the_topics() -> None:
    checks = judging.sighting("development", SEEN, pinned="65a1", twin=None)
    assert [each.topic for each in checks] == [
        Topic.KEY,
        Topic.SERVER,
        Topic.INTEGRATIONS,
        Topic.CREDENTIALS,
        Topic.CLOCK,
        Topic.LIMIT,
    ]
    assert {each.level for each in checks} == {Level.OK}


def test_a_key_tells_which_environment_it_opens() -> None:
    assert judged(Topic.KEY).says == "it opens Novu's environment Development (65a1)"
    unnamed = judged(Topic.KEY, own=OwnEnvironment(id="65a1", name=""))
    assert unnamed.says == "it opens Novu's environment 65a1"


def test_a_key_of_another_environment_than_the_pinned_one_fails() -> None:
    check = judged(Topic.KEY, pinned="99")
    assert isinstance(check.cause, ApiKeyError)
    assert "the project pins 99" in check.says


def test_two_keys_of_one_environment_fail() -> None:
    check = judged(Topic.KEY, environment="staging", twin="development")
    assert isinstance(check.cause, ApiKeyError)
    assert check.says.endswith("(65a1), and so does the key of development")


@pytest.mark.parametrize(
    ("declared", "told", "level"),
    [
        ("development", "Production", Level.WARN),
        ("prod-eu", "Development", Level.WARN),
        ("PROD", "dev", Level.WARN),
        ("production", "Production", Level.OK),
        ("staging", "Development", Level.OK),
        ("development", "Acme", Level.OK),
    ],
)
def test_keys_that_look_swapped_are_doubted(declared: str, told: str, level: Level) -> None:
    check = judged(Topic.KEY, environment=declared, own=OwnEnvironment(id="65a1", name=told))
    assert check.level is level


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        (
            {},
            "the key sees its own environment only; integrations have `kind`, `rules`; it keeps contexts",
        ),
        (
            {"foreign": 2, "fields": (), "contexts": False},
            "the key sees 2 integrations of other environments, too; it keeps no contexts",
        ),
        (
            {"foreign": 1, "fields": (), "contexts": False},
            "the key sees 1 integration of other environments, too; it keeps no contexts",
        ),
    ],
)
def test_what_a_server_can_do_is_told_by_what_it_answers(
    changes: dict[str, object], says: str
) -> None:
    assert judged(Topic.SERVER, **changes).says == says


def test_duplicates_fail_as_a_plan_would() -> None:
    check = judged(Topic.INTEGRATIONS, duplicates=("a", "b"))
    assert isinstance(check.cause, ServerStateError)
    assert check.says == "several integrations share an identifier: `a`, `b`"


def test_an_empty_environment_is_well() -> None:
    assert judged(Topic.INTEGRATIONS, integrations=0).says == "none yet"


@pytest.mark.parametrize(
    ("readback", "begins"),
    [
        (None, "nothing to judge by"),
        (Readback.READABLE, "given back in clear"),
        (Readback.OPAQUE, "given back encrypted"),
        (Readback.ABSENT, "not given back"),
    ],
)
def test_whether_credentials_can_be_read_is_told(readback: Readback | None, begins: str) -> None:
    check = judged(Topic.CREDENTIALS, readback=readback)
    assert check.level is Level.OK
    assert check.says.startswith(begins)


@pytest.mark.parametrize(
    ("skew", "level", "says"),
    [
        (None, Level.OK, "the server tells no time"),
        (-29.0, Level.OK, "agrees with the server's"),
        (31.4, Level.WARN, "this machine is 31 s ahead of the server"),
        (-7200.0, Level.WARN, "this machine is 7200 s behind the server"),
    ],
)
def test_clocks_that_differ_are_doubted(skew: float | None, level: Level, says: str) -> None:
    check = judged(Topic.CLOCK, skew=skew)
    assert (check.level, check.says) == (level, says)


@pytest.mark.parametrize(
    ("limit", "remaining", "level", "says"),
    [
        ("", None, Level.OK, "the server tells none"),
        ("30 a second", None, Level.OK, "30 a second"),
        ("30 a second", 20, Level.OK, "30 a second, 20 left now"),
        ("30 a second", 19, Level.WARN, "30 a second, 19 left now"),
    ],
)
def test_a_rate_limit_that_is_nearly_used_up_is_doubted(
    limit: str, remaining: int | None, level: Level, says: str
) -> None:
    check = judged(Topic.LIMIT, limit=limit, remaining=remaining)
    assert (check.level, check.says) == (level, says)


def test_a_lock_that_is_held_is_told_with_whose_it_is() -> None:
    assert judging.lock("staging", "").level is Level.OK
    held = judging.lock("staging", "anna on runner-7")
    assert (held.level, held.says) == (Level.WARN, "held by anna on runner-7")
    assert "novu-sync unlock -e staging" in held.mend


def test_a_configuration_fails_by_errors_and_is_doubted_by_warnings() -> None:
    def told(*codes: str) -> Check:
        findings = [finding(code, "Mend it.") for code in codes]
        return judging.configuration(findings, environments=2, integrations=1)

    assert told().says == "2 environments, 1 integration"
    assert told("NS215").says == "2 environments, 1 integration; 1 warning"
    assert told("NS215").level is Level.WARN
    assert told("NS215", "NS201", "NS202").says == "NS201 unknown key, and 1 more"
    assert told("NS215", "NS201").level is Level.FAIL
