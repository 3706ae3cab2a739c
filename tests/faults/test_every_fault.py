"""A run may be broken at any request or die at any instant; running it again converges.

Each point is one run of the real stack that is disturbed, and the runs after it: no duplicate,
nothing lost, nothing of others touched, no claim in the ledger that is not true, no secret told.
`script/test --faults N` takes a longer walk; what fails is printed as a command to repeat it.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest
from faults.points import Point, course
from faults.scenarios import GENERATIONS, SCENARIOS
from faults.walk import backends_of, every_point, try_all, walk
from support.breaking import BREAKS
from support.mortal import ENDS

if TYPE_CHECKING:
    from collections.abc import Iterable

NEWEST = GENERATIONS[-1]
WALKS = 250
"""Points on a random walk, beside the enumerated ones."""


def chosen(scenario: str, generation: str) -> list[Point]:
    """Of the newest generation every single fault; of older ones a fifth, always the same."""
    points = list(every_point(scenario, generation))
    if generation == NEWEST:
        return points
    return random.Random(generation).sample(points, len(points) // 5)  # noqa: S311 - protects nothing


def all_end_well(points: Iterable[Point]) -> None:
    tried = try_all(points)
    assert tried.count
    assert not tried.failures, "\n".join(
        f"script/test --fault-point {each}" for each in tried.failures[:5]
    )


@pytest.mark.parametrize("scenario", SCENARIOS)
@pytest.mark.parametrize("generation", GENERATIONS)
def test_a_fault_at_any_request_or_any_step_of_the_ledger_ends_as_if_nothing_had_happened(
    scenario: str, generation: str
) -> None:
    all_end_well(chosen(scenario, generation))


@pytest.mark.parametrize("scenario", SCENARIOS)
@pytest.mark.parametrize(
    "generation", [each for each in GENERATIONS if "novu" in backends_of(each)]
)
def test_the_same_holds_where_the_ledger_lies_in_novu(scenario: str, generation: str) -> None:
    """A part of them, always the same; the walk below takes others."""
    points = list(every_point(scenario, generation, backend="novu"))
    rng = random.Random(generation)  # noqa: S311 - protects nothing
    all_end_well(rng.sample(points, len(points) // 4))


def test_two_faults_in_one_run_or_in_two_in_a_row_end_as_if_nothing_had_happened() -> None:
    all_end_well(walk(WALKS, seed=20261101))


def test_more_than_two_thousand_points_are_tried_here() -> None:
    count = sum(len(chosen(each, NEWEST)) for each in SCENARIOS)
    assert count + WALKS > 2000


def test_every_kind_of_fault_strikes_in_every_scenario() -> None:
    """The index of a fault is that of a request which is really sent."""
    for scenario in SCENARIOS:
        there = course(scenario, NEWEST, 1)
        points = list(every_point(scenario, NEWEST))
        assert len(points) == there.requests * len(BREAKS) + there.steps * len(ENDS)
        assert there.requests >= 8
        assert there.steps >= 4


def test_a_point_reads_what_it_writes() -> None:
    for text in (
        "edit 2026-11 x1 7:dropped-after",
        "edit 2026-11 x3 7:dropped-after 9:500-after w3:full again:2:503-before",
        "edit 2026-11 x1 novu 7:dropped-after",
    ):
        assert str(Point.parse(text)) == text


def test_the_same_seed_takes_the_same_walk() -> None:
    assert list(walk(20, seed=7)) == list(walk(20, seed=7))
    assert list(walk(20, seed=7)) != list(walk(20, seed=8))
