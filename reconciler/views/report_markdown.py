"""What became of a plan, as Markdown: what went wrong first, what was done below a fold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.applying.report import Finished, Result
from reconciler.views import markdown
from reconciler.views.counts import carried_out_line, counted
from reconciler.views.events_text import event_line
from reconciler.views.report_text import divergence_lines, failed_lines, not_attempted_line
from reconciler.views.style import Style

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from reconciler.applying.report import Divergence, Outcome, Report
    from reconciler.views.markdown import Part, Section
    from reconciler.views.style import Look

_PLAIN = Style()


def render(reports: Sequence[Report], look: Look, /) -> str:
    """The reports of one run; more than one are followed by a line that adds them up."""
    tail = []
    if len(reports) > 1:
        tail.append(f"**{len(reports)} environments:** {carried_out_line(reports)}")
    tail += markdown.next_step(look)
    mark = markdown.marker("report", (each.environment for each in reports), look)
    return markdown.page(mark, [_section(each) for each in reports], tail)


def _section(report: Report) -> Section:
    head = [
        f"### Apply to {markdown.code(report.environment)}",
        "",
        f"**Apply:** {carried_out_line([report])}",
        "",
        f"Novu environment {markdown.code(report.environment_id)}",
    ]
    if report.aborted:
        head += ["", f"**Stopped:** {markdown.code(report.aborted)}"]
    if report.interrupted:
        head += ["", "**Interrupted:** what was in flight is finished; apply again for the rest."]
    differing = [each for each in report.divergences if not each.remembered]
    not_kept = [each for each in report.divergences if each.remembered]
    parts = [
        *_outcomes("**Failed**", report, Result.FAILED, lambda each: failed_lines(each, _PLAIN)),
        *_outcomes(
            "**Not attempted**",
            report,
            Result.NOT_ATTEMPTED,
            lambda each: [not_attempted_line(each)],
        ),
        *_divergences("**Not as declared when read again**", differing),
        *_divergences("**Not kept by Novu; remembered, and not planned again**", not_kept),
        *_done(report),
    ]
    return markdown.Section(head=tuple(head), parts=tuple(parts))


def _outcomes(
    heading: str, report: Report, result: Result, lines: Callable[[Outcome], Iterable[str]]
) -> Iterator[Part]:
    these = [each for each in report.outcomes if each.result is result]
    if these:
        yield markdown.Part(
            heading=heading,
            objects=tuple(tuple(lines(each)) for each in these),
            left_out=lambda positions: counted(len(positions), "change"),
        )


def _divergences(heading: str, these: Sequence[Divergence]) -> Iterator[Part]:
    if these:
        yield markdown.Part(
            heading=heading,
            objects=tuple(tuple(divergence_lines(each, _PLAIN)) for each in these),
            left_out=lambda positions: counted(len(positions), "integration"),
        )


def _done(report: Report) -> Iterator[Part]:
    done = [each for each in report.outcomes if each.result is Result.DONE]
    if done:
        yield markdown.Part(
            heading=f"{counted(len(done), 'change')} carried out",
            objects=tuple(
                (event_line(Finished(outcome=each, done=0, total=0), _PLAIN).removeprefix("  "),)
                for each in done
            ),
            left_out=lambda positions: counted(len(positions), "change"),
            language="diff",
            folded=True,
        )
