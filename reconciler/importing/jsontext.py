"""JSON whose values can be found again in the text that they came from."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Final, NoReturn

from reconciler.findings import finding

if TYPE_CHECKING:
    from reconciler.findings import Finding, Location
    from reconciler.importing.pieces import Piece
    from reconciler.secret import Json

_HALF = re.compile(
    r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(?<!\\)((?:\\\\)*)(\\u[dD][89a-fA-F])"
)
"""Both halves of a character beyond the first 65,536, or the one half that stands alone."""

_SPACE = re.compile(r"[ \t\n\r]*")
_CONSTANT = re.compile(r'"(?:[^"\\]|\\.)*"|(NaN|-?Infinity)', re.DOTALL)
_DECODER = json.JSONDecoder()

_WORDS: Final = (
    ("Expecting value", "A value belongs here. JSON has no comma after the last one."),
    ("Expecting property", "A key in double quotes belongs here, or `}` after the last entry."),
    ("Expecting ':'", "A colon belongs here, between a key and its value."),
    ("Expecting ','", "A comma belongs here, or the bracket that closes."),
    ("Unterminated string", "A text begins here that no double quote ends."),
    ("Invalid control", "A line break stands in a text; in JSON it is written `\\n`."),
    ("Invalid \\", "JSON knows no such escape; a backslash is written `\\\\`."),
    ("Extra data", "The JSON ends before this. A file holds one value; several go into a list."),
)
"""What `json` objects to, by how its message begins; the rest of that may repeat the text."""


class JsonText:
    """One JSON value in a piece of a file.

    Attributes:
        value: what it says.
    """

    def __init__(self, piece: Piece, value: Json) -> None:
        """Use `read` to make one."""
        self.value = value
        self._piece = piece
        self._known: dict[int, dict[str | int, tuple[int, int]]] = {}

    def place(self, *path: str | int) -> Location:
        """Where a value stands: the key of an entry, the beginning of an item.

        Args:
            path: keys and positions from the top, followed as far as they go.
        """
        text = self._piece.text
        pointed = at = _after_space(text, 0)
        for step in path:
            if at not in self._known:
                self._known[at] = _entries(text, at)
            found = self._known[at].get(step)
            if found is None:
                break
            pointed, at = found
        return self._piece.place(pointed)


def read(piece: Piece) -> JsonText | Finding:
    """The value of a piece, or what is wrong with it."""
    try:
        value = json.loads(piece.text, parse_constant=_refuse)
        json.dumps(value, ensure_ascii=False).encode()
        return JsonText(piece, value)
    except UnicodeEncodeError:
        detail = (
            "Half of a character stands here, which no text can hold. Write the other half, too."
        )
        at = next(each.start(2) for each in _HALF.finditer(piece.text) if each[2])
    except json.JSONDecodeError as error:
        words = (mend for begins, mend in _WORDS if error.msg.startswith(begins))
        detail, at = next(words, "What stands here is no JSON."), error.pos
    except _ConstantError:
        detail = "JSON knows neither infinity nor what is not a number. Write a number or null."
        at = next(each.start() for each in _CONSTANT.finditer(piece.text) if each[1])
    except RecursionError:
        detail, at = "Values are nested deeper than anything of Novu's.", 0
    return finding("NS350", detail, location=piece.place(at))


class _ConstantError(ValueError):
    """A word that is a number in JavaScript and none in JSON."""


def _refuse(_: str) -> NoReturn:
    raise _ConstantError


def _after_space(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at


def _entries(text: str, at: int) -> dict[str | int, tuple[int, int]]:
    """Of the value that begins there: where to point at for each entry or item, and its value."""
    opening = text[at]
    entries: dict[str | int, tuple[int, int]] = {}
    if opening not in "{[":
        return entries
    number = 0
    at = _after_space(text, at + 1)
    while text[at] not in "]}":
        name: str | int = number
        pointed = at
        if opening == "{":
            name, at = _DECODER.raw_decode(text, at)
            at = _after_space(text, _after_space(text, at) + 1)
        entries[name] = (pointed, at)
        _, at = _DECODER.raw_decode(text, at)
        at = _after_space(text, at)
        if text[at] == ",":
            at = _after_space(text, at + 1)
        number += 1
    return entries
