"""The lock inside Novu: a context whose number grows by one with every run.

Making a context is the one thing of which Novu lets only one of two succeed. So a lock is taken by
making ``lock-<n+1>``, where ``n`` is the highest there is, and let go of by writing into it that it
is released. It ends by itself as well: it says until when it is held, by the server's clock, and a
run that goes on moves that time. Novu has no fencing, so the lock is advisory: its holder looks
again and again whether it is still the holder, and writes nothing once it cannot be sure.
"""

from __future__ import annotations

import threading
import time
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

from reconciler.errors import ConflictError, LockedError, NovuSyncError
from reconciler.ledger import holder as holders
from reconciler.ledger.contexts import listed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from reconciler.ledger.holder import Holder
    from reconciler.novu.contexts import Context, Contexts, Listing

LEASE = 240.0
"""Seconds that a lock is held without being renewed: no killed run strands others longer."""

BEAT = 20.0
"""Seconds between two looks of its holder."""

RESERVE = 130.0
"""Seconds of the lease that must be left for a write to begin: one request takes 120 with all its
repetitions."""

_LOOK_AGAIN = 5.0
_RACES = 10
_PREFIX = "lock-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """What a lock says.

    Attributes:
        number: of the lock.
        holder: whose it is.
        expires: until when it is held; `None` where it does not say.
        released: it was let go of.
    """

    number: int
    holder: Holder
    expires: datetime | None = None
    released: bool = False

    def is_free(self, now: datetime) -> bool:
        """Whether another run may take the next number."""
        return self.released or self.has_expired(now)

    def has_expired(self, now: datetime) -> bool:
        """Whether its holder let the time pass."""
        return self.expires is not None and self.expires < now

    def encode(self) -> dict[str, Any]:
        """As JSON."""
        expires = "" if self.expires is None else self.expires.isoformat()
        return {**self.holder.encode(), "expires": expires, "released": self.released}


def latest(contexts: Iterable[Context]) -> Lease | None:
    """The lock with the highest number; of two that were made at once, the one made first."""
    found: Lease | None = None
    for each in contexts:
        number = _number(each.id)
        if number is not None and (found is None or number > found.number):
            found = Lease(
                number=number,
                holder=holders.decode(each.data),
                expires=moment(each.data.get("expires")),
                released=each.data.get("released") is True,
            )
    return found


class ContextLock:
    """Takes the lock and keeps it. One thread takes it and lets go; any may ask whether it holds.

    Attributes:
        note: what was unusual when it was taken, for people; may be empty.
    """

    def __init__(
        self,
        contexts: Contexts,
        holder: Holder,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        """Know where it lies.

        Args:
            contexts: of our type.
            holder: this run.
            clock: seconds, never going back.
            sleep: waits that many seconds.
        """
        self._contexts = contexts
        self._holder = holder
        self._clock = clock
        self._sleep = sleep
        self._lease: Lease | None = None
        self._until = 0.0
        self._older: list[str] = []
        self._lost = ""
        self._turn = threading.Lock()
        self._over = threading.Event()
        self._beating: threading.Thread | None = None
        self.note = ""

    def take(self, found: Listing, *, timeout: float = 0.0) -> Listing:
        """Take it, or wait until it can be taken.

        Args:
            found: the contexts as they were just listed.
            timeout: seconds to wait where another run holds it.

        Returns:
            The contexts as they are since it is held: nobody else writes them from here on.

        Raises:
            LockedError: another run holds it.
            WorldError: Novu does not answer.
        """
        end = self._clock() + timeout
        races = 0
        while True:
            before, now = latest(found.contexts), server_time(found.date)
            if before is None or before.is_free(now):
                taken = self._try(before, now)
                if taken is not None:
                    self._keep()
                    return taken
                races += 1
                if races == _RACES:
                    raise LockedError(_OTHERS, _MEND)
            else:
                left = end - self._clock()
                if left <= 0:
                    raise LockedError(_told(before), _MEND)
                self._sleep(min(_LOOK_AGAIN, left))
            found = listed(self._contexts)

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

    def watch(self, found: Listing) -> None:
        """As `check`, and look at what lies in Novu.

        Raises:
            LockedError: it is not held any more.
        """
        self._look(found)
        self.check()

    def let_go(self) -> None:
        """Release it, and clear away those of earlier runs; nothing is raised.

        Where Novu does not answer it ends by itself.
        """
        self._over.set()
        lease, self._lease = self._lease, None
        if self._beating is not None:
            self._beating.join()
        if lease is None or self._lost:
            return
        with suppress(NovuSyncError):
            self._contexts.replace(_id(lease.number), replace(lease, released=True).encode())
            for each in self._older:
                self._contexts.delete(each)

    def _try(self, before: Lease | None, now: datetime) -> Listing | None:
        begun = self._clock()
        lease = Lease(
            number=1 if before is None else before.number + 1,
            holder=self._holder,
            expires=now + timedelta(seconds=LEASE),
        )
        try:
            self._contexts.create(_id(lease.number), lease.encode())
        except ConflictError:
            return None
        found = listed(self._contexts)
        mine = latest(found.contexts)
        if mine is None or mine.holder.nonce != self._holder.nonce:
            return None
        self._lease, self._until = lease, begun + LEASE
        numbers = (_number(each.id) for each in found.contexts)
        self._older = [_id(each) for each in numbers if each is not None and each < lease.number]
        if before is not None and not before.released:
            self.note = f"took over the lock of {before.holder}, whose time had passed"
        return found

    def _keep(self) -> None:
        self._beating = threading.Thread(target=self._beat, daemon=True)
        self._beating.start()

    def _beat(self) -> None:
        while not self._over.wait(BEAT):
            # What fails now is tried again at the next beat; `check` knows when it is too late.
            with suppress(NovuSyncError):
                self.renew()

    def renew(self) -> None:
        """Look whether it is still held, and move the time until which it is.

        Raises:
            WorldError: Novu does not answer.
        """
        begun = self._clock()
        found = listed(self._contexts)
        self._look(found)
        lease = self._lease
        if self._lost or lease is None:
            return
        lease = replace(lease, expires=server_time(found.date) + timedelta(seconds=LEASE))
        self._contexts.replace(_id(lease.number), lease.encode())
        with self._turn:
            self._until = begun + LEASE

    def _look(self, found: Listing) -> None:
        there, lease = latest(found.contexts), self._lease
        if lease is None:
            return
        with self._turn:
            if there is None:
                self._lost = self._lost or "somebody removed it"
            elif there.number > lease.number or there.holder.nonce != self._holder.nonce:
                self._lost = self._lost or f"{there.holder} took it over"
            elif there.released:
                self._lost = self._lost or "somebody lifted it"


def lift(contexts: Contexts, held: Lease) -> None:
    """Release a lock that somebody else holds."""
    contexts.replace(_id(held.number), replace(held, released=True).encode())


def server_time(date: str) -> datetime:
    """The time that a server's ``Date`` header tells; this machine's where it tells none."""
    if date:
        with suppress(ValueError):
            told = parsedate_to_datetime(date)
            return told if told.tzinfo else told.replace(tzinfo=UTC)
    return datetime.now(UTC)


_MEND = (
    "Wait until it has ended, or let this run wait with --lock-timeout. Where it surely has ended,"
    " `novu-sync unlock` lifts the lock; it ends by itself as well."
)


_OTHERS = "other runs take the lock of this environment all the time"


def _told(held: Lease) -> str:
    until = "" if held.expires is None else f", until {held.expires:%H:%M:%S} UTC unless renewed"
    return f"another run holds the lock of this environment: {held.holder}{until}"


def moment(text: object) -> datetime | None:
    """A time that somebody wrote down, with its zone; `None` for anything else."""
    try:
        found = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return found if found.tzinfo else None


def _number(context_id: str) -> int | None:
    rest = context_id.removeprefix(_PREFIX)
    return int(rest) if rest != context_id and rest.isascii() and rest.isdecimal() else None


def _id(number: int) -> str:
    return f"{_PREFIX}{number}"
