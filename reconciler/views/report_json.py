"""What became of a plan, as JSON: ``schemas/report.schema.json`` describes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.applying.report import Result
from reconciler.planning.plan import Action
from reconciler.views import document
from reconciler.views.counts import carried_out, ended

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reconciler.applying.report import Divergence, Outcome, Report
    from reconciler.views.document import Document
    from reconciler.views.style import Look


def render(reports: Sequence[Report], _look: Look, /) -> str:
    """The reports of one run."""
    return document.text(
        "report",
        {
            "complete": all(each.is_complete for each in reports),
            "summary": summary(reports),
            "environments": [_environment(each) for each in reports],
        },
    )


def _environment(report: Report) -> Document:
    return {
        "environment": report.environment,
        "environmentId": report.environment_id,
        "complete": report.is_complete,
        "interrupted": report.interrupted,
        "aborted": report.aborted,
        "summary": summary([report]),
        "outcomes": [outcome(each) for each in report.outcomes],
        "divergences": [_divergence(each) for each in report.divergences],
    }


def summary(reports: Sequence[Report]) -> Document:
    """How many changes ended in each way."""
    done, ends = carried_out(reports), ended(reports)
    return {
        "created": done[Action.CREATE],
        "updated": done[Action.UPDATE],
        "deleted": done[Action.DELETE],
        "renamed": done[Action.RENAME],
        "setPrimary": done[Action.SET_PRIMARY],
        "replaced": done[Action.REPLACE],
        "failed": ends[Result.FAILED],
        "notAttempted": ends[Result.NOT_ATTEMPTED],
    }


def outcome(each: Outcome) -> Document:
    """One change and what became of it."""
    return {
        "action": each.change.action,
        "identifier": each.change.identifier,
        "result": each.result,
        "problem": each.problem,
        "mend": each.mend,
        "note": each.note,
        "seconds": round(each.seconds, 3),
    }


def _divergence(divergence: Divergence) -> Document:
    return {
        "identifier": divergence.identifier,
        "remembered": divergence.remembered,
        "fields": [document.field(each) for each in divergence.fields],
    }
