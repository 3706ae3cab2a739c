"""Novu's rules for primaries, priorities and identifiers, written down a second time.

Nothing here is shared with the sandbox: the rules are those of the API facts, told for plain
objects in a list, so that the sandbox can be held against them on sequences that nobody recorded.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

RANKED = ("email", "sms")


@dataclass(slots=True, kw_only=True)
class Row:
    """An integration.

    Attributes:
        home: its environment.
        filtered: whether it has conditions.
    """

    number: int
    home: str
    channel: str
    identifier: str
    active: bool
    filtered: bool
    primary: bool = False
    priority: int = 0

    @property
    def told(self) -> tuple[object, ...]:
        """What is compared."""
        return (
            *(self.number, self.home, self.channel, self.identifier, self.active),
            *(self.filtered, self.primary, self.priority),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What differs between generations.

    Attributes:
        keys_are_bound: a key sees and touches its own environment only (since May 2026).
        creates_look_everywhere: a new identifier must be new in the organization (2024).
        checks_unasked: a create that does not say ``check`` needs credentials (2024).
        renumbers_filtered: a primary that gets conditions has its channel numbered anew.
    """

    keys_are_bound: bool
    creates_look_everywhere: bool
    checks_unasked: bool
    renumbers_filtered: bool


RULES = {
    "2024-10": Rules(
        keys_are_bound=False,
        creates_look_everywhere=True,
        checks_unasked=True,
        renumbers_filtered=False,
    ),
    "2026-04": Rules(
        keys_are_bound=False,
        creates_look_everywhere=False,
        checks_unasked=False,
        renumbers_filtered=False,
    ),
    "2026-11": Rules(
        keys_are_bound=True,
        creates_look_everywhere=False,
        checks_unasked=False,
        renumbers_filtered=True,
    ),
}


class SmallNovu:
    """The rules at work; every call tells the status that the server answers."""

    def __init__(self, rules: Rules) -> None:
        """Begin without integrations."""
        self._rules = rules
        self.rows: list[Row] = []
        self._made = 0

    def seen(self, key: str) -> list[Row]:
        """What the list shows to the key of an environment."""
        bound = self._rules.keys_are_bound
        return [row for row in self.rows if not bound or row.home == key]

    def create(
        self,
        key: str,
        *,
        channel: str,
        identifier: str,
        active: bool,
        filtered: bool,
        unasked: bool,
        broken: bool,
    ) -> int:
        """Create; the new row is the last one.

        Args:
            key: the environment whose key is sent.
            channel: with the in-app provider on that channel, and any other elsewhere.
            identifier: which must be new.
            active: whether it is.
            filtered: whether it has conditions.
            unasked: leaves ``check`` out.
            broken: has conditions that cannot be stored, which is found out last.
        """
        mine = [row for row in self.rows if row.home == key]
        if channel == "in_app" and any(row.channel == "in_app" for row in mine):
            return 400
        looked_at = self.rows if self._rules.creates_look_everywhere else mine
        if any(row.identifier == identifier for row in looked_at):
            return 409
        if unasked and self._rules.checks_unasked:
            return 400
        row = Row(
            number=self._made,
            home=key,
            channel=channel,
            identifier=identifier,
            active=active,
            filtered=filtered,
        )
        if active and channel in RANKED:
            row.primary = self._take_place(row)
        if broken:
            return 400  # the primary has moved up all the same
        self._made += 1
        self.rows.append(row)
        return 201

    def activate(self, key: str, number: int, *, active: bool) -> int:
        """Switch on or off."""
        row, status = self._find(key, number)
        if row is None:
            return status
        if row.active != active and row.channel in RANKED:
            if active:
                self._take_place(row)
            else:
                row.primary, row.priority = False, 0
        switched_off = row.active and not active
        row.active = active
        if switched_off and row.channel in RANKED:
            self._number(self._ranked(row))
        return 200

    def rename(self, key: str, number: int, identifier: str) -> int:
        """Change the identifier, which must be new in the whole organization."""
        row, status = self._find(key, number)
        if row is None:
            return status
        if identifier == row.identifier:
            return 400  # nothing is left to update
        if any(other.identifier == identifier for other in self.rows):
            return 409
        row.identifier = identifier
        return 200

    def filter(self, key: str, number: int, *, filtered: bool) -> int:
        """Give conditions, which no primary may have, or take them away."""
        row, status = self._find(key, number)
        if row is None:
            return status
        row.filtered = filtered
        if filtered and row.primary:
            row.primary = False
            if self._rules.renumbers_filtered:
                self._number(self._ranked(row))
        return 200

    def move(self, key: str, number: int, home: str) -> int:
        """Put it into the other environment, whose identifiers are not looked at."""
        row, status = self._find(key, number)
        if row is None:
            return status
        if self._rules.keys_are_bound and home != key:
            return 403
        row.home = home
        return 200

    def set_primary(self, key: str, number: int) -> int:
        """Make it lead: it becomes active and loses its conditions."""
        row, status = self._find(key, number)
        if row is None:
            return status
        if row.channel not in RANKED:
            return 400
        if not row.primary:
            others = [other for other in self._ranked(row) if other is not row]
            for other in others:
                other.primary = False
            row.active, row.primary, row.filtered = True, True, False
            self._number([row, *others])
        return 201

    def delete(self, key: str, number: int) -> int:
        """Delete; nobody is promoted."""
        row, status = self._find(key, number)
        if row is None:
            return status
        self.rows.remove(row)
        if row.channel in RANKED:
            self._number(self._ranked(row))
        return 200

    def _find(self, key: str, number: int) -> tuple[Row | None, int]:
        for row in self.rows:
            if row.number == number:
                out_of_reach = self._rules.keys_are_bound and row.home != key
                return (None, 403) if out_of_reach else (row, 200)
        return None, 404

    def _take_place(self, row: Row) -> bool:
        """Give a row that becomes active its priority; tell whether a new one would lead."""
        others = self._ranked(row)
        if others and others[0].primary:
            row.priority = others[0].priority
            others[0].priority += 1
            return False
        row.priority = others[0].priority + 1 if others else 1
        return True

    def _ranked(self, beside: Row) -> list[Row]:
        """The active rows of the same channel and environment, the highest first."""
        return sorted(self._active(beside), key=lambda row: -row.priority)

    def _active(self, beside: Row) -> Iterator[Row]:
        for row in self.rows:
            if row.active and (row.home, row.channel) == (beside.home, beside.channel):
                yield row

    def _number(self, rows: list[Row]) -> None:
        for at, row in enumerate(rows):
            row.priority = len(rows) - at
