from __future__ import annotations

import pytest
from planning_values import declared, ledger, planned, project, remembered, row, server

from reconciler.errors import GuardError, UsageError
from reconciler.model import Applied, Channel, Entry
from reconciler.planning.ownership import Adoption, give_up, take_over

CHAT = {"provider_id": "slack", "channel": Channel.CHAT}
KNOWN = ledger(remembered(declared("old", **CHAT)), remembered(declared("ses", protect=True)))
PLAN = planned(
    project(declared("new"), declared("ses", protect=True), declared("mail", primary=True)),
    server(
        row("old", **CHAT),
        row("ses", active=True),
        row("by-hand"),
        row("mail", active=True, primary=False),
    ),
    KNOWN,
    prune=True,
)


def test_what_is_about_to_be_deleted_can_be_given_up_and_taken_over_too() -> None:
    assert give_up("old", PLAN, KNOWN) is None
    assert take_over("old", PLAN, KNOWN) == Adoption(entry=None)
    assert take_over("old", PLAN, Applied()).entry == Entry(identifier="old", remote_id="id-of-old")


def test_what_is_declared_is_given_up_with_its_block() -> None:
    known = ledger(remembered(declared("mail")))

    assert give_up("mail", PLAN, known) == declared("mail", primary=True)


def test_what_is_protected_is_not_given_up() -> None:
    with pytest.raises(GuardError):
        give_up("ses", PLAN, KNOWN)


def test_a_declared_row_is_taken_over_with_its_protection() -> None:
    adoption = take_over("ses", PLAN, Applied())

    assert adoption.entry == Entry(identifier="ses", remote_id="id-of-ses", protected=True)
    assert adoption.declared == declared("ses", protect=True)


def test_what_is_only_declared_is_on_no_server() -> None:
    with pytest.raises(UsageError, match="has no integration 'new' on the server"):
        take_over("new", PLAN, KNOWN)


def test_where_nothing_is_known_nothing_is_proposed() -> None:
    with pytest.raises(UsageError) as caught:
        give_up("x", planned(project(), server()), Applied())
    assert caught.value.mend == "There is none."
