"""The three generations that the sandbox plays.

Each is told by what sets it apart from the one after it; `docs/sandbox.md` has them side by side.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from http import HTTPStatus
from typing import TYPE_CHECKING

from reconciler.config.catalogue import catalogue
from reconciler.errors import UsageError
from reconciler.sandbox.fields import is_object_id
from reconciler.sandbox.generation import Generation
from reconciler.sandbox.reach import OwnEnvironment, WholeOrganization
from reconciler.sandbox.readback import ReadBack, as_stored, as_stored_if_any, in_clear, withheld
from reconciler.sandbox.refusals import (
    crashed,
    refused,
    refused_plainly,
    with_context,
    without_context,
)
from reconciler.sandbox.slug import joined_slug, slug

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from reconciler.sandbox.outside import Undelivered
    from reconciler.sandbox.refusals import Refusal

NEWEST = "2026-11"
"""The generation that the sandbox plays when nothing else is said."""

_CAST_AS_IT_IS = 12

# Credential keys that came with a generation: servers before it drop them without a word.
_KEYS_OF_2026_11 = frozenset(
    {
        "apiURL",
        "appID",
        "body",
        "businessAccountId",
        "configurationSetName",
        "contentType",
        "emailSlugPrefix",
        "externalEnvironmentId",
        "externalVaultId",
        "externalWorkspaceId",
        "fromAddressOverride",
        "headers",
        "hmacSecretKeyEncoding",
        "method",
        "outboundConnectedAt",
        "outboundIntegrationId",
        "useFromAddressOverride",
        "whatsNextCompletedAt",
    }
)
_UNCHECKED_OF_2026_04 = frozenset(
    {
        "AppIOBearerToken",
        "AppIOOriginalSignature",
        "AppIOSubscriptionId",
        "apiVersion",
        "servicePlanId",
        "signingSecret",
    }
)
_KEYS_OF_2026_04 = _UNCHECKED_OF_2026_04 | {"AppIOBaseUrl", "appSid", "senderId", "tenantId"}

# Providers likewise: to servers before, they are unknown words.
_PROVIDERS_OF_2026_11 = frozenset(
    {
        "anthropic",
        "anthropic-aws",
        "anypost",
        "line",
        "novu-anthropic",
        "novu-email-agent",
        "opsgenie",
        "pagerduty",
        "sendblue",
        "telegram",
        "tool-webhook",
        "webex-messaging",
    }
)
_PROVIDERS_OF_2026_04 = frozenset(
    {
        "afro-message",
        "appio",
        "chat-webhook",
        "cm-telecom",
        "imedia",
        "isendpro-sms",
        "novu-slack",
        "sinch",
        "smsmode",
        "unifonic",
    }
)
_NAMES_OF_2024_10 = {
    "burst-sms": "BurstSMS",
    "generic-sms": "Generic SMS",
    "sendinblue": "Sendinblue",
}


def _newest() -> Generation:
    facts = catalogue()
    return Generation(
        name=NEWEST,
        areas=frozenset({"integrations", "auto-configure", "environments", "contexts", "tenants"}),
        reach=OwnEnvironment(),
        identifier_reach=OwnEnvironment(),
        read_back=ReadBack(listed=withheld, written=withheld, remaining=withheld),
        spelling=with_context,
        locates_syntax_errors=True,
        too_large=lambda: refused_plainly(413, "Payload Too Large"),
        closed_route="API endpoint not accessible",
        is_row_id=is_object_id,
        channels=("in_app", "email", "sms", "chat", "push", "tool"),
        kinds=("delivery", "agent"),
        has_rules=True,
        has_configurations=True,
        further_booleans=(),
        providers={each.id: each.name for each in facts.providers},
        slug=slug,
        credential_types={key: each.json_type for key, each in facts.credential_keys.items()},
        unchecked_credentials=frozenset(),
        encrypted_credentials=frozenset(
            {
                "apiKey",
                "apiToken",
                "headers",
                "password",
                "secretKey",
                "serviceAccount",
                "signingSecret",
                "token",
            }
        ),
        worded_booleans=frozenset({"secure", "requireTls", "ignoreTls"}),
        boolean_words=frozenset({"true", "false", ""}),
        worded_objects=True,
        configuration_types={key: each.json_type for key, each in facts.configuration_keys.items()},
        withheld_configurations=frozenset({"inboundWebhookSigningKey"}),
        merging_providers=frozenset({"whatsapp-business"}),
        checks_by_default=False,
        unhandled=lambda: refused(400, "Handler for provider was not found"),
        undelivered=lambda problem: refused(400, problem.said),
        renumbers_when_filtered=True,
        indexed=True,
        lists_by_index=False,
        tenants=False,
        replayed=lambda _: refused_plainly(503, "Service Unavailable"),
        decorates_environments=True,
        shows_every_key=True,
    )


def _april_2026() -> Generation:
    newer = named_generation(NEWEST)
    return replace(
        newer,
        name="2026-04",
        reach=WholeOrganization(),
        read_back=ReadBack(listed=in_clear, written=in_clear, remaining=as_stored),
        channels=_without(newer.channels, "tool"),
        kinds=(),
        has_rules=False,
        providers=_without_keys(newer.providers, _PROVIDERS_OF_2026_11),
        credential_types=_without_keys(newer.credential_types, _KEYS_OF_2026_11),
        unchecked_credentials=_UNCHECKED_OF_2026_04,
        encrypted_credentials=newer.encrypted_credentials - _KEYS_OF_2026_11,
        configuration_types=_without_keys(newer.configuration_types, {"payloadSchema"}),
        withheld_configurations=frozenset(),
        merging_providers=frozenset(),
        renumbers_when_filtered=False,
        lists_by_index=True,
    )


def _october_2024() -> Generation:
    newer = named_generation("2026-04")
    return replace(
        newer,
        name="2024-10",
        areas=frozenset({"integrations", "environments", "tenants"}),
        identifier_reach=WholeOrganization(),
        read_back=ReadBack(listed=in_clear, written=as_stored_if_any, remaining=as_stored),
        spelling=without_context,
        locates_syntax_errors=False,
        too_large=crashed,
        closed_route="API endpoint not available",
        is_row_id=_is_castable,
        has_configurations=False,
        further_booleans=("removeNovuBranding",),
        providers=_without_keys(newer.providers, _PROVIDERS_OF_2026_04) | _NAMES_OF_2024_10,
        slug=joined_slug,
        credential_types=_without_keys(newer.credential_types, _KEYS_OF_2026_04),
        unchecked_credentials=frozenset(),
        encrypted_credentials=newer.encrypted_credentials - _KEYS_OF_2026_04,
        boolean_words=frozenset({"true", "false"}),
        worded_objects=False,
        configuration_types={},
        checks_by_default=True,
        unhandled=crashed,
        undelivered=_undelivered_in_2024,
        indexed=False,
        tenants=True,
        replayed=_as_before,
        decorates_environments=False,
        shows_every_key=False,
    )


def _without(words: tuple[str, ...], word: str) -> tuple[str, ...]:
    return tuple(each for each in words if each != word)


def _without_keys(values: Mapping[str, str], keys: frozenset[str] | set[str]) -> dict[str, str]:
    return {key: value for key, value in values.items() if key not in keys}


def _is_castable(text: str) -> bool:
    # The database driver took any twelve characters for the twelve bytes of an id.
    return is_object_id(text) or len(text.encode("utf-8", "surrogatepass")) == _CAST_AS_IT_IS


def _undelivered_in_2024(problem: Undelivered) -> Refusal:
    return refused(400, problem.said) if problem.unresolved else crashed()


def _as_before(refusal: Refusal) -> Refusal:
    if refusal.context is not None:
        return refusal
    again = crashed()
    again.message = {"message": HTTPStatus(500).phrase, "statusCode": 500}
    return again


_GENERATIONS: Mapping[str, Callable[[], Generation]] = {
    "2024-10": _october_2024,
    "2026-04": _april_2026,
    NEWEST: _newest,
}

GENERATIONS = tuple(_GENERATIONS)
"""Their names, oldest first."""


@cache
def named_generation(name: str) -> Generation:
    """The generation of that name.

    Raises:
        UsageError: there is none.
    """
    if name not in _GENERATIONS:
        raise UsageError(
            f"the sandbox plays no generation {name!r}",
            f"Choose one of: {', '.join(_GENERATIONS)}.",
        )
    return _GENERATIONS[name]()
