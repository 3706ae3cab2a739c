from __future__ import annotations

from typing import Any

import pytest

from reconciler.sandbox.credentials import kept_credentials, try_credentials
from reconciler.sandbox.generation import NEWEST, named_generation
from reconciler.sandbox.refusals import Refusal

GENERATION = named_generation(NEWEST)
SES = {"providerId": "ses", "channel": "email", "credentials": {"apiKey": "old", "region": "r"}}
WHATSAPP = SES | {"providerId": "whatsapp-business", "channel": "chat"}


def test_a_write_replaces_what_was_there() -> None:
    given: Any = {"apiKey": "new", "unknown": 1}
    assert kept_credentials(given, GENERATION, SES) == {"apiKey": "new"}
    assert kept_credentials(given, GENERATION, None) == {"apiKey": "new"}


@pytest.mark.parametrize("before", [None, SES, WHATSAPP])
def test_null_for_an_encrypted_key_is_a_fault_of_the_server(before: dict[str, Any] | None) -> None:
    with pytest.raises(Refusal) as caught:
        kept_credentials({"token": None}, GENERATION, before)
    assert caught.value.status == 500


def test_null_for_another_key_is_stored() -> None:
    assert kept_credentials({"from": None}, GENERATION, SES) == {"from": None}


def test_where_writes_merge_an_empty_secret_keeps_the_old_one() -> None:
    given: Any = {"apiKey": "", "region": ""}
    assert kept_credentials(given, GENERATION, WHATSAPP) == {"apiKey": "old", "region": ""}
    bare = {key: value for key, value in WHATSAPP.items() if key != "credentials"}
    assert kept_credentials({"apiKey": "new"}, GENERATION, bare) == {"apiKey": "new"}


def test_trying_needs_credentials_and_a_provider_that_sends_mail() -> None:
    try_credentials(SES, {})
    try_credentials(WHATSAPP, {})
    for row, credentials, status in ((SES, None, 422), (SES | {"providerId": "slack"}, {}, 400)):
        with pytest.raises(Refusal) as caught:
            try_credentials(row, credentials)
        assert caught.value.status == status
