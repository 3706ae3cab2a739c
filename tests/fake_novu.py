"""A Novu in memory that can fail at any request, and a ledger in memory: for tests of applying."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, TypeAlias

from reconciler.errors import ConflictError, FileError, NetworkError, ResponseError, StatusError
from reconciler.fingerprint import Fingerprinter
from reconciler.model import (
    Channel,
    Integration,
    ObservedCredentials,
    ObservedIntegration,
    Patch,
    Readback,
)
from reconciler.secret import Secret, reveal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from reconciler.model import Entry
    from reconciler.secret import Value

Names: TypeAlias = "list[str]"
Requests: TypeAlias = "list[tuple[str, str]]"

ENVIRONMENT_ID = "environment-1"
FINGERPRINTER = Fingerprinter(Secret("api-key-of-development"), ENVIRONMENT_ID)


class Killed(BaseException):
    """The process ends here; nothing that comes after it happens."""


@dataclass(frozen=True)
class Fault:
    """What goes wrong with a request: before the server did it, or after."""

    error: BaseException
    done: bool = False


def dropped(*, done: bool) -> Fault:
    """The connection breaks, before or after the server did what was asked."""
    return Fault(NetworkError("the connection was dropped", ambiguous=True), done)


def unreachable() -> Fault:
    """No connection came about."""
    return Fault(NetworkError("the connection was refused", "Check the address.", ambiguous=False))


def status(code: int, message: str = "Novu says no", *, done: bool = False) -> Fault:
    """The server answers with an error status."""
    kind = ConflictError if code == 409 else StatusError
    return Fault(kind(f"answered {code}", status=code, server_message=message), done)


def garbled(*, done: bool) -> Fault:
    """The answer is not Novu's."""
    return Fault(ResponseError("the answer is not JSON"), done)


def integration(identifier: str, **changes: object) -> Integration:
    """A declared integration: chat, active, with one credential, but for what is given."""
    values: dict[str, object] = {
        "provider_id": "slack",
        "channel": Channel.CHAT,
        "name": identifier.title(),
        "active": True,
        "credentials": {"apiKey": Secret(f"secret-of-{identifier}")},
        **changes,
    }
    return Integration(identifier=identifier, **values)  # type: ignore[arg-type]


def email(identifier: str, **changes: object) -> Integration:
    """A declared email integration."""
    return integration(identifier, **{"provider_id": "ses", "channel": Channel.EMAIL, **changes})


