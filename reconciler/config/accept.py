"""Tells quickly of most values that a JSON Schema has nothing against them.

Nearly every integration of nearly every project is fine, and saying so is all that is asked for.
jsonschema takes 50 ms to be imported and 90 µs for an integration; the functions made here need no
import and 5 µs. They are never the judge of what is wrong: whatever they do not accept, be it
wrong, rare or beyond them, goes to jsonschema. So they must accept nothing that jsonschema
refuses, which a property test holds them to, and may refuse anything.
"""

from __future__ import annotations

import math
import re
import sys
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Check: TypeAlias = Callable[[Any], bool]
    Schema: TypeAlias = Mapping[str, Any]

_TYPES: Mapping[str, tuple[type, ...]] = {
    "string": (str,),
    "boolean": (bool,),
    "object": (dict,),
    "array": (list,),
    "integer": (int,),
    "number": (int, float),
    "null": (type(None),),
}

_ANNOTATIONS = frozenset(
    ("title", "description", "examples", "default", "writeOnly", "enumDescriptions")
)

_OF_MAPPINGS = (
    "properties patternProperties additionalProperties propertyNames required"
    " minProperties maxProperties"
)


class Acceptor:
    """Makes functions that accept what a schema surely has nothing against.

    Args:
        definitions: what ``#/$defs/…`` in a schema refers to.
    """

    def __init__(self, definitions: Mapping[str, Schema]) -> None:
        self._definitions = definitions
        self._made: dict[str, Check] = {}
        self._makers: tuple[tuple[str, Callable[[Schema], Check]], ...] = (
            ("type", self._type),
            ("enum", self._words),
            ("const", self._number_alone),
            ("pattern minLength maxLength", self._text),
            ("minimum maximum", self._bounds),
            ("items uniqueItems", self._list),
            (_OF_MAPPINGS, self._mapping),
            ("anyOf", self._alternatives),
            ("$ref", self._reference),
        )
        self._known = {word for words, _ in self._makers for word in words.split()}

    def definition(self, name: str) -> Check:
        """The function for one of the definitions, made once."""
        if name not in self._made:
            # It may refer to itself, so its name has to mean something before it is made.
            self._made[name] = lambda value: self._made[name](value)  # noqa: PLW0108 - looked up late
            self._made[name] = self.schema(self._definitions[name])
        return self._made[name]

    def schema(self, schema: Schema) -> Check:
        """The function for a schema; one with a keyword that is not known here refuses all."""
        keywords = schema.keys() - _ANNOTATIONS
        if keywords - self._known:
            return _nothing
        checks = [make(schema) for words, make in self._makers if keywords & set(words.split())]
        if len(checks) == 1:
            return checks[0]

        def check(value: Any) -> bool:  # noqa: ANN401 - any JSON
            for each in checks:  # noqa: SIM110 - the loop takes half the time of all()
                if not each(value):
                    return False
            return True

        return check

    def _reference(self, schema: Schema) -> Check:
        return self.definition(schema["$ref"].removeprefix("#/$defs/"))

    def _type(self, schema: Schema) -> Check:
        names = [schema["type"]] if isinstance(schema["type"], str) else schema["type"]
        types = tuple(each for name in names for each in _TYPES[name])
        if int in types and bool not in types:  # Python's booleans are integers, JSON's are not
            return lambda value: isinstance(value, types) and not isinstance(value, bool)
        return lambda value: isinstance(value, types)

    def _words(self, schema: Schema) -> Check:
        words = frozenset(each for each in schema["enum"] if isinstance(each, str | None))
        return lambda value: isinstance(value, str | None) and value in words

    def _number_alone(self, schema: Schema) -> Check:
        number = schema["const"]
        if type(number) is not int:
            return _nothing
        return lambda value: type(value) is int and value == number

    def _text(self, schema: Schema) -> Check:
        search = re.compile(schema.get("pattern", "")).search
        least, most = schema.get("minLength", 0), schema.get("maxLength", sys.maxsize)
        return lambda value: (
            not isinstance(value, str)
            or (least <= len(value) <= most and search(value) is not None)
        )

    def _bounds(self, schema: Schema) -> Check:
        least, most = schema.get("minimum", -math.inf), schema.get("maximum", math.inf)
        return lambda value: not isinstance(value, int | float) or least <= value <= most

    def _list(self, schema: Schema) -> Check:
        item = self.schema(schema.get("items", {}))
        unique = schema.get("uniqueItems", False)

        def check(value: Any) -> bool:  # noqa: ANN401 - any JSON
            if not isinstance(value, list):
                return True
            if unique and not _distinct_words(value):
                return False
            return all(item(each) for each in value)

        return check

    def _mapping(self, schema: Schema) -> Check:
        known = {key: self.schema(each) for key, each in schema.get("properties", {}).items()}
        patterns = [
            (re.compile(pattern).search, self.schema(each))
            for pattern, each in schema.get("patternProperties", {}).items()
        ]
        others = schema.get("additionalProperties", {})
        other = self.schema(others) if others is not False else _nothing
        name = self.schema(schema["propertyNames"]) if "propertyNames" in schema else None
        required = frozenset(schema.get("required", ()))
        least, most = schema.get("minProperties", 0), schema.get("maxProperties", sys.maxsize)

        def judged(key: str, item: Any) -> bool:  # noqa: ANN401 - any JSON
            fits = [check for search, check in patterns if search(key)]
            if key in known:
                fits.append(known[key])
            return all(check(item) for check in fits or [other])

        def check(value: Any) -> bool:  # noqa: ANN401 - any JSON
            if not isinstance(value, dict):
                return True
            if not (required <= value.keys() and least <= len(value) <= most):
                return False
            for key, item in value.items():
                if not (judged(key, item) if patterns else known.get(key, other)(item)):
                    return False
            return name is None or all(map(name, value))

        return check

    def _alternatives(self, schema: Schema) -> Check:
        checks = [self.schema(each) for each in schema["anyOf"]]
        return lambda value: any(check(value) for check in checks)


def _nothing(_value: object) -> bool:
    return False


def _distinct_words(items: list[Any]) -> bool:
    return all(isinstance(each, str) for each in items) and len(set(items)) == len(items)
