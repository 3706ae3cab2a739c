from __future__ import annotations

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
