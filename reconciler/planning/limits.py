"""Guards that count: how many rows a plan may delete or change.

They hold for one row as for a thousand: there is no number below which they look away.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.planning.plan import Create, Delete, Rename, SetPrimary, Update
from reconciler.planning.refusal import refusal

if TYPE_CHECKING:
    from collections.abc import Sized

    from reconciler.planning.refusal import Case, Refusal

DELETE_PERCENT = 30
"""The share of its rows that a plan may delete where the project says nothing else."""


def deletes(case: Case) -> Refusal | None:
    """More deletes than ``maxDeletes``."""
    doomed = _doomed(case)
    limit = case.desired.environment.guards.max_deletes
    if limit is None:
        limit = 1 if case.options.prune else 0
    limit = max(limit, case.options.allow_deletes or 0)
    if len(doomed) <= limit:
        return None
    return refusal(
        "deletes",
        doomed,
        f"{len(doomed)} to delete and at most {limit} allowed. What Novu deletes cannot be "
        "restored, and subscribers' links to it are lost.",
        f"If all of them are meant: --allow deletes={len(doomed)}.",
    )


def delete_percent(case: Case) -> Refusal | None:
    """A larger share than ``maxDeletePercent`` of the rows that the plan is about.

    These are the rows of declared integrations and those to delete. What is only about to be
    created does not count, so that new integrations do not make room for more deletes.
    """
    doomed = _doomed(case)
    rows = {
        each.observed.id
        for each in case.plan.changes
        if not isinstance(each, Create) and each.observed is not None
    }
    limit = case.desired.environment.guards.max_delete_percent
    limit = DELETE_PERCENT if limit is None else limit
    limit = max(limit, case.options.allow_delete_percent or 0)
    # Whole numbers: a share of exactly the limit is within it, whatever floats say.
    if 100 * len(doomed) <= limit * len(rows):
        return None
    percent = -(-100 * len(doomed) // len(rows))
    return refusal(
        "delete-percent",
        doomed,
        f"{len(doomed)} of {len(rows)} managed {_noun(rows)} to delete: {percent} %, and at most "
        f"{limit} % allowed. More likely files are missing than that all of them are meant.",
        f"If they are: --allow delete-percent={percent}.",
    )


def updates(case: Case) -> Refusal | None:
    """More rows changed than ``maxUpdates``, however many changes one row gets."""
    changed = {
        each.identifier
        for each in case.plan.changes
        if isinstance(each, (Update, Rename, SetPrimary)) and each.observed is not None
    }
    limit = case.desired.environment.guards.max_updates
    if limit is None:
        return None
    limit = max(limit, case.options.allow_updates or 0)
    if len(changed) <= limit:
        return None
    return refusal(
        "updates",
        changed,
        f"{len(changed)} {_noun(changed)} to change and at most {limit} allowed by this project.",
        f"If all of them are meant: --allow updates={len(changed)}.",
    )


def _noun(counted: Sized) -> str:
    return "integration" if len(counted) == 1 else "integrations"


def _doomed(case: Case) -> list[str]:
    return [each.identifier for each in case.plan.changes if isinstance(each, Delete)]
