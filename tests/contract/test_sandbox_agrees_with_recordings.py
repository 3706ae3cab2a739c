"""The sandbox answers as real Novu servers were recorded to answer.

Each generation is held to its own recordings; the newest, of which there are none, to those of
April 2026 with what Novu changed since. The share is of all recorded exchanges, those included
that cannot be replayed.
"""

from __future__ import annotations

import pytest
from contract.agreement import Tally, hold_group
from contract.cases import GENERATIONS, RECORDED, groups, scenarios
from contract.newest import STANDARDS

RECORDED_EXCHANGES = {"2024-10": 1898, "2026-04": 3772}
AT_LEAST = 0.98
OWN = [(name, name) for name in GENERATIONS]


def all_groups(played: str, recorded: str) -> Tally:
    total = Tally()
    for group in groups(recorded):
        total.add(hold_group(played, recorded, group, STANDARDS[played, recorded]))
    return total


@pytest.mark.parametrize(
    ("played", "recorded", "group"),
    [
        pytest.param(*pair, group, id=f"{pair[0]} held to {pair[1]}: {group}")
        for pair in STANDARDS
        for group in groups(pair[1])
    ],
)
def test_every_recorded_answer_is_given_or_differs_for_a_reason(
    played: str, recorded: str, group: str
) -> None:
    tally = hold_group(played, recorded, group, STANDARDS[played, recorded])
    assert not tally.problems, "\n".join(tally.problems[:20])
    assert not tally.stale, "\n".join(tally.stale)


@pytest.mark.parametrize(("played", "recorded"), OWN)
def test_a_generation_agrees_with_98_percent_of_its_recordings(played: str, recorded: str) -> None:
    """Counted over every exchange of the recordings, whether it can be replayed or not."""
    tally = all_groups(played, recorded)
    assert tally.recorded == RECORDED_EXCHANGES[recorded]
    assert tally.share >= AT_LEAST
    assert tally.agreed + sum(tally.meant.values()) == tally.recorded


def test_the_newest_differs_from_april_2026_in_little_more_than_april_itself() -> None:
    """A list of differences that swallows the recordings would hold the sandbox to nothing."""
    april = all_groups("2026-04", "2026-04")
    newest = all_groups("2026-11", "2026-04")
    assert newest.recorded == april.recorded
    assert april.agreed - newest.agreed < 0.01 * april.recorded
    of_its_own = newest.meant.keys() - april.meant.keys()
    assert len(of_its_own) == 3
    assert all("now" in reason or "Since May 2026" in reason for reason in of_its_own)


@pytest.mark.parametrize("recorded", GENERATIONS)
def test_every_recorded_exchange_is_kept_once(recorded: str) -> None:
    """Cases or reasons: nothing is left out silently."""
    kept = [
        (each.config, case.seq)
        for group in groups(recorded)
        for each in scenarios(recorded, group)
        for case in each.cases
    ]
    assert len(kept) == len(set(kept)) == RECORDED_EXCHANGES[recorded]


def test_the_recordings_stay_small() -> None:
    assert sum(path.stat().st_size for path in RECORDED.rglob("*.jsonl")) < 4_000_000
