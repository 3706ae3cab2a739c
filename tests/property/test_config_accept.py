"""What is waved through quickly is what jsonschema has nothing against."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from reconciler.config.accept import Acceptor

SCHEMA: dict[str, Any] = json.loads(
    (Path(__file__).parents[2] / "schemas" / "novu-sync.schema.json").read_text("utf-8")
)
DEFINITIONS = SCHEMA["$defs"]
ACCEPTOR = Acceptor(DEFINITIONS)
WHOLE = Draft202012Validator(SCHEMA)
USED = ["shape", "configurations", "environment", "credentials", "operand", "defaults.email"]
USED += ["credentials.ses", "credentials.nodemailer", "credentials.sendgrid"]

scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-2, 102),
    st.floats(allow_nan=False, allow_infinity=False, width=16),
    st.sampled_from(["", "text", "${env:X}", "a${env:X}", "$${env:X}", "email", "agent", "a b"]),
)


def keys(schema: object) -> set[str]:
    """Every name of a property anywhere in a schema."""
    if isinstance(schema, list):
        return {key for each in schema for key in keys(each)}
    if not isinstance(schema, dict):
        return set()
    own = set(schema["properties"]) if isinstance(schema.get("properties"), dict) else set()
    return own | {key for each in schema.values() for key in keys(each)}


def values_for(schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Values that hit the schema often and miss it often: its own keys and words among others."""
    names = st.sampled_from(sorted(keys(schema)) or ["x"]) | st.sampled_from(["x-a", "nonsense"])
    return st.recursive(
        scalars | st.sampled_from(words(schema) or [None]),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=5),
        max_leaves=12,
    )


def words(schema: object) -> list[Any]:
    """Every word of an enum and every example anywhere in a schema."""
    if isinstance(schema, list):
        return [word for each in schema for word in words(each)]
    if not isinstance(schema, dict):
        return []
    own = [each for key in ("enum", "examples") for each in schema.get(key, ()) if key in schema]
    return own + [word for each in schema.values() for word in words(each)]


def near(schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Objects of the schema's own keys with its own examples, one value in some replaced."""
    fields = schema.get("properties", {})
    good = st.fixed_dictionaries(
        {key: st.just("a") for key in schema.get("required", ())},
        optional={
            key: st.sampled_from(field.get("examples") or [None]) | scalars
            for key, field in fields.items()
            if key not in schema.get("required", ())
        },
    )
    return good | values_for(schema)


@pytest.mark.parametrize("name", USED)
def test_nothing_is_accepted_that_jsonschema_refuses(name: str) -> None:
    accepts = ACCEPTOR.definition(name)
    judge = WHOLE.evolve(schema=DEFINITIONS[name])

    @given(near(DEFINITIONS[name]))
    def holds(value: object) -> None:
        assert not accepts(value) or judge.is_valid(value)

    holds()


def schemas() -> st.SearchStrategy[dict[str, Any]]:
    """Schemas of every keyword that the acceptor knows."""
    types = ["string", "boolean", "object", "array", "integer", "number", "null"]
    small = st.integers(0, 3)
    plain = st.fixed_dictionaries(
        {},
        optional={
            "type": st.sampled_from(types)
            | st.lists(st.sampled_from(types), min_size=1, unique=True),
            "enum": st.lists(scalars, min_size=1, max_size=3),
            "const": scalars,
            "pattern": st.sampled_from(["^a", r"(^|[^$])(\$\$)*\$\{"]),
            "minLength": small,
            "maxLength": small,
            "minimum": small,
            "maximum": small,
            "uniqueItems": st.booleans(),
            "required": st.lists(st.sampled_from(["a", "b"]), unique=True),
            "minProperties": small,
            "maxProperties": small,
            "title": st.just("ignored"),
        },
    )
    names = st.sampled_from(["a", "b", "ab"])
    return st.recursive(
        plain,
        lambda inner: st.builds(
            lambda base, more: base | more,
            plain,
            st.fixed_dictionaries(
                {},
                optional={
                    "items": inner,
                    "properties": st.dictionaries(names, inner, max_size=2),
                    "patternProperties": st.dictionaries(
                        st.sampled_from(["^a", "b$"]), inner, max_size=2
                    ),
                    "additionalProperties": inner | st.just(False),
                    "propertyNames": inner,
                    "anyOf": st.lists(inner, min_size=1, max_size=2),
                },
            ),
        ),
        max_leaves=4,
    )


values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["a", "b", "ab", "c"]), inner, max_size=3)
    ),
    max_leaves=6,
)


@given(schemas(), values)
def test_nothing_is_accepted_that_any_schema_refuses(schema: dict[str, Any], value: object) -> None:
    accepted = Acceptor({}).schema(schema)(value)
    assert not accepted or Draft202012Validator(schema).is_valid(value)
