"""A plan as Markdown: for a comment on the pull request that it belongs to.

What is deleted comes first and is never folded away; what refuses the plan and what was found
follow; everything else is below a fold.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from reconciler.findings import Severity
from reconciler.planning.plan import Delete, Keep, Replace
from reconciler.views import markdown
from reconciler.views.changes_text import change_lines, observed_line
from reconciler.views.counts import PLANNED, counted, planned_line
from reconciler.views.findings_markdown import finding_parts
from reconciler.views.refusals import refusal_lines
from reconciler.views.style import Style

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from reconciler.planning.guards import Refusal
    from reconciler.planning.plan import Plan, Planned
    from reconciler.views.markdown import Part, Section
    from reconciler.views.style import Look
    from reconciler.views.subjects import Reviewed, Unplanned

_PLAIN = Style()


def render(reviewed: Sequence[Reviewed], unplanned: Sequence[Unplanned], look: Look, /) -> str:
    """The plans of one run, and the environments without one."""
    sections = [
        *(_planned(each, look) for each in reviewed),
        *(not_planned(each, "Plan for") for each in unplanned),
    ]
    tail = []
    if len(sections) > 1:
        total = planned_line(each.plan for each in reviewed)
        missing = f", {len(unplanned)} not planned" if unplanned else ""
        tail.append(f"**{len(sections)} environments{missing}:** {total}")
    tail += markdown.next_step(look)
    names = [each.plan.environment for each in reviewed] + [each.environment for each in unplanned]
    return markdown.page(markdown.marker("plan", names, look), sections, tail)


def _planned(reviewed: Reviewed, look: Look) -> Section:
    plan = reviewed.plan
    head = [
        f"### Plan for {markdown.code(plan.environment)}",
        "",
        f"**Plan:** {planned_line([plan])}",
        "",
        f"Novu environment {markdown.code(plan.environment_id)}",
    ]
    if plan.ledger_note:
        head[-1] += f", {markdown.code(plan.ledger_note)}"
    if reviewed.digest and not plan.is_empty:
        head += ["", f"Digest {markdown.code(reviewed.digest)}"]
    if plan.is_empty and not any(each.severity is Severity.ERROR for each in plan.findings):
        told = ", as far as can be told without secrets" if plan.unverified else ""
        head += ["", f"No changes: {markdown.code(plan.environment)} is as declared{told}."]
    parts = (
        *_deletions(plan),
        *_refusals(reviewed.refusals),
        *finding_parts(plan.findings),
        *_changes(plan, look),
        *_unmanaged(plan),
    )
    return markdown.Section(head=tuple(head), parts=parts)


def not_planned(unplanned: Unplanned, title: str) -> Section:
    """An environment of which there is no result, and the findings that are why."""
    head = [
        f"### {title} {markdown.code(unplanned.environment)}",
        "",
        f"**There is none:** {markdown.code(unplanned.summary)}",
    ]
    if unplanned.mend:
        head += ["", markdown.code(unplanned.mend)]
    return markdown.Section(head=tuple(head), parts=tuple(finding_parts(unplanned.findings)))


def _deletions(plan: Plan) -> Iterator[Part]:
    deletions = [each for each in plan.changes if isinstance(each, (Delete, Replace))]
    if deletions:
        heading = f"**{counted(len(deletions), 'integration')} to delete or replace**"
        yield _part(heading, deletions, folded=False)


def _changes(plan: Plan, look: Look) -> Iterator[Part]:
    others = [
        each
        for each in plan.changes
        if not isinstance(each, (Delete, Replace)) and (look.verbose or not isinstance(each, Keep))
    ]
    if others:
        more = "more " if any(isinstance(each, (Delete, Replace)) for each in plan.changes) else ""
        yield _part(counted(len(others), f"{more}change"), others, folded=True)


def _part(heading: str, changes: Sequence[Planned], *, folded: bool) -> Part:
    def left_out(positions: Sequence[int]) -> str:
        counts = Counter(changes[each].action for each in positions)
        return ", ".join(
            f"{counts[action]} {words}" for action, words in PLANNED.items() if counts[action]
        )

    return markdown.Part(
        heading=heading,
        objects=tuple(tuple(map(_at_margin, change_lines(each, _PLAIN))) for each in changes),
        left_out=left_out,
        language="diff",
        folded=folded,
    )


def _at_margin(line: str) -> str:
    """A line whose mark is its first character, by which a ``diff`` is coloured."""
    return line.removeprefix("  ")


def _refusals(refusals: Sequence[Refusal]) -> Iterator[Part]:
    if refusals:
        yield markdown.Part(
            heading=f"**Refused by {counted(len(refusals), 'guard')}: nothing is written**",
            objects=tuple(tuple(refusal_lines(each, _PLAIN)) for each in refusals),
            left_out=lambda positions: counted(len(positions), "guard"),
        )


def _unmanaged(plan: Plan) -> Iterator[Part]:
    rows = plan.unmanaged
    if rows:
        yield markdown.Part(
            heading=f"{len(rows)} unmanaged: on the server, declared nowhere, left alone",
            objects=tuple((observed_line(each, _PLAIN),) for each in rows),
            left_out=lambda positions: f"{len(positions)} unmanaged",
            folded=True,
        )
