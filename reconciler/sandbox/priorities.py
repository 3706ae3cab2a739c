"""Primary and priority of email and sms integrations, as Novu keeps them.

The active rows of a channel and environment are numbered n..1; at most one of them is primary. A
row becomes primary in two ways only: it is created active where the highest row is no primary, or
set-primary names it. Nothing else promotes a row, so a channel can be left without a primary.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from reconciler.sandbox.store import Collection
    from reconciler.sandbox.wire import Document

CHANNELS = ("email", "sms")
"""The channels that have a primary."""


class Priorities:
    """Numbers the rows of one channel in one environment."""

    def __init__(self, rows: Collection, write: Callable[[Document], None]) -> None:
        """Work on rows.

        Args:
            rows: all integrations.
            write: stores a row that was changed, with a new ``updatedAt``.
        """
        self._rows = rows
        self._write = write

    def join(self, row: Document, *, may_lead: bool) -> None:
        """Give a row that becomes active its number, below the primary where there is one.

        Args:
            row: changed in place and not written.
            may_lead: whether it becomes primary where the highest row is none.
        """
        highest = self._rows.highest("priority", **_peers(row))
        if highest is not None and highest["primary"]:
            row["priority"] = highest["priority"]
            self._write(highest | {"priority": highest["priority"] + 1})
            return
        row["priority"] = highest["priority"] + 1 if highest else 1
        row["primary"] = may_lead

    def leave(self, row: Document) -> None:
        """Take a row out that becomes inactive, and number the others anew.

        Args:
            row: changed in place and not written.
        """
        row["primary"], row["priority"] = False, 0
        self._number(self._others(row))

    def close_gap(self, row: Document) -> None:
        """Number the others anew after a row was deleted."""
        self._number(self._others(row))

    def lead(self, row: Document) -> None:
        """Put a row on top of the others and number all of them anew."""
        self._number([row, *self._others(row)])

    def hand_over(self, row: Document) -> None:
        """Take the primary away from whichever other row has it."""
        for other in self._others(row):
            if other["primary"]:
                self._write(other | {"primary": False})

    def _others(self, row: Document) -> list[Document]:
        rows = [each for each in self._rows.find(**_peers(row)) if each["_id"] != row["_id"]]
        return sorted(rows, key=lambda each: -each["priority"])

    def _number(self, rows: list[Document]) -> None:
        for at, each in enumerate(rows):
            each["priority"] = len(rows) - at
            self._write(each)


def _peers(row: Document) -> dict[str, str | bool]:
    return {
        "_environmentId": row["_environmentId"],
        "channel": row["channel"],
        "active": True,
        "deleted": False,
    }
