"""Carries out one change: the requests it takes, and what was sent by them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, assert_never

from reconciler.applying.problems import is_ambiguous
from reconciler.errors import (
    ApiKeyError,
    ConflictError,
    InterruptedRunError,
    NovuSyncError,
    StatusError,
    WorldError,
)
from reconciler.planning.plan import Create, Delete, Rename, Replace, SetPrimary, Update

if TYPE_CHECKING:
    from reconciler.applying.creating import Creator
    from reconciler.applying.memory import Memory
    from reconciler.applying.ports import IntegrationsApi
    from reconciler.model import Integration, ObservedIntegration, Patch
    from reconciler.planning.plan import Change

_FIELDS = ("name", "active", "credentials", "conditions", "rules", "configurations")

EVERYTHING = frozenset(_FIELDS)
"""What a create sends, as far as it is declared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """A change that was carried out.

    Attributes:
        row_id: the row it left or, for a delete, took away.
        row: what the server answered; `None` where it told no row.
        sent: names of the fields that were sent.
        note: what was unusual, for people.
    """

    row_id: str
    row: ObservedIntegration | None = None
    sent: frozenset[str] = frozenset()
    note: str = ""


class Carrier:
    """Carries out changes, one for each call, from several threads."""

    def __init__(self, api: IntegrationsApi, creator: Creator, memory: Memory) -> None:
        self._api = api
        self._creator = creator
        self._memory = memory
        self._made: dict[str, str] = {}

    def carry_out(self, change: Change) -> Done:
        """Do it, whatever number of requests that takes.

        Raises:
            NovuSyncError: it was not done, or not to its end, or nobody can tell.
        """
        match change:
            case Create(desired=desired):
                return self._create(desired)
            case Update(observed=observed, patch=patch) | Rename(observed=observed, patch=patch):
                return self._update(observed, patch)
            case SetPrimary():
                return self._set_primary(change)
            case Replace(desired=desired, observed=observed):
                return self._replace(desired, observed)
            case Delete(observed=observed):
                self._api.delete(observed.id)
                return Done(row_id=observed.id)
            case _:
                assert_never(change)

    def _create(self, desired: Integration) -> Done:
        made = self._creator.create(desired)
        self._made[desired.identifier] = made.row.id
        return Done(row_id=made.row.id, row=made.row, sent=EVERYTHING, note=made.note)

    def _update(self, observed: ObservedIntegration, patch: Patch) -> Done:
        sent = frozenset(name for name in _FIELDS if getattr(patch, name) is not None)
        unseen = sent & {"credentials", "configurations"}
        if unseen:
            # Should the run die now, the next one must not take old fingerprints for true.
            self._memory.doubt(observed.id)
        try:
            row = self._api.update(observed.id, patch)
        except (StatusError, ApiKeyError, InterruptedRunError) as error:
            # Novu answers 409 to a name that is taken; but so does, to a write that it sent on
            # twice by itself, what may stand before a server.
            if not (is_ambiguous(error) or isinstance(error, ConflictError)):
                self._memory.believe(observed.id)
            raise
        return Done(row_id=observed.id, row=row, sent=sent)

    def _set_primary(self, change: SetPrimary) -> Done:
        observed = change.observed
        row_id = self._made.get(change.identifier, "") if observed is None else observed.id
        if not row_id:
            raise WorldError(
                f"{change.identifier!r} was not created, so it cannot become the primary",
                "Plan again.",
            )
        return Done(row_id=row_id, row=self._api.set_primary(row_id))

    def _replace(self, desired: Integration, observed: ObservedIntegration) -> Done:
        """Delete and create. A signal between the two does not keep the second from happening."""
        self._api.delete(observed.id)
        try:
            return self._create(desired)
        except NovuSyncError as error:
            raise WorldError(
                f"deleted, but not created again: {error.summary}",
                f"{error.mend} A new plan creates it.".strip(),
            ) from None
