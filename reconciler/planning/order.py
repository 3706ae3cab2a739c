"""In which order changes are carried out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.planning.plan import Delete, Keep, Stage

if TYPE_CHECKING:
    from collections.abc import Iterable

    from reconciler.planning.plan import Planned

_LAST = max(Stage) + 1
_WISHES = {True: 0, None: 1, False: 2}


def in_order(changes: Iterable[Planned]) -> tuple[Planned, ...]:
    """Sorted by stage, channel, wish to be primary and identifier; what is kept comes last.

    A created row takes the primary where the channel has none, so within a channel those that
    are declared primary come first and those that are declared not to be come last.
    """
    return tuple(sorted(changes, key=_place))


def _place(change: Planned) -> tuple[int, str, int, str]:
    if isinstance(change, Keep):
        return _LAST, "", 0, change.identifier
    if isinstance(change, Delete):
        return change.stage, change.observed.channel or "", 0, change.identifier
    desired = change.desired
    return change.stage, desired.channel or "", _WISHES[desired.primary], desired.identifier
