from __future__ import annotations

from typing import Any

import pytest

from reconciler.sandbox.credentials import kept_credentials, try_credentials
from reconciler.sandbox.generations import NEWEST, named_generation
from reconciler.sandbox.outside import Undelivered, deliver_all
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


@pytest.mark.parametrize(
    ("generation", "nothing", "unhandled", "refused", "unresolved"),
    [
        ("2024-10", 422, 500, 500, 400),
        ("2026-04", 422, 400, 400, 400),
        (NEWEST, 422, 400, 400, 400),
    ],
)
def test_trying_needs_credentials_a_provider_that_sends_mail_and_its_consent(
    generation: str, nothing: int, unhandled: int, refused: int, unresolved: int
) -> None:
    """The 422 is spelled as 400 by servers of 2024."""

    def refuse(provider: str, credentials: dict[str, Any]) -> None:
        assert (provider, credentials) == ("ses", {"apiKey": "k"})
        raise Undelivered("no", unresolved=False)

    def not_found(_provider: str, _credentials: dict[str, Any]) -> None:
        raise Undelivered("no such host", unresolved=True)

    played = named_generation(generation)
    try_credentials(SES, {}, played, deliver_all)
    try_credentials(SES, [], played, deliver_all)
    try_credentials(WHATSAPP, {}, played, refuse)
    for row, credentials, deliver, status in (
        (SES, None, deliver_all, nothing),
        (SES | {"providerId": "slack"}, {}, deliver_all, unhandled),
        (SES | {"providerId": "no-such"}, {}, deliver_all, unhandled),
        (SES, {"apiKey": "k"}, refuse, refused),
        (SES, {}, not_found, unresolved),
    ):
        with pytest.raises(Refusal) as caught:
            try_credentials(row, credentials, played, deliver)
        assert caught.value.status == status
