"""Faults worth a name: what went wrong once, and what one protection alone prevents."""

from __future__ import annotations

from collections import Counter

import pytest
from faults.points import Point, course_of
from faults.scenarios import GENERATIONS, NEW, SCENARIOS, desired, prepared

OLDEST, MIDDLE, NEWEST = GENERATIONS[0], GENERATIONS[-2], GENERATIONS[-1]


@pytest.mark.parametrize(
    "point",
    [
        f"create {OLDEST} x1 4:timeout-after",
        f"create {MIDDLE} x1 4:timeout-after",
        f"edit {MIDDLE} x1 13:dropped-before",
        # Killed between sending a secret and noting the answer.
        f"rotate {NEWEST} x1 4:killed-after",
        # A refusal that follows a lost answer does not say that nothing was done.
        f"rotate {NEWEST} x1 4:dropped-after 5:400-before",
        f"rotate {NEWEST} x1 4:503-after 5:401-before",
        # A login page answers 200 to a DELETE; what was not deleted must not be forgotten.
        f"edit {NEWEST} x1 13:page-before",
        f"edit {NEWEST} x1 14:page-before again:3:killed-before",
        # Something that stands before the server sends a write on twice.
        f"edit {NEWEST} x1 7:409-after",
        # The server does the work after the client gave up waiting for it.
        f"create {NEWEST} x1 4:timeout-late",
        f"edit {NEWEST} x3 13:dropped-late",
        # The same where the ledger lies in Novu: only its intent tells then.
        f"rotate {NEWEST} x1 novu 7:killed-after",
        f"edit {NEWEST} x3 novu 9:writes-503-after-on",
        # Half a line of the ledger, and a document that was written beside a journal not removed.
        f"edit {NEWEST} x1 w5:killed-amid",
        f"edit {NEWEST} x1 w24:killed-after",
    ],
)
def test_a_point_that_was_worth_remembering_ends_as_if_nothing_had_happened(point: str) -> None:
    there = Point.parse(point)
    assert course_of(there).problems(there) == []


@pytest.mark.parametrize("lost", ["dropped-after", "timeout-after", "503-after", "half-after"])
def test_a_create_whose_answer_was_lost_is_looked_for_and_not_sent_again(lost: str) -> None:
    """A second one may make a second row: Novu checks identifiers without an index."""
    scenario = SCENARIOS["create"]
    with prepared(scenario, NEWEST, 1) as world:
        ended = world.run(desired(scenario.after, NEW), scenario.options, breaks={4: lost})
        assert ended.is_well
        sent = Counter(body for method, _, body in world.sent if method == "POST")
        assert sent[next(iter(sent))] == 1
        assert max(sent.values()) == 1
