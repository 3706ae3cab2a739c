"""The ledger inside Novu: few documents, written in batches, kept as contexts of one type.

Nothing tells a context apart from an older state of it but what we put into it, and a write costs
a round trip. So a run notes once, before its first write, which integrations it is going to write
(an *intent*, a context of its own); it gathers what happens, and writes it at the end and now
and then. Where it dies in between, the intent is still there, and what it names is in doubt: a
flush that was lost costs certainty, and never says "unchanged" of what may have changed.
"""

from __future__ import annotations

import secrets
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from reconciler.errors import ServerStateError, WorldError
from reconciler.ledger import shard
from reconciler.ledger.gathered import gather
from reconciler.ledger.shard import FILLED, ROOM, Shard
from reconciler.model import Applied

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from reconciler.fingerprint import Fingerprinter
    from reconciler.ledger.document import Owner
    from reconciler.ledger.gathered import Gathered
    from reconciler.model import Entry
    from reconciler.novu.contexts import Context, Contexts, Listing

FLUSH_EVERY = 20.0
"""Seconds after which what happened is written while the run goes on."""


class ContextLedger:
    """Remembers in contexts. Threads that use it take turns: it does not guard itself."""

    def __init__(  # noqa: PLR0913 - whose memory it is, and of whom to ask for it
        self,
        contexts: Contexts,
        owner: Owner,
        fingerprinter: Fingerprinter,
        *,
        found: Iterable[Context] | None = None,
        parallelism: int = 10,
        watch: Callable[[Listing], None] = lambda _: None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Remember in contexts.

        Args:
            contexts: of type `shard.TYPE`.
            owner: whose memory it is.
            fingerprinter: of this API key and environment.
            found: the contexts, where they have been listed already.
            parallelism: how many documents are written at once.
            watch: told of what lies in Novu right before anything is written; it raises where the
                run must not write any more.
            clock: seconds, never going back.
        """
        self._contexts = contexts
        self._owner = owner
        self._fingerprinter = fingerprinter
        self._found = found
        self._parallelism = parallelism
        self._watch = watch
        self._clock = clock
        self._known: Gathered | None = None
        self._is_writing = False
        self._weights: dict[str, int] = {}
        self._sums: dict[int, int] = {}
        self._dirty: set[int] = set()
        self._maybe: dict[int, set[str]] = {}
        self._pending: dict[str, bool] = {}
        self._covered: set[str] = set()
        self._protected: set[str] = set()
        self._intent = ""
        self._flushed_at = clock()

    def read(self) -> Applied:
        """What was last applied; changes nothing.

        Raises:
            ApiKeyError: the project calls this Novu environment by another name.
            ServerStateError: a later version of novu-sync wrote it.
            WorldError: Novu does not tell.
        """
        known = self._gathered()
        is_there = bool(known.stamps)
        return Applied(
            entries=dict(known.entries),
            note=known.note,
            marks=dict(known.marks),
            environment_id=self._owner.environment_id if is_there else "",
        )

    def begin(self) -> None:
        """Know what is there.

        Raises:
            NovuSyncError: as `read`.
        """
        self._held()

    def expect(self, writes: Mapping[str, bool]) -> None:
        """Note in Novu what is going to be written, where anything is known that could be lost.

        Raises:
            WorldError: Novu did not take it.
        """
        entries = self._held().entries
        kept = {name: True for name in self._protected if name in entries}
        at_stake = {
            name: protect
            for name, protect in writes.items()
            if name in entries and (entries[name] != entries[name].doubted() or protect)
        }
        if at_stake or kept:
            self._cover({**kept, **writes})

    def mark(self, name: str, value: str | None) -> None:
        """Remember a small fact before this returns; `None` drops it.

        Raises:
            WorldError: Novu did not take it.
        """
        marks = self._held().marks
        if value is None:
            marks.pop(name, None)
        else:
            marks[name] = value
        self._dirty.add(0)
        self._flush()

    def record(self, entry: Entry) -> None:
        """Remember an integration as applied, in Novu a little later."""
        if shard.weight(entry) > ROOM:
            entry = entry.doubted()
        name, known = entry.identifier, self._held()
        before = known.entries.get(name)
        if entry.protected and not (before and before.protected):
            self._protected.add(name)
        self._pending.pop(name, None)
        self._put(entry)
        if self._intent and self._clock() - self._flushed_at >= FLUSH_EVERY:
            # Not needed for safety, so a server that fails now is asked again at the end.
            with suppress(WorldError):
                self._flush()
                self._write_intent()
                self._covered = set(self._pending)

    def forget(self, identifier: str) -> None:
        """Drop an integration that is gone."""
        known = self._held()
        if known.entries.pop(identifier, None) is not None:
            places = known.places.pop(identifier)
            self._dirty.update(places)
            self._sums[places[-1]] -= self._weights.pop(identifier)

    def doubt(self, identifier: str) -> None:
        """Values are about to be sent: until `record` nobody knows which ones the server has.

        Raises:
            WorldError: Novu was not told yet, and did not take it.
        """
        if identifier not in self._covered:
            self._cover({identifier: False})
        known = self._held()
        if identifier in known.entries:
            self._put(known.entries[identifier].doubted())

    def close(self) -> None:
        """Write what is not written yet, then take back what was noted as going to be written.

        Raises:
            WorldError: Novu did not take it; the intent stays, and what it names is in doubt.
        """
        if not self._is_writing:
            return
        known = self._held()
        self._pending.clear()
        try:
            self._flush()
            while known.intents:
                self._contexts.delete(known.intents[0])
                del known.intents[0]
        finally:
            self._is_writing = False

    def _gathered(self) -> Gathered:
        if self._known is None:
            found = self._found
            if found is None:
                found = listed(self._contexts).contexts
            self._known = gather(found, self._owner, self._fingerprinter)
            for name, places in self._known.places.items():
                self._weigh(name, places[-1])
        return self._known

    def _held(self) -> Gathered:
        self._is_writing = True
        return self._gathered()

    def _weigh(self, name: str, number: int) -> None:
        weight = shard.weight(self._gathered().entries[name])
        self._sums[number] = self._sums.get(number, 0) + weight - self._weights.get(name, 0)
        self._weights[name] = weight

    def _put(self, entry: Entry) -> None:
        """Hold an entry, and find a document with room for it."""
        known, name = self._held(), entry.identifier
        known.entries[name] = entry
        places = known.places.setdefault(name, [self._last()])
        self._dirty.update(places)
        self._weigh(name, places[-1])
        if self._sums[places[-1]] > ROOM:
            self._sums[places[-1]] -= self._weights.pop(name)
            places.append(self._last())
            self._dirty.add(places[-1])
            self._weigh(name, places[-1])

    def _last(self) -> int:
        """The number of the document that new entries go to."""
        last = max(self._sums, default=0)
        return last if self._sums.get(last, 0) < FILLED else last + 1

    # -- writing

    def _cover(self, writes: Mapping[str, bool]) -> None:
        self._pending.update(writes)
        self._covered.update(writes)
        self._write_intent()

    def _write_intent(self) -> None:
        data = shard.write_intent(self._pending, self._owner, self._fingerprinter)
        if self._intent:
            self._contexts.replace(self._intent, data)
            return
        name = shard.intent_id(self._owner.project, secrets.token_hex(8))
        # From here on it may be there, whatever becomes of the answer.
        self._held().intents.append(name)
        self._contexts.create(name, data)
        self._intent = name

    def _flush(self) -> None:
        known = self._held()
        self._dirty |= known.stale
        if not self._dirty:
            return
        self._refuse_another_writer()
        # The first is always among them: its table tells the state of the others.
        held: dict[int, dict[str, Entry]] = {number: {} for number in {0, *self._dirty}}
        for name, entry in known.entries.items():
            number = known.places[name][-1]
            if number in held:
                held[number][name] = self._shown(entry)
        first = held.pop(0)
        with ThreadPoolExecutor(max(1, min(self._parallelism, len(held)))) as pool:
            list(pool.map(self._write, held, held.values()))
        self._write(0, first)
        self._dirty = {known.places[n][-1] for n in self._pending if n in known.places}
        known.stale.clear()
        for name, places in known.places.items():
            known.places[name] = places[-1:]
        self._flushed_at = self._clock()
        self._sweep()

    def _write(self, number: int, entries: Mapping[str, Entry]) -> None:
        known = self._gathered()
        before = known.stamps.get(number)
        one = Shard(
            number=number,
            seq=1 if before is None else before.seq + 1,
            entries=entries,
            marks=known.marks if number == 0 else {},
            table={n: each for n, each in known.stamps.items() if n} if number == 0 else {},
        )
        data, stamp = shard.write(one, self._owner, self._fingerprinter)
        self._maybe.setdefault(number, set()).add(data["mac"])
        name = shard.document_id(self._owner.project, number)
        if number in known.macs:
            self._contexts.replace(name, data)
        else:
            self._contexts.create(name, data)
        known.stamps[number], known.macs[number] = stamp, data["mac"]
        known.lost.discard(number)

    def _refuse_another_writer(self) -> None:
        found = listed(self._contexts)
        self._watch(found)
        known, project = self._held(), self._owner.project
        there = {shard.number_of(project, each.id): each.data for each in found.contexts}
        macs = {n: str(data.get("mac")) for n, data in there.items() if n is not None}
        intents = {each.id for each in found.contexts if shard.is_intent(project, each.id)}
        ours = all(
            mac == known.macs.get(n) or mac in self._maybe.get(n, ()) for n, mac in macs.items()
        )
        if not ours or known.macs.keys() - macs.keys() or intents - set(known.intents):
            raise ServerStateError(
                "another run wrote this project's ledger in Novu meanwhile; nothing of it was"
                " written over",
                "Plan again: what this run wrote is in doubt and sent once more.",
            )
        # What an answer that got lost left open is known now.
        known.macs.update(macs)

    def _shown(self, entry: Entry) -> Entry:
        """What is going to be written is in doubt until it has been: also in a late repetition."""
        if entry.identifier not in self._pending:
            return entry
        protect = entry.protected or self._pending[entry.identifier]
        return replace(entry.doubted(), protected=protect)

    def _sweep(self) -> None:
        """Remove documents that nobody can read any more."""
        known = self._gathered()
        for number in sorted(known.lost):
            self._contexts.delete(shard.document_id(self._owner.project, number))
            del known.stamps[number], known.macs[number]
        known.lost.clear()


def listed(contexts: Contexts) -> Listing:
    """Every context of ours.

    Raises:
        ServerStateError: this Novu knows none.
    """
    found = contexts.list()
    if found is None:
        raise ServerStateError(
            "this Novu has no contexts, so no ledger can lie in it",
            "Write `ledger: file`, or leave it out: then the backend is chosen by itself.",
        )
    return found
