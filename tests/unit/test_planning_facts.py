from __future__ import annotations

import pytest
from planning_values import declared

from reconciler.model import Channel, Kind
from reconciler.planning.facts import (
    NOVU_OWNED,
    SINGLE_PER_ENVIRONMENT,
    is_built_in,
    keeps_made_keys,
    made_by_novu,
)


def test_every_built_in_is_novus_own() -> None:
    assert set(SINGLE_PER_ENVIRONMENT) <= NOVU_OWNED


@pytest.mark.parametrize(
    ("provider", "channel", "built_in"),
    [
        ("novu", Channel.IN_APP, True),
        ("novu-email", Channel.EMAIL, True),
        ("novu-sms", Channel.SMS, True),
        ("novu", Channel.CHAT, False),
        ("novu-slack", Channel.CHAT, False),
        ("anthropic", None, False),
        ("ses", Channel.EMAIL, False),
    ],
)
def test_a_built_in_is_told_by_provider_and_channel(
    provider: str, channel: Channel | None, *, built_in: bool
) -> None:
    assert is_built_in(declared(provider_id=provider, channel=channel)) is built_in


@pytest.mark.parametrize(
    ("provider", "key", "made"),
    [
        ("anthropic", "externalEnvironmentId", True),
        ("ses", "outboundConnectedAt", True),
        ("ses", "whatsNextCompletedAt", True),
        ("sendblue", "token", True),
        ("whatsapp-business", "token", True),
        ("twilio", "token", False),
        ("grafana-on-call", "externalLink", False),
        ("ses", "apiKey", False),
    ],
)
def test_keys_that_novu_writes_itself_are_told_from_those_that_people_write(
    provider: str, key: str, *, made: bool
) -> None:
    assert made_by_novu(provider, key) is made


def test_agents_and_providers_with_a_hidden_token_have_keys_of_novus_making() -> None:
    assert keeps_made_keys(declared(provider_id="anthropic", channel=None, kind=Kind.AGENT))
    assert keeps_made_keys(declared(provider_id="sendblue", channel=Channel.CHAT))
    assert not keeps_made_keys(declared())
