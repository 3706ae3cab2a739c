"""A ledger that fails, and a process that dies, at a chosen step of the ledger."""

from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING

from support.breaking import Killed

from reconciler.errors import FileError
from reconciler.ledger.file import FileLedger

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from support.breaking import Broken

    from reconciler.ledger.open import Ledger
    from reconciler.model import Entry

ENDS = ("killed-before", "killed-after", "killed-amid", "full")
"""The process dies before a line is written, after, or with half of it on disk; or the disk is full
from there on."""


class MortalLedger:
    """Passes everything on to the file's ledger, until its time has come.

    The last step is `close`, in which the document is written.

    Attributes:
        steps: how many there were.
    """

    def __init__(self, ledger: Ledger, process: Broken, ends: dict[int, str]) -> None:
        self._ledger = ledger
        self._process = process
        self._ends = ends
        self._is_full = False
        self.steps = 0

    def expect(self, writes: Mapping[str, bool], /) -> None:
        """Pass it on; a file does nothing here, so it is no step."""
        self._ledger.expect(writes)

    def record(self, entry: Entry, /) -> None:
        """Record, or not any more."""
        self._step(lambda: self._ledger.record(entry))

    def forget(self, identifier: str, /) -> None:
        """Forget, or not any more."""
        self._step(lambda: self._ledger.forget(identifier))

    def doubt(self, identifier: str, /) -> None:
        """Doubt, or not any more."""
        self._step(lambda: self._ledger.doubt(identifier))

    def close(self) -> None:
        """Write the document; a dead process does not."""
        if self._process.dead:
            return
        self._step(self._ledger.close, last=True)

    def let_go(self) -> None:
        """What the system does for the dead: the file is no longer held, and stays as it is."""
        tail = self._ledger._tail if isinstance(self._ledger, FileLedger) else None  # type: ignore[attr-defined]
        if tail is not None:
            self._ledger._tail = None  # type: ignore[attr-defined]
            tail.close()

    def _step(self, write: Callable[[], None], *, last: bool = False) -> None:
        if self._process.dead:
            raise Killed
        self.steps += 1
        how = self._ends.get(self.steps, "")
        self._is_full = self._is_full or how == "full"
        if how.startswith("killed"):
            self._process.dead = True
            self._die(how, write, last=last)
        if self._is_full:
            if last:
                self.let_go()
            raise FileError("cannot write the ledger: the disk is full", os.strerror(errno.ENOSPC))
        write()

    def _die(self, how: str, write: Callable[[], None], *, last: bool) -> None:
        assert isinstance(self._ledger, FileLedger)
        tail = self._ledger._tail
        assert tail is not None
        before = os.fstat(tail._file).st_size
        if last:
            if how == "killed-after":
                self._ledger._fold()  # the document is there, and so is the journal still
        elif how != "killed-before":
            write()
            if how == "killed-amid":
                after = os.fstat(tail._file).st_size
                os.ftruncate(tail._file, (before + after) // 2)
        raise Killed
