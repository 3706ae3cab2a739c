"""Opens the ledger that an environment asks for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol
from urllib.parse import quote

from reconciler.ledger import shard
from reconciler.ledger.contexts import ContextLedger, listed
from reconciler.ledger.disk import Tail
from reconciler.ledger.document import Owner
from reconciler.ledger.file import FileLedger, journal_path
from reconciler.ledger.none import NoLedger
from reconciler.novu.contexts import Contexts

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from reconciler.fingerprint import Fingerprinter
    from reconciler.model import Applied, Entry
    from reconciler.novu.contexts import Listing
    from reconciler.transport.session import Session

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


class Home(Protocol):
    """Where an environment's ledger lies."""

    def hold(self) -> None:
        """Keep other runs from writing it, before the server is looked at.

        What a run does between its look and its first write, no other can do meanwhile.

        Raises:
            LockedError: another run writes it.
            WorldError: the folder takes no writes, Novu does not answer.
        """

    def open(
        self, environment_id: str, fingerprinter: Fingerprinter, *, writing: bool = False
    ) -> OpenLedger:
        """Open it and read it.

        Args:
            environment_id: Novu's id, as the API key tells.
            fingerprinter: of this API key and environment.
            writing: make it ready for writing, so that what is in the way is known before
                anything is changed in Novu.

        Raises:
            ApiKeyError: the project calls this Novu environment by another name.
            LockedError: another run writes it.
            WorldError: it cannot be read, or written.
        """

    def let_go(self) -> None:
        """Let other runs write it again; nothing happens where it is not held."""


def find_home(  # noqa: PLR0913 - whose memory it is, and where that may be
    backend: str,
    directory: Path,
    *,
    project: str,
    environment: str,
    session: Session,
    parallelism: int = 10,
) -> Home:
    """Where an environment's ledger lies.

    ``auto`` is the backend that holds this project's ledger already, Novu's contexts before a
    file; where none does, the contexts of a Novu that has them, and a file otherwise.

    Args:
        backend: ``auto``, ``novu``, ``file`` or ``none``.
        directory: where the project file lies.
        project: as the project file says.
        environment: the environment's declared name.
        session: with the environment's API key.
        parallelism: how many requests may be under way at once.

    Raises:
        WorldError, ApiKeyError: Novu does not tell whether it has contexts.
        ValueError: there is no such backend (the configuration allows only those above).
    """
    file = FileHome(directory, project=project, environment=environment)
    if backend == "none":
        return NoHome()
    if backend == "file":
        return file
    if backend not in ("auto", "novu"):
        raise ValueError(backend)
    contexts = Contexts(session, shard.TYPE)
    found = listed(contexts) if backend == "novu" else contexts.list()
    if found is None:
        return file
    is_theirs = any(
        shard.number_of(project, each.id) is not None or shard.is_intent(project, each.id)
        for each in found.contexts
    )
    if backend == "auto" and not is_theirs and file.is_there:
        return file
    return NovuHome(
        contexts, found, project=project, environment=environment, parallelism=parallelism
    )


class NoHome:
    """Nowhere."""

    def hold(self) -> None:
        """Nothing to keep anybody from."""

    def open(
        self,
        environment_id: str,  # noqa: ARG002 - as every home
        fingerprinter: Fingerprinter,  # noqa: ARG002 - as every home
        *,
        writing: bool = False,  # noqa: ARG002 - as every home
    ) -> OpenLedger:
        """The ledger that remembers nothing."""
        return _opened(NoLedger(), "none", writing=False)

    def let_go(self) -> None:
        """Nothing is held."""


class FileHome:
    """A file of the project."""

    def __init__(self, directory: Path, *, project: str, environment: str) -> None:
        self._path = directory / FOLDER / f"{quote(environment, safe='')}.ledger.json"
        self._project = project
        self._environment = environment
        self._held: Tail | None = None

    @property
    def is_there(self) -> bool:
        """Whether the file holds a ledger, or a run left a journal there."""
        return self._path.exists() or journal_path(self._path).exists()

    def hold(self) -> None:
        """Keep other runs on this machine from writing it.

        Raises:
            LockedError: another run on this machine writes it.
            FileError: the folder takes no writes.
        """
        self._held = Tail(journal_path(self._path))

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
        return _opened(ledger, f"file {FOLDER}/{self._path.name}", writing=writing)

    def let_go(self) -> None:
        """Let go of it; an empty journal does not stay."""
        if self._held is not None:
            self._held.let_go()


class NovuHome:
    """The Novu environment itself."""

    def __init__(
        self,
        contexts: Contexts,
        found: Listing,
        *,
        project: str,
        environment: str,
        parallelism: int,
    ) -> None:
        self._contexts = contexts
        self._found = found
        self._project = project
        self._environment = environment
        self._parallelism = parallelism

    def hold(self) -> None:
        """Nothing yet."""

    def open(
        self, environment_id: str, fingerprinter: Fingerprinter, *, writing: bool = False
    ) -> OpenLedger:
        """Read what was listed; see `Home`.

        Raises:
            ApiKeyError: the project calls this Novu environment by another name.
            ServerStateError: a later version of novu-sync wrote it.
        """
        owner = Owner(
            project=self._project,
            environment=self._environment,
            environment_id=environment_id,
            key_id=fingerprinter.key_id,
        )
        ledger = ContextLedger(
            self._contexts,
            owner,
            fingerprinter,
            found=self._found.contexts,
            parallelism=self._parallelism,
        )
        return _opened(ledger, "novu", writing=writing)

    def let_go(self) -> None:
        """Nothing is held."""


def _opened(ledger: Ledger, where: str, *, writing: bool) -> OpenLedger:
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
