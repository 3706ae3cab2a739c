from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from planning_values import declared, row

from reconciler.model import Channel, Patch
from reconciler.planning.plan import (
    Create,
    Delete,
    Keep,
    Reason,
    Rename,
    Replace,
    SetPrimary,
    Update,
)
from reconciler.planning.standings import Standing, Standings, row_of

if TYPE_CHECKING:
    from reconciler.model import Integration, ObservedIntegration
    from reconciler.planning.plan import (
        Change,
    )

GATE = [{"type": "GROUP", "value": "AND", "children": []}]


def primary_row(identifier: str = "ses", **fields: object) -> ObservedIntegration:
    return row(identifier, active=True, primary=True, **fields)


def update(observed: ObservedIntegration, **patch: object) -> Update:
    return Update(
        desired=declared(observed.identifier or ""),
        observed=observed,
        patch=Patch(**patch),
        fields=(),
        reason=Reason.FIELD_DIFFERS,
    )


def after(change: Change, *rows: ObservedIntegration) -> Standings:
    state = Standings(rows)
    state.carry_out(change)
    return state


def create(identifier: str = "new", **fields: object) -> Create:
    return Create(desired=declared(identifier, **{"active": True, **fields}))


def test_rows_stand_as_the_server_has_them() -> None:
    state = Standings([primary_row(), row(None, id="x", active=True, channel="chat")])

    assert state.primaries("email") == ("ses",)
    assert state.primaries("chat") == state.primaries(None) == ()
    assert state.active() == {"email": ["ses"], "chat": ["x"]}


def test_an_inactive_row_is_nobodys_primary() -> None:
    assert Standings([row(primary=True, active=False)]).primaries("email") == ()


def test_the_first_active_row_that_is_created_takes_the_primary() -> None:
    assert after(create()).primaries("email") == ("new",)
    assert after(create(), row(active=True)).primaries("email") == ("new",)


@pytest.mark.parametrize("fields", [{"active": False}, {"active": None}])
def test_a_row_that_is_created_inactive_does_not(fields: dict[str, Any]) -> None:
    assert after(create(**fields)).primaries("email") == ()


def test_a_row_that_is_created_beside_a_primary_does_not() -> None:
    assert after(create(), primary_row()).primaries("email") == ("ses",)


def test_a_create_counts_conditions_for_nothing() -> None:
    assert after(create(conditions=GATE)).primaries("email") == ("new",)


def test_chat_has_no_primary() -> None:
    state = after(create(channel=Channel.CHAT))

    assert state.primaries("chat") == ()
    assert state.active() == {"chat": ["new"]}


def test_activation_never_promotes() -> None:
    state = after(update(row(), active=True), row())

    assert state.primaries("email") == ()
    assert state.active() == {"email": ["ses"]}


@pytest.mark.parametrize(
    "patch", [{"active": False}, {"conditions": GATE}, {"rules": {"==": [1, 1]}}]
)
def test_a_primary_that_is_deactivated_or_gets_conditions_is_followed_by_nobody(
    patch: dict[str, Any],
) -> None:
    state = after(update(primary_row(), **patch), primary_row(), row("b", active=True))

    assert state.primaries("email") == ()


def test_other_updates_leave_the_primary_alone() -> None:
    emptied = update(primary_row(), conditions=[], rules={})
    renamed = Rename(
        desired=declared("new"), observed=primary_row(), patch=Patch(identifier="new"), fields=()
    )

    assert after(emptied, primary_row()).primaries("email") == ("ses",)
    assert after(renamed, primary_row()).primaries("email") == ("new",)


def test_set_primary_takes_it_from_whoever_has_it_and_activates() -> None:
    target = row("b")
    state = after(
        SetPrimary(desired=declared("b"), observed=target), primary_row(), target, row("c")
    )

    assert state.primaries("email") == ("b",)
    assert sorted(state.active()["email"]) == ["b", "ses"]


def test_a_delete_promotes_nobody() -> None:
    state = after(Delete(observed=primary_row()), primary_row(), row("b", active=True))

    assert state.primaries("email") == ()
    assert state.active() == {"email": ["b"]}


def test_a_replaced_primary_is_succeeded_by_the_row_that_takes_its_place() -> None:
    replaced = Replace(
        desired=declared(provider_id="sendgrid", active=True),
        observed=primary_row(),
        fields=(),
        reason=Reason.PROVIDER_CHANGED,
    )
    state = after(replaced, primary_row())

    assert state.primaries("email") == ("ses",)
    assert state.of(replaced) == Standing(
        identifier="ses", channel=Channel.EMAIL, active=True, primary=True
    )
    assert row_of(replaced) is None


def test_a_row_that_the_plan_makes_can_be_made_primary() -> None:
    made: Integration = declared("new", active=True)
    state = after(Create(desired=made), primary_row())
    state.carry_out(SetPrimary(desired=made, observed=None))

    assert state.primaries("email") == ("new",)


def test_a_kept_row_stands_as_it_does() -> None:
    keep = Keep(desired=declared(), observed=primary_row())

    assert Standings([primary_row()]).of(keep).primary
    assert row_of(keep) == primary_row()
