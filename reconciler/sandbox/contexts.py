"""Contexts (``/v2/contexts``): free-form documents under a type and an id, as Novu keeps them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from reconciler.sandbox.pages import read_page
from reconciler.sandbox.refusals import compact, crashed, invalid, refused

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reconciler.sandbox.parts import Parts
    from reconciler.sandbox.wire import Document
    from reconciler.secret import Json

DATA_LIMIT = 64 * 1024
"""Bytes of UTF-8 that ``data`` may have as compact JSON."""

_WORD = re.compile(r"[A-Za-z0-9_-]+")
_WORD_LIMIT = 100
# What the database driver does to property names: some vanish, some break it.
_VANISHING = frozenset({"toString", "hasOwnProperty", "valueOf", "prototype", "__proto__"})
_BREAKING = frozenset({"constructor", "_bsontype", "$__"})
_DEPTH = 200


class Contexts:
    """The use cases, called inside a transaction with the environment of the API key."""

    def __init__(self, parts: Parts) -> None:
        """Work with the parts of a sandbox."""
        self._rows = parts.store.contexts
        self._stamps = parts.stamps
        self._overlaps = parts.overlaps
        self._unique = parts.indexed  # the database itself refuses a second one

    def create(self, environment: Document, body: Document) -> Document:
        """Make a context.

        Raises:
            Refusal: its type, id or data is not as it must be, or there is one already.
        """
        problems = [
            *_problems_of_word(body.get("type"), "type", "Type"),
            *_problems_of_word(body.get("id"), "id", "ID"),
            *_problems_of_data(body.get("data")),
        ]
        if problems:
            raise invalid(422, problems)
        kind, context_id = body["type"], body["id"]
        wanted = {"_environmentId": environment["_id"], "type": kind, "id": context_id}
        if self._overlaps.first(self._rows, **wanted):
            message = f"Context with type '{kind}' and id '{context_id}' already exists"
            raise refused(409, message)
        if self._unique and self._rows.first(**wanted):
            raise crashed()
        row: Document = {
            "_id": self._stamps.object_id(),
            "_environmentId": environment["_id"],
            "key": f"{kind}:{context_id}",
            "createdAt": self._stamps.time,
            "updatedAt": self._stamps.time,
            "type": kind,
            "id": context_id,
            "data": _stored(body.get("data") or {}),
        }
        self._rows.put(row, _shown(row))
        return _shown(row)

    def get(self, environment: Document, kind: str, context_id: str) -> Document:
        """One context.

        Raises:
            Refusal: there is none in this environment.
        """
        return _shown(self._row(environment, kind, context_id))

    def update(
        self, environment: Document, kind: str, context_id: str, *, body: Document
    ) -> Document:
        """Replace the data of a context; no precondition is looked at.

        Raises:
            Refusal: the data is not as it must be, or there is no such context.
        """
        data = body.get("data")
        if data is None:
            raise invalid(422, ["data should not be null or undefined"])
        if problems := list(_problems_of_data(data)):
            raise invalid(422, problems)
        wanted = {"_environmentId": environment["_id"], "type": kind, "id": context_id}
        if self._overlaps.first(self._rows, **wanted) is None:
            raise refused(404, f"Context with type '{kind}' and id '{context_id}' not found")
        row = self._rows.first(**wanted)
        if row is None:
            raise crashed()
        row |= {"data": _stored(data), "updatedAt": self._stamps.time}
        self._rows.put(row, _shown(row))
        return _shown(row)

    def delete(self, environment: Document, kind: str, context_id: str) -> None:
        """Forget a context, and whatever twins a race has left of it.

        Raises:
            Refusal: there is none in this environment.
        """
        row = self._row(environment, kind, context_id)
        self._rows.remove(row)
        for twin in self._rows.find(_environmentId=environment["_id"], type=kind, id=context_id):
            self._rows.remove(twin)

    def listing(self, environment: Document, query: str) -> Document:
        """One page of the contexts that a query asks for, with the cursors around it.

        Raises:
            Refusal: the query is not as it must be.
        """
        page = read_page(query)
        wanted = {"type": page.type, "id": page.id}
        rows = self._rows.find(_environmentId=environment["_id"])
        cursor = next((row for row in rows if row["_id"] == page.cursor), None)
        chosen = [
            row
            for row in rows
            if all(not value or row[key] == value for key, value in wanted.items())
            and page.search.lower() in row["key"].lower()
        ]
        return page.cut(chosen, cursor, _shown)

    def _row(self, environment: Document, kind: str, context_id: str) -> Document:
        row = self._overlaps.first(
            self._rows, _environmentId=environment["_id"], type=kind, id=context_id
        )
        if row is None:
            where = f"not found in environment {environment['_id']}"
            raise refused(404, f"Context with id '{context_id}' and type '{kind}' {where}")
        return row


def _shown(row: Document) -> Document:
    return {key: row[key] for key in ("createdAt", "updatedAt", "type", "id", "data")}


def _problems_of_word(value: Json, field: str, title: str) -> Iterator[str]:
    if value is None:
        yield f"{field} should not be null or undefined"
    text = value if isinstance(value, str) else None
    if text is None or not _WORD.fullmatch(text):
        yield f"{title} must be lowercase alphanumeric with optional ., _, or - separators"
    if text is None or len(text) > _WORD_LIMIT:
        yield f"{field} must be shorter than or equal to {_WORD_LIMIT} characters"
    if not text:
        yield f"{field} must be longer than or equal to 1 characters"
    if text is None:
        yield f"{field} must be a string"


def _problems_of_data(value: Json) -> Iterator[str]:
    if value is None:
        return
    if not isinstance(value, dict):
        yield "Context data must be an object"
        return
    size = len(compact(value).encode())
    if size > DATA_LIMIT:
        limit = DATA_LIMIT // 1024
        yield f"Data is too large: {int(size / 1024 + 0.5)}KB exceeds {limit}KB limit"


def _stored(value: Json, depth: int = 0) -> Json:
    if depth > _DEPTH:
        raise crashed()
    if isinstance(value, list):
        return [_stored(each, depth + 1) for each in value]
    if not isinstance(value, dict):
        return value
    if any("\0" in key or (key in _BREAKING and value[key] is not None) for key in value):
        raise crashed()
    return {
        key: _stored(each, depth + 1)
        for key, each in value.items()
        if key not in _VANISHING and key != "constructor"
    }
