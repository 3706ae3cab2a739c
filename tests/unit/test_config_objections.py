"""What the library objects to, without its words, which quote values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jsonschema import Draft202012Validator

from reconciler.config.objections import objection

if TYPE_CHECKING:
    from reconciler.config.objections import Objection

SECRET = "planted-secret"


def objections(schema: dict[str, object], value: object) -> list[Objection]:
    return [objection(each, ("top", 1)) for each in Draft202012Validator(schema).iter_errors(value)]


def test_an_objection_tells_where_what_and_why() -> None:
    schema = {"properties": {"a": {"type": "string"}}}
    (found,) = objections(schema, {"a": 5})
    assert found.path == ("top", 1, "a")
    assert (found.keyword, found.rule, found.value) == ("type", "string", 5)
    assert found.schema == {"type": "string"}
    assert found.branches == ()


def test_each_alternative_has_its_own_objections() -> None:
    schema = {"anyOf": [{"type": "string"}, {"required": ["a", "b"]}]}
    (found,) = objections(schema, {})
    assert [[each.keyword for each in branch] for branch in found.branches] == [
        ["type"],
        ["required", "required"],
    ]


def test_an_objection_never_shows_the_value() -> None:
    schema = {"anyOf": [{"type": "integer"}, {"minLength": 50}]}
    (found,) = objections(schema, SECRET)
    assert SECRET not in repr(found)
