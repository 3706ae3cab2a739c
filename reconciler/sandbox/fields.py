"""Whether the body of a write to an integration is shaped as Novu wants it, field by field.

Only shapes are judged here. Novu checks neither that a provider exists nor that it fits the
channel, and looks into no condition.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from reconciler.sandbox.generation import Generation
    from reconciler.sandbox.wire import Document
    from reconciler.secret import Json

_MONGO_ID = re.compile(r"[0-9a-fA-F]{24}")


def is_object_id(text: str) -> bool:
    """Whether it looks like an id that the database makes."""
    return _MONGO_ID.fullmatch(text) is not None


def problems_of_create(body: Document, generation: Generation) -> list[str]:
    """What is wrong with the body of a create, in the server's words and order."""
    return [
        *_named(body),
        *_missing(body, "providerId"),
        *_must(isinstance(body.get("providerId"), str), "providerId must be a string"),
        *_channel(body, generation),
        *_common(body, generation),
    ]


def problems_of_update(body: Document, generation: Generation) -> list[str]:
    """What is wrong with the body of an update, in the server's words and order."""
    return [
        *_named(body),
        *_common(body, generation),
        *_booleans(body, generation.further_booleans),
    ]


def _named(body: Document) -> Iterator[str]:
    for field in ("name", "identifier"):
        value = body.get(field)
        yield from _must(value is None or isinstance(value, str), f"{field} must be a string")
    environment = body.get("_environmentId")
    fits = environment is None or (isinstance(environment, str) and is_object_id(environment))
    yield from _must(fits, "_environmentId must be a mongodb id")


def _channel(body: Document, generation: Generation) -> Iterator[str]:
    kind = body.get("kind") if generation.kinds else None
    words = ", ".join(generation.kinds)
    yield from _must(
        kind is None or kind in generation.kinds,
        f"kind must be one of the following values: {words}",
    )
    if kind == "agent":
        return
    yield from _missing(body, "channel")
    words = ", ".join(generation.channels)
    yield from _must(
        body.get("channel") in generation.channels,
        f"channel must be one of the following values: {words}",
    )


def _common(body: Document, generation: Generation) -> Iterator[str]:
    yield from _credentials(body.get("credentials"), generation)
    yield from _booleans(body, ("active", "check"))
    yield from _conditions(body.get("conditions"))
    known = {"rules": generation.has_rules, "configurations": generation.has_configurations}
    for field, is_known in known.items():
        value = body.get(field) if is_known else None
        yield from _must(value is None or isinstance(value, dict), f"{field} must be an object")


def _booleans(body: Document, fields: Iterable[str]) -> Iterator[str]:
    for field in fields:
        value = body.get(field)
        yield from _must(
            value is None or isinstance(value, bool), f"{field} must be a boolean value"
        )


def _credentials(value: Json, generation: Generation) -> Iterator[str]:
    nested = "nested property credentials must be either object or array"
    if isinstance(value, list):
        for each in value:
            yield from _must(isinstance(each, dict | list), f"credentials.{nested}")
    elif isinstance(value, dict):
        for key, kind in generation.credential_types.items():
            if value.get(key) is not None and key not in generation.unchecked_credentials:
                fits = _fits(value[key], kind, _words(key, kind, generation))
                yield from _must(fits, f"credentials.{key} must be {_A_KIND[kind]}")
    else:
        yield from _must(value is None, nested)


_A_KIND = {"string": "a string", "boolean": "a boolean value", "object": "an object"}


def _words(key: str, kind: str, generation: Generation) -> Callable[[str], bool]:
    if kind == "object":
        return lambda text: generation.worded_objects and parsed_object(text) is not None
    return lambda text: key in generation.worded_booleans and text in generation.boolean_words


def _fits(value: Json, kind: str, is_word_for_it: Callable[[str], bool]) -> bool:
    if kind == "string":
        return isinstance(value, str)
    if isinstance(value, str):
        return is_word_for_it(value)
    return isinstance(value, bool if kind == "boolean" else dict)


def parsed_object(text: str) -> Document | None:
    """The JSON object that a text spells, where it spells one."""
    try:
        value = json.loads(text)
    except (json.JSONDecodeError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _conditions(value: Json) -> Iterator[str]:
    nested = "each value in nested property conditions must be either object or array"
    yield from _must(value is None or isinstance(value, list), "conditions must be an array")
    if isinstance(value, list):
        for each in value:
            yield from _must(isinstance(each, dict | list), f"conditions.{nested}")
    elif value is not None:
        yield from _must(isinstance(value, dict), nested)


def _missing(body: Document, field: str) -> Iterator[str]:
    yield from _must(body.get(field) is not None, f"{field} should not be null or undefined")


def _must(holds: object, problem: str) -> Iterator[str]:
    if not holds:
        yield problem
