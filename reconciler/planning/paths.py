"""Where in an integration a value stands, written as ``conditions[0].children[1].value``.

A key that is not a plain word is quoted as in JSON, so that every path can be read back:
``rules["=="][0].var``.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from reconciler.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Iterable

    from reconciler.model import Integration
    from reconciler.secret import Value

_PLAIN = re.compile(r"[A-Za-z0-9_-]+")
_PART = re.compile(r'\.?([A-Za-z0-9_-]+)|\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]')


def join(start: str, steps: Iterable[str | int]) -> str:
    """The path that leads from a path on, by keys and list positions."""
    path = start
    for step in steps:
        if isinstance(step, int):
            path += f"[{step}]"
        elif _PLAIN.fullmatch(step):
            path += f".{step}"
        else:
            path += f"[{json.dumps(step)}]"
    return path


def split(path: str) -> tuple[str | int, ...]:
    """The steps of a path, the field first: what `join` put together."""
    return tuple(
        word or (int(position) if position else json.loads(quoted))
        for word, position, quoted in _PART.findall(path)
    )


def value_at(integration: Integration, path: str) -> Value:
    """The declared value at a path; `None` where there is none. Secrets on the way are opened."""
    field, *steps = split(path)
    value: Value = getattr(integration, str(field))
    for step in steps:
        if isinstance(value, Secret):
            value = value.reveal()
        if isinstance(value, dict) and isinstance(step, str):
            value = value.get(step)
        elif isinstance(value, list) and isinstance(step, int):
            value = value[step] if step < len(value) else None
        else:
            return None
    return value
