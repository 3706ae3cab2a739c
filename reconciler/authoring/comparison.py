"""Two environments beside each other, each as it is declared or as the server has it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reconciler.planning.plan import FieldChange


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """One integration on one side or on both.

    Attributes:
        left: its identifier on the left; `None` where it is not there.
        right: likewise.
        provider_id: Novu's provider.
        channel: absent on agents.
        changes: fields that differ: what is on the left only is removed, on the right only added.
        unknown: places that cannot be compared, since a server or a reference does not tell.
    """

    left: str | None
    right: str | None
    provider_id: str
    channel: str | None
    changes: tuple[FieldChange, ...] = ()
    unknown: tuple[str, ...] = ()

    @property
    def differs(self) -> bool:
        """Whether anything is known to differ."""
        return self.left is None or self.right is None or bool(self.changes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Two environments beside each other.

    Attributes:
        left: what the left side is called: an environment, or ``live:`` and an environment.
        right: likewise.
        integrations: of both sides, sorted.
    """

    left: str
    right: str
    integrations: tuple[Compared, ...]

    @property
    def only_left(self) -> int:
        """How many are on the left only."""
        return sum(each.right is None for each in self.integrations)

    @property
    def only_right(self) -> int:
        """How many are on the right only."""
        return sum(each.left is None for each in self.integrations)

    @property
    def differing(self) -> int:
        """How many are on both sides and differ."""
        return sum(bool(each.changes) for each in self.integrations)

    @property
    def same(self) -> int:
        """How many are the same on both sides, as far as can be told."""
        return sum(not each.differs for each in self.integrations)
