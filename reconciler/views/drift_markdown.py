"""Drift as Markdown: for an issue or a message that a nightly job writes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.views import markdown
from reconciler.views.changes_text import observed_line
from reconciler.views.counts import counted
from reconciler.views.drift_text import unseen_lines
from reconciler.views.drift_words import by_integration, counts_line, integration_lines
from reconciler.views.findings_markdown import finding_parts
from reconciler.views.plan_markdown import not_planned
from reconciler.views.style import Style

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from reconciler.planning.drift import Drift
    from reconciler.views.markdown import Part, Section
    from reconciler.views.style import Look
    from reconciler.views.subjects import Unplanned

_PLAIN = Style()


def render(drifts: Sequence[Drift], unplanned: Sequence[Unplanned], look: Look, /) -> str:
    """The drift of every environment of a run, and the environments that were not compared."""
    sections = [*map(_section, drifts), *(not_planned(each, "Drift of") for each in unplanned)]
    tail = []
    if len(sections) > 1:
        missing = f", {len(unplanned)} not compared" if unplanned else ""
        tail.append(f"**{len(sections)} environments{missing}:** {counts_line(drifts)}")
    tail += markdown.next_step(look)
    names = [each.environment for each in drifts] + [each.environment for each in unplanned]
    return markdown.page(markdown.marker("drift", names, look), sections, tail)


def _section(drift: Drift) -> Section:
    name = markdown.code(drift.environment)
    head = [
        f"### Drift of {name}",
        "",
        f"**Drift:** {counts_line([drift])}",
        "",
        f"Novu environment {markdown.code(drift.environment_id)}",
    ]
    if drift.ledger_note:
        head[-1] += f", {markdown.code(drift.ledger_note)}"
    if drift.is_empty:
        head += ["", f"No drift: what was compared of {name} is as applied."]
    parts = (*_differences(drift), *finding_parts(drift.findings), *_rest(drift))
    return markdown.Section(head=tuple(head), parts=parts)


def _differences(drift: Drift) -> Iterator[Part]:
    these = tuple(by_integration(drift))
    if these:
        yield markdown.Part(
            heading=f"**{counted(len(these), 'integration')} not as applied**",
            objects=tuple(tuple(integration_lines(each, _PLAIN)) for each in these),
            left_out=lambda positions: counted(len(positions), "integration"),
        )


def _rest(drift: Drift) -> Iterator[Part]:
    if drift.unmanaged:
        yield markdown.Part(
            heading=f"{len(drift.unmanaged)} unmanaged: on the server, declared nowhere",
            objects=tuple((observed_line(each, _PLAIN),) for each in drift.unmanaged),
            left_out=lambda positions: f"{len(positions)} unmanaged",
            folded=True,
        )
    lines = tuple(unseen_lines(drift))
    if lines:
        yield markdown.Part(
            heading="Credentials that the server does not give back",
            objects=tuple((each,) for each in lines),
            left_out=lambda positions: counted(len(positions), "line"),
            folded=True,
        )
