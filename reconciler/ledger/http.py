"""The ledger on a server of Terraform's state protocol: one document, written in batches."""

from __future__ import annotations

import json
import time
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from reconciler.errors import ApiKeyError, NovuSyncError, ServerStateError
from reconciler.ledger import document
from reconciler.ledger.contexts import FLUSH_EVERY
from reconciler.ledger.document import Document
from reconciler.model import Applied

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from reconciler.fingerprint import Fingerprinter
    from reconciler.ledger.document import Owner
    from reconciler.ledger.state import LockedState
    from reconciler.model import Entry


class HttpLedger:
    """Remembers in a state. Threads that use it take turns: it does not guard itself."""

    def __init__(
        self,
        found: Mapping[str, Any] | None,
        owner: Owner,
        fingerprinter: Fingerprinter,
        *,
        locked: LockedState | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Read the document of a state.

        Args:
            found: the document; `None` where there is none.
            owner: whose memory it is.
            fingerprinter: of this API key and environment.
            locked: the state, where its lock is held: nothing can be written without it.
            clock: seconds, never going back.

        Raises:
            ApiKeyError: the project calls this Novu environment by another name.
            ServerStateError: it is the ledger of another project or environment.
        """
        _refuse_another(found, owner)
        self._owner = owner
        self._fingerprinter = fingerprinter
        self._locked = locked
        self._clock = clock
        text = b"" if found is None else json.dumps(found).encode()
        known = document.read(text, owner, fingerprinter) if text else Document()
        claimed = document.claim(text) if text else None
        self._claimed_id = "" if claimed is None else claimed[1]
        self._entries, self._marks = dict(known.entries), dict(known.marks)
        self._note = "" if text else "no ledger yet"
        if known.lost:
            self._note = f"ledger lost: {known.lost}"
        self._stored = (dict(self._entries), dict(self._marks))
        self._pending: dict[str, bool] = {}
        self._covered: set[str] = set()
        self._flushed_at = clock()

    def read(self) -> Applied:
        """What was last applied."""
        return Applied(
            entries=dict(self._entries),
            note=self._note,
            marks=dict(self._marks),
            environment_id=self._claimed_id,
        )

    def begin(self) -> None:
        """All that could be in the way was known when the lock was taken."""

    def expect(self, writes: Mapping[str, bool]) -> None:
        """Write down in whose entries values are in doubt from here on.

        Raises:
            WorldError: the server did not take it.
        """
        self._pending.update(writes)
        self._covered.update(writes)
        self._flush()

    def mark(self, name: str, value: str | None) -> None:
        """Remember a small fact before this returns; `None` drops it.

        Raises:
            WorldError: the server did not take it.
        """
        if value is None:
            self._marks.pop(name, None)
        else:
            self._marks[name] = value
        self._flush()

    def record(self, entry: Entry) -> None:
        """Remember an integration as applied, on the server a little later."""
        self._pending.pop(entry.identifier, None)
        self._entries[entry.identifier] = entry
        if self._clock() - self._flushed_at >= FLUSH_EVERY:
            # Not needed for safety, so a server that fails now is asked again at the end.
            with suppress(NovuSyncError):
                self._flush()

    def forget(self, identifier: str) -> None:
        """Drop an integration that is gone."""
        self._entries.pop(identifier, None)

    def doubt(self, identifier: str) -> None:
        """Values are about to be sent: until `record` nobody knows which ones the server has.

        Raises:
            WorldError: the server was not told yet, and did not take it.
        """
        if identifier in self._entries:
            self._entries[identifier] = self._entries[identifier].doubted()
        if identifier not in self._covered or identifier not in self._pending:
            self._pending[identifier] = False
            self._covered.add(identifier)
            self._flush()

    def close(self) -> None:
        """Write what is not written yet.

        Raises:
            WorldError: the server did not take it; what was going to be written is in doubt there.
        """
        self._pending.clear()
        self._flush()

    def _flush(self) -> None:
        after = ({name: self._shown(each) for name, each in self._entries.items()}, self._marks)
        if after == self._stored or self._locked is None:
            return
        text, _ = document.write(self._owner, after[0], after[1], self._fingerprinter)
        self._locked.write(json.loads(text))
        self._stored = (after[0], dict(after[1]))
        self._flushed_at = self._clock()

    def _shown(self, entry: Entry) -> Entry:
        """What is going to be written is in doubt until it has been."""
        if entry.identifier not in self._pending:
            return entry
        protect = entry.protected or self._pending[entry.identifier]
        return replace(entry.doubted(), protected=protect)


def _refuse_another(found: Mapping[str, Any] | None, owner: Owner) -> None:
    if found is None:
        return
    project, name = found.get("project"), found.get("environment")
    if project != owner.project:
        raise ServerStateError(
            "what lies at ledger.address is the ledger of another project",
            "Give each project and each environment an address of its own.",
        )
    if name != owner.environment and found.get("environmentId") == owner.environment_id:
        raise ApiKeyError(
            f"the API key of {owner.environment} opens the Novu environment that this project"
            f" applied as {name}",
            f"Give {owner.environment} its own API key. If the environment was renamed, let go of"
            f" the old ledger first: novu-sync ledger forget -e {owner.environment}.",
        )
    if name != owner.environment:
        raise ServerStateError(
            "what lies at ledger.address is the ledger of another environment",
            "Give each project and each environment an address of its own.",
        )
