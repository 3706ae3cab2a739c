"""What an unquoted YAML scalar means: text, a number, a boolean, nothing, or something unclear.

YAML 1.1 and 1.2 read some scalars differently (``0123`` is 83 or 123, ``1:30`` is 90 or text).
A file is read by editors, by reviewers and by this program, so nothing is guessed: such a scalar
is *unclear*, and its author is asked for quotes. What any of the two calls a plain number is one.
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reconciler.secret import Json

WORDS: Final[Mapping[str, bool | None]] = {
    spelt: meaning
    for words, meaning in (
        (("true", "yes", "on"), True),
        (("false", "no", "off"), False),
        (("null",), None),
    )
    for word in words
    for spelt in (word, word.capitalize(), word.upper())
} | {"~": None, "": None}
"""Unquoted words that are not text, as YAML 1.1 spells them."""

NUMBER_STARTS: Final = frozenset("-+.0123456789")
"""The first characters of everything that `number` might not call text."""

_INTEGER = re.compile(r"[-+]?(?:0|[1-9][0-9]*)")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|(?:0|[1-9][0-9]*)(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_ENDLESS = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
_ELSEWHERE = re.compile(
    r"""[-+]?0[0-9_]+(?:\.[0-9_]*)?(?:[eE][-+]?[0-9]+)? # octal in YAML 1.1, decimal in 1.2
    | [-+]?0[xob][0-9a-fA-F_]+                      # hexadecimal, octal in 1.2, binary in 1.1
    | [-+]?[0-9][0-9_]*_[0-9_]*(?:\.[0-9_]*)?(?:[eE][-+]?[0-9]+)?   # digits grouped, in 1.1
    | [-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?  # base 60 in 1.1
    | [0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:(?:[Tt]|[ \t]+)[0-9]{1,2}:.*)?   # a date in 1.1
    """,
    re.VERBOSE,
)
# Python refuses to read integers beyond some thousand digits; JSON readers lose digits much
# earlier, and no field of a project needs as many as these.
_DIGITS = 300


class UnclearError(ValueError):
    """A scalar that YAML readers do not agree on.

    Attributes:
        why: half a sentence about how they read it, without the scalar itself.
    """

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class EndlessError(ValueError):
    """A number that JSON, and so Novu's API, cannot express."""


def number(text: str) -> int | float | str:
    """Read a scalar that begins like a number; text where it only began so.

    Raises:
        UnclearError: readers of YAML disagree about it.
        EndlessError: infinity, or not a number.
    """
    if len(text) <= _DIGITS:
        if _INTEGER.fullmatch(text):
            return int(text)
        if _FLOAT.fullmatch(text):
            value = float(text)
            if math.isfinite(value):
                return value
            raise EndlessError
        if _ENDLESS.fullmatch(text):
            raise EndlessError
        if _ELSEWHERE.fullmatch(text):
            raise UnclearError(_how(text))
    elif text.strip("-+.0123456789_eE") == "":
        raise UnclearError("it has more digits than a number can have")
    return text


def plain(text: str) -> Json:
    """The value of an unquoted scalar.

    Raises:
        UnclearError: readers of YAML disagree about it.
        EndlessError: infinity, or not a number.
    """
    if text in WORDS:
        return WORDS[text]
    if text[0] in NUMBER_STARTS:
        return number(text)
    return text


def _how(text: str) -> str:
    if "-" in text[1:] and ":" not in text[:5]:
        return "some readers of YAML take it for a date"
    if ":" in text:
        return "some readers of YAML take it for a number in base 60"
    return "readers of YAML disagree about the number that it stands for"
