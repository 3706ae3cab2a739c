"""The Novu environment itself as the place of a ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.ledger import shard
from reconciler.ledger.contexts import ContextLedger
from reconciler.ledger.document import Owner
from reconciler.ledger.lock import ContextLock, latest, lift, server_time
from reconciler.ledger.open import opened

if TYPE_CHECKING:
    from reconciler.fingerprint import Fingerprinter
    from reconciler.ledger.holder import Holder
    from reconciler.ledger.open import OpenLedger
    from reconciler.novu.contexts import Contexts, Listing


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
        self._lock: ContextLock | None = None

    def hold(self, holder: Holder, *, timeout: float = 0.0) -> str:
        """Take the lock; see `ContextLock.take`.

        Raises:
            LockedError: another run holds it.
            WorldError: Novu does not answer.
        """
        lock = ContextLock(self._contexts, holder)
        self._found = lock.take(self._found, timeout=timeout)
        self._lock = lock
        return lock.note

    def check(self) -> None:
        """To be called before every write to Novu.

        Raises:
            LockedError: it is not held any more, or not for long enough.
        """
        if self._lock is not None:
            self._lock.check()

    def wipe(self) -> None:
        """Delete this project's documents and intents.

        Raises:
            WorldError: Novu did not do it.
        """
        for each in self._found.contexts:
            if shard.number_of(self._project, each.id) is not None or shard.is_intent(
                self._project, each.id
            ):
                self._contexts.delete(each.id)

    def held_by(self) -> Holder | None:
        """Who held it when the contexts were listed."""
        there = latest(self._found.contexts)
        free = there is None or there.is_free(server_time(self._found.date))
        return None if there is None or free else there.holder

    def lift(self) -> None:
        """Release it in the place of whoever holds it.

        Raises:
            WorldError: Novu did not take it.
        """
        there = latest(self._found.contexts)
        if there is not None:
            lift(self._contexts, there)

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
            watch=self._watch,
        )
        return opened(ledger, "novu", writing=writing)

    def let_go(self) -> None:
        """Release the lock."""
        if self._lock is not None:
            self._lock.let_go()

    def _watch(self, found: Listing) -> None:
        if self._lock is not None:
            self._lock.watch(found)
