"""Limits that a plan has to keep, however few integrations it is about.

Each guard is one small function from everything that is known to a refusal or nothing; `GUARDS`
lists them. A guard can only refuse: none of them makes a plan do more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.planning import limits
from reconciler.planning.plan import Delete, Replace
from reconciler.planning.refusal import Case, Refusal, refusal
from reconciler.planning.standings import Standings

if TYPE_CHECKING:
    from collections.abc import Iterable

    from reconciler.model import Applied, Desired, Observed
    from reconciler.planning.options import Options
    from reconciler.planning.plan import Plan
    from reconciler.planning.refusal import Guard

__all__ = ["GUARDS", "Refusal", "refusals"]


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
        plan=plan,
        desired=desired,
        observed=observed,
        applied=applied,
        options=options,
        before=before,
        after=after,
    )
    found = (guard(case) for guard in GUARDS)
    return tuple(each for each in found if each is not None)


def _replace(case: Case) -> Refusal | None:
    named = [
        each.identifier
        for each in case.plan.changes
        if isinstance(each, Replace) and each.identifier not in case.options.allow_replace
    ]
    if not named:
        return None
    allow = " ".join(f"--allow replace={each}" for each in sorted(named))
    return refusal(
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
    return refusal(
        "protected",
        doomed,
        "Protected by protect: true, now or when last applied, and would be deleted.",
        "Declare it as it was with protect: false, apply that, and only then change or remove it.",
    )


def _primary(case: Case) -> Refusal | None:
    lost = {
        channel: case.before.primaries(channel)
        for channel in case.before.active()
        if case.before.primaries(channel)
        and not case.after.primaries(channel)
        and _word(channel) not in case.options.allow_primary
    }
    if not lost:
        return None
    return refusal(
        "primary",
        [each for names in lost.values() for each in names],
        f"{_channels(lost)} would be left without a primary integration. Novu promotes nobody, and "
        "messages that no condition routes would fail.",
        "Declare primary: true on another active integration of the channel. If it is to have "
        f"none: {_allow('primary', lost)}.",
    )


def _last_active(case: Case) -> Refusal | None:
    remaining = case.after.active()
    lost = {
        channel: names
        for channel, names in case.before.active().items()
        if channel not in remaining and _word(channel) not in case.options.allow_last_active
    }
    if not lost:
        return None
    return refusal(
        "last-active",
        [each for names in lost.values() for each in names],
        f"{_channels(lost)} would be left without any active integration, and its messages would "
        "not be delivered.",
        "Declare another active integration of the channel. If the channel is given up: "
        f"{_allow('last-active', lost)}.",
    )


def _empty_desired(case: Case) -> Refusal | None:
    name = case.desired.environment.name
    doomed = [each.identifier for each in case.plan.changes if isinstance(each, Delete)]
    remembered = case.applied.entries if case.options.prune else {}
    if case.desired.integrations or not (doomed or remembered) or name in case.options.allow_empty:
        return None
    return refusal(
        "empty-desired",
        {*doomed, *remembered},
        f"Nothing is declared for {name!r}; the ledger remembers {len(case.applied.entries)}, and "
        f"{len(doomed)} would be deleted now. More likely files are missing.",
        "Look whether include: finds the files. If everything is given up: "
        f"--allow empty-desired={name}.",
    )


def _environment_id(case: Case) -> Refusal | None:
    before, now = case.applied.environment_id, case.observed.environment_id
    if before in ("", now) or now in case.options.allow_environment_id:
        return None
    return refusal(
        "environment-id",
        (),
        f"The API key of {case.desired.environment.name!r} opens the Novu environment {now}, and "
        f"what was applied last under that name went to {before}.",
        "Look whether the key is that of another environment. If this one takes the other's place: "
        f"--allow environment-id={now}. What was remembered of the other is set aside.",
    )


GUARDS: tuple[Guard, ...] = (
    _environment_id,
    limits.deletes,
    limits.delete_percent,
    limits.updates,
    _replace,
    _protected,
    _primary,
    _last_active,
    _empty_desired,
)
"""All guards, in the order in which they are told."""


def _word(channel: str | None) -> str:
    """What ``--allow`` calls a channel; agents have none."""
    return channel or "agents"


def _channels(lost: Iterable[str | None]) -> str:
    return ", ".join(sorted(map(_word, lost)))


def _allow(guard: str, lost: Iterable[str | None]) -> str:
    return " ".join(f"--allow {guard}={each}" for each in sorted(map(_word, lost)))
