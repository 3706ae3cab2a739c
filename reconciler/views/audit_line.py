"""One line of an audit file: ``schemas/audit.schema.json`` describes it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from reconciler import __version__
from reconciler.applying.report import Result
from reconciler.planning.plan import Create
from reconciler.views.document import FORMAT_VERSION

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from reconciler.applying.report import Outcome, Report
    from reconciler.planning.plan import Change
    from reconciler.views.document import Document
    from reconciler.views.subjects import Reviewed


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What is to be written down of a run.

    Attributes:
        event: which moment of it this is.
        run: the same in all records of one run.
        time: now, with its zone.
        project: as the project file says.
        who: runs it.
        host: on which machine.
        commit: of which commit; may be empty.
        run_url: the CI job's page; may be empty.
        planfile: whether it carries out a plan file.
        code: the exit code; `None` while it goes on.
        reviewed: what was planned, and what guards say of it.
        unplanned: environments that could not be planned.
        outcomes: what ended so far, by environment.
        reports: what became of the plans, where the run came to its end.
    """

    event: Literal["begun", "ended", "refused"]
    run: str
    time: datetime
    project: str
    who: str
    host: str
    commit: str
    run_url: str
    planfile: bool
    code: int | None
    reviewed: Sequence[Reviewed]
    unplanned: Sequence[str]
    outcomes: Mapping[str, Sequence[Outcome]]
    reports: Sequence[Report]


def render(record: Record, /) -> str:
    """The line, with its end. There is no value in it, and nothing that a server said."""
    document: Document = {
        "formatVersion": FORMAT_VERSION,
        "kind": "audit",
        "novuSync": __version__,
        "event": record.event,
        "run": record.run,
        "time": record.time.isoformat(timespec="milliseconds"),
        "project": record.project,
        "who": record.who,
        "host": record.host,
        "commit": record.commit or None,
        "runUrl": record.run_url or None,
        "planFile": record.planfile,
        "exit": record.code,
        "environments": [_environment(each, record) for each in record.reviewed],
        "unplanned": list(record.unplanned),
    }
    return json.dumps(document, separators=(",", ":")) + "\n"


def _environment(reviewed: Reviewed, record: Record) -> Document:
    plan = reviewed.plan
    report = {each.environment: each for each in record.reports}.get(plan.environment)
    known = record.outcomes.get(plan.environment, ()) if report is None else report.outcomes
    results = {id(each.change): each.result for each in known}
    rest = None if record.event == "begun" else Result.NOT_ATTEMPTED
    return {
        "environment": plan.environment,
        "environmentId": plan.environment_id,
        "digest": reviewed.digest,
        "refusals": [each.guard for each in reviewed.refusals],
        "complete": None if report is None else report.is_complete,
        "interrupted": None if report is None else report.interrupted,
        "outcomes": [_outcome(each, results.get(id(each), rest)) for each in plan.writes],
    }


def _outcome(change: Change, result: Result | None) -> Document:
    row = None if isinstance(change, Create) else change.observed
    return {
        "action": change.action,
        "identifier": change.identifier,
        "id": row.id if row else None,
        "result": result,
    }
