"""What became of a plan, as annotations of GitHub Actions: what did not end well at its line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.applying.report import Result
from reconciler.views import github, values
from reconciler.views.counts import carried_out_line
from reconciler.views.declared import place_of
from reconciler.views.events_text import what
from reconciler.views.report_text import divergence_lines
from reconciler.views.style import Style

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from reconciler.applying.report import Divergence, Outcome, Report
    from reconciler.views.style import Look

_LEVELS = {Result.FAILED: github.Level.ERROR, Result.NOT_ATTEMPTED: github.Level.WARNING}


def render(reports: Sequence[Report], look: Look, /) -> str:
    """The reports of one run."""
    return github.text(line for each in reports for line in _report(each, look))


def _report(report: Report, look: Look) -> Iterator[str]:
    environment = values.name(report.environment)
    if report.aborted:
        message = values.prose(report.aborted)
        yield github.annotation(github.Level.ERROR, f"{environment}: stopped", message, look)
    if report.interrupted:
        message = ("What was in flight is finished; apply again for the rest.",)
        yield github.annotation(github.Level.ERROR, f"{environment}: interrupted", message, look)
    for outcome in report.outcomes:
        if outcome.result is not Result.DONE:
            yield _outcome(outcome, environment, look)
    for divergence in report.divergences:
        yield _divergence(divergence, environment, look)
    summary = [f"Apply: {carried_out_line([report])}"]
    yield github.annotation(github.Level.NOTICE, f"Apply to {environment}", summary, look)


def _outcome(outcome: Outcome, environment: str, look: Look) -> str:
    return github.annotation(
        _LEVELS[outcome.result],
        f"{environment}: {what(outcome.change)}: {outcome.result}",
        (*values.prose(outcome.problem), *values.prose(outcome.mend)),
        look,
        place_of(outcome.change),
    )


def _divergence(divergence: Divergence, environment: str, look: Look) -> str:
    level = github.Level.WARNING if divergence.remembered else github.Level.ERROR
    words = "not kept by Novu" if divergence.remembered else "not as declared when read again"
    return github.annotation(
        level, f"{environment}: {words}", divergence_lines(divergence, Style()), look
    )
