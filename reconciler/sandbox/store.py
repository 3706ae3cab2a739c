"""Keeps documents in SQLite: in a file, or in memory until the sandbox is closed.

A document is stored as JSON together with the JSON that lists answer for it, so that a list of
ten thousand rows is a join of strings. A few of its members are columns of their own, to be
searched by. The caller sees to it that only one thread at a time is at work.
"""

from __future__ import annotations

import json
import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING

from reconciler.errors import FileError
from reconciler.sandbox.overlap import Overlaps
from reconciler.sandbox.refusals import compact

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from reconciler.sandbox.wire import Document


class Store:
    """The database of one sandbox.

    Attributes:
        integrations: all rows, deleted ones included, since deletes are soft.
        contexts: free-form documents of clients.
        environments: the two environments.
        tenants: of older servers.
    """

    def __init__(self, path: Path | None, overlaps: Overlaps | None = None) -> None:
        """Open the database, or make it.

        Args:
            path: the file; `None` keeps everything in memory.
            overlaps: told of every write; `None` is a store with one user.

        Raises:
            FileError: the file cannot be opened, or is no such database.
        """
        self._overlaps = overlaps or Overlaps()
        try:
            self._connection = sqlite3.connect(
                path or ":memory:", check_same_thread=False, isolation_level=None
            )
        except sqlite3.Error as problem:
            raise _unusable(path, problem) from None
        try:
            self._prepare()
        except sqlite3.Error as problem:
            self._connection.close()
            raise _unusable(path, problem) from None

    def _prepare(self) -> None:
        # A power cut may cost a sandbox its last writes; a killed process does not.
        self._connection.execute("PRAGMA synchronous = OFF")
        self.integrations = Collection(
            self._connection,
            self._overlaps,
            "integrations",
            columns=(
                "_environmentId",
                "identifier",
                "providerId",
                "channel",
                "active",
                "priority",
                "deleted",
            ),
            indexes=(("_environmentId", "channel", "active", "priority"), ("identifier",)),
        )
        self.contexts = Collection(
            self._connection,
            self._overlaps,
            "contexts",
            columns=("_environmentId", "type", "id"),
            indexes=(("_environmentId", "type", "id"),),
        )
        self.environments = Collection(
            self._connection, self._overlaps, "environments", columns=("name",), indexes=()
        )
        self.tenants = Collection(
            self._connection,
            self._overlaps,
            "tenants",
            columns=("_environmentId", "identifier"),
            indexes=(("_environmentId", "identifier"),),
        )

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All writes inside become visible together, or none where an exception ends it."""
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")

    def close(self) -> None:
        """Close the database; what was only in memory is gone."""
        self._connection.close()


class Collection:
    """Documents of one kind, in the order they were first put.

    Attributes:
        name: of the kind.

    Table and column names are words of this module, so they may stand in SQL as they are.
    """

    def __init__(
        self,
        connection: sqlite3.Connection,
        overlaps: Overlaps,
        name: str,
        *,
        columns: Sequence[str],
        indexes: Sequence[Sequence[str]],
    ) -> None:
        """Make the table where it is missing.

        Args:
            connection: the database.
            overlaps: told of every write.
            name: of the table.
            columns: members of a document that are searched by.
            indexes: columns that are searched by together.
        """
        self._connection = connection
        self._overlaps = overlaps
        self.name = name
        self._table = f'"{name}"'
        self._columns = ("_id", *columns)
        quoted = [f'"{column}"' for column in self._columns]
        connection.execute(
            f"CREATE TABLE IF NOT EXISTS {self._table} (position INTEGER PRIMARY KEY,"
            f" {', '.join(quoted)}, document TEXT NOT NULL, answer TEXT NOT NULL, UNIQUE (_id))"
        )
        for number, each in enumerate(indexes):
            fields = ", ".join(f'"{column}"' for column in each)
            connection.execute(
                f'CREATE INDEX IF NOT EXISTS "{name}-{number}" ON {self._table} ({fields})'
            )
        self._put = (
            f"INSERT INTO {self._table} ({', '.join(quoted)}, document, answer)"  # noqa: S608
            f" VALUES ({', '.join('?' * len(quoted))}, ?, ?) ON CONFLICT (_id) DO UPDATE SET "
            + ", ".join(f"{each} = excluded.{each}" for each in (*quoted, "document", "answer"))
        )

    def put(self, document: Document, answer: Document) -> None:
        """Add a document, or replace the one that has its ``_id``.

        Args:
            document: with an ``_id``.
            answer: what lists say of it.
        """
        self._overlaps.wrote(self.name, document["_id"], self.first(_id=document["_id"]))
        values = [document.get(column) for column in self._columns]
        self._connection.execute(self._put, [*values, compact(document), compact(answer)])

    def remove(self, document: Document) -> None:
        """Forget a document."""
        self._overlaps.wrote(self.name, document["_id"], document)
        self._connection.execute(
            f"DELETE FROM {self._table} WHERE _id = ?",  # noqa: S608 - see the class
            (document["_id"],),
        )

    def find(self, **wanted: str | bool) -> list[Document]:
        """The documents whose members have the wanted values, in the order they were put."""
        where, values = _where(wanted)
        rows = self._connection.execute(
            f"SELECT document FROM {self._table}{where} ORDER BY position",  # noqa: S608
            values,
        )
        return [json.loads(document) for (document,) in rows]

    def first(self, **wanted: str | bool) -> Document | None:
        """The first of them, where there is one."""
        return self._top("position", wanted)

    def highest(self, member: str, **wanted: str | bool) -> Document | None:
        """The one whose member is greatest, the first of several."""
        return self._top(f'"{member}" DESC, position', wanted)

    def answers(self, order: Sequence[str] = (), **wanted: str | bool) -> str:
        """What a list says of them: JSON objects joined by commas.

        Args:
            order: members that come before the order in which they were put.
            wanted: as in `find`.
        """
        where, values = _where(wanted)
        sorting = ", ".join([*(f'"{member}"' for member in order), "position"])
        ((joined,),) = self._connection.execute(
            "SELECT group_concat(answer, ',') FROM"  # noqa: S608 - see the class
            f" (SELECT answer FROM {self._table}{where} ORDER BY {sorting})",
            values,
        )
        return joined or ""

    def _top(self, order: str, wanted: dict[str, str | bool]) -> Document | None:
        where, values = _where(wanted)
        row = self._connection.execute(
            f"SELECT document FROM {self._table}{where} ORDER BY {order} LIMIT 1",  # noqa: S608
            values,
        ).fetchone()
        return json.loads(row[0]) if row else None


def _unusable(path: Path | None, problem: sqlite3.Error) -> FileError:
    return FileError(
        f"the sandbox cannot keep its data in {path}: {problem}",
        "Name a file in a folder that exists, or one that an earlier sandbox made.",
    )


def _where(wanted: dict[str, str | bool]) -> tuple[str, list[str | bool]]:
    if not wanted:
        return "", []
    return " WHERE " + " AND ".join(f'"{key}" = ?' for key in wanted), list(wanted.values())
