"""What became of a plan, as text: what went wrong, what is left, and the numbers last."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.applying.report import Result
from reconciler.views import values
from reconciler.views.changes_text import field_line
from reconciler.views.counts import carried_out_line
from reconciler.views.events_text import what
from reconciler.views.plan_text import heading_lines
from reconciler.views.style import Tone, listed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from reconciler.applying.report import Divergence, Outcome, Report
    from reconciler.views.style import Look, Style


def render(reports: Sequence[Report], look: Look, /) -> str:
    """The reports of one run; more than one are followed by a line that adds them up."""
    several = len(reports) > 1
    blocks = ["\n".join(_block(each, look, several=several)) for each in reports]
    if several:
        blocks.append(f"{len(reports)} environments: {carried_out_line(reports)}")
    if look.next_step:
        blocks.append(f"Next: {look.style.paint(Tone.STRONG, look.next_step)}")
    return "\n\n".join(blocks) + "\n"


def _block(report: Report, look: Look, *, several: bool) -> Iterator[str]:
    style = look.style
    sections = [
        section
        for section in (
            tuple(_failed(report.outcomes, style)),
            tuple(_not_attempted(report.outcomes, look)),
            tuple(_differing(report.divergences, style)),
            tuple(_not_kept(report.divergences, style)),
            tuple(_stopped(report, style)),
        )
        if section
    ]
    if several or sections:
        yield from heading_lines(report.environment, report.environment_id, style)
    for section in sections:
        yield ""
        yield from section
    if sections:
        yield ""
    yield f"{style.paint(Tone.STRONG, 'Apply:')} {carried_out_line([report])}"


def _failed(outcomes: Sequence[Outcome], style: Style) -> Iterator[str]:
    failed = [each for each in outcomes if each.result is Result.FAILED]
    if failed:
        yield style.paint(Tone.RED, "Failed")
    for each in failed:
        yield from failed_lines(each, style)


def failed_lines(outcome: Outcome, style: Style) -> Iterator[str]:
    """A change that failed: why, and what to do about it."""
    mark = style.paint(Tone.RED, "!")
    yield f"  {mark} {what(outcome.change)}: {values.sentence(outcome.problem)}"
    yield from (f"      {line}".rstrip() for line in values.prose(outcome.mend))


def not_attempted_line(outcome: Outcome) -> str:
    """A change that nobody began, and why where that is known."""
    why = values.sentence(outcome.problem)
    return f"  · {what(outcome.change)}{f': {why}' if why else ''}"


def _not_attempted(outcomes: Sequence[Outcome], look: Look) -> Iterator[str]:
    lines = [not_attempted_line(each) for each in outcomes if each.result is Result.NOT_ATTEMPTED]
    if lines:
        yield "Not attempted"
        yield from listed(lines, look)


def _differing(divergences: Sequence[Divergence], style: Style) -> Iterator[str]:
    differing = [each for each in divergences if not each.remembered]
    if differing:
        yield style.paint(Tone.YELLOW, "Not as declared when read again")
    for each in differing:
        yield from divergence_lines(each, style)


def _not_kept(divergences: Sequence[Divergence], style: Style) -> Iterator[str]:
    remembered = [each for each in divergences if each.remembered]
    if remembered:
        yield style.paint(Tone.YELLOW, "Not kept by Novu; remembered, and not planned again")
    for each in remembered:
        yield from divergence_lines(each, style)


def divergence_lines(divergence: Divergence, style: Style) -> Iterator[str]:
    """An integration and the fields in which it differs still."""
    gone = "" if divergence.fields else " is gone"
    yield f"  {values.name(divergence.identifier)}{gone}"
    yield from (f"      {field_line(each, style)}" for each in divergence.fields)


def _stopped(report: Report, style: Style) -> Iterator[str]:
    if report.aborted:
        yield style.paint(Tone.RED, f"Stopped: {values.sentence(report.aborted)}")
    if report.interrupted:
        yield style.paint(
            Tone.RED, "Interrupted: what was in flight is finished; apply again for the rest"
        )
