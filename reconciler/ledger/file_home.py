"""A file of the project as the place of a ledger."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING
from urllib.parse import quote

from reconciler.errors import LockedError, UsageError
from reconciler.ledger import disk
from reconciler.ledger.disk import Tail, is_held
from reconciler.ledger.document import compact
from reconciler.ledger.file import FileLedger, journal_path, lock_path
from reconciler.ledger.holder import decode
from reconciler.ledger.open import opened

if TYPE_CHECKING:
    from pathlib import Path

    from reconciler.fingerprint import Fingerprinter
    from reconciler.ledger.holder import Holder
    from reconciler.ledger.open import OpenLedger

FOLDER = ".novu-sync"
"""Where a project's ledgers lie, beside its ``novu-sync.yaml``."""

_LOOK_AGAIN = 1.0


class FileHome:
    """A file of the project."""

    def __init__(self, directory: Path, *, project: str, environment: str) -> None:
        self._path = directory / FOLDER / f"{quote(environment, safe='')}.ledger.json"
        self._project = project
        self._environment = environment
        self._held: Tail | None = None
        self._told: Path | None = None

    @property
    def is_there(self) -> bool:
        """Whether the file holds a ledger, or a run left a journal there."""
        return self._path.exists() or journal_path(self._path).exists()

    def hold(self, holder: Holder, *, timeout: float = 0.0) -> str:
        """Keep other runs on this machine from writing it.

        The operating system takes the hold back when the process ends, however it ends, so that
        no time is needed after which it is up. Beside it lies, for people, whose it is.

        Raises:
            LockedError: another run on this machine holds it.
            FileError: the folder takes no writes.
        """
        end = time.monotonic() + timeout
        while True:
            try:
                self._held = Tail(journal_path(self._path))
                break
            except LockedError as error:
                left = end - time.monotonic()
                if left <= 0:
                    who = self.held_by()
                    told = f"{error.summary}: {who}" if who else error.summary
                    raise LockedError(told, error.mend) from None
                time.sleep(min(_LOOK_AGAIN, left))
        self._told = lock_path(self._path)
        disk.replace(self._told, compact(holder.encode()).encode() + b"\n")
        return ""

    def check(self) -> None:
        """Nobody can take it away."""

    def wipe(self) -> None:
        """Remove the document and the journal.

        Raises:
            FileError: one of them cannot be removed.
        """
        disk.remove(self._path)
        if self._held is not None:
            self._held.discard()

    def held_by(self) -> Holder | None:
        """Who holds it now, as it is written there."""
        try:
            row = json.loads(disk.read(lock_path(self._path)))
        except ValueError:
            return None
        return decode(row) if isinstance(row, dict) and is_held(journal_path(self._path)) else None

    def lift(self) -> None:
        """Only the end of the process does.

        Raises:
            UsageError: always.
        """
        raise UsageError(
            "a ledger in a file is held by a process of this machine until that ends",
            "End it; there is nothing to unlock then.",
        )

    def open(
        self, environment_id: str, fingerprinter: Fingerprinter, *, writing: bool = False
    ) -> OpenLedger:
        """Open it and read it; see `Home`.

        Raises:
            ApiKeyError: the project calls this Novu environment by another name.
            LockedError: another run on this machine writes it.
            FileError: it cannot be read, or written.
        """
        ledger = FileLedger(
            self._path,
            project=self._project,
            environment=self._environment,
            environment_id=environment_id,
            fingerprinter=fingerprinter,
            held=self._held,
        )
        return opened(ledger, f"file {FOLDER}/{self._path.name}", writing=writing)

    def let_go(self) -> None:
        """Let go of it; an empty journal does not stay."""
        if self._told is not None:
            self._told.unlink(missing_ok=True)
        if self._held is not None:
            self._held.let_go()
