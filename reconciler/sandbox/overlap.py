"""Requests that are under way at the same time, and what each of them can see of the others.

Novu looks first and writes later, without a lock: of two creates that are under way together, each
finds the identifier free. So a request judges by what was there when it arrived; what others wrote
that were not done by then is invisible to its checks, though not to lists.
"""

from __future__ import annotations

import threading
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from reconciler.sandbox.wire import Document


class Rows(Protocol):
    """Documents of one kind, as they are stored."""

    @property
    def name(self) -> str:
        """What they are called."""

    def first(self, **wanted: str | bool) -> Document | None:
        """The first that has the wanted values."""

    def find(self, **wanted: str | bool) -> Sequence[Document]:
        """All that have them."""


@dataclass(slots=True, eq=False)
class Visit:
    """The time of one request in the server, in moments that only ever grow.

    Attributes:
        arrived: when it came.
        left: when its answer was on its way; `None` until then.
    """

    arrived: int
    left: int | None = None

    def overlaps(self, other: Visit) -> bool:
        """Whether this one was not done when another one came."""
        return self.left is None or self.left > other.arrived


@dataclass(frozen=True, slots=True)
class _Write:
    visit: Visit
    collection: str
    row_id: str
    before: Document | None


class Overlaps:
    """Remembers what requests wrote for as long as others are under way that came before."""

    def __init__(self) -> None:
        """Begin with nobody under way."""
        self._lock = threading.Lock()
        self._moment = 0
        self._present: list[Visit] = []
        self._writes: list[_Write] = []
        self.current: Visit | None = None

    @contextmanager
    def visit(self) -> Iterator[Visit]:
        """A request arrives, and leaves at the end of the ``with`` statement."""
        with self._lock:
            self._moment += 1
            visit = Visit(self._moment)
            self._present.append(visit)
        try:
            yield visit
        finally:
            with self._lock:
                self._moment += 1
                visit.left = self._moment
                self._present.remove(visit)
                oldest = min((each.arrived for each in self._present), default=self._moment)
                self._writes = [
                    write
                    for write in self._writes
                    if write.visit.left is None or write.visit.left > oldest
                ]

    def wrote(self, collection: str, row_id: str, before: Document | None) -> None:
        """The current request is about to write a row.

        Args:
            collection: its name.
            row_id: of the row.
            before: what is stored; `None` where the row is new.
        """
        if self.current is not None:
            write = _Write(self.current, collection, row_id, before)
            with self._lock:
                self._writes.append(write)

    def first(self, rows: Rows, **wanted: str | bool) -> Document | None:
        """The first row that the current request can see and that has the wanted values."""
        unseen = self._unseen(rows.name)
        if not unseen:
            return rows.first(**wanted)
        seen = [row for row in rows.find(**wanted) if row["_id"] not in unseen]
        seen += [
            row
            for row in unseen.values()
            if row is not None and all(row.get(key) == value for key, value in wanted.items())
        ]
        return seen[0] if seen else None

    def _unseen(self, collection: str) -> dict[str, Document | None]:
        """By id: rows as they were before others wrote them that are, or were, under way."""
        unseen: dict[str, Document | None] = {}
        current = self.current
        if current is None:
            return unseen
        with self._lock:
            for write in self._writes:
                others = write.visit is not current and write.visit.overlaps(current)
                if others and write.collection == collection:
                    unseen.setdefault(write.row_id, write.before)
        return unseen
