from __future__ import annotations

from planning_values import FINGERPRINTER, declared, remembered

from reconciler.planning.fingerprints import (
    desired_fingerprints,
    not_stored,
    without_not_stored,
)
from reconciler.planning.plan import FieldAction, FieldChange, Reason
from reconciler.secret import Secret


def change(path: str) -> FieldChange:
    return FieldChange(path=path, action=FieldAction.ADD, reason=Reason.FIELD_DIFFERS)


def test_only_what_is_declared_has_a_fingerprint() -> None:
    assert desired_fingerprints(declared(), FINGERPRINTER) == (None, {})
    assert desired_fingerprints(declared(credentials={}), FINGERPRINTER) == ({}, {})


def test_credentials_have_one_for_each_key_and_fields_one_each() -> None:
    one = declared(
        name="Mail",
        active=False,
        primary=False,
        conditions=[],
        rules={},
        configurations={"inboundWebhookSigningKey": Secret("k"), "inboxCount": "none"},
        credentials={"apiKey": Secret("k"), "region": "eu", "from": None},
    )
    credentials, fields = desired_fingerprints(one, FINGERPRINTER)

    assert credentials == {
        "apiKey": FINGERPRINTER.of("ses", "credentials.apiKey", "k"),
        "region": FINGERPRINTER.of("ses", "credentials.region", "eu"),
    }
    assert fields.keys() == {
        "name",
        "active",
        "primary",
        "conditions",
        "rules",
        "configurations",
        "configurations.inboundWebhookSigningKey",
    }
    assert fields["name"] == FINGERPRINTER.of("ses", "name", "Mail")


def test_a_null_signing_key_has_none() -> None:
    one = declared(configurations={"inboundWebhookSigningKey": None})

    assert desired_fingerprints(one, FINGERPRINTER)[1].keys() == {"configurations"}


def test_fingerprints_are_bound_to_the_identifier() -> None:
    one = declared("a", credentials={"apiKey": "k"})
    other = declared("b", credentials={"apiKey": "k"})

    assert desired_fingerprints(one, FINGERPRINTER) != desired_fingerprints(other, FINGERPRINTER)


def test_a_value_that_the_server_did_not_store_is_told_once() -> None:
    one = declared(configurations={"odd": 1, "other": 2})
    changes = [change("configurations.odd"), change("configurations.other")]
    entry = remembered(one, not_stored=not_stored(one, changes[:1], FINGERPRINTER))

    assert without_not_stored(one, changes, entry, FINGERPRINTER) == changes[1:]


def test_another_value_in_its_place_is_tried_again() -> None:
    one = declared(configurations={"odd": 1})
    changes = [change("configurations.odd")]
    entry = remembered(one, not_stored=not_stored(one, changes, FINGERPRINTER))
    edited = declared(configurations={"odd": 2})

    assert without_not_stored(edited, changes, entry, FINGERPRINTER) == changes


def test_without_memory_nothing_is_left_out() -> None:
    changes = [change("configurations.odd")]

    assert without_not_stored(declared(), changes, None, FINGERPRINTER) == changes
    assert without_not_stored(declared(), changes, remembered(declared()), FINGERPRINTER) == changes
