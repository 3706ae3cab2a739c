"""A plan as annotations of GitHub Actions: each change at the line that asks for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.findings import in_order
from reconciler.planning.plan import Delete, Replace
from reconciler.views import github, values
from reconciler.views.changes_text import change_lines
from reconciler.views.counts import planned_line
from reconciler.views.declared import place_of
from reconciler.views.events_text import what
from reconciler.views.style import Style

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from reconciler.planning.plan import Change
    from reconciler.views.style import Look
    from reconciler.views.subjects import Reviewed, Unplanned


def render(reviewed: Sequence[Reviewed], unplanned: Sequence[Unplanned], look: Look, /) -> str:
    """The plans of one run, and the environments without one."""
    lines = [line for each in unplanned for line in not_planned(each, look, "planned")]
    lines += [line for each in reviewed for line in _planned(each, look)]
    return github.text(lines)


def not_planned(unplanned: Unplanned, look: Look, participle: str) -> Iterator[str]:
    """An environment of which there is no result, and the findings that are why."""
    title = f"{values.name(unplanned.environment)} could not be {participle}"
    message = (*values.prose(unplanned.summary), *values.prose(unplanned.mend))
    yield github.annotation(github.Level.ERROR, title, message, look)
    for each in in_order(unplanned.findings):
        yield github.of_finding(each, look)


def _planned(reviewed: Reviewed, look: Look) -> Iterator[str]:
    plan = reviewed.plan
    environment = values.name(plan.environment)
    for refusal in reviewed.refusals:
        title = f"{environment}: refused by the guard {values.name(refusal.guard)}"
        message = (*values.prose(refusal.detail), *values.prose(refusal.mend))
        yield github.annotation(github.Level.ERROR, title, message, look)
    for finding in in_order(plan.findings):
        yield github.of_finding(finding, look)
    for change in plan.writes:
        yield _change(change, environment, look)
    summary = [f"Plan: {planned_line([plan])}"]
    yield github.annotation(github.Level.NOTICE, f"Plan for {environment}", summary, look)


def _change(change: Change, environment: str, look: Look) -> str:
    doomed = isinstance(change, (Delete, Replace))
    return github.annotation(
        github.Level.WARNING if doomed else github.Level.NOTICE,
        f"{environment}: {what(change)}",
        (line.removeprefix("  ") for line in change_lines(change, Style())),
        look,
        place_of(change),
    )
