"""Rows of a server: which are told apart, which is declared where, which is primary."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.authoring.declared import built_in_of
from reconciler.config.catalogue import catalogue
from reconciler.errors import ServerStateError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from reconciler.config.forms import Form
    from reconciler.model import ObservedIntegration


def form_of(forms: Mapping[str, Form], row: ObservedIntegration) -> Form | None:
    """The declared integration that a row is; Novu's own are found by provider."""
    provider = catalogue().get(row.provider_id)
    if provider and provider.single_per_environment:
        return built_in_of(forms, row.provider_id)
    return forms.get(row.identifier or "")


def refuse_twins(rows: Iterable[ObservedIntegration], environment: str) -> None:
    """Stop where nobody could tell rows apart.

    Raises:
        ServerStateError: two rows share an identifier.
    """
    holders: dict[str, str] = {}
    for row in rows:
        if row.identifier and row.identifier in holders:
            raise ServerStateError(
                f"two integrations of {environment} share the identifier {row.identifier!r}"
                f" ({holders[row.identifier]} and {row.id})",
                "Integrations are told apart by identifier. Delete or rename one of them in Novu's"
                " dashboard, then run again.",
            )
        if row.identifier:
            holders[row.identifier] = row.id


def primaries_of(rows: Iterable[ObservedIntegration]) -> frozenset[str]:
    """The ids of each channel's primary: one, though a row that was moved in may be a second."""
    first: dict[str, ObservedIntegration] = {}
    for row in rows:
        if row.primary:
            held = first.setdefault(str(row.channel), row)
            if row.priority > held.priority:
                first[str(row.channel)] = row
    return frozenset(row.id for row in first.values())
