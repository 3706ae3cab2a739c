"""What a guard looks at, and what it says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from reconciler.model import Applied, Desired, Observed
    from reconciler.planning.options import Options
    from reconciler.planning.plan import Plan
    from reconciler.planning.standings import Standings


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
    observed: Observed
    applied: Applied
    options: Options
    before: Standings
    after: Standings


Guard: TypeAlias = "Callable[[Case], Refusal | None]"


def refusal(guard: str, identifiers: Iterable[str], detail: str, mend: str) -> Refusal:
    """A refusal, its identifiers in order."""
    return Refusal(guard=guard, identifiers=tuple(sorted(identifiers)), detail=detail, mend=mend)
