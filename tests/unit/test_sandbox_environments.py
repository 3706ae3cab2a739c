from __future__ import annotations

import pytest
from support.inprocess import ask

from reconciler.sandbox.application import Sandbox
from reconciler.sandbox.environments import DEFAULT_KEYS, add_environments, stored_environments
from reconciler.sandbox.stamps import Stamps
from reconciler.sandbox.store import Store


def test_the_environments_are_those_of_one_organization() -> None:
    store, stamps = Store(None), Stamps()
    stamps.tick()
    assert stored_environments(store) == {}
    add_environments(store, stamps)
    found = stored_environments(store)
    store.close()
    assert found.keys() == DEFAULT_KEYS.keys()
    development, production = found.values()
    assert development["_organizationId"] == production["_organizationId"]
    assert production["_parentId"] == development["_id"] != production["_id"]
    assert "_parentId" not in development
    assert development["identifier"] != production["identifier"]


@pytest.mark.parametrize(("generation", "others"), [("2024-10", 0), ("2026-04", 1)])
def test_newer_servers_show_the_keys_of_all_environments(generation: str, others: int) -> None:
    with Sandbox(generation=generation) as sandbox:
        own, other = ask(sandbox, "GET", "/v1/environments").data
    assert [each["key"] for each in own["apiKeys"]] == ["sandbox-development"]
    assert len(other["apiKeys"]) == others
    assert ("slug" in own) is ("color" in own) is bool(others)


def test_a_key_can_ask_for_itself() -> None:
    with Sandbox() as sandbox:
        (own,) = ask(sandbox, "GET", "/v1/environments/api-keys").data
    assert own["key"] == "sandbox-development"


def test_environments_can_be_neither_made_nor_changed() -> None:
    with Sandbox() as sandbox:
        own = sandbox.environment_id("development")
        assert ask(sandbox, "POST", "/v1/environments", {"name": "Staging"}).status == 402
        for path, body, status in (
            (own, {"name": "Development"}, 422),
            (own, {}, 404),
            ("64b0c0ffee64b0c0ffee64b0", {"name": "x"}, 404),
        ):
            assert ask(sandbox, "PUT", f"/v1/environments/{path}", body).status == status
        assert ask(sandbox, "POST", "/v1/environments/api-keys/regenerate").status == 401
