"""The ledger's entries while a run changes them: each row has one, whatever it was called."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from reconciler.planning.plan import Delete

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from reconciler.applying.ports import Ledger
    from reconciler.model import Applied, Entry
    from reconciler.planning.plan import Change


class Memory:
    """Keeps entries by row and the ledger in step with them; threads take turns.

    Every method that writes raises what the ledger raises, and changes nothing then.
    """

    def __init__(self, applied: Applied, ledger: Ledger) -> None:
        self._ledger = ledger
        self._turn = threading.Lock()
        self._by_row = {entry.remote_id: entry for entry in applied.entries.values()}
        self._row_of = {entry.identifier: entry.remote_id for entry in applied.entries.values()}
        self._before: dict[str, Entry] = {}

    def of_row(self, row_id: str) -> Entry | None:
        """What is remembered of a row, under whichever identifier."""
        with self._turn:
            return self._by_row.get(row_id)

    def before_doubt(self, row_id: str) -> Entry | None:
        """As `of_row`, and while the row's values are doubted: what was known of them before."""
        with self._turn:
            return self._before.get(row_id) or self._by_row.get(row_id)

    def remember(self, entry: Entry) -> None:
        """Record an entry, unless the ledger holds the very same one."""
        with self._turn:
            before = self._by_row.get(entry.remote_id)
            if before == entry:
                return
            if before is not None and before.identifier != entry.identifier:
                # First this: a run that dies in between knows less, and nothing wrong.
                self._ledger.forget(before.identifier)
                self._row_of.pop(before.identifier, None)
            self._ledger.record(entry)
            self._before.pop(entry.remote_id, None)
            self._by_row.pop(self._row_of.get(entry.identifier, ""), None)
            self._by_row[entry.remote_id] = entry
            self._row_of[entry.identifier] = entry.remote_id

    def forget_rows(self, there: Collection[str]) -> None:
        """Drop the entries of rows that are gone: of all but these."""
        with self._turn:
            for row_id in sorted(self._by_row.keys() - set(there)):
                entry = self._by_row[row_id]
                self._ledger.forget(entry.identifier)
                del self._by_row[row_id]
                self._row_of.pop(entry.identifier, None)

    def expect(self, changes: Iterable[Change]) -> None:
        """Tell the ledger which entries changes are going to be about, old names included."""
        with self._turn:
            writes: dict[str, bool] = {}
            for change in changes:
                if isinstance(change, Delete):
                    continue  # forgotten once the list shows that it is gone
                protect = change.desired.protect
                row = getattr(change, "observed", None)
                entry = None if row is None else self._by_row.get(row.id)
                for name in (change.identifier, *([] if entry is None else [entry.identifier])):
                    writes[name] = writes.get(name, False) or protect
            self._ledger.expect(writes)

    def doubt(self, row_id: str) -> None:
        """Values of a row are about to be sent: stop believing what is known of them."""
        with self._turn:
            entry = self._by_row.get(row_id)
            if entry is not None and entry != entry.doubted():
                self._ledger.doubt(entry.identifier)
                self._before[row_id] = entry
                self._by_row[row_id] = entry.doubted()

    def believe(self, row_id: str) -> None:
        """The values were certainly not stored: what was known before holds again."""
        with self._turn:
            entry = self._before.pop(row_id, None)
            if entry is not None:
                self._ledger.record(entry)
                self._by_row[row_id] = entry
