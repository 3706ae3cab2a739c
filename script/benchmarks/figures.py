"""The arithmetic of a comparison: medians, paired ratios, and what theory allows.

Pure functions of numbers. Times are seconds, sizes are bytes.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from statistics import median

PARALLEL = 10
"""Requests in flight, of novu-sync and of every peer that sends several at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """What one contestant did, run by run.

    Attributes:
        contestant: its name.
        values: one a run, in the order of the runs; empty where it was not run.
        missing: why it was not run, or why its runs do not count; empty where they do.
    """

    contestant: str
    values: tuple[float, ...] = ()
    missing: str = ""

    @property
    def median(self) -> float | None:
        """The middle one; `None` where nothing was measured."""
        return median(self.values) if self.values and not self.missing else None


def paired_ratio(ours: Series, theirs: Series) -> float | None:
    """The median of the ratios run by run: what slows the machine down for a while hits both.

    Returns:
        `None` where one of the two was not measured.
    """
    if ours.median is None or theirs.median is None:
        return None
    return median(one / other for one, other in zip(ours.values, theirs.values, strict=True))


def in_parallel(latency: float, writes: int) -> float:
    """The least time of one read and then writes that do not wait for each other."""
    return latency * (1 + writes / PARALLEL)


def along_the_chain(latency: float, writes: int, longest_chain: int) -> float:
    """The least time of one read and then writes of which some have to wait for each other.

    Args:
        latency: of one request.
        writes: all of them.
        longest_chain: how many of them must follow one another.
    """
    return latency * (1 + max(longest_chain, writes / PARALLEL))


def under_a_rate(requests: int, *, burst: int, per_second: float) -> float:
    """The least time in which a server lets that many requests through."""
    return max(0, requests - burst) / per_second


class Verdict(StrEnum):
    """Whether a limit holds."""

    HOLDS = "holds"
    FAILS = "FAILS"
    NOT_RUN = "not run"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One promise and what was measured of it.

    Attributes:
        what: what was measured.
        against: what it is held against.
        ours: novu-sync's number.
        theirs: the number it is held against.
        ratio: ours by theirs.
        at_most: the limit of the ratio; of `ours` where nothing is divided.
        verdict: whether it holds.
        unit: of ours and theirs: ``s``, ``MiB`` or nothing.
        note: what else there is to know, like why it was not run.
    """

    what: str
    against: str
    at_most: float
    ours: float | None = None
    theirs: float | None = None
    ratio: float | None = None
    verdict: Verdict = Verdict.NOT_RUN
    unit: str = "s"
    note: str = ""


def versus(what: str, against: str, ours: Series, theirs: Series, *, at_most: float) -> Row:
    """A row that holds one contestant against another."""
    ratio = paired_ratio(ours, theirs)
    return Row(
        what=what,
        against=against,
        at_most=at_most,
        ours=ours.median,
        theirs=theirs.median,
        ratio=ratio,
        verdict=verdict(ratio, at_most),
        note=ours.missing or theirs.missing,
    )


def versus_theory(  # noqa: PLR0913 - each is named where it is called
    what: str, theory: str, ours: Series, least: float, *, at_most: float, start_up: float = 0.0
) -> Row:
    """A row that holds a contestant against the time that theory allows.

    Args:
        what: what was measured.
        theory: how the time is reckoned.
        ours: what was measured.
        least: the time that theory allows.
        at_most: the limit of the ratio.
        start_up: seconds taken off first, where the promise leaves them out.
    """
    ratio = None
    if ours.median is not None and least > 0:
        ratio = max(0.0, ours.median - start_up) / least
    return Row(
        what=what,
        against=theory,
        at_most=at_most,
        ours=ours.median,
        theirs=least,
        ratio=ratio,
        verdict=verdict(ratio, at_most),
        note=ours.missing,
    )


def verdict(measured: float | None, at_most: float) -> Verdict:
    """Whether a measured number keeps to its limit."""
    if measured is None:
        return Verdict.NOT_RUN
    return Verdict.HOLDS if measured <= at_most else Verdict.FAILS
