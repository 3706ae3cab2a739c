"""Contestants take turns: A B A B, so that whatever else the machine does hits all alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from benchmarks.figures import Series
from benchmarks.running import RunError, run

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from contextlib import AbstractContextManager

    from benchmarks.running import Command, Run


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One run to be made.

    Attributes:
        command: what is timed.
        judge: raises `RunError` where the program did not do its work.
    """

    command: Command
    judge: Callable[[Run], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Contestant:
    """Someone who takes turns.

    Attributes:
        name: as the tables show it.
        stage: sets up what one run needs, untimed, and clears it away afterwards.
        missing: why it cannot run here; empty where it can.
    """

    name: str
    stage: Callable[[], AbstractContextManager[Attempt]]
    missing: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One measurement: the same work, done by several.

    Attributes:
        kind: what work, like ``plan``.
        size: how many integrations; 0 where that says nothing.
        latency: of the server, in seconds.
        unit: of the values: ``s``, ``bytes`` or ``requests``.
        series: one a contestant; novu-sync's comes first.
    """

    kind: str
    size: int
    latency: float
    series: tuple[Series, ...]
    unit: str = "s"

    def of(self, contestant: str) -> Series:
        """What one contestant did."""
        for each in self.series:
            if each.contestant == contestant:
                return each
        return Series(contestant=contestant, missing=self.series[0].missing or "not in this run")


def contest(
    contestants: Sequence[Contestant], *, runs: int, tell: Callable[[str], None]
) -> tuple[Series, ...]:
    """Lets each take its turn, that many times, after one turn that does not count.

    A contestant whose run does not do the work takes no further part.
    """
    seconds: dict[str, list[float]] = {each.name: [] for each in contestants}
    missing = {each.name: each.missing for each in contestants}
    for turn in range(runs + 1):
        tell(f"run {turn} of {runs}" if turn else "warming up")
        for each in contestants:
            if missing[each.name]:
                continue
            try:
                with each.stage() as attempt:
                    done = run(attempt.command)
                    attempt.judge(done)
            except RunError as error:
                missing[each.name] = str(error)
                continue
            if turn:
                seconds[each.name].append(done.seconds)
    return tuple(
        Series(
            contestant=each.name,
            values=() if missing[each.name] else tuple(seconds[each.name]),
            missing=missing[each.name],
        )
        for each in contestants
    )
