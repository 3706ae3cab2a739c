from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from support.inprocess import ask

from reconciler.sandbox.application import Sandbox
from reconciler.sandbox.installation import Installation

if TYPE_CHECKING:
    from collections.abc import Iterator

PATH = "/v1/tenants"


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(generation="2024-10") as made:
        yield made


def test_newer_servers_refuse_tenants_unless_they_are_set_up_for_them() -> None:
    body = {"identifier": "a", "name": "A"}
    with Sandbox() as refusing:
        assert ask(refusing, "POST", PATH, body).status == 405
    with Sandbox(installation=Installation(tenants=True)) as taking:
        assert ask(taking, "POST", PATH, body).status == 201


def test_a_tenant_is_made_changed_and_forgotten(sandbox: Sandbox) -> None:
    ask(sandbox, "POST", PATH, {"identifier": "a", "name": "A", "data": {"x": 1}})
    ask(sandbox, "POST", PATH, {"identifier": "b", "name": "B"})
    assert ask(sandbox, "POST", PATH, {"identifier": "a", "name": "A"}).status == 409
    assert ask(sandbox, "PATCH", f"{PATH}/a", {"identifier": "b"}).status == 409
    changed = ask(sandbox, "PATCH", f"{PATH}/a", {"identifier": "a", "data": {}}).data
    assert "data" not in changed
    assert ask(sandbox, "PATCH", f"{PATH}/a", {"name": 5}).status == 400
    assert ask(sandbox, "DELETE", f"{PATH}/a").status == 204
    assert ask(sandbox, "GET", f"{PATH}/a").status == 404


def test_pages_begin_with_the_newest(sandbox: Sandbox) -> None:
    for number in range(12):
        ask(sandbox, "POST", PATH, {"identifier": f"t{number}", "name": "T"})
    first = ask(sandbox, "GET", PATH).body
    assert (first["hasMore"], first["data"][0]["identifier"]) == (True, "t11")
    last = ask(sandbox, "GET", f"{PATH}?page=1").body
    assert (last["hasMore"], len(last["data"])) == (False, 2)
    for query, status in (("limit=0", 400), ("limit=101", 400), ("limit=x", 400), ("page=-1", 500)):
        assert ask(sandbox, "GET", f"{PATH}?{query}").status == status


@pytest.mark.parametrize(
    ("body", "problems"),
    [
        ({}, 4),
        ({"identifier": "a"}, 2),
        ({"identifier": 5, "name": "A"}, 1),
        ({"identifier": "", "name": "A"}, 1),
    ],
)
def test_what_is_wrong_is_told_all_at_once(
    sandbox: Sandbox, body: dict[str, Any], problems: int
) -> None:
    answer = ask(sandbox, "POST", PATH, body)
    assert answer.status == 400
    assert len(answer.body["message"]) == problems
