"""Decides which rows are made primary, and foresees which creates become it by themselves."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from reconciler.findings import finding
from reconciler.planning.facts import WITH_PRIMARY
from reconciler.planning.order import in_order
from reconciler.planning.plan import Create, Delete, Keep, SetPrimary, Stage
from reconciler.planning.standings import Standings, row_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from reconciler.findings import Finding
    from reconciler.model import Integration, ObservedIntegration
    from reconciler.planning.plan import Change, Declared, Planned


def with_primaries(
    changes: Sequence[Planned], rows: Iterable[ObservedIntegration], environment: str
) -> tuple[list[Planned], list[Finding]]:
    """Add what makes the declared rows primary.

    Args:
        changes: what is planned so far, of each declared integration and each row to delete.
        rows: the server's.
        environment: the project's name for it, for findings.

    Returns:
        the changes, in no order; and a finding for each row that is declared not to be the
        primary although nobody else takes over: Novu has no call that takes it away.
    """
    if all(isinstance(each, Keep) and _is_granted(each) for each in changes):
        return list(changes), []
    ordered = in_order(changes)
    declared = [each for each in ordered if not isinstance(each, Delete)]
    state = Standings(rows)
    planned: list[Planned] = []
    for change in ordered:
        if not isinstance(change, Keep) and change.stage < Stage.SET_PRIMARY:
            state.carry_out(change)
            planned.append(_foreseen(change, state))
    promotions = {}
    for each in declared:
        if _wish(each) is True and not state.of(each).primary:
            promotions[each.identifier] = _promotion(each, state)
            state.carry_out(promotions[each.identifier])
    planned.extend(promotions.values())
    for change in ordered:
        if isinstance(change, Keep):
            # What is made primary is not kept as it is.
            planned.extend([change] if change.identifier not in promotions else [])
        elif change.stage > Stage.SET_PRIMARY:
            state.carry_out(change)
            planned.append(change)
    return planned, [
        _nobody_else(each.desired, environment)
        for each in declared
        if _wish(each) is False and state.of(each).primary
    ]


def _foreseen(change: Change, state: Standings) -> Change:
    """A create that takes the primary says so."""
    if isinstance(change, Create) and state.of(change).primary:
        return replace(change, becomes_primary=True)
    return change


def _wish(change: Declared) -> bool | None:
    """What is declared of being primary; `None` where it is not managed, or Novu has no primary."""
    desired = change.desired
    if desired.channel not in WITH_PRIMARY:
        return None
    ignored = "primary" in desired.ignore_changes and row_of(change) is not None
    return None if ignored else desired.primary


def _is_granted(change: Keep) -> bool:
    wish = _wish(change)
    return wish is None or wish is (change.observed.primary and change.observed.active)


def _promotion(change: Declared, state: Standings) -> SetPrimary:
    previous = state.primaries(change.desired.channel)
    return SetPrimary(
        desired=change.desired,
        observed=row_of(change),
        previous=previous[0] if previous else None,
    )


def _nobody_else(desired: Integration, environment: str) -> Finding:
    return finding(
        "NS504",
        f"{desired.identifier!r} says primary: false, but it is the primary of {desired.channel} "
        "or becomes it, since no other integration of the channel takes over, and Novu has no way "
        "to take it away. Declare primary: true on another one, or leave primary out here.",
        location=desired.lines.get("primary", desired.location),
        environment=environment,
    )
