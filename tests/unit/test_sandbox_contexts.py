"""What the recordings cannot show of contexts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.inprocess import ask

from reconciler.sandbox.application import Sandbox
from reconciler.sandbox.contexts import DATA_LIMIT

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as made:
        yield made


def test_a_context_lives_and_dies(sandbox: Sandbox) -> None:
    body = {"type": "novu-sync", "id": "ledger-1", "data": {"a": [1]}}
    made = ask(sandbox, "POST", "/v2/contexts", body)
    assert made.status == 201
    path = "/v2/contexts/novu-sync/ledger-1"
    assert ask(sandbox, "GET", path).data == made.data
    changed = ask(sandbox, "PATCH", path, {"data": {"b": 2}}).data
    assert changed["data"] == {"b": 2}
    assert changed["updatedAt"] > changed["createdAt"]
    deleted = ask(sandbox, "DELETE", path)
    assert (deleted.status, deleted.body) == (204, "")
    assert ask(sandbox, "GET", path).status == 404


def test_the_other_environment_sees_nothing(sandbox: Sandbox) -> None:
    ask(sandbox, "POST", "/v2/contexts", {"type": "t", "id": "i"})
    for method, body in (("GET", None), ("PATCH", {"data": {}}), ("DELETE", None)):
        answer = ask(sandbox, method, "/v2/contexts/t/i", body, key="sandbox-production")
        assert answer.status == 404
    assert ask(sandbox, "GET", "/v2/contexts", key="sandbox-production").data == []


def test_data_may_have_64_kib_of_utf_8(sandbox: Sandbox) -> None:
    filler = "ü" * ((DATA_LIMIT - len('{"p":""}')) // 2)
    for number, (text, status) in enumerate([(filler, 201), (filler + "x", 422)]):
        body = {"type": "t", "id": f"i{number}", "data": {"p": text}}
        assert ask(sandbox, "POST", "/v2/contexts", body).status == status


def test_data_that_is_nested_too_deep_is_a_fault_of_the_server(sandbox: Sandbox) -> None:
    data: dict[str, object] = {}
    for _ in range(300):
        data = {"a": data}
    answer = ask(sandbox, "POST", "/v2/contexts", {"type": "t", "id": "i", "data": data})
    assert answer.status == 500


@pytest.mark.parametrize("key", ["constructor", "_bsontype", "$__", "a\0b"])
def test_property_names_that_break_the_database_are_a_fault_of_the_server(
    sandbox: Sandbox, key: str
) -> None:
    body = {"type": "t", "id": "i", "data": {"list": [{key: 1}]}}
    assert ask(sandbox, "POST", "/v2/contexts", body).status == 500
    assert ask(sandbox, "GET", "/v2/contexts").data == []


def test_property_names_that_javascript_has_itself_vanish(sandbox: Sandbox) -> None:
    data = {"toString": 1, "kept": {"__proto__": 1, "valueOf": 2, "b": 3}, "constructor": None}
    made = ask(sandbox, "POST", "/v2/contexts", {"type": "t", "id": "i", "data": data})
    assert made.data["data"] == {"kept": {"b": 3}}


@pytest.mark.parametrize(
    ("body", "messages"),
    [
        (
            {"type": "a b", "id": "i"},
            ["Type must be lowercase alphanumeric with optional ., _, or - separators"],
        ),
        ({"type": "t", "id": "x" * 101}, ["id must be shorter than or equal to 100 characters"]),
        (
            {"type": "t", "id": ""},
            [
                "ID must be lowercase alphanumeric with optional ., _, or - separators",
                "id must be longer than or equal to 1 characters",
            ],
        ),
        ({"type": "t", "id": "i", "data": []}, ["Context data must be an object"]),
    ],
)
def test_type_id_and_data_have_a_shape(
    sandbox: Sandbox, body: dict[str, object], messages: list[str]
) -> None:
    answer = ask(sandbox, "POST", "/v2/contexts", body)
    assert answer.status == 422
    assert answer.body["errors"]["general"]["messages"] == messages


def test_without_type_and_id_everything_is_wrong_at_once(sandbox: Sandbox) -> None:
    answer = ask(sandbox, "POST", "/v2/contexts", {})
    messages = answer.body["errors"]["general"]["messages"]
    assert len(messages) == 10
    assert messages[0] == "type should not be null or undefined"
    assert messages[-1] == "id must be a string"


def test_a_context_cannot_be_made_twice(sandbox: Sandbox) -> None:
    body = {"type": "t", "id": "i", "data": {"first": True}}
    ask(sandbox, "POST", "/v2/contexts", body)
    again = ask(sandbox, "POST", "/v2/contexts", body | {"data": {}})
    assert (again.status, again.message) == (409, "Context with type 't' and id 'i' already exists")
    assert ask(sandbox, "GET", "/v2/contexts/t/i").data["data"] == {"first": True}


@pytest.mark.parametrize("body", [{}, {"data": None}, {"data": "x"}])
def test_a_change_needs_data(sandbox: Sandbox, body: dict[str, object]) -> None:
    ask(sandbox, "POST", "/v2/contexts", {"type": "t", "id": "i"})
    assert ask(sandbox, "PATCH", "/v2/contexts/t/i", body).status == 422


def test_lists_are_filtered(sandbox: Sandbox) -> None:
    for kind, context_id in (("a", "one"), ("b", "one"), ("b", "two")):
        ask(sandbox, "POST", "/v2/contexts", {"type": kind, "id": context_id})

    def found(query: str) -> list[str]:
        listed = ask(sandbox, "GET", f"/v2/contexts?{query}").data
        return [f"{each['type']}:{each['id']}" for each in listed]

    assert found("") == ["b:two", "b:one", "a:one"]
    assert found("type=b") == ["b:two", "b:one"]
    assert found("id=one") == ["b:one", "a:one"]
    assert found("search=B:O") == ["b:one"]
