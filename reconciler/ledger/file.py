"""The ledger in a file of the project: a document that can be committed, a journal beside it.

``.novu-sync/<environment>.ledger.json`` is rewritten whole when a run ends. While it goes on,
every change is one line in ``<environment>.ledger.journal``: writing a thousand changes costs a
thousand lines and not a thousand documents. The next run finds a journal that was left behind and
folds it in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.errors import ApiKeyError, NovuSyncError
from reconciler.ledger import disk, document, journal
from reconciler.ledger.document import Document, Owner
from reconciler.ledger.journal import Chain, Doubted, Forgotten, Marked, Recorded
from reconciler.model import Applied

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from reconciler.fingerprint import Fingerprinter
    from reconciler.ledger.journal import Journal, Told
    from reconciler.model import Entry


def journal_path(path: Path) -> Path:
    """Where the journal of a document lies."""
    return path.with_suffix(".journal")


def lock_path(path: Path) -> Path:
    """Where it is written who holds a document's ledger."""
    return path.with_suffix(".lock")


class FileLedger:
    """Remembers in a file. Threads that use it take turns: it does not guard itself."""

    def __init__(  # noqa: PLR0913 - whose memory it is takes that many words
        self,
        path: Path,
        *,
        project: str,
        environment: str,
        environment_id: str,
        fingerprinter: Fingerprinter,
        held: disk.Tail | None = None,
    ) -> None:
        """Remember in a file.

        Args:
            path: the document's; the journal lies beside it.
            project: as the project file says.
            environment: the environment's declared name.
            environment_id: Novu's id for it.
            fingerprinter: of its API key.
            held: the journal, where it is held already.
        """
        self._path = path
        self._journal_path = journal_path(path)
        self._before = held
        self._fingerprinter = fingerprinter
        self._owner = Owner(
            project=project,
            environment=environment,
            environment_id=environment_id,
            key_id=fingerprinter.key_id,
        )
        self._chain = Chain(fingerprinter)
        self._document = Document()
        self._entries: dict[str, Entry] = {}
        self._marks: dict[str, str] = {}
        self._claimed_id = ""
        self._note = ""
        self._tail: disk.Tail | None = None

    def read(self) -> Applied:
        """What was last applied; changes nothing, makes neither file nor folder.

        Raises:
            FileError: a file is there and cannot be read.
            ApiKeyError: the project calls this Novu environment by another name.
        """
        if self._tail is None:
            # The journal first: a run that ends meanwhile folds it in, and then both agree.
            self._load(self._journal_of(disk.read(self._journal_path)))
        return Applied(
            entries=dict(self._entries),
            note=self._note,
            marks=dict(self._marks),
            environment_id=self._claimed_id,
        )

    def begin(self) -> None:
        """Hold the journal and begin it anew; fold in what an earlier run left behind.

        Raises:
            LockedError: another run on this machine writes this ledger.
            FileError: the folder or the disk takes no writes.
            ApiKeyError: as `read`.
        """
        self._held()

    def expect(self, writes: Mapping[str, bool]) -> None:
        """Nothing to do: every doubt is a line of the journal before its write is sent."""

    def mark(self, name: str, value: str | None) -> None:
        """Remember a small fact; `None` drops it.

        Raises:
            FileError: the disk takes no writes.
        """
        step = Marked(name=name, value=value)
        self._take(step)
        self._marks = journal.marked(self._marks, [step])

    def record(self, entry: Entry) -> None:
        """Remember an integration as applied.

        Raises:
            FileError: the disk takes no writes.
        """
        self._take(Recorded(entry=entry))

    def forget(self, identifier: str) -> None:
        """Drop an integration that is gone.

        Raises:
            FileError: the disk takes no writes.
        """
        self._take(Forgotten(identifier=identifier))

    def doubt(self, identifier: str) -> None:
        """Values are about to be sent: until `record` nobody knows which ones the server has.

        Raises:
            FileError: the disk takes no writes.
        """
        self._take(Doubted(identifier=identifier))

    def close(self) -> None:
        """Rewrite the document where anything changed, and remove the journal.

        Raises:
            FileError: it cannot be rewritten; the journal stays, and the next run folds it in.
        """
        tail, self._tail = self._tail, None
        if tail is None:
            return
        try:
            self._fold()
        except NovuSyncError:
            tail.close()
            raise
        tail.discard()

    def _held(self) -> disk.Tail:
        if self._tail is not None:
            return self._tail
        tail = self._before or disk.Tail(self._journal_path)
        self._before = None
        text = b""
        try:
            text = tail.read()
            found = self._journal_of(text)
            self._load(found)
            self._fold()
            if found.foreign:
                tail.renew()
            line = self._chain.first(self._owner, self._document.mac)
            tail.restart(line)
        except NovuSyncError:
            if text:
                tail.close()
            else:
                tail.discard()
            raise
        self._chain.moves_on(line)
        self._tail = tail
        return tail

    def _take(self, step: Told) -> None:
        tail = self._held()
        line = self._chain.step(step)
        tail.append(line)
        self._chain.moves_on(line)
        journal.take(self._entries, step)

    def _journal_of(self, text: bytes) -> Journal:
        return journal.read(text, self._owner, self._fingerprinter)

    def _load(self, found: Journal) -> None:
        self._refuse_another_name()
        text = disk.read(self._path)
        known = document.read(text, self._owner, self._fingerprinter) if text else Document()
        self._document = known
        self._entries = journal.joined(known.entries, known.mac, found)
        self._marks = journal.marked(known.marks, found.steps)
        claimed = document.claim(text) if text else None
        self._claimed_id = "" if claimed is None else claimed[1]
        self._note = _note(known, found, is_new=not text)

    def _refuse_another_name(self) -> None:
        ours = self._owner
        for path in sorted(self._path.parent.glob("*.ledger.json")):
            claimed = document.claim(disk.read(path))
            if claimed is None or claimed[1] != ours.environment_id:
                continue
            if claimed[0] != ours.environment:
                raise ApiKeyError(
                    f"the API key of {ours.environment} opens the Novu environment that this"
                    f" project applied as {claimed[0]}",
                    f"Give {ours.environment} its own API key. If the environment was renamed,"
                    f" remove {path.name}: what it remembers is lost, and secrets are sent again.",
                )

    def _fold(self) -> None:
        known = self._document
        if self._entries == known.entries and self._marks == known.marks:
            return
        text, written = document.write(self._owner, self._entries, self._marks, self._fingerprinter)
        if self._document.lost:
            disk.set_aside(self._path)
        disk.replace(self._path, text)
        self._document = written


def _note(known: Document, found: Journal, *, is_new: bool) -> str:
    if known.lost:
        return f"ledger lost: {known.lost}"
    if found.foreign:
        return "a journal beside the ledger is not of this project and API key; it was not read"
    if any(isinstance(step, journal.Damaged) for step in found.steps):
        return "the ledger's journal is damaged; secrets applied before it are sent once more"
    return "no ledger yet" if is_new and not found.steps else ""
