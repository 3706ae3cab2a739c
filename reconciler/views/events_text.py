"""What an apply tells while it works: a line for each change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.applying.report import Result, Started
from reconciler.planning.plan import Rename
from reconciler.views import values
from reconciler.views.counts import CARRIED_OUT
from reconciler.views.style import ACTION_TONES, Tone

if TYPE_CHECKING:
    from reconciler.applying.report import Event, Outcome
    from reconciler.planning.plan import Change
    from reconciler.views.style import Style


def event_line(event: Event, style: Style) -> str:
    """One line without an end, like ``  + created ses-development (0.21 s)``."""
    if isinstance(event, Started):
        return style.paint(Tone.FAINT, f"  … {what(event.change)}")
    outcome = event.outcome
    if outcome.result is Result.DONE:
        return _done_line(outcome, style)
    if outcome.result is Result.FAILED:
        mark, ended = style.paint(Tone.RED, f"{'!':>3}"), "failed"
    else:
        mark, ended = style.paint(Tone.FAINT, f"{'·':>3}"), "not attempted"
    why = values.sentence(outcome.problem)
    return f"{mark} {what(outcome.change)} {ended}{f': {why}' if why else ''}"


def environment_line(environment: str, style: Style) -> str:
    """What stands above the changes of one of several environments."""
    return style.paint(Tone.STRONG, values.name(environment))


def what(change: Change) -> str:
    """A change in words, like ``create ses-development``."""
    return f"{change.action} {values.name(change.identifier)}"


def _done_line(outcome: Outcome, style: Style) -> str:
    change = outcome.change
    mark = style.paint(ACTION_TONES[change.action], f"{change.action.symbol:>3}")
    name = values.name(change.identifier)
    if isinstance(change, Rename):
        name = f"{values.name(change.observed.identifier or change.observed.id)} → {name}"
    seconds = style.paint(Tone.FAINT, f"({outcome.seconds:.2f} s)")
    note = values.sentence(outcome.note)
    return f"{mark} {CARRIED_OUT[change.action]} {name} {seconds}{f'  {note}' if note else ''}"
