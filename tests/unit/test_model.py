from dataclasses import FrozenInstanceError

import pytest

from reconciler.model import Channel, Entry, Integration
from reconciler.secret import Secret


def test_only_email_and_sms_have_a_primary() -> None:
    assert {each for each in Channel if each.has_primary} == {Channel.EMAIL, Channel.SMS}


def test_a_doubted_entry_keeps_whose_row_it_is_and_its_protection() -> None:
    entry = Entry(
        identifier="ses",
        remote_id="row-1",
        credentials={"apiKey": "aa"},
        fields={"name": "bb"},
        credentials_version=3,
        protected=True,
        updated_at="now",
        not_stored={"credentials.extra": "cc"},
    )
    doubted = entry.doubted()
    assert (doubted.identifier, doubted.remote_id, doubted.protected) == ("ses", "row-1", True)
    assert doubted.not_stored == entry.not_stored
    assert (doubted.credentials, doubted.credentials_version) == (None, None)
    assert (doubted.fields, doubted.updated_at) == ({}, None)
    assert doubted.doubted() == doubted


def test_an_integration_shows_no_secret() -> None:
    made = Integration(
        identifier="ses",
        provider_id="ses",
        channel=Channel.EMAIL,
        name=Secret("planted-name"),
        credentials={"apiKey": Secret("planted-key")},
    )
    assert "planted" not in repr(made)


def test_what_is_declared_does_not_change_under_way() -> None:
    made = Integration(identifier="ses", provider_id="ses", channel=Channel.EMAIL)
    with pytest.raises(FrozenInstanceError):
        made.identifier = "other"  # type: ignore[misc]
