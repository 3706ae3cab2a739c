"""A plan as text: a block for each environment, its summary line last."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.findings import Severity
from reconciler.planning.plan import Keep
from reconciler.views import values
from reconciler.views.changes_text import change_lines, observed_line
from reconciler.views.counts import counted, planned_line
from reconciler.views.findings_text import passing_lines
from reconciler.views.refusals import refusal_lines
from reconciler.views.style import Tone, listed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from reconciler.planning.guards import Refusal
    from reconciler.planning.plan import Plan
    from reconciler.views.style import Look, Style
    from reconciler.views.subjects import Reviewed, Unplanned


def render(reviewed: Sequence[Reviewed], unplanned: Sequence[Unplanned], look: Look, /) -> str:
    """The plans of one run; where it is about several environments, a line adds them up.

    Environments without a plan are only named beside those that have one: why there is none is a
    failure, and failures have a place of their own. Where nothing was planned the text is empty.
    """
    if not reviewed:
        return ""
    blocks = ["\n".join(_block(each, look)) for each in reviewed]
    blocks += [
        f"{look.style.paint(Tone.STRONG, values.name(each.environment))}"
        f" could not be planned: {values.sentence(each.summary)}"
        for each in unplanned
    ]
    if len(blocks) > 1:
        total = planned_line(each.plan for each in reviewed)
        missing = f", {len(unplanned)} not planned" if unplanned else ""
        blocks.append(f"{len(reviewed) + len(unplanned)} environments{missing}: {total}")
    if look.next_step:
        blocks.append(f"Next: {look.style.paint(Tone.STRONG, look.next_step)}")
    return "\n\n".join(blocks) + "\n"


def heading_lines(environment: str, environment_id: str, style: Style) -> Iterator[str]:
    """How a block begins."""
    name = style.paint(Tone.STRONG, values.name(environment))
    yield f"{name}  {style.paint(Tone.FAINT, f'(Novu environment {values.name(environment_id)})')}"


def _block(reviewed: Reviewed, look: Look) -> Iterator[str]:
    plan, style = reviewed.plan, look.style
    yield from heading_lines(plan.environment, plan.environment_id, style)
    if plan.ledger_note:
        yield style.paint(Tone.FAINT, values.sentence(plan.ledger_note))
    yield ""
    yield from _section(_changes(plan, look))
    yield from _section(_unmanaged(plan, look))
    yield from _section(passing_lines(plan.findings, look))
    yield from _section(_refusals(reviewed.refusals, style))
    if plan.is_empty and not any(each.severity is Severity.ERROR for each in plan.findings):
        told = ", as far as can be told without secrets" if plan.unverified else ""
        yield f"No changes: {values.name(plan.environment)} is as declared{told}."
    counts = planned_line([plan])
    yield f"{style.paint(Tone.STRONG, 'Plan:')} {counts}"
    if reviewed.digest and not plan.is_empty:
        yield style.paint(Tone.FAINT, f"Digest: {reviewed.digest}")


def _section(lines: Iterator[str]) -> Iterator[str]:
    """The lines with an empty one after them, or nothing where there are none."""
    told = False
    for line in lines:
        told = True
        yield line
    if told:
        yield ""


def _changes(plan: Plan, look: Look) -> Iterator[str]:
    for change in plan.changes:
        if look.verbose or not isinstance(change, Keep):
            yield from change_lines(change, look.style)


def _unmanaged(plan: Plan, look: Look) -> Iterator[str]:
    rows = plan.unmanaged
    if not rows:
        return
    yield "Unmanaged: on the server, declared nowhere, left alone"
    yield from listed([f"    {observed_line(row, look.style)}" for row in rows], look)
    yield look.style.paint(
        Tone.FAINT,
        "  Declare them to manage them; --prune deletes what was applied earlier.",
    )


def _refusals(refusals: Sequence[Refusal], style: Style) -> Iterator[str]:
    if not refusals:
        return
    yield style.paint(Tone.RED, f"Refused by {counted(len(refusals), 'guard')}: nothing is written")
    for each in refusals:
        yield from refusal_lines(each, style)
