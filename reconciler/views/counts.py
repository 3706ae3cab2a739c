"""The numbers of plans and reports, and the lines that say them."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from reconciler.applying.report import Result
from reconciler.planning.plan import Action

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from reconciler.applying.report import Report
    from reconciler.planning.plan import Plan

PLANNED = {
    Action.CREATE: "to create",
    Action.UPDATE: "to update",
    Action.DELETE: "to delete",
    Action.RENAME: "to rename",
    Action.SET_PRIMARY: "to set primary",
    Action.REPLACE: "to replace",
    Action.KEEP: "unchanged",
}
"""What is planned, by its action."""

CARRIED_OUT = {
    Action.CREATE: "created",
    Action.UPDATE: "updated",
    Action.DELETE: "deleted",
    Action.RENAME: "renamed",
    Action.SET_PRIMARY: "set primary",
    Action.REPLACE: "replaced",
}
"""What was done, by its action."""

_ALWAYS = (Action.CREATE, Action.UPDATE, Action.DELETE)
"""A summary line begins with these three, zero or not; the others follow where there are any."""


def planned(plans: Iterable[Plan]) -> Counter[Action]:
    """How many changes of each kind the plans hold."""
    return Counter(change.action for plan in plans for change in plan.changes)


def carried_out(reports: Iterable[Report]) -> Counter[Action]:
    """How many changes of each kind were done."""
    return Counter(
        outcome.change.action
        for report in reports
        for outcome in report.outcomes
        if outcome.result is Result.DONE
    )


def ended(reports: Iterable[Report]) -> Counter[Result]:
    """How many changes ended in each way."""
    return Counter(outcome.result for report in reports for outcome in report.outcomes)


def planned_line(plans: Iterable[Plan]) -> str:
    """Like ``2 to create, 1 to update, 0 to delete; 7 unchanged, 1 unmanaged``."""
    plans = tuple(plans)
    counts = planned(plans)
    unmanaged = sum(len(plan.unmanaged) for plan in plans)
    return f"{_listed(counts, PLANNED)}; {counts[Action.KEEP]} unchanged, {unmanaged} unmanaged"


def carried_out_line(reports: Iterable[Report]) -> str:
    """Like ``2 created, 1 updated, 0 deleted; 0 failed, 0 not attempted``."""
    reports = tuple(reports)
    ends = ended(reports)
    return (
        f"{_listed(carried_out(reports), CARRIED_OUT)}; {ends[Result.FAILED]} failed, "
        f"{ends[Result.NOT_ATTEMPTED]} not attempted"
    )


def counted(number: int, noun: str) -> str:
    """Like ``1 error`` and ``2 errors``."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _listed(counts: Mapping[Action, int], words: Mapping[Action, str]) -> str:
    return ", ".join(
        f"{counts[action]} {word}"
        for action, word in words.items()
        if action is not Action.KEEP and (counts[action] or action in _ALWAYS)
    )
