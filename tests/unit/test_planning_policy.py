from __future__ import annotations

from dataclasses import replace

import pytest
from planning_values import FINGERPRINTER, declared, ledger, project, remembered, row, server

from reconciler.findings import Location, Severity
from reconciler.model import Applied
from reconciler.planning.options import Options
from reconciler.planning.planner import plan

WHERE = Location(file="novu-sync.yaml", line=9, column=5)
OFF = declared(active=False, lines={"active": WHERE})


def told(
    *,
    now: object = OFF,
    then: object = OFF,
    active: bool = False,
    level: Severity | None = Severity.WARNING,
) -> list[tuple[str, Severity, Location | None]]:
    desired = project(now)  # type: ignore[arg-type]
    desired = replace(desired, environment=replace(desired.environment, inactive_policy=level))
    applied = Applied() if then is None else ledger(remembered(then))  # type: ignore[arg-type]
    found = plan(desired, server(row(active=active)), applied, FINGERPRINTER, Options())
    return [(each.code, each.severity, each.location) for each in found.findings]


def test_what_was_inactive_at_the_last_apply_and_is_so_still_is_told_at_its_line() -> None:
    assert told() == [("NS603", Severity.WARNING, WHERE)]
    assert told(level=Severity.ERROR) == [("NS603", Severity.ERROR, WHERE)]


@pytest.mark.parametrize(
    "change",
    [
        {"level": None},
        {"then": None},
        {"then": declared(active=True)},
        {"then": declared(name="x")},
        {"now": declared(active=True)},
        {"now": declared(name="Amazon SES")},
        {"active": True},
    ],
    ids=[
        "off",
        "never applied",
        "switched off now",
        "not managed then",
        "on",
        "not managed",
        "on there",
    ],
)
def test_anything_else_is_not(change: dict[str, object]) -> None:
    assert told(**change) == []  # type: ignore[arg-type]


def test_what_is_not_on_the_server_is_new_and_not_old() -> None:
    desired = project(OFF)
    desired = replace(
        desired, environment=replace(desired.environment, inactive_policy=Severity.ERROR)
    )
    found = plan(desired, server(), ledger(remembered(OFF)), FINGERPRINTER, Options())
    assert found.findings == ()
