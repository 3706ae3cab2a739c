"""Whose a row is: what it takes to give one up, and to make one ours, without touching Novu."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING

from reconciler.errors import FindingsError, GuardError, UsageError
from reconciler.findings import errors
from reconciler.model import Entry
from reconciler.planning.facts import NOVU_OWNED
from reconciler.planning.plan import Create, Delete

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from reconciler.model import Applied, Integration, ObservedIntegration
    from reconciler.planning.plan import Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Adoption:
    """A row that becomes ours.

    Attributes:
        entry: what the ledger is to remember; `None` where it does already.
        replaced: identifiers whose entries it takes the place of.
        declared: the block that declares it, where there is one.
    """

    entry: Entry | None
    replaced: tuple[str, ...] = ()
    declared: Integration | None = None


def give_up(identifier: str, plan: Plan, applied: Applied) -> Integration | None:
    """Whether an integration may be forgotten; nothing is deleted.

    Returns:
        the block that declares it still, which the next apply would manage again.

    Raises:
        UsageError: the ledger remembers nothing of that name.
        GuardError: it is protected: forgetting that would lift the protection.
    """
    entry = applied.entries.get(identifier)
    if entry is None:
        raise UsageError(
            f"the ledger of {plan.environment!r} remembers no {identifier!r}",
            _meant(identifier, applied.entries),
        )
    if entry.protected:
        raise GuardError(
            f"{identifier!r} is protected, and who forgets it forgets that as well",
            "Declare it as it was with protect: false, apply that, and forget it then.",
        )
    return {each.identifier: each for each in _declared(plan)}.get(identifier)


def take_over(identifier: str, plan: Plan, applied: Applied) -> Adoption:
    """What makes a row of the server ours, as it is.

    The ledger remembers whose the row is, and of its values nothing: what is declared is compared
    with the server as ever, and what the server does not tell is sent once.

    Raises:
        UsageError: the server has no row of that name, or Novu itself made it.
        FindingsError: which row is meant cannot be told.
    """
    rows = {row.identifier: row for row, _ in _rows(plan) if row.identifier}
    row = rows.get(identifier)
    if row is None:
        if found := errors(plan.findings):
            raise FindingsError(found)
        raise UsageError(
            f"{plan.environment!r} has no integration {identifier!r} on the server",
            _meant(identifier, rows),
        )
    if row.provider_id in NOVU_OWNED:
        raise UsageError(
            f"{identifier!r} was made by Novu itself",
            "Nothing ever prunes it; declare it to manage it.",
        )
    declared = {row.id: block for row, block in _rows(plan)}[row.id]
    entry = applied.entries.get(identifier)
    if entry is not None and entry.remote_id == row.id:
        return Adoption(entry=None, declared=declared)
    return Adoption(
        entry=Entry(
            identifier=identifier,
            remote_id=row.id,
            protected=declared is not None and declared.protect,
        ),
        replaced=tuple(
            name for name, each in sorted(applied.entries.items()) if each.remote_id == row.id
        ),
        declared=declared,
    )


def _declared(plan: Plan) -> Iterator[Integration]:
    for change in plan.changes:
        if not isinstance(change, Delete):
            yield change.desired


def _rows(plan: Plan) -> Iterator[tuple[ObservedIntegration, Integration | None]]:
    """All rows of the environment with the blocks that declare them."""
    for change in plan.changes:
        if isinstance(change, Delete):
            yield change.observed, None
        elif not isinstance(change, Create) and change.observed is not None:
            yield change.observed, change.desired
    for row in plan.unmanaged:
        yield row, None


def _meant(identifier: str, known: Iterable[str]) -> str:
    names = sorted(known)
    close = get_close_matches(identifier, names, n=1)
    if close:
        return f"Did you mean {close[0]!r}?"
    return f"There are: {', '.join(names)}." if names else "There is none."
