"""A server of Terraform's state protocol as the place of a ledger."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

from reconciler.ledger.document import Owner
from reconciler.ledger.http import HttpLedger
from reconciler.ledger.open import opened
from reconciler.ledger.state import LockedState, holder_of, parsed

if TYPE_CHECKING:
    from reconciler.fingerprint import Fingerprinter
    from reconciler.ledger.holder import Holder
    from reconciler.ledger.open import OpenLedger
    from reconciler.transport.state import Held, StateServer

_ASKING = "novu-sync-unlock"


class HttpHome:
    """A state under an address."""

    def __init__(self, server: StateServer, *, project: str, environment: str) -> None:
        self._server = server
        self._project = project
        self._environment = environment
        self._locked: LockedState | None = None

    def hold(self, holder: Holder, *, timeout: float = 0.0) -> str:
        """Take the lock; see `LockedState.take`.

        Raises:
            LockedError: another run holds it.
            WorldError: the server does not answer.
        """
        locked = LockedState(self._server, holder)
        note = locked.take(timeout=timeout)
        self._locked = locked
        return note

    def check(self) -> None:
        """To be called before every write to Novu.

        Raises:
            LockedError: the lock is not held any more, or not for long enough.
        """
        if self._locked is not None:
            self._locked.check()

    def wipe(self) -> None:
        """Leave a state without a document.

        Raises:
            LockedError: the lock is not held any more.
            WorldError: the server did not take it.
        """
        if self._locked is not None:
            self._locked.write(None)

    def held_by(self) -> Holder | None:
        """Who holds the lock now. The protocol tells it only to who tries to take it."""
        held = self._held()
        return None if held is None else holder_of(held)

    def lift(self) -> None:
        """Release the lock in the name of whoever holds it.

        Raises:
            WorldError: the server did not take it.
        """
        held = self._held()
        if held is not None:
            self._server.unlock(held.info)

    def open(
        self, environment_id: str, fingerprinter: Fingerprinter, *, writing: bool = False
    ) -> OpenLedger:
        """Read the document; see `Home`.

        Raises:
            ApiKeyError: the project calls this Novu environment by another name.
            ServerStateError: it is the ledger of somebody else.
            WorldError: the server does not answer.
        """
        owner = Owner(
            project=self._project,
            environment=self._environment,
            environment_id=environment_id,
            key_id=fingerprinter.key_id,
        )
        if self._locked is None:
            found = parsed(self._server.get()).get("novuSync")
            found = found if isinstance(found, dict) else None
        else:
            found = self._locked.document
        ledger = HttpLedger(found, owner, fingerprinter, locked=self._locked)
        return opened(ledger, "http", writing=writing)

    def let_go(self) -> None:
        """Release the lock, and close all connections."""
        if self._locked is not None:
            self._locked.let_go()
        self._server.close()

    def _held(self) -> Held | None:
        with ExitStack() as stack:
            info = {"ID": _ASKING, "Operation": "look", "Who": _ASKING}
            held = self._server.lock(info)
            if held is None:
                stack.callback(self._server.unlock, info)
            return held
