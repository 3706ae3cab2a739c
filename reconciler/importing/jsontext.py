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

    def place(self, *path: str | int) -> Location:
        """Where a value stands: the key of an entry, the beginning of an item.

        Args:
            path: keys and positions from the top, followed as far as they go.
        """
        text = self._piece.text
        pointed = at = _after_space(text, 0)
        for step in path:
            found = _entry(text, at, step)
            if found is None:
                break
            pointed, at = found
        return self._piece.place(pointed)


def read(piece: Piece) -> JsonText | Finding:
    """The value of a piece, or what is wrong with it."""
    try:
        return JsonText(piece, json.loads(piece.text, parse_constant=_refuse))
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


def _entry(text: str, at: int, step: str | int) -> tuple[int, int] | None:
    """Where to point at for one entry or item of the value that begins there, and its value."""
    opening = text[at]
    if opening not in "{[":
        return None
    number = 0
    at = _after_space(text, at + 1)
    while text[at] not in "]}":
        name: str | int = number
        pointed = at
        if opening == "{":
            name, at = _DECODER.raw_decode(text, at)
            at = _after_space(text, _after_space(text, at) + 1)
        if name == step:
            return pointed, at
        _, at = _DECODER.raw_decode(text, at)
        at = _after_space(text, at)
        if text[at] == ",":
            at = _after_space(text, at + 1)
        number += 1
    return None
