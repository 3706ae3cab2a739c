"""Reads request bodies the way Novu does, down to the words it has for broken ones."""

from __future__ import annotations

import json
import math
import re
from typing import TYPE_CHECKING, NoReturn

from reconciler.sandbox.refusals import crashed, refused

if TYPE_CHECKING:
    from reconciler.sandbox.generation import Generation
    from reconciler.sandbox.refusals import Refusal
    from reconciler.sandbox.wire import Request
    from reconciler.secret import Json

LIMIT = 100 * 1024
"""Bytes that a body may have."""

_BLANK = " \t\n\r"
_EXACT = 2**53
_HUGE = 1e21
_SHOWN_WHOLE = 40
_SHOWN_AROUND = 10
_FIRST_KEY = "property name or '}'"
_LATER_KEY = "double-quoted property name"
_ANY_VALUE = "a value"
# What Python's parser says, and what the server's says for it.
_WORDS = (
    ("Expecting value", _ANY_VALUE),
    ("Expecting ':'", "Expected ':' after property name in JSON"),
    ("Expecting ','", "Expected ',' or '}' after property value in JSON"),
    ("Extra data", "Unexpected non-whitespace character after JSON"),
    ("Unterminated string", "Unterminated string in JSON"),
    ("Invalid control character", "Bad control character in string literal in JSON"),
    ("Invalid \\", "Bad escaped character in JSON"),
)
_LONE_SURROGATE = re.compile(r"\\ud[89a-f]", re.IGNORECASE)


def read_body(request: Request, generation: Generation) -> Json:
    """The JSON of a request's body; an empty object where there is none.

    Raises:
        Refusal: it is too large, or no JSON object or list.
    """
    if len(request.body) > LIMIT:
        raise generation.too_large()
    kind, _, parameters = request.headers.get("content-type", "").partition(";")
    if kind.strip().lower() != "application/json":
        return {}
    encoding = request.headers.get("content-encoding", "identity")
    charset = re.search(r"charset=\"?([\w-]+)", parameters, re.IGNORECASE)
    if encoding != "identity" or (charset and charset[1].lower() != "utf-8"):
        raise crashed()
    text = request.body.decode("utf-8", "replace").removeprefix("\ufeff")
    return _parse(text, located=generation.locates_syntax_errors) if text else {}


def _parse(text: str, *, located: bool) -> Json:
    start = next((at for at, char in enumerate(text) if char not in _BLANK), len(text))
    if text[start : start + 1] not in ("{", "["):
        raise _unexpected(text, start)
    try:
        value: Json = json.loads(
            text, parse_float=_number, parse_int=_whole, parse_constant=_no_constant
        )
    except json.JSONDecodeError as problem:
        raise _explained(text, problem, located=located) from None
    return _storable(value) if _LONE_SURROGATE.search(text) else value


def _storable(value: Json) -> Json:
    # Novu's database puts a replacement character where half a surrogate pair stands.
    text = json.dumps(value, ensure_ascii=False)
    whole: Json = json.loads(text.encode("utf-16", "surrogatepass").decode("utf-16", "replace"))
    return whole


def _number(text: str) -> float | int | None:
    number = float(text)
    if math.isinf(number):
        return None
    return int(number) if number.is_integer() and abs(number) < _HUGE else number


def _whole(text: str) -> float | int | None:
    number = float(text)
    return int(text) if abs(number) < _EXACT else _number(text)


def _no_constant(word: str) -> NoReturn:
    raise refused(400, f"Unexpected token '{word.lstrip('-')[0]}' is not valid JSON")


def _explained(text: str, problem: json.JSONDecodeError, *, located: bool) -> Refusal:
    # Newer Pythons point at a trailing comma, older ones at what follows it.
    rest = text[problem.pos :]
    at = len(text) - len(rest.lstrip("," + _BLANK if problem.msg.startswith("Illegal") else ""))
    words = next((ours for theirs, ours in _WORDS if problem.msg.startswith(theirs)), "")
    if words == _ANY_VALUE or text[at : at + 1] == "]":
        return _unexpected(text, at)
    if not words:
        opened = text[:at].rstrip(_BLANK).endswith("{")
        words = f"Expected {_FIRST_KEY if opened else _LATER_KEY} in JSON"
    line, column = text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)
    place = f" (line {line} column {column})" if located else ""
    return refused(400, f"{words} at position {at}{place}")


def _unexpected(text: str, at: int) -> Refusal:
    if at >= len(text):
        return refused(400, "Unexpected end of JSON input")
    shown = f'"{text}"'
    if len(text) > _SHOWN_WHOLE:
        shown = f'..."{text[max(0, at - _SHOWN_AROUND) : at + _SHOWN_AROUND]}"...'
    return refused(400, f"Unexpected token '{text[at]}', {shown} is not valid JSON")
