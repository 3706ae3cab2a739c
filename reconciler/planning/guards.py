"""Limits that a plan has to keep, however few integrations it is about.

Each guard is one small function from everything that is known to a refusal or nothing; `GUARDS`
lists them. A guard can only refuse: none of them makes a plan do more.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from reconciler.planning.plan import Delete, Replace
from reconciler.planning.standings import Standings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from reconciler.model import Applied, Desired, Observed
    from reconciler.planning.options import Options
    from reconciler.planning.plan import Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why a plan may not be carried out.

    Attributes:
        guard: the guard's word, as ``--allow`` spells it where it can be lifted.
        identifiers: of the integrations that it is about, sorted.
        detail: what the plan would do, and why that is refused.
        mend: what can be done about it.
    """

    guard: str
    identifiers: tuple[str, ...]
    detail: str
    mend: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """Everything that a guard may look at.

    Attributes:
        before: how the rows stand on the server.
        after: how they will when the plan is carried out.
    """

    plan: Plan
    desired: Desired
    applied: Applied
    options: Options
    before: Standings
    after: Standings


Guard: TypeAlias = "Callable[[Case], Refusal | None]"


def refusals(
    plan: Plan, desired: Desired, observed: Observed, applied: Applied, options: Options
) -> tuple[Refusal, ...]:
    """Why a plan may not be carried out, every reason at once; empty where it may.

    Args:
        plan: made of the other arguments by `reconciler.planning.planner.plan`.
        desired: what is declared, with the project's own limits.
        observed: what the environment holds.
        applied: what the ledger remembers.
        options: which limits are lifted.
    """
    before = after = Standings(observed.integrations)
    if not plan.is_empty:
        after = Standings(observed.integrations)
        for change in plan.writes:
            after.carry_out(change)
    case = Case(
        plan=plan, desired=desired, applied=applied, options=options, before=before, after=after
    )
    found = (guard(case) for guard in GUARDS)
    return tuple(each for each in found if each is not None)


def _deletes(case: Case) -> Refusal | None:
    doomed = [each.identifier for each in case.plan.changes if isinstance(each, Delete)]
    limit = case.desired.environment.guards.max_deletes
    if limit is None:
        limit = 1 if case.options.prune else 0
    limit = max(limit, case.options.allow_deletes or 0)
    if len(doomed) <= limit:
        return None
    return _refusal(
        "deletes",
        doomed,
        f"{len(doomed)} to delete and at most {limit} allowed. What Novu deletes cannot be "
        "restored, and subscribers' links to it are lost.",
        f"If all of them are meant: --allow deletes={len(doomed)}.",
    )


def _replace(case: Case) -> Refusal | None:
    named = [
        each.identifier
        for each in case.plan.changes
        if isinstance(each, Replace) and each.identifier not in case.options.allow_replace
    ]
    if not named:
        return None
    allow = " ".join(f"--allow replace={each}" for each in sorted(named))
    return _refusal(
        "replace",
        named,
        "Another provider or channel: Novu can only delete the integration and create another one. "
        "Subscribers' links to it are lost.",
        f"If that is meant: {allow}. Else declare the new one under an identifier of its own.",
    )


def _protected(case: Case) -> Refusal | None:
    entries = case.applied.entries
    rows = {each.remote_id for each in entries.values() if each.protected}
    names = {name for name, each in entries.items() if each.protected}
    doomed = [
        each.identifier
        for each in case.plan.changes
        if isinstance(each, (Delete, Replace))
        and (
            each.observed.id in rows
            or each.identifier in names
            or (isinstance(each, Replace) and each.desired.protect)
        )
    ]
    if not doomed:
        return None
    return _refusal(
        "protected",
        doomed,
        "Protected by protect: true, now or when last applied, and would be deleted.",
        "Declare it as it was with protect: false, apply that, and only then change or remove it.",
    )


def _primary(case: Case) -> Refusal | None:
    lost = {
        channel: case.before.primaries(channel)
        for channel in case.before.active()
        if case.before.primaries(channel) and not case.after.primaries(channel)
    }
    if not lost:
        return None
    return _refusal(
        "primary",
        [each for names in lost.values() for each in names],
        f"{_channels(lost)} would be left without a primary integration. Novu promotes nobody, and "
        "messages that no condition routes would fail.",
        "Declare primary: true on another active integration of the channel.",
    )


def _last_active(case: Case) -> Refusal | None:
    remaining = case.after.active()
    lost = {
        channel: names
        for channel, names in case.before.active().items()
        if channel not in remaining
    }
    if not lost:
        return None
    return _refusal(
        "last-active",
        [each for names in lost.values() for each in names],
        f"{_channels(lost)} would be left without any active integration, and its messages would "
        "not be delivered.",
        "Declare another active integration of the channel. If the channel is given up, switch "
        "the integration off in Novu's dashboard first.",
    )


def _empty_desired(case: Case) -> Refusal | None:
    entries = case.applied.entries
    if case.desired.integrations or not case.options.prune or not entries:
        return None
    return _refusal(
        "empty-desired",
        entries,
        f"Nothing is declared for {case.desired.environment.name!r}, and the ledger remembers "
        f"{len(entries)}. With --prune all of them would go; more likely files are missing.",
        "Look whether include: finds the files. To give everything up, delete it in Novu's "
        "dashboard.",
    )


GUARDS: tuple[Guard, ...] = (
    _deletes,
    _replace,
    _protected,
    _primary,
    _last_active,
    _empty_desired,
)
"""All guards, in the order in which they are told."""


def _refusal(guard: str, identifiers: Iterable[str], detail: str, mend: str) -> Refusal:
    return Refusal(guard=guard, identifiers=tuple(sorted(identifiers)), detail=detail, mend=mend)


def _channels(lost: Iterable[str | None]) -> str:
    return ", ".join(sorted(each or "agents" for each in lost))
