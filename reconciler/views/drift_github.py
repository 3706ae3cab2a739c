"""Drift as annotations of GitHub Actions: each difference at the line that declares it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.findings import in_order
from reconciler.planning.drift import Cause
from reconciler.views import github, values
from reconciler.views.drift_words import counts_line, place_of, sentence
from reconciler.views.plan_github import not_planned

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from reconciler.planning.drift import Difference, Drift
    from reconciler.views.style import Look
    from reconciler.views.subjects import Unplanned


def render(drifts: Sequence[Drift], unplanned: Sequence[Unplanned], look: Look, /) -> str:
    """The drift of every environment of a run, and the environments that were not compared."""
    lines = [line for each in unplanned for line in not_planned(each, look, "compared")]
    lines += [line for each in drifts for line in _drift(each, look)]
    return github.text(lines)


def _drift(drift: Drift, look: Look) -> Iterator[str]:
    environment = values.name(drift.environment)
    for finding in in_order(drift.findings):
        yield github.of_finding(finding, look)
    for each in drift.differences:
        yield _difference(each, environment, look)
    summary = [f"Drift: {counts_line([drift])}"]
    yield github.annotation(github.Level.NOTICE, f"Drift of {environment}", summary, look)


def _difference(difference: Difference, environment: str, look: Look) -> str:
    ours = difference.cause is Cause.CONFIG_CHANGE
    return github.annotation(
        github.Level.NOTICE if ours else github.Level.WARNING,
        f"{environment}: {values.name(difference.identifier)}: {difference.cause}",
        [sentence(difference)],
        look,
        place_of(difference),
    )
