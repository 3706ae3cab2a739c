"""How names, values and prose are written on a line.

Names and values come from servers and files that others write. Whatever a terminal would act on
(control characters, direction marks, line separators, lone surrogates) is written as an escape,
so that no name can recolour, overwrite or forge a line of output. Long values are cut; a secret
is its mask, whatever it lies in.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

from reconciler.secret import Secret

if TYPE_CHECKING:
    from reconciler.secret import Json

LIMIT = 72
"""Characters of a value that are shown before it is cut."""

_CONTEXT = 16
"""Characters of a common beginning that are kept before the first difference."""

_NAMED = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}


def escaped(text: str) -> str:
    """The text with everything that is not printable written as a Python string would have it."""
    if text.isprintable():
        return text
    return "".join(each if each.isprintable() else _escape(each) for each in text)


def name(text: str) -> str:
    """An identifier or another short name: as it is where that is unmistakable, else quoted."""
    unmistakable = text and text.isprintable() and not set(' "\\') & set(text)
    return text if unmistakable else _quoted(text)


def prose(text: str) -> tuple[str, ...]:
    """The lines of a message, made safe, without white space at their ends; may be none."""
    text = text.strip()
    return tuple(escaped(line.rstrip()) for line in text.split("\n")) if text else ()


def sentence(text: str) -> str:
    """A message on one line."""
    return " ".join(line.strip() for line in prose(text) if line.strip())


def value(each: Json) -> str:
    """A JSON value on one line, cut where it is long."""
    return _cut(each, 0)


def transition(before: Json, after: Json) -> str:
    """``before → after`` on one line. Where both begin alike, cut so that the difference shows."""
    start = 0
    raw = _raw(before), _raw(after)
    if max(map(len, raw)) > LIMIT:
        common = _common(*raw)
        if common > LIMIT - _CONTEXT:
            start = common - _CONTEXT
    return f"{_cut(before, start)} → {_cut(after, start)}"


def opened(each: object) -> Json:
    """What `json` may write of an object that it does not know: a secret's mask, a mapping's items.

    Raises:
        TypeError: anything else, which no view should have been given.
    """
    if isinstance(each, Secret):
        return str(each)
    if isinstance(each, Mapping):
        return dict(each)
    raise TypeError(f"a {type(each).__name__} is no JSON value")


def _common(one: str, other: str) -> int:
    """How many characters two texts have in common at their beginnings."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (a, b) in pairs if a != b), min(len(one), len(other)))


def _escape(character: str) -> str:
    code = ord(character)
    if character in _NAMED:
        return _NAMED[character]
    if code < 0x100:  # noqa: PLR2004 - two, four or eight digits, as in Python's own literals
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"  # noqa: PLR2004 - as above


def _quoted(text: str, *, before: str = "", after: str = "") -> str:
    inside = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{before}{escaped(inside)}{after}"'


def _raw(each: Json) -> str:
    """The characters of a value, uncut: a string's own, or the JSON text of anything else."""
    return each if isinstance(each, str) else json.dumps(each, ensure_ascii=False, default=opened)


def _cut(each: Json, start: int) -> str:
    raw = _raw(each)
    whole = len(raw) <= LIMIT
    piece = raw if whole else raw[start : start + LIMIT]
    before = "…" if not whole and start else ""
    after = "…" if not whole and start + LIMIT < len(raw) else ""
    if isinstance(each, str):
        text = _quoted(piece, before=before, after=after)
    else:
        text = f"{before}{escaped(piece)}{after}"
    return text if whole else f"{text} ({len(raw)} characters)"
