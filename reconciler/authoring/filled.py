"""A dotenv file with values, for who has them and asks for it: the one text that holds secrets."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from reconciler.config.plaintext import is_placeholder
from reconciler.secret import Secret, reveal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from reconciler.authoring.definitions import Variable
    from reconciler.model import Observed

_ESCAPES = {"\n": "\\n", "\r": "\\r", "\t": "\\t", '"': '\\"', "$": "\\$", "\\": "\\\\"}


def values(variables: Iterable[Variable], live: Mapping[str, Observed]) -> dict[str, Secret[str]]:
    """What the variables of an export stand for, as far as a server or a file told it.

    Args:
        variables: of the export.
        live: what was exported.
    """
    rows = {
        (name, row.identifier): {
            "credentials": row.credentials.values,
            "configurations": row.configurations,
        }
        for name, observed in live.items()
        for row in observed.integrations
    }
    told: dict[str, Secret[str]] = {}
    for each in variables:
        if each.place is None:
            continue
        environment, identifier, field, key = each.place
        value = reveal((rows[environment, identifier][field] or {}).get(key))
        text = value if isinstance(value, str) else json.dumps(value)
        if value is not None and text and not is_placeholder(text):
            told[each.name] = Secret(text)
    return told


def dotenv(
    variables: Iterable[Variable], told: Mapping[str, Secret[str]], api_keys: Iterable[str]
) -> Secret[str]:
    """The text of a dotenv file with every variable, and the values of those that were told.

    Args:
        variables: of an export.
        told: their values, by name.
        api_keys: names of the variables that hold API keys.
    """
    lines = ["# Secrets. Keep this file out of git.", "", *(f"{name}=" for name in api_keys), ""]
    for each in variables:
        lines.append(f"# {each.purpose}")
        if each.name in told:
            lines.append(f"{each.name}={_written(told[each.name].reveal())}")
        else:
            lines.append(f"# {each.name}=" if each.optional else f"{each.name}=")
    return Secret("\n".join(lines) + "\n")


def _written(value: str) -> str:
    """A value as the reader of dotenv files takes it back, whatever it holds."""
    if "'" not in value and "\r" not in value:
        return f"'{value}'"
    return '"' + "".join(_ESCAPES.get(each, each) for each in value) + '"'
