"""The two environments of the sandbox's one organization."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from reconciler.sandbox.refusals import Refusal, refused
from reconciler.sandbox.stamps import short_id

if TYPE_CHECKING:
    from reconciler.sandbox.parts import Parts
    from reconciler.sandbox.stamps import Stamps
    from reconciler.sandbox.store import Store
    from reconciler.sandbox.wire import Document

DEFAULT_KEYS = {"development": "sandbox-development", "production": "sandbox-production"}
"""The environments by the sandbox's word for them, with the API keys they have unless told."""

_LOOKS = {"development": ("dev", "#ff8547"), "production": ("prod", "#7e52f4")}
_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


class Environments:
    """The use cases, called inside a transaction with the environment of the API key."""

    def __init__(self, parts: Parts) -> None:
        """Work with the parts of a sandbox."""
        self._rows = parts.store.environments
        self._generation = parts.generation
        self._keys = parts.api_keys

    def own(self, environment: Document) -> Document:
        """The environment of the key."""
        return self._shown(environment) | {"id": environment["_id"]}

    def listing(self, environment: Document) -> list[Document]:
        """All environments, with API keys in clear: of each, or of the key's own."""
        listed = []
        for each in self._rows.find():
            own = each["_id"] == environment["_id"]
            keys = [self._key(each)] if own or self._generation.shows_every_key else []
            shown = self._shown(each) | {"apiKeys": keys}
            if self._generation.decorates_environments:
                shown["slug"] = f"{each['type']}_env_{_compressed(each['_id'])}"
            listed.append(shown)
        return listed

    def own_keys(self, environment: Document) -> list[Document]:
        """The keys of the key's environment: itself."""
        key = self._key(environment)
        return [{"key": key["key"], "_userId": key["_userId"]}]

    def create(self) -> Document:
        """Refuse, as a free plan does."""
        raise Refusal(402, "Payment Required", context=None)

    def update(self, environment_id: str, *, body: Document) -> Document:
        """Refuse to rename one of the two that every organization has; nothing else is played."""
        known = self._rows.first(_id=environment_id)
        if known is None or not body.get("name"):
            raise refused(404, f"Environment with id {environment_id} not found")
        raise refused(422, "Cannot update the name of Development or Production environments")

    def _shown(self, environment: Document) -> Document:
        hidden = () if self._generation.decorates_environments else ("color", "type")
        return {key: value for key, value in environment.items() if key not in hidden}

    def _key(self, environment: Document) -> Document:
        key = self._keys[environment["name"].lower()]
        return {
            "key": key,
            "hash": hashlib.sha256(key.encode()).hexdigest(),
            "_userId": _derived("user", environment["_organizationId"]),
            "_id": _derived("key", environment["_id"]),
        }


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


def _derived(what: str, of: str) -> str:
    """An id that belongs to another one."""
    return hashlib.sha256(f"{what} {of}".encode()).hexdigest()[:24]


def _compressed(object_id: str) -> str:
    """An id in fewer characters."""
    number, text = int(object_id, 16), ""
    while number:
        number, digit = divmod(number, len(_DIGITS))
        text = _DIGITS[digit] + text
    return text
