"""What planning has to know of Novu that no answer of a server tells.

Planning may not read the catalogue, so the few providers that behave in their own way are named
here. Sources are given in words beside each fact.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.model import Channel, Kind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reconciler.model import Integration
    from reconciler.secret import Value

SINGLE_PER_ENVIRONMENT: Mapping[str, Channel] = {
    "novu": Channel.IN_APP,
    "novu-email": Channel.EMAIL,
    "novu-sms": Channel.SMS,
}
"""Providers of which an environment holds one integration at most, by their channel. Novu makes it
with an identifier of its own and refuses a second one (recorded: 400 for in-app, 409 for the
demo providers), so it can only be adopted."""

NOVU_OWNED = frozenset(
    {"novu", "novu-email", "novu-sms", "novu-email-agent", "novu-slack", "novu-anthropic"}
)
"""Providers whose integrations Novu makes by itself (NOVU_PROVIDERS in its shared package)."""

_TOKEN_PROVIDERS = frozenset({"sendblue", "whatsapp-business"})
"""Providers whose ``token`` Novu makes up and hides in its dashboard (its provider list)."""

_STAMPS = frozenset({"outboundConnectedAt", "whatsNextCompletedAt"})
"""Credential keys in which Novu's dashboard notes how far a set-up went."""

WITHHELD_CONFIGURATIONS = frozenset({"inboundWebhookSigningKey"})
"""Keys of ``configurations`` that today's Novu takes and does not give back to API keys."""

WITH_PRIMARY = frozenset(each for each in Channel if each.has_primary)
"""Channels of which Novu keeps one integration as the primary."""


def present(values: Mapping[str, Value] | None) -> dict[str, Value]:
    """Credentials or configurations without their nulls.

    They are written whole and nulls are left out of what is written, so a null is no key; some
    servers store one as null all the same (recorded).
    """
    return {key: value for key, value in (values or {}).items() if value is not None}


def is_built_in(integration: Integration) -> bool:
    """Whether an environment has one such integration at most, which Novu itself makes."""
    channel = SINGLE_PER_ENVIRONMENT.get(integration.provider_id)
    return channel is not None and integration.channel == channel


def made_by_novu(provider_id: str, key: str) -> bool:
    """Whether the server writes this credential key by itself.

    ``external…Id`` are the ids of what Novu sets up at an agent's provider; ``externalLink`` of
    Grafana On-Call, which people write, is none of them.
    """
    return (
        key in _STAMPS
        or (key.startswith("external") and key.endswith("Id"))
        or (key == "token" and provider_id in _TOKEN_PROVIDERS)
    )


def keeps_made_keys(integration: Integration) -> bool:
    """Whether Novu writes credential keys of its own for this provider, as far as is known."""
    return integration.kind is Kind.AGENT or integration.provider_id in _TOKEN_PROVIDERS