@dataclass
class FakeNovu:
    """Keeps rows as Novu does: identifiers checked, primaries granted and lost, answers lost.

    Attributes:
        readable: credentials are given back by lists and by answers.
        fault: asked before each request, with its number (from 1), its verb and its subject.
        foreign: identifiers that other environments hold.
        drops: names of credentials and configurations that are silently not stored.
        late: rows of lost creates appear only after that many lists.
        requests: verb and subject of every request that arrived.
    """

    readable: bool = False
    fault: Callable[[int, str, str], Fault | None] = lambda *_: None
    foreign: frozenset[str] = frozenset()
    drops: frozenset[str] = frozenset()
    late: int = 0
    requests: Requests = field(default_factory=list)
    rows: dict[str, ObservedIntegration] = field(default_factory=dict)
    stored: dict[str, dict[str, Any]] = field(default_factory=dict)
    hidden: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._turn = threading.Lock()
        self._numbers = 0
        self._time = 0

    def list(self) -> tuple[ObservedIntegration, ...]:
        """The rows, those that are late aside."""
        with self._turn:
            fault = self._arrives("list", "")
            if fault:
                raise fault.error
            for row_id in self.hidden:
                self.hidden[row_id] -= 1
            self.hidden = {row_id: left for row_id, left in self.hidden.items() if left >= 0}
            return self.shown()

    def create(self, desired: Integration, /) -> ObservedIntegration:
        """Make a row, unless its identifier is taken."""
        with self._turn:
            fault = self._arrives("create", desired.identifier)
            if fault and not fault.done:
                raise fault.error
            if desired.identifier in self.foreign or any(
                row.identifier == desired.identifier for row in self.rows.values()
            ):
                raise ConflictError("answered 409", status=409, server_message="exists")
            row = self.make(desired)
            if fault:
                if self.late:
                    self.hidden[row.id] = self.late
                raise fault.error
            return self._shown(row.id)

    def update(self, row_id: str, patch: Patch, /) -> ObservedIntegration:
        """Change a row."""
        with self._turn:
            fault = self._arrives("update", self._name(row_id))
            if fault and not fault.done:
                raise fault.error
            self._need(row_id)
            if patch.identifier in self.foreign:
                raise ConflictError("answered 409", status=409, server_message="exists")
            self.change(row_id, patch)
            if fault:
                raise fault.error
            return self._shown(row_id)

    def set_primary(self, row_id: str, /) -> ObservedIntegration | None:
        """Move the primary; answers no row, as some servers do."""
        with self._turn:
            fault = self._arrives("set-primary", self._name(row_id))
            if fault and not fault.done:
                raise fault.error
            self._need(row_id)
            channel = self.rows[row_id].channel
            for other in tuple(self.rows.values()):
                if other.channel == channel:
                    self.rows[other.id] = replace(other, primary=other.id == row_id)
            self._write(row_id, active=True, conditions=[])
            if fault:
                raise fault.error
            return None

    def delete(self, row_id: str, /) -> None:
        """Take a row away, whether it is there or not."""
        with self._turn:
            fault = self._arrives("delete", self._name(row_id))
            if fault and not fault.done:
                raise fault.error
            self.rows.pop(row_id, None)
            self.stored.pop(row_id, None)
            if fault:
                raise fault.error

    def make(self, desired: Integration) -> ObservedIntegration:
        """Put a row there, as a create does."""
        row_id = f"row-{len(self.rows) + self._numbers + 1}"
        has_primary = any(
            row.primary and row.channel == desired.channel for row in self.rows.values()
        )
        self.rows[row_id] = ObservedIntegration(
            id=row_id,
            environment_id=ENVIRONMENT_ID,
            identifier=desired.identifier,
            provider_id=desired.provider_id,
            channel=desired.channel,
            name=None if desired.name is None else str(reveal(desired.name)),
            active=bool(desired.active),
            primary=bool(
                desired.active
                and desired.channel in (Channel.EMAIL, Channel.SMS)
                and not has_primary
            ),
        )
        self.change(row_id, patch_of(desired), created=True)
        return self.rows[row_id]

    def change(self, row_id: str, patch: Patch, *, created: bool = False) -> None:
        """Change a row, as an update does."""
        changes: dict[str, object] = {}
        for name in ("identifier", "active", "conditions"):
            value = getattr(patch, name)
            if value is not None:
                changes[name] = value
        if patch.name is not None:
            changes["name"] = str(reveal(patch.name))
        if patch.configurations is not None:
            changes["configurations"] = self._kept(patch.configurations)
        if patch.credentials is not None:
            self.stored[row_id] = self._kept(patch.credentials)
        if not created and (patch.active is False or patch.conditions):
            changes["primary"] = False
        self._write(row_id, **changes)

    def shown(self) -> tuple[ObservedIntegration, ...]:
        """What a list tells now."""
        rows = [self._shown(row_id) for row_id in self.rows if row_id not in self.hidden]
        return tuple(sorted(rows, key=lambda row: (row.identifier or "", row.id)))

    def state(self) -> tuple[object, ...]:
        """All there is to know of the rows, ids and times aside."""
        return tuple(
            (
                row.identifier,
                row.provider_id,
                row.channel,
                row.name,
                row.active,
                row.primary,
                row.conditions or [],
                self.stored.get(row.id),
            )
            for row in sorted(self.rows.values(), key=lambda row: (row.identifier or "", row.id))
        )

    def asked(self, verb: str) -> Names:
        """The subjects of all requests of one kind, in order."""
        return [subject for each, subject in self.requests if each == verb]

    def _arrives(self, verb: str, subject: str) -> Fault | None:
        self._numbers += 1
        self.requests.append((verb, subject))
        return self.fault(self._numbers, verb, subject)

    def _need(self, row_id: str) -> None:
        if row_id not in self.rows:
            raise StatusError("answered 404", status=404, server_message="not found")

    def _name(self, row_id: str) -> str:
        row = self.rows.get(row_id)
        return row_id if row is None else row.identifier or row_id

    def _kept(self, values: Mapping[str, Value]) -> dict[str, Any]:
        return {key: reveal(value) for key, value in values.items() if key not in self.drops}

    def _write(self, row_id: str, **changes: object) -> None:
        self._time += 1
        self.rows[row_id] = replace(
            self.rows[row_id],
            updated_at=f"time-{self._time}",
            **changes,  # type: ignore[arg-type]
        )

    def _shown(self, row_id: str) -> ObservedIntegration:
        row = self.rows[row_id]
        if not self.readable:
            return row
        values = {key: Secret(value) for key, value in self.stored.get(row_id, {}).items()}
        told = ObservedCredentials(readback=Readback.READABLE, values=values)
        return replace(row, credentials=told)


def patch_of(desired: Integration, **changes: object) -> Patch:
    """A patch with everything that is declared."""
    names = ("name", "active", "credentials", "conditions", "rules", "configurations")
    return Patch(**{**{name: getattr(desired, name) for name in names}, **changes})


@dataclass
class FakeLedger:
    """A ledger in memory.

    Attributes:
        entries: what it holds.
        steps: what it was told, in order.
        full: nothing can be written from that step on (from 1).
    """

    entries: dict[str, Entry] = field(default_factory=dict)
    steps: list[tuple[str, str]] = field(default_factory=list)
    full: int | None = None
    expected: list[dict[str, bool]] = field(default_factory=list)

    def expect(self, writes: Mapping[str, bool], /) -> None:
        """Note what is going to be written."""
        self.expected.append(dict(writes))

    def record(self, entry: Entry, /) -> None:
        """Hold an entry."""
        self._take("record", entry.identifier)
        self.entries[entry.identifier] = entry

    def forget(self, identifier: str, /) -> None:
        """Drop an entry."""
        self._take("forget", identifier)
        self.entries.pop(identifier, None)

    def doubt(self, identifier: str, /) -> None:
        """Hold an entry without its values."""
        self._take("doubt", identifier)
        self.entries[identifier] = self.entries[identifier].doubted()

    def _take(self, step: str, identifier: str) -> None:
        if self.full is not None and len(self.steps) + 1 >= self.full:
            raise FileError("cannot write the ledger: the disk is full", "Free some space.")
        self.steps.append((step, identifier))


@dataclass
class FakeTime:
    """A clock that only waiting moves.

    Attributes:
        now: seconds.
        waits: how long each wait was.
        on_wait: called at each wait.
    """

    now: float = 100.0
    waits: list[float] = field(default_factory=list)
    on_wait: Callable[[], None] = lambda: None

    def clock(self) -> float:
        """The seconds that have passed."""
        return self.now

    def sleep(self, seconds: float) -> None:
        """Wait without waiting."""
        self.waits.append(seconds)
        self.now += seconds
        self.on_wait()
