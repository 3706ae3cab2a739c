from __future__ import annotations

import re

from reconciler.sandbox.readback import as_stored, as_stored_if_any, in_clear, withheld

ENCRYPTED = frozenset({"apiKey"})
ROW = {"_id": "r", "credentials": {"apiKey": "recognisable", "region": "eu"}}
BARE = {"_id": "r"}


def test_newest_servers_show_nothing() -> None:
    assert withheld(ROW, ENCRYPTED) == withheld(BARE, ENCRYPTED) == {"credentials": {}}


def test_lists_of_older_servers_show_everything() -> None:
    assert in_clear(ROW, ENCRYPTED) == {"credentials": ROW["credentials"]}
    assert in_clear(BARE, ENCRYPTED) == {"credentials": {}}


def test_ciphertext_stands_for_the_encrypted_keys_only() -> None:
    shown = as_stored(ROW, ENCRYPTED)["credentials"]
    assert shown["region"] == "eu"
    assert re.fullmatch(r"nvsk\.[0-9a-f]{32}:([0-9a-f]{32})+", shown["apiKey"])
    assert shown == as_stored(ROW, ENCRYPTED)["credentials"]
    other = {"_id": "other", "credentials": ROW["credentials"]}
    assert as_stored(other, ENCRYPTED)["credentials"] != shown


def test_where_nothing_is_stored_the_member_is_missing() -> None:
    assert as_stored(BARE, ENCRYPTED) == {}
    empty = {"_id": "r", "credentials": {}}
    assert as_stored(empty, ENCRYPTED) == {"credentials": {}}
    assert as_stored_if_any(empty, ENCRYPTED) == {}
    assert as_stored_if_any(ROW, ENCRYPTED) == as_stored(ROW, ENCRYPTED)
