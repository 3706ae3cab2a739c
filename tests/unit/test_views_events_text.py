from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from golden.rows import row, ses, update

from reconciler.applying.report import Finished, Outcome, Result, Started
from reconciler.model import Patch
from reconciler.planning.plan import Create, Delete, Reason, Rename, Replace, SetPrimary
from reconciler.views.events_text import event_line
from reconciler.views.style import Style

if TYPE_CHECKING:
    from reconciler.planning.plan import Change


def line(outcome: Outcome) -> str:
    return event_line(Finished(outcome=outcome, done=1, total=2), Style())


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (Create(desired=ses()), "  + created ses-development (0.21 s)"),
        (update(), "  ~ updated ses-development (0.21 s)"),
        (Delete(observed=row("old")), "  - deleted old (0.21 s)"),
        (
            Rename(desired=ses(), observed=row("old"), patch=Patch(), fields=()),
            "  > renamed old → ses-development (0.21 s)",
        ),
        (
            SetPrimary(desired=ses(), observed=None),
            "  * set primary ses-development (0.21 s)",
        ),
        (
            Replace(desired=ses(), observed=row(), fields=(), reason=Reason.PROVIDER_CHANGED),
            "-/+ replaced ses-development (0.21 s)",
        ),
    ],
)
def test_what_was_done_is_told_with_its_time(change: Change, told: str) -> None:
    assert line(Outcome(change=change, result=Result.DONE, seconds=0.2149)) == told


def test_what_was_unusual_is_told() -> None:
    outcome = Outcome(change=Create(desired=ses()), result=Result.DONE, note="sent twice")
    assert line(outcome) == "  + created ses-development (0.00 s)  sent twice"


def test_a_failure_is_one_line_with_the_problem() -> None:
    outcome = Outcome(
        change=Create(desired=ses()), result=Result.FAILED, problem="Novu answered 422:\n  no\x1b"
    )
    assert line(outcome) == "  ! create ses-development failed: Novu answered 422: no\\x1b"


def test_what_was_not_attempted_is_told_with_the_reason_where_there_is_one() -> None:
    outcome = Outcome(change=Create(desired=ses()), result=Result.NOT_ATTEMPTED)
    assert line(outcome) == "  · create ses-development not attempted"
    outcome = Outcome(change=update(), result=Result.NOT_ATTEMPTED, problem="interrupted")
    assert line(outcome) == "  · update ses-development not attempted: interrupted"


def test_what_begins_is_told() -> None:
    assert (
        event_line(Started(change=Create(desired=ses())), Style()) == "  … create ses-development"
    )


def test_colours_go_around_marks() -> None:
    outcome = Outcome(change=Create(desired=ses()), result=Result.FAILED)
    event = Finished(outcome=outcome, done=1, total=1)
    assert event_line(event, Style(color=True)).startswith("\x1b[31m  !\x1b[0m create")
