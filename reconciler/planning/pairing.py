"""Which row of the server each declared integration is.

By identifier; Novu's built-ins, whose identifiers Novu makes up, by provider and channel; and a
row that still bears an earlier name by ``previousIdentifiers``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reconciler.errors import ServerStateError
from reconciler.findings import finding
from reconciler.planning.facts import NOVU_OWNED, is_built_in

if TYPE_CHECKING:
    from collections.abc import Iterable

    from reconciler.findings import Finding
    from reconciler.model import (
        Applied,
        Desired,
        Entry,
        Integration,
        Observed,
        ObservedIntegration,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A declared integration and its row.

    Attributes:
        observed: `None` where the server has none.
        renamed: the row bears an earlier name.
        findings: what speaks against the pair; all of them are errors.
    """

    desired: Integration
    observed: ObservedIntegration | None
    renamed: bool = False
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairing:
    """All declared integrations with their rows.

    Attributes:
        pairs: one for each declared integration, by identifier.
        unclaimed: rows that nobody declares, by identifier, then id.
    """

    pairs: tuple[Pair, ...]
    unclaimed: tuple[ObservedIntegration, ...]


def pair_up(desired: Desired, observed: Observed) -> Pairing:
    """Find the row of each declared integration.

    Raises:
        ServerStateError: several rows share an identifier, so that no run can tell them apart.
    """
    search = _Search(desired, observed)
    pairs = tuple(
        search.find(each) for each in sorted(desired.integrations, key=lambda one: one.identifier)
    )
    claimed = {each.observed.id for each in pairs if each.observed is not None}
    unclaimed = sorted(
        (row for row in observed.integrations if row.id not in claimed),
        key=lambda row: (row.identifier or "", row.id),
    )
    return Pairing(pairs=pairs, unclaimed=tuple(unclaimed))


def entry_of(desired: Integration, row: ObservedIntegration, applied: Applied) -> Entry | None:
    """What the ledger remembers of a declared integration and this very row.

    An entry under an earlier name counts too: the run that renamed the row may have died before
    it could write the new one. An entry of another row says nothing about this one.
    """
    for name in (desired.identifier, *desired.previous_identifiers):
        entry = applied.entries.get(name)
        if entry is not None and entry.remote_id == row.id:
            return entry
    return None


