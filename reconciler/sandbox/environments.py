"""The two environments of the sandbox's one organization."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.sandbox.stamps import short_id

if TYPE_CHECKING:
    from reconciler.sandbox.stamps import Stamps
    from reconciler.sandbox.store import Store
    from reconciler.sandbox.wire import Document

DEFAULT_KEYS = {"development": "sandbox-development", "production": "sandbox-production"}
"""The environments by the sandbox's word for them, with the API keys they have unless told."""

_LOOKS = {"development": ("dev", "#ff8547"), "production": ("prod", "#7e52f4")}


def add_environments(store: Store, stamps: Stamps) -> None:
    """Put the environments into a store, as Novu makes them with an organization."""
    organization, parent = stamps.object_id(), None
    for name, (kind, color) in _LOOKS.items():
        environment: Document = {
            "_id": stamps.object_id(),
            "name": name.capitalize(),
            "identifier": short_id(),
            "_organizationId": organization,
            "widget": {"notificationCenterEncryption": False},
            "color": color,
            "type": kind,
            "createdAt": stamps.time,
            "updatedAt": stamps.time,
            "__v": 0,
        }
        if parent:
            environment["_parentId"] = parent
        store.environments.put(environment, environment)
        parent = environment["_id"]


def stored_environments(store: Store) -> dict[str, Document]:
    """The environments by the sandbox's word for them; empty in a new store."""
    return {each["name"].lower(): each for each in store.environments.find()}
