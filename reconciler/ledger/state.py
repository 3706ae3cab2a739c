"""A state on a server of Terraform's protocol: our document in it, and the lock beside it.

The protocol's locks have no end. So what is told of a lock says until when it is held, by the
server's clock; a run that goes on moves that time, in the state itself. A lock whose time has
passed is released in the name of who left it, and taken.
"""

from __future__ import annotations

import json
import threading
import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from reconciler.errors import LockedError, NovuSyncError, ServerStateError
from reconciler.ledger.holder import decode
from reconciler.ledger.lock import LEASE, RESERVE, moment, server_time

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from reconciler.ledger.holder import Holder
    from reconciler.secret import Json
    from reconciler.transport.state import Held, State, StateServer

BEAT = 60.0
"""Seconds between two renewals: servers keep every state that they are given."""

_LOOK_AGAIN = 5.0
_LINEAGE = "6e6f7675-0000-4000-8000-73796e630000"
_MEND = (
    "Wait until it has ended, or let this run wait with --lock-timeout. Where it surely has ended,"
    " `novu-sync unlock` lifts the lock; it ends by itself as well."
)


def parsed(state: State) -> dict[str, Any]:
    """What a state holds.

    Raises:
        ServerStateError: it is no state, or Terraform's own.
    """
    if not state.body:
        return {}
    try:
        found = json.loads(state.body)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict) or found.get("resources"):
        raise ServerStateError(
            "what lies at ledger.address is not a ledger, but something else's",
            "Give the ledger an address of its own.",
        )
    return found


class LockedState:
    """A state whose lock this run takes, keeps and lets go of. Threads take turns in it."""

    def __init__(
        self,
        server: StateServer,
        holder: Holder,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        """Know where it lies.

        Args:
            server: of the state.
            holder: this run.
            clock: seconds, never going back.
            sleep: waits that many seconds.
        """
        self._server = server
        self._holder = holder
        self._clock = clock
        self._sleep = sleep
        self._turn = threading.RLock()
        self._over = threading.Event()
        self._beating: threading.Thread | None = None
        self._info: dict[str, Json] = {}
        self._state: dict[str, Any] = {}
        self._next = 0
        self._until = 0.0
        self._lost = ""

    def take(self, *, timeout: float = 0.0) -> str:
        """Take the lock, or wait until it can be taken.

        Returns:
            What was unusual, for people; may be empty.

        Raises:
            LockedError: another run holds it.
            WorldError: the server does not answer.
        """
        end, note = self._clock() + timeout, ""
        while True:
            begun = self._clock()
            now = server_time(self._server.get().date)
            info = _told(self._holder, now + timedelta(seconds=LEASE))
            held = self._server.lock(info)
            if held is None:
                self._info, self._until = info, begun + LEASE
                try:
                    self._state = parsed(self._server.get())
                except NovuSyncError:
                    self.let_go()
                    raise
                self._beating = threading.Thread(target=self._beat, daemon=True)
                self._beating.start()
                return note
            note = self._wait(held, end)

    @property
    def document(self) -> Mapping[str, Any] | None:
        """Our document as it was when the lock was taken, or as it was written since."""
        found = self._state.get("novuSync")
        return found if isinstance(found, dict) else None

    def write(self, document: Mapping[str, Any] | None) -> None:
        """Write our document.

        Raises:
            LockedError: the lock is not held any more.
            ServerStateError: something else was written there meanwhile.
            WorldError: the server did not take it.
        """
        with self._turn:
            self.check()
            begun, there = self._clock(), self._server.get()
            if parsed(there).get("serial") not in (self._state.get("serial"), self._next):
                self._lost = "something else was written at its address"
                self.check()
            state = self._composed(document, server_time(there.date))
            self._next = state["serial"]
            self._server.put(json.dumps(state).encode(), str(self._info["ID"]))
            self._state, self._until = state, begun + LEASE

    def _composed(self, document: Mapping[str, Any] | None, now: datetime) -> dict[str, Any]:
        # Servers that look at it find a state of Terraform with nothing in it.
        return {
            "version": 4,
            "terraform_version": "1.0.0",
            "serial": max(self._next, _number(self._state.get("serial"))) + 1,
            "lineage": _LINEAGE,
            "outputs": {},
            "resources": [],
            "novuSyncLease": {
                "nonce": self._holder.nonce,
                "expires": (now + timedelta(seconds=LEASE)).isoformat(),
            },
            **({} if document is None else {"novuSync": dict(document)}),
        }

    def check(self) -> None:
        """To be called before every write.

        Raises:
            LockedError: it is not held any more, or not for long enough.
        """
        with self._turn:
            if not self._lost and self._clock() > self._until - RESERVE:
                self._lost = "it could not be renewed in time"
            if self._lost:
                raise LockedError(
                    f"this run no longer holds the lock: {self._lost}",
                    "Nothing more was written. Plan again; a second apply carries on.",
                )

    def renew(self) -> None:
        """Move the time until which it is held.

        Raises:
            NovuSyncError: as `write`.
        """
        self.write(self.document)

    def let_go(self) -> None:
        """Release the lock; nothing is raised: without an answer it ends by itself."""
        self._over.set()
        if self._beating is not None:
            self._beating.join()
        info, self._info = self._info, {}
        if info and not self._lost:
            with suppress(NovuSyncError):
                self._server.unlock(info)

    def _beat(self) -> None:
        while not self._over.wait(BEAT):
            # What fails now is tried again at the next beat; `check` knows when it is too late.
            with suppress(NovuSyncError):
                self.renew()

    def _wait(self, held: Held, end: float) -> str:
        """Wait for another run, or end a lock whose time has passed; what is to be told of that."""
        who, expires = holder_of(held), self._expiry(held)
        if expires is not None and expires < server_time(held.date):
            self._server.unlock(held.info)
            return f"took over the lock of {who}, whose time had passed"
        left = end - self._clock()
        if left <= 0:
            until = "" if expires is None else f", until {expires:%H:%M:%S} UTC unless renewed"
            raise LockedError(f"another run holds the lock of this ledger: {who}{until}", _MEND)
        self._sleep(min(_LOOK_AGAIN, left))
        return ""

    def _expiry(self, held: Held) -> datetime | None:
        """Until when another's lock is held: as it said when it took it, or moved it since."""
        told = moment(_details(held).get("expires"))
        lease = parsed(self._server.get()).get("novuSyncLease")
        moved = None
        if isinstance(lease, dict) and lease.get("nonce") == held.info.get("ID"):
            moved = moment(lease.get("expires"))
        known = [each for each in (told, moved) if each is not None]
        return max(known) if known else None


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0


def holder_of(held: Held) -> Holder:
    """Who holds a lock, as the server tells it; Terraform's own runs tell ``Who`` only."""
    details = _details(held)
    if details:
        return decode(details)
    return decode({"holder": held.info.get("Who", ""), "nonce": held.info.get("ID", "")})


def _details(held: Held) -> dict[str, Any]:
    try:
        found = json.loads(str(held.info.get("Info")))
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _told(holder: Holder, expires: datetime) -> dict[str, Json]:
    """A lock's information in the words of the protocol."""
    return {
        "ID": holder.nonce,
        "Operation": "apply",
        "Info": json.dumps({**holder.encode(), "expires": expires.isoformat()}),
        "Who": "@".join(each for each in (holder.name, holder.host) if each),
        "Version": "novu-sync",
        "Created": datetime.now(UTC).isoformat(),
        "Path": "novu-sync",
    }
