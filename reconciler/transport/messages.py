"""Which of the server's own words may be shown.

A server may repeat what it was sent: Novu answers with the text of a mail provider's refusal and
with values that its database cannot store, gateways answer with the Authorization header. Nothing
here looks for secrets in a text. A text is shown only where all of it is known beforehand: the
sentences below are Novu's, from its sources and from recorded answers, and whatever could be a
value in them is left out. Anything else is withheld, so what is shown never depends on a secret.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reconciler.secret import Json

PROVIDER_REFUSED = "the provider refused the credentials when Novu tried them"
"""Stands for whatever a provider said: it is the provider's text, wrapped in JSON."""

_FIELD = (
    "(?:name|identifier|_environmentId|environmentId|integrationId|providerId|channel|kind|active|"
    "check|credentials|conditions|rules|configurations)"
)
_PATH = rf"(?:each value in )?(?:nested property )?{_FIELD}(?:\.\w+)*"
_WORDS = r"[\w-]+(?:, [\w-]+)*"
_CONSTRAINT = (
    "(?:must be (?:a string|a boolean value|an object|an array|a number|a mongodb id|"
    "either object or array|"
    rf"one of the following values: {_WORDS}|"
    r"(?:shorter|longer) than or equal to \d+ characters)|"
    "should not (?:be empty|be null or undefined|exist))"
)
_CHANNEL = "(?:in_app|email|sms|chat|push|tool)"
_ACTION = "(?:update|delete|set as primary|auto-configure)"
_OTHER_ENVIRONMENT = (
    f"API key authentication is scoped to a single environment and cannot {_ACTION} an integration"
    r" that belongs to a different environment\. Use an API key from the integration's environment,"
    r" or authenticate with a session token\."
)
_CANNOT_STORE = (
    r"(?:Integration validation failed: )?(?:[\w.]+: )?Cast to \w+ failed for value .* at path"
    r' "(conditions|rules|configurations|children|field|value|operator|isNegated)[\w.]*".*'
)

_SHOWN_WHOLE = re.compile(
    "|".join(
        (
            rf"(?:{_FIELD}\.)?{_PATH} {_CONSTRAINT}",
            "API rate limit exceeded",
            "Creating Novu integration for novu-[a-z-]+ provider is not allowed",
            rf"Channel {_CHANNEL} does not support primary",
            "Handler for provider was not found",
            "Integration with identifier already exists",
            rf"Integration with novu provider for {_CHANNEL} channel already exists",
            "Invalid integration conditions",
            r"Invalid rule node with \d+ keys, expected a single operator",
            rf"Invalid Sinch region\. Allowed regions: {_WORDS}\.",
            "No properties found for update",
            "One environment can only have one In app provider",
            "Payload Too Large",
            r"(?:Webhook|Base|Auth) URL is not a valid http\(s\) URL\.",
            _OTHER_ENVIRONMENT,
        )
    )
)

_SHOWN_IN_PART = tuple(
    (re.compile(pattern, re.DOTALL), shown)
    for pattern, shown in (
        (r"(?:Entity|Integration) with id .* not found", "integration not found"),
        (r"Integration not found, id: .*", "integration not found"),
        (r"Unsupported operator .*", "rules hold an operator that Novu does not know"),
        (r"Context with .* already exists", "the context exists already"),
        (r"Context with .* not found(?: in environment \w+)?", "context not found"),
        (r"Cannot (?:GET|POST|PATCH|DELETE) .*", "no such endpoint"),
        (r"Value is not valid", "rules use a variable that Novu does not allow there"),
        (r"(Webhook|Base|Auth) URL is not allowed: .*", r"\1 URL is not allowed"),
        (
            r"Provider gateway can't resolve the host with the given hostname.*",
            "Novu cannot resolve the provider's host name",
        ),
        (_CANNOT_STORE, r"the value of \1 has a shape that Novu cannot store"),
        (r'\{"success":false,.*\}', PROVIDER_REFUSED),
    )
)


def shown(body: Json) -> str:
    """What may be shown of the body of an error answer, on one line; empty where nothing may.

    Args:
        body: Novu's ``{message, errors}``: a text or a list of texts (servers of 2024), and from
            2025 on ``errors`` by property, ``{"general": {"messages": [...]}}``, whose ``value``
            repeats what was sent and is never read.
    """
    known = (_known(sentence) for text in _texts(body) for sentence in _sentences(text))
    return "; ".join(dict.fromkeys(sentence for sentence in known if sentence))


def _texts(body: Json) -> Iterator[str]:
    if not isinstance(body, dict):
        return
    errors = body.get("errors")
    for each in errors.values() if isinstance(errors, dict) else ():
        if isinstance(each, dict):
            yield from _strings(each.get("messages"))
    yield from _strings(body.get("message"))


def _strings(value: Json) -> Iterator[str]:
    for each in value if isinstance(value, list) else [value]:
        if isinstance(each, str):
            yield each.strip()


def _sentences(text: str) -> list[str]:
    # Novu joins what it finds wrong with rules this way; no known sentence holds "; " itself.
    return text.split("; ")


def _known(sentence: str) -> str:
    if _SHOWN_WHOLE.fullmatch(sentence):
        return sentence
    for pattern, words in _SHOWN_IN_PART:
        match = pattern.fullmatch(sentence)
        if match:
            return match.expand(words)
    return ""
