"""The limits that novu-sync promises to keep, held against what was measured."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from benchmarks import peers
from benchmarks.figures import (
    Row,
    Series,
    Verdict,
    along_the_chain,
    in_parallel,
    paired_ratio,
    under_a_rate,
    verdict,
    versus,
    versus_theory,
)
from benchmarks.measurements import BURST, OURS, PER_SECOND, RATED, SOME_OF_EACH
from benchmarks.projects import ALL_CHANNELS, project

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.contest import Cell

_LATENCY = 0.05
_MOST_REQUESTS_RATED = 110
_MIB = 2**20


def promises(cells: Sequence[Cell]) -> tuple[Row, ...]:
    """A row for each promise, also for those whose measurement is not among the cells."""
    found = {(cell.kind, cell.size, cell.latency, cell.unit): cell for cell in cells}

    def series(
        kind: str, size: int, latency: float = 0.0, who: str = OURS, unit: str = "s"
    ) -> Series:
        cell = found.get((kind, size, latency, unit))
        return cell.of(who) if cell else Series(contestant=who, missing="left out of this run")

    def beside(
        size: int, peer: peers.Peer, *, at_most: float, against: str, yaml: peers.Peer | None = None
    ) -> Row:
        ours, theirs = series("plan", size), series("plan", size, who=peer.name)
        row = versus(f"no-op plan, N = {size:,}, 0 ms", against, ours, theirs, at_most=at_most)
        if yaml is None:
            return row
        ratio = paired_ratio(ours, series("plan", size, who=yaml.name))
        if ratio is None:
            return row
        note = f"{ratio:.2f} where the peer, too, begins with the YAML instead of JSON made from it"
        return replace(row, note=note)

    return (
        *(
            versus(
                option,
                "a script that only imports click",
                series(option, 0),
                series(option, 0, who=peers.IMPORT_CLICK.name),
                at_most=1.5,
            )
            for option in ("--help", "--version")
        ),
        versus(
            "validate, N = 1,000",
            "yaml.load of the file, C loader",
            series("validate", 1_000),
            series("validate", 1_000, who=peers.LOAD_YAML.name),
            at_most=3,
        ),
        beside(
            100,
            peers.PLAN_CURL_JQ,
            at_most=2,
            against="curl and jq",
            yaml=peers.PLAN_CURL_JQ_YAML,
        ),
        beside(
            1_000,
            peers.PLAN_HTTP_CLIENT,
            at_most=1.5,
            against="http.client",
            yaml=peers.PLAN_HTTP_CLIENT_YAML,
        ),
        beside(10_000, peers.PLAN_NODE_SDK, at_most=0.7, against="official Node SDK"),
        versus_theory(
            "apply, N = 1,000 chat and push, 50 ms",
            "theory: 50 ms x (1 + N/10)",
            series("apply", 1_000, _LATENCY),
            in_parallel(_LATENCY, 1_000),
            at_most=1.10,
        ),
        _all_channels(
            series("apply, all channels", SOME_OF_EACH, _LATENCY),
            series("apply, all channels", SOME_OF_EACH),
        ),
        versus(
            "apply, N = 1,000 chat and push, 50 ms",
            "official Python SDK, asyncio",
            series("apply", 1_000, _LATENCY),
            series("apply", 1_000, _LATENCY, who=peers.APPLY_PYTHON_SDK.name),
            at_most=0.9,
        ),
        _rate_limited(
            series("apply, rate-limited", RATED),
            series("apply, rate-limited", RATED, unit="requests"),
            series("plan of nothing", 0),
        ),
        _requests(series("plan", 1_000, unit="requests")),
        _memory(
            series("plan", 10_000, unit="bytes"),
            series("plan", 10_000, who=peers.LOAD_YAML.name, unit="bytes"),
        ),
    )


def _all_channels(ours: Series, at_once: Series) -> Row:
    """Short as it is, start-up weighs in it; the same work without latency tells how much."""
    chain = project(SOME_OF_EACH, ALL_CHANNELS).longest_chain
    row = versus_theory(
        f"apply, N = {SOME_OF_EACH}, all channels, 50 ms",
        f"theory: 50 ms x (1 + {chain} in a row)",
        ours,
        along_the_chain(_LATENCY, SOME_OF_EACH, chain),
        at_most=1.2,
    )
    if row.ours is None or at_once.median is None:
        return row
    return replace(
        row,
        note=f"takes {at_once.median:.3f} s at 0 ms, so {row.ours - at_once.median:.3f} s of it is "
        "waiting for the server",
    )


def _rate_limited(ours: Series, sent: Series, start_up: Series) -> Row:
    """Start-up, by definition of the promise, is not counted: a plan of nothing measures it."""
    what = f"apply, N = {RATED}, {PER_SECOND}/s, burst {BURST}"
    theory = f"theory: (R - {BURST}) / {PER_SECOND} s, plus start-up"
    if ours.median is None or sent.median is None or start_up.median is None:
        note = ours.missing or sent.missing or start_up.missing
        return Row(what=what, against=theory, at_most=1.2, note=note)
    requests = round(max(sent.values))
    least = under_a_rate(round(sent.median), burst=BURST, per_second=PER_SECOND)
    row = versus_theory(what, theory, ours, least, at_most=1.2, start_up=start_up.median)
    row = replace(row, note=f"R = {requests}, start-up {start_up.median:.2f} s taken off")
    if requests > _MOST_REQUESTS_RATED:
        note = f"{row.note}; at most {_MOST_REQUESTS_RATED} requests are promised"
        row = replace(row, verdict=Verdict.FAILS, note=note)
    return row


def _requests(sent: Series) -> Row:
    return Row(
        what="requests of a no-op plan, N = 1,000",
        against="own environment, list, ledger",
        at_most=3,
        ours=sent.median,
        verdict=verdict(sent.median, 3),
        unit="requests",
        note=sent.missing,
    )


def _memory(ours: Series, theirs: Series) -> Row:
    row = versus(
        "peak memory, no-op plan, N = 10,000", "yaml.load of the file", ours, theirs, at_most=2
    )
    if row.ours is None or row.theirs is None:
        return replace(row, unit="MiB")
    return replace(row, unit="MiB", ours=row.ours / _MIB, theirs=row.theirs / _MIB)