class _Search:
    """Looks rows up and remembers which are taken."""

    def __init__(self, desired: Desired, observed: Observed) -> None:
        self._environment = desired.environment.name
        # Built-ins are not paired by identifier, so theirs lays no claim to a row.
        self._declared = {each.identifier for each in desired.integrations if not is_built_in(each)}
        self._foreign = observed.foreign
        self._rows = _by_identifier(observed.integrations)
        self._owned = [row for row in observed.integrations if row.provider_id in NOVU_OWNED]
        self._taken: set[str] = set()

    def find(self, desired: Integration) -> Pair:
        """The row of one integration."""
        if is_built_in(desired):
            pair = self._built_in(desired)
        else:
            row = self._rows.get(desired.identifier)
            pair = self._earlier(desired) if row is None else self._named(desired, row)
        if pair.observed is not None:
            self._taken.add(pair.observed.id)
        return pair

    def _built_in(self, desired: Integration) -> Pair:
        rows = [
            row
            for row in self._owned
            if (row.provider_id, row.channel) == (desired.provider_id, desired.channel)
        ]
        if not rows:
            return Pair(desired=desired, observed=None)
        # Servers refuse a second one. Should there be two, the one of that name is meant.
        row = min(rows, key=lambda row: (row.identifier != desired.identifier, row.id))
        if row.id in self._taken:
            detail = (
                f"An environment has one {desired.provider_id!r} integration, and another block "
                f"than {desired.identifier!r} declares it already. Keep one of the two."
            )
            return self._refused(desired, "NS502", detail)
        return Pair(desired=desired, observed=row)

    def _named(self, desired: Integration, row: ObservedIntegration) -> Pair:
        if self._is_novus(row, desired):
            return self._refused(desired, "NS505", _owned_detail(desired, row))
        findings: list[Finding] = []
        if desired.previous_identifiers:
            free, findings = self._candidates(desired)
            if free:
                findings.append(
                    self._finding(desired, "NS501", _both_detail(desired.identifier, free))
                )
        return Pair(desired=desired, observed=row, findings=tuple(findings))

    def _earlier(self, desired: Integration) -> Pair:
        if not desired.previous_identifiers:
            return Pair(desired=desired, observed=None)
        free, findings = self._candidates(desired)
        if not free:
            return Pair(desired=desired, observed=None, findings=tuple(findings))
        row = self._rows[free[0]]
        if self._is_novus(row, desired):
            return self._refused(desired, "NS505", _owned_detail(desired, row))
        if len(free) > 1:
            findings.append(self._finding(desired, "NS501", _both_detail(free[0], free[1:])))
        if desired.identifier in self._foreign:
            detail = (
                f"{free[0]!r} cannot be renamed to {desired.identifier!r}: another environment of "
                "the organization has an integration of that name, and Novu refuses a rename to "
                "a name that any environment holds. Choose another identifier, or rename the other "
                "environment's integration first."
            )
            findings.append(self._finding(desired, "NS503", detail))
        return Pair(desired=desired, observed=row, renamed=True, findings=tuple(findings))

    def _candidates(self, desired: Integration) -> tuple[list[str], list[Finding]]:
        """Earlier names that a row bears and nobody else claims; and what to say of the others."""
        free, findings = [], []
        for name in dict.fromkeys(desired.previous_identifiers):
            row = self._rows.get(name)
            if row is None or name == desired.identifier:
                continue
            if name in self._declared or row.id in self._taken:
                detail = (
                    f"{desired.identifier!r} says that it was called {name!r}, but another block "
                    f"lays claim to that integration. Take {name!r} out of previousIdentifiers of "
                    "all blocks but one, and declare it nowhere else."
                )
                findings.append(self._finding(desired, "NS502", detail))
            else:
                free.append(name)
        return free, findings

    @staticmethod
    def _is_novus(row: ObservedIntegration, desired: Integration) -> bool:
        return row.provider_id in NOVU_OWNED and row.provider_id != desired.provider_id

    def _refused(self, desired: Integration, code: str, detail: str) -> Pair:
        findings = (self._finding(desired, code, detail),)
        return Pair(desired=desired, observed=None, findings=findings)

    def _finding(self, desired: Integration, code: str, detail: str) -> Finding:
        place = "identifier" if code == "NS505" else "previousIdentifiers"
        return finding(
            code,
            detail,
            location=desired.lines.get(place, desired.location),
            environment=self._environment,
        )


def _by_identifier(rows: Iterable[ObservedIntegration]) -> dict[str, ObservedIntegration]:
    """Rows by identifier. Very old rows have none, or an empty one: those are found by no name."""
    named = [(row.identifier, row) for row in rows if row.identifier]
    found = dict(named)
    if len(found) < len(named):
        raise ServerStateError(*_duplicates(named))
    return found


def _duplicates(named: Iterable[tuple[str, ObservedIntegration]]) -> tuple[str, str]:
    ids: dict[str, list[str]] = {}
    for identifier, row in named:
        ids.setdefault(identifier, []).append(row.id)
    several = "; ".join(
        f"{identifier!r}: {', '.join(sorted(each))}"
        for identifier, each in sorted(ids.items())
        if len(each) > 1
    )
    mend = (
        "Integrations are told apart by identifier, so nothing was planned. Delete or rename all "
        "but one of each in Novu's dashboard, then run again."
    )
    return f"several integrations of the environment share an identifier ({several})", mend


def _owned_detail(desired: Integration, row: ObservedIntegration) -> str:
    return (
        f"{row.identifier!r} is an integration of {row.provider_id!r} that Novu itself made "
        f"and that is never deleted, so it cannot become one of {desired.provider_id!r}. Choose "
        "another identifier."
    )


def _both_detail(name: str, others: list[str]) -> str:
    listed = ", ".join(map(repr, others))
    return (
        f"The server has {name!r} and {listed}, and previousIdentifiers says that they are one "
        "integration. Which one is meant cannot be known. Delete the one that is not wanted, or "
        "take its name out of previousIdentifiers."
    )
