"""How rows stand in their channels: what Novu does to active and primary when changes are made.

Novu's rules, recorded from servers of 2024 and 2026 alike: only email and sms have a primary. A
row that is created active takes it where the channel has none at that moment. Nothing else ever
promotes a row but set-primary, which also activates it and empties its conditions and rules. A
primary that is deactivated, deleted, or given conditions or rules leaves its channel without one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, assert_never

from reconciler.planning.facts import WITH_PRIMARY
from reconciler.planning.plan import (
    Create,
    Delete,
    Rename,
    Replace,
    SetPrimary,
    Update,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from reconciler.model import Integration, ObservedIntegration
    from reconciler.planning.plan import Change, Planned


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a row stands in its channel. An inactive row is nobody's primary."""

    identifier: str
    channel: str | None
    active: bool
    primary: bool


class Standings:
    """The rows of an environment as they stand, and as they will when changes are carried out."""

    def __init__(self, rows: Iterable[ObservedIntegration]) -> None:
        self._rows: dict[str, Standing] = {}
        self._primaries: dict[str, set[str]] = {each: set() for each in WITH_PRIMARY}
        for row in rows:
            standing = Standing(
                identifier=row.identifier or row.id,
                channel=row.channel,
                active=row.active,
                primary=row.primary and row.active,
            )
            self._put(row.id, standing)

    def of(self, change: Planned) -> Standing:
        """How the row of a change stands."""
        return self._rows[_key(change)]

    def primaries(self, channel: str | None) -> tuple[str, ...]:
        """Identifiers of a channel's primaries. Novu keeps one; a moved row can be a second."""
        keys = self._primaries.get(channel or "", ())
        return tuple(sorted(self._rows[key].identifier for key in keys))

    def active(self) -> dict[str | None, list[str]]:
        """Identifiers of the active rows of each channel that has any."""
        found: dict[str | None, list[str]] = {}
        for row in self._rows.values():
            if row.active:
                found.setdefault(row.channel, []).append(row.identifier)
        return found

    def carry_out(self, change: Change) -> None:
        """Do what Novu does to its rows when the change is carried out."""
        match change:
            case Create():
                self._create(change.desired)
            case Replace():
                self._drop(change.observed.id)
                self._create(change.desired)
            case Update() | Rename():
                self._update(change)
            case SetPrimary():
                self._set_primary(change)
            case Delete():
                self._drop(change.observed.id)
            case _:
                assert_never(change)

    def _create(self, desired: Integration) -> None:
        active = bool(desired.active)
        standing = Standing(
            identifier=desired.identifier,
            channel=desired.channel,
            active=active,
            primary=active
            and desired.channel in WITH_PRIMARY
            and not self._primaries[desired.channel],
        )
        self._put(_new(desired.identifier), standing)

    def _update(self, change: Update | Rename) -> None:
        patch = change.patch
        row = self._drop(change.observed.id)
        active = row.active if patch.active is None else patch.active
        conditional = bool(patch.conditions or patch.rules)
        standing = Standing(
            identifier=change.identifier if patch.identifier else row.identifier,
            channel=row.channel,
            active=active,
            primary=row.primary and active and not conditional,
        )
        self._put(change.observed.id, standing)

    def _set_primary(self, change: SetPrimary) -> None:
        key = _key(change)
        channel = self._rows[key].channel
        for each in (*self._primaries.get(channel or "", ()), key):
            row = self._drop(each)
            standing = Standing(
                identifier=row.identifier,
                channel=channel,
                active=True,
                primary=each == key,
            )
            self._put(each, standing)

    def _put(self, key: str, standing: Standing) -> None:
        self._rows[key] = standing
        if standing.primary and standing.channel in self._primaries:
            self._primaries[standing.channel].add(key)

    def _drop(self, key: str) -> Standing:
        standing = self._rows.pop(key)
        self._primaries.get(standing.channel or "", set()).discard(key)
        return standing


def row_of(change: Planned) -> ObservedIntegration | None:
    """The row that a change works on and leaves; `None` where the plan makes it."""
    return None if isinstance(change, (Create, Replace)) else change.observed


def _key(change: Planned) -> str:
    """A row's id, or a word for a row that the plan makes: no id of Novu's has a space."""
    row = row_of(change)
    return _new(change.identifier) if row is None else row.id


def _new(identifier: str) -> str:
    return f"new {identifier}"
