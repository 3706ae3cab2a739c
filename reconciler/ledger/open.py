"""Opens the ledger that an environment asks for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol
from urllib.parse import quote

from reconciler.ledger.disk import Tail
from reconciler.ledger.file import FileLedger, journal_path
from reconciler.ledger.none import NoLedger

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from reconciler.fingerprint import Fingerprinter
    from reconciler.model import Applied, Entry

FOLDER = ".novu-sync"
"""Where a project's ledgers lie, beside its ``novu-sync.yaml``."""


class Ledger(Protocol):
    """What every backend offers to whoever opens it."""

    def read(self) -> Applied:
        """What was last applied; changes nothing."""

    def begin(self) -> None:
        """Make ready for writing, so that what is in the way is known before Novu is changed."""

    def expect(self, writes: Mapping[str, bool]) -> None:
        """These integrations are about to be written: whether each is to be protected.

        Called once, before the first write. A backend that cannot keep up with every single
        step notes here, durably, whose values are in doubt until it has caught up.
        """

    def mark(self, name: str, value: str | None) -> None:
        """Remember a small fact beside the entries before this returns; `None` drops it."""

    def record(self, entry: Entry) -> None:
        """Remember an integration as applied."""

    def forget(self, identifier: str) -> None:
        """Drop an integration that is gone."""

    def doubt(self, identifier: str) -> None:
        """Values are about to be sent: until `record` nobody knows which ones the server has."""

    def close(self) -> None:
        """Put everything in its place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenLedger:
    """A ledger and what it said when it was opened.

    Attributes:
        ledger: close it at the end.
        applied: what was last applied.
        note: one line for the plan: which ledger it is and what is in it.
    """

    ledger: Ledger
    applied: Applied
    note: str


def hold_ledger(backend: str, directory: Path, environment: str) -> Tail | None:
    """Keep other runs on this machine from writing an environment's ledger.

    To be done before the server is looked at: what a run does between its look and its first
    write, no other can do meanwhile.

    Args:
        backend: ``auto`` (a file), ``file`` or ``none``.
        directory: where the project file lies.
        environment: the environment's declared name.

    Returns:
        What to let go of at the end, and to hand to `open_ledger`; `None` where nothing is kept.

    Raises:
        LockedError: another run on this machine writes it.
        FileError: the folder takes no writes.
    """
    return None if backend == "none" else Tail(journal_path(_path(directory, environment)))


def _path(directory: Path, environment: str) -> Path:
    return directory / FOLDER / f"{quote(environment, safe='')}.ledger.json"


def open_ledger(  # noqa: PLR0913 - whose memory it is takes that many words
    backend: str,
    directory: Path,
    *,
    project: str,
    environment: str,
    environment_id: str,
    fingerprinter: Fingerprinter,
    writing: bool = False,
    held: Tail | None = None,
) -> OpenLedger:
    """Open an environment's ledger and read it.

    Args:
        backend: ``auto`` (a file), ``file`` or ``none``.
        directory: where the project file lies.
        project: as the project file says.
        environment: the environment's declared name.
        environment_id: Novu's id for it, as the API key tells.
        fingerprinter: of this API key and environment.
        writing: hold it for writing. Then no other run on this machine can, and a folder or a
            disk that takes no writes is known before anything is changed in Novu.
        held: what `hold_ledger` gave, where it is held already.

    Raises:
        ApiKeyError: the project calls this Novu environment by another name.
        LockedError: another run on this machine writes it.
        FileError: it cannot be read, or written.
        ValueError: there is no such backend (the configuration allows only those above).
    """
    match backend:
        case "none":
            ledger: Ledger = NoLedger()
            where = "none"
        case "auto" | "file":
            path = _path(directory, environment)
            ledger = FileLedger(
                path,
                project=project,
                environment=environment,
                environment_id=environment_id,
                fingerprinter=fingerprinter,
                held=held,
            )
            where = f"file {FOLDER}/{path.name}"
        case _:
            raise ValueError(backend)
    if writing:
        ledger.begin()
    applied = ledger.read()
    return OpenLedger(ledger=ledger, applied=applied, note=f"ledger: {where}, {_told(applied)}")


def _told(applied: Applied) -> str:
    count = len(applied.entries)
    entries = f"{count} {'entry' if count == 1 else 'entries'}"
    if not applied.note:
        return entries
    return f"{entries}; {applied.note}" if count else applied.note
