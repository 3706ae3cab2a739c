"""What a ledger and the place where it lies offer, whichever backend it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reconciler.fingerprint import Fingerprinter
    from reconciler.ledger.holder import Holder
    from reconciler.model import Applied, Entry


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

    def hold(self, holder: Holder, *, timeout: float = 0.0) -> str:
        """Keep other runs from writing it, before the server is looked at.

        What a run does between its look and its first write, no other can do meanwhile.

        Args:
            holder: this run, for whoever has to wait.
            timeout: seconds to wait for another run.

        Returns:
            What was unusual, for people; may be empty.

        Raises:
            LockedError: another run holds it.
            WorldError: the folder takes no writes, Novu does not answer.
        """

    def check(self) -> None:
        """To be called before every write to Novu.

        Raises:
            LockedError: it is not held any more.
        """

    def wipe(self) -> None:
        """Leave nothing of this project's ledger there; to be called while it is held.

        Raises:
            WorldError: it cannot be removed.
        """

    def held_by(self) -> Holder | None:
        """Who holds it now; `None` where nobody does."""

    def lift(self) -> None:
        """Take it from whoever holds it.

        Raises:
            UsageError: only the end of that run does.
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


def opened(ledger: Ledger, where: str, *, writing: bool) -> OpenLedger:
    """A ledger, made ready for writing where that is asked for, and read."""
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
