"""Carries out a plan: stage after stage, each change remembered as soon as it is done."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from reconciler.applying import problems, schedule
from reconciler.applying.carrying import Carrier
from reconciler.applying.creating import Creator
from reconciler.applying.entries import entry_of
from reconciler.applying.listing import Listing
from reconciler.applying.memory import Memory
from reconciler.applying.report import Finished, Outcome, Report, Result, Started
from reconciler.applying.reread import Settled, compare_again
from reconciler.errors import ApiKeyError, InterruptedRunError, NovuSyncError, WorldError
from reconciler.planning.outside import written_since
from reconciler.planning.plan import Delete, Keep, Rename, SetPrimary, Update

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from reconciler.applying.carrying import Done
    from reconciler.applying.ports import IntegrationsApi, Ledger
    from reconciler.applying.report import Divergence, Event
    from reconciler.applying.schedule import Numbered
    from reconciler.fingerprint import Fingerprinter
    from reconciler.model import Applied
    from reconciler.planning.plan import Change, Plan

_INTERRUPTED = "the run was interrupted"


def apply(  # noqa: PLR0913 - what a run needs of the world, each by name
    plan: Plan,
    api: IntegrationsApi,
    ledger: Ledger,
    fingerprinter: Fingerprinter,
    *,
    applied: Applied,
    on_event: Callable[[Event], None],
    stop: threading.Event,
    parallelism: int = 10,
    settle: float = 5.0,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], object] | None = None,
) -> Report:
    """Carry out a plan and tell what became of it.

    A plan without changes is worth applying too: rows that are as declared already and that the
    ledger does not know yet are remembered, so that they count as ours from then on.

    Args:
        plan: without findings of severity error.
        api: Novu; used by `parallelism` threads at once.
        ledger: open for writing.
        fingerprinter: of the environment.
        applied: what the ledger holds.
        on_event: told of every change that begins and ends, by one thread at a time.
        stop: once it is set no further change begins; those that began are finished and
            remembered.
        parallelism: how many requests may be under way.
        settle: seconds that a row may take to appear in the list after its creation's answer got
            lost.
        clock: seconds, never going back.
        sleep: waits that many seconds; by default it ends early when `stop` is set.

    Raises:
        FileError: the ledger cannot be written; nothing was changed in Novu.
    """
    memory = Memory(applied, ledger)
    listing = Listing(api, clock=clock)
    creator = Creator(
        api,
        listing,
        fingerprinter,
        stop=stop,
        settle=settle,
        clock=clock,
        sleep=sleep or stop.wait,
    )
    carrier = Carrier(api, creator, memory)
    run = _Run(plan, carrier, memory, fingerprinter, on_event=on_event, stop=stop, clock=clock)
    run.remember_what_is_kept()
    run.foretell()
    for stage, changes in schedule.stages(plan.writes):
        run.begin_stage(takes_away=stage in schedule.TAKES_AWAY)
        schedule.run(schedule.lanes(changes), run.carry_out, parallelism=parallelism)
    divergences = run.read_again(api)
    return run.report(divergences)


class _Run:
    """What a run has done so far. Its threads take turns wherever they change it."""

    def __init__(  # noqa: PLR0913 - as `apply`
        self,
        plan: Plan,
        carrier: Carrier,
        memory: Memory,
        fingerprinter: Fingerprinter,
        *,
        on_event: Callable[[Event], None],
        stop: threading.Event,
        clock: Callable[[], float],
    ) -> None:
        self._plan = plan
        self._changes = plan.writes
        self._carrier = carrier
        self._memory = memory
        self._fingerprinter = fingerprinter
        self._on_event = on_event
        self._stop = stop
        self._clock = clock
        self._turn = threading.Lock()
        self._outcomes: list[Outcome | None] = [None] * len(self._changes)
        self._finished = 0
        self._settled: dict[str, Settled] = {}
        self._withheld = ""
        self._aborted = ""
        self._key_rejected = False

    def remember_what_is_kept(self) -> None:
        """Rows that are as declared become ours, where the ledger does not know them yet."""
        for change in self._plan.changes:
            if isinstance(change, Keep):
                row, before = change.observed, self._memory.of_row(change.observed.id)
                entry = entry_of(
                    change.desired,
                    row.id,
                    sent=frozenset(),
                    seen=row,
                    before=before,
                    updated_at=row.updated_at if before is None else before.updated_at,
                    fingerprinter=self._fingerprinter,
                )
                self._memory.remember(entry)
                self._settled[row.id] = Settled(desired=change.desired, row_id=row.id)

    def foretell(self) -> None:
        """Tell the ledger, before anything is written, what is going to be."""
        if self._changes:
            self._memory.expect(self._changes)

    def begin_stage(self, *, takes_away: bool) -> None:
        """A stage that takes something away is left out once anything before it failed."""
        failed = [each for each in self._outcomes if each and each.result is not Result.DONE]
        self._withheld = (
            "it takes something away, and a change before it was not carried out"
            if takes_away and failed
            else ""
        )

    def carry_out(self, numbered: Numbered) -> None:
        """Carry out one change, remember it and tell of it; never raises what Novu does."""
        position, change = numbered
        with self._turn:
            if reason := self._why_not():
                self._outcomes[position] = Outcome(
                    change=change, result=Result.NOT_ATTEMPTED, problem=reason
                )
                return
            self._on_event(Started(change=change))
        begun = self._clock()
        try:
            done = self._carrier.carry_out(change)
        except NovuSyncError as error:
            outcome = self._not_done(change, error)
        else:
            outcome = self._done(change, done)
        self._tell(position, replace(outcome, seconds=self._clock() - begun))

    def read_again(self, api: IntegrationsApi) -> tuple[Divergence, ...]:
        """Compare what the server has now with what was declared, and remember what it shows.

        Rows that are gone are forgotten here and not before: an answer to a delete is not read,
        and a row that the ledger forgot is never pruned again.
        """
        outcomes = [each for each in self._outcomes if each is not None]
        done = any(each.result is Result.DONE for each in outcomes)
        if not done or self._aborted or self._stop.is_set():
            return ()
        failed = {each.change.identifier for each in outcomes if each.result is not Result.DONE}
        settled = [each for each in self._settled.values() if each.desired.identifier not in failed]
        try:
            rows = api.list()
            found = compare_again(settled, rows, self._memory, self._fingerprinter)
            for entry in found.entries:
                self._memory.remember(entry)
            there = {row.id for row in rows}
            self._memory.forget_rows(there.union(self._settled))
            self._check_deletes(there)
        except InterruptedRunError:
            return ()
        except NovuSyncError as error:
            self._abort(error, "the changes were made, but not read again to check them: ")
            return ()
        return found.divergences

    def _check_deletes(self, there: Collection[str]) -> None:
        """What was answered as deleted and is in the list all the same was not done."""
        for position, outcome in enumerate(self._outcomes):
            change = outcome.change if outcome and outcome.result is Result.DONE else None
            if isinstance(change, Delete) and change.observed.id in there:
                self._outcomes[position] = Outcome(
                    change=change,
                    result=Result.FAILED,
                    problem="the server answered that it deleted it, and lists it still",
                    mend="Something that stands before the server may have answered. Apply again.",
                )

    def report(self, divergences: tuple[Divergence, ...]) -> Report:
        """What became of the plan."""
        return Report(
            environment=self._plan.environment,
            environment_id=self._plan.environment_id,
            outcomes=tuple(each for each in self._outcomes if each is not None),
            divergences=divergences,
            interrupted=self._stop.is_set(),
            aborted=self._aborted,
            key_rejected=self._key_rejected,
        )

    def _why_not(self) -> str:
        if self._aborted:
            return "the run was stopped by an earlier failure"
        return _INTERRUPTED if self._stop.is_set() else self._withheld

    def _not_done(self, change: Change, error: NovuSyncError) -> Outcome:
        if isinstance(error, InterruptedRunError):
            return Outcome(change=change, result=Result.NOT_ATTEMPTED, problem=_INTERRUPTED)
        if problems.stops_the_run(error):
            self._abort(error)
        told = problems.explained(error, change)
        return Outcome(change=change, result=Result.FAILED, problem=told.summary, mend=told.mend)

    def _done(self, change: Change, done: Done) -> Outcome:
        note = done.note
        try:
            self._remember(change, done)
        except WorldError as error:
            self._abort(error, "a change was made and not remembered: ")
            note = "done in Novu, but not remembered"
        return Outcome(change=change, result=Result.DONE, note=note)

    def _remember(self, change: Change, done: Done) -> None:
        if isinstance(change, Delete):
            return  # forgotten once the list shows that it is gone
        before = self._memory.before_doubt(done.row_id)
        told = done.row or before
        seen = change.observed if isinstance(change, Update | Rename | SetPrimary) else None
        mark = before.updated_at if before and seen and written_since(before, seen) else None
        entry = entry_of(
            change.desired,
            done.row_id,
            sent=done.sent,
            seen=seen,
            before=before,
            updated_at=None if told is None else told.updated_at,
            fingerprinter=self._fingerprinter,
        )
        with self._turn:
            earlier = self._settled.get(done.row_id) or Settled(
                desired=change.desired, row_id="", mark=mark
            )
            self._settled[done.row_id] = Settled(
                desired=change.desired,
                row_id=done.row_id,
                sent=earlier.sent | done.sent,
                answers=(*earlier.answers, *([] if done.row is None else [done.row])),
                mark=earlier.mark,
            )
        self._memory.remember(entry)

    def _abort(self, error: NovuSyncError, before: str = "") -> None:
        with self._turn:
            if not self._aborted:
                self._aborted = f"{before}{error.summary}"
                self._key_rejected = isinstance(error, ApiKeyError)

    def _tell(self, position: int, outcome: Outcome) -> None:
        with self._turn:
            self._outcomes[position] = outcome
            self._finished += 1
            self._on_event(Finished(outcome=outcome, done=self._finished, total=len(self._changes)))
