"""A piece of YAML to paste into a project: one integration of a provider."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from reconciler.model import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reconciler.views.subjects import Credential, Provider

_EXAMPLES = {
    ("email", "from"): "no-reply@example.com",
    ("sms", "from"): "+15550100",
    ("email", "senderName"): "Example",
    ("email", "host"): "smtp.example.com",
    ("email", "port"): "587",
    ("email", "domain"): "mail.example.com",
}
"""Values that are not secret and look alike at every provider of a channel."""

_PLAIN = re.compile(r"[A-Za-z][\w .@-]*")
_WORDS = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})
"""What YAML reads as something else than the word."""


def snippet_lines(provider: Provider) -> Iterator[str]:
    """The lines of the piece: required credentials only, each secret as a reference."""
    yield "integrations:"
    yield f"  - identifier: {provider.id}-${{environment}}"
    yield f"    name: {_scalar(provider.name)}"
    yield f"    providerId: {_scalar(provider.id)}"
    agent = provider.kind is Kind.AGENT
    yield "    kind: agent" if agent else f"    channel: {provider.channel}"
    yield "    active: true"
    required = [each for each in provider.credentials if each.required and not each.server_made]
    if required:
        yield "    credentials:"
    for each in required:
        yield f"      {each.key}: {_value(provider, each)}"


def variable(provider: Provider, credential: Credential) -> str:
    """A name for the environment variable that holds a credential, like ``SES_ACCESS_KEY_ID``.

    It follows the words of Novu's form, which are the provider's own, and the key where those
    words are missing or stand for two of the provider's credentials.
    """
    words = _upper(re.sub(r"\(.*?\)", "", credential.label))
    alike = [each for each in provider.credentials if each.label == credential.label]
    if not words or len(alike) > 1:
        words = _upper(re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", credential.key))
    prefix = _upper(provider.id)
    return words if words.startswith(prefix) else f"{prefix}_{words}"


def _value(provider: Provider, credential: Credential) -> str:
    if not credential.secret:
        if credential.enum:
            return _scalar(credential.enum[0])
        if credential.json_type == "boolean":
            return "false"
        example = _EXAMPLES.get((provider.channel or "", credential.key))
        if example:
            return _scalar(example)
    return f"${{env:{variable(provider, credential)}}}"


def _scalar(text: str) -> str:
    plain = _PLAIN.fullmatch(text) and text.lower() not in _WORDS and not text.endswith(" ")
    return text if plain else json.dumps(text, ensure_ascii=False)


def _upper(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9]+", "_", text).strip("_").upper()
