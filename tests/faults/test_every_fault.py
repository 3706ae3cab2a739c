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
PLACES = [(each, backend) for each in GENERATIONS for backend in backends_of(each)]
"""Generations, and where the ledger lies there."""


def chosen(scenario: str, generation: str, backend: str) -> list[Point]:
    """A share of every single fault, always the same: of older generations a smaller one."""
    points = list(every_point(scenario, generation, backend=backend))
    share = 4 if generation == NEWEST else 12
    rng = random.Random(f"{generation} {backend}")  # noqa: S311 - protects nothing
    return rng.sample(points, len(points) // share)


def all_end_well(points: Iterable[Point]) -> None:
    tried = try_all(points)
    assert tried.count
    assert not tried.failures, "\n".join(
        f"script/test --fault-point {each}" for each in tried.failures[:5]
    )


@pytest.mark.parametrize(("generation", "backend"), PLACES)
def test_a_fault_at_any_request_or_any_step_of_the_ledger_ends_as_if_nothing_had_happened(
    generation: str, backend: str
) -> None:
    all_end_well(point for each in SCENARIOS for point in chosen(each, generation, backend))


def test_two_faults_in_one_run_or_in_two_in_a_row_end_as_if_nothing_had_happened() -> None:
    all_end_well(walk(WALKS, seed=20261101))


def test_more_than_2500_points_are_tried_here() -> None:
    count = sum(len(chosen(each, *place)) for each in SCENARIOS for place in PLACES)
    assert count + WALKS > 2500


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
