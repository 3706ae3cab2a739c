"""What the schema objects to, as words; `test_config_schema` has what is told of real mistakes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from reconciler.config.explain import _EXPLANATIONS, explained, for_example

SCHEMA: dict[str, Any] = json.loads(
    (Path(__file__).parents[2] / "schemas" / "novu-sync.schema.json").read_text("utf-8")
)
SILENT = {"properties", "patternProperties", "items", "$ref", "$defs", "allOf", "if", "then"}
"""Keywords that object to nothing themselves: what stands below them does."""
NOT_ASKED = {"dependentRequired"}
"""For editors: the program knows which file is the project file and asks for its keys."""
ANNOTATIONS = {"$schema", "$id", "title", "description", "examples", "default", "writeOnly"}


def keywords(schema: object) -> set[str]:
    if isinstance(schema, list):
        return {word for each in schema for word in keywords(each)}
    if not isinstance(schema, dict):
        return set()
    found = set(schema) - {"examples", "enum", "const", "default"}
    inner = [
        each
        for key in ("properties", "patternProperties", "$defs")
        for each in schema.get(key, {}).values()
    ]
    inner += [schema[key] for key in ("items", "additionalProperties", "anyOf") if key in schema]
    # What stands in `if`, `then` and `allOf` refers to definitions, which are asked one by one.
    return found.union({"enum"} & set(schema), {"const"} & set(schema), *map(keywords, inner))


def test_every_keyword_of_the_published_schema_has_an_explanation() -> None:
    used = keywords(SCHEMA) - SILENT - NOT_ASKED - ANNOTATIONS - {"enumDescriptions"}
    assert used - {"propertyNames"} <= set(_EXPLANATIONS)


def problems(schema: dict[str, Any], value: object) -> list[tuple[str, str]]:
    return [
        (problem.code, problem.detail)
        for error in Draft202012Validator(schema).iter_errors(value)
        for problem in explained(error, ("field",))
    ]


@pytest.mark.parametrize(
    ("value", "what"),
    [
        (True, "true or false (YAML also reads a bare yes, no, on and off so)"),
        (5, "a number"),
        (1.5, "a number"),
        ([], "a list"),
        ({}, "a mapping"),
    ],
)
def test_a_value_is_called_by_what_it_is(value: object, what: str) -> None:
    ((_, detail),) = problems({"type": "string"}, value)
    assert detail.startswith(f"`field` is {what}, where text belongs")


def test_an_item_is_called_by_its_number() -> None:
    ((_, detail),) = problems({"items": {"items": {"type": "string"}}}, [["a"], ["b", []]])
    assert detail.startswith("Item 2 of Item 2 of `field` is a list")


def test_a_number_has_its_bounds() -> None:
    assert problems({"minimum": 3}, 2) == [("NS206", "`field` has to be at least 3.")]
    assert problems({"maximum": 3}, 4) == [("NS206", "`field` has to be at most 3.")]


def test_text_that_a_reference_could_be_is_told_what_else_it_could_be() -> None:
    schema = {"anyOf": [{"enum": ["eu", "us"]}, {"type": "string", "pattern": r"\$\{"}]}
    ((code, detail),) = problems(schema, "EU")
    assert code == "NS205"
    assert detail.endswith("allowed: `eu`, `us`. Did you mean `eu`?")


def test_a_word_among_which_nothing_is_allowed_too_is_told_of_the_others() -> None:
    ((_, detail),) = problems({"enum": ["a", None]}, "b")
    assert detail == "`field` is none of the words that are allowed: `a`."


def test_an_alternative_of_the_right_type_is_told_in_full() -> None:
    mapping = {"type": "object", "required": ["a"], "properties": {"a": {"description": "It."}}}
    schema = {"anyOf": [{"type": "string"}, mapping]}
    assert problems(schema, {}) == [("NS203", "`a` is missing. It.")]


@pytest.mark.parametrize(
    ("path", "schema", "says"),
    [
        (("port",), {"examples": ["587"]}, ' Write for example `port: "587"`.'),
        (("a", "b"), {"examples": [["ü"]]}, ' Write for example `b: ["ü"]`.'),
        ((), {"examples": ["587"]}, ""),
        (("a", 0), {"examples": ["587"]}, ""),
        (("a",), {}, ""),
        (("a",), {"examples": ["x" * 200]}, ""),
    ],
)
def test_an_example_is_shown_where_it_is_short_and_has_a_key(
    path: tuple[str | int, ...], schema: dict[str, Any], says: str
) -> None:
    assert for_example(path, schema) == says
