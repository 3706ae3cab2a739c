"""What a run tells while it works, as JSON: ``schemas/events.schema.json`` describes the lines.

One object a line, so that a reader can act on each as it comes. Nothing that is secret is in them:
changes are told by action and identifier, requests without bodies, headers and query.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from reconciler.applying.report import Started
from reconciler.views.document import FORMAT_VERSION
from reconciler.views.report_json import outcome, summary

if TYPE_CHECKING:
    from reconciler.applying.report import Event, Report
    from reconciler.views.document import Document


def line(event: str, time: str, facts: Document) -> str:
    """One event on one line, without its end.

    Args:
        event: its name.
        time: when it happened, in UTC as ISO 8601.
        facts: what else is told.
    """
    told = {"formatVersion": FORMAT_VERSION, "kind": "event", "event": event, "time": time, **facts}
    return json.dumps(told)


def change(environment: str, event: Event) -> tuple[str, Document]:
    """A change that begins or has ended: the event's name and what it tells."""
    if isinstance(event, Started):
        return "change-started", {
            "environment": environment,
            "action": event.change.action,
            "identifier": event.change.identifier,
        }
    return "change-finished", {
        "environment": environment,
        **outcome(event.outcome),
        "done": event.done,
        "total": event.total,
    }


def applied(report: Report) -> Document:
    """What became of one environment."""
    return {
        "environment": report.environment,
        "environmentId": report.environment_id,
        "complete": report.is_complete,
        "interrupted": report.interrupted,
        "aborted": report.aborted,
        "summary": summary([report]),
    }
