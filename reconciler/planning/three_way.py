"""Compares what was applied, what is declared and what the server has; a function of values.

It sees what a plan sees, with the same eyes: what differs is what a plan would change. What it adds
is whose doing each difference is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.findings import in_order
from reconciler.model import Readback
from reconciler.planning.blame import Blame
from reconciler.planning.credentials import decide, withheld_changes
from reconciler.planning.diff import field_changes, identity_changes
from reconciler.planning.drift import Cause, Difference, Drift, Unseen, Why
from reconciler.planning.facts import WITH_PRIMARY, present
from reconciler.planning.fingerprints import without_not_stored
from reconciler.planning.options import Options
from reconciler.planning.pairing import entry_of, pair_up
from reconciler.planning.plan import FieldAction, FieldChange, Reason, Visibility

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reconciler.findings import Finding
    from reconciler.fingerprint import Fingerprinter
    from reconciler.model import (
        Applied,
        Desired,
        Entry,
        Integration,
        Observed,
        ObservedIntegration,
    )
    from reconciler.planning.pairing import Pair

_EVERYTHING = Options()


def drift(
    desired: Desired,
    observed: Observed,
    applied: Applied,
    fingerprinter: Fingerprinter,
    options: Options = _EVERYTHING,
) -> Drift:
    """What is not as it was applied last, and which side moved.

    Args:
        desired: what the project declares for the environment.
        observed: what the environment holds.
        applied: what the ledger remembers.
        fingerprinter: of the environment, as for the ledger.
        options: which integrations are looked at; nothing else of it counts.

    Raises:
        ServerStateError: rows of the environment share an identifier.
    """
    comparing = _Comparing(observed, applied, fingerprinter)
    pairing = pair_up(desired, observed)
    pairs = [each for each in pairing.pairs if options.covers(each.desired.identifier)]
    findings: list[Finding] = []
    differences: list[Difference] = []
    unseen: list[Unseen] = []
    for pair in pairs:
        if pair.findings:
            findings.extend(pair.findings)
            continue
        found = tuple(comparing.differences(pair))
        differences.extend(found)
        if not found:
            unseen.extend(comparing.unseen(pair))
    return Drift(
        environment=desired.environment.name,
        environment_id=observed.environment_id,
        differences=tuple(sorted(differences, key=lambda each: (each.identifier, each.path))),
        compared=sum(not pair.findings for pair in pairs),
        unmanaged=pairing.unclaimed,
        unseen=tuple(unseen),
        findings=in_order(findings),
        ledger_note=applied.note,
    )


class _Comparing:
    """Compares pairs; holds what is the same for all of them."""

    def __init__(self, observed: Observed, applied: Applied, fingerprinter: Fingerprinter) -> None:
        self._applied = applied
        self._fingerprinter = fingerprinter
        self._rows = {row.id: row for row in observed.integrations}
        self._unknown = Why.NOT_IN_LEDGER if applied.entries else Why.NO_LEDGER

    def differences(self, pair: Pair) -> Iterator[Difference]:
        """Everything about a declared integration that is not as applied."""
        desired, row = pair.desired, pair.observed
        if row is None:
            yield self._missing(desired)
            return
        entry = entry_of(desired, row, self._applied)
        identity = identity_changes(desired, row)
        if identity:
            # Novu cannot change either of a row, so where it is the row that was applied it is
            # the declaration that moved.
            known = self._remembered(desired)
            cause, why = Cause.UNVERIFIABLE, self._unknown
            if entry is not None:
                cause, why = Cause.CONFIG_CHANGE, Why.DECLARED_ANEW
            elif known is not None:
                cause, why = Cause.DRIFTED, Why.RECREATED
            for change in identity:
                yield Difference(desired=desired, cause=cause, why=why, field=change)
            return
        if pair.renamed:
            yield self._renamed(desired, row, entry)
        elif entry is None and self._remembered(desired) is not None:
            yield Difference(desired=desired, cause=Cause.DRIFTED, why=Why.RECREATED)
        yield from self._fields(desired, row, entry)

    def unseen(self, pair: Pair) -> Iterator[Unseen]:
        """Whether something of a row that looks as applied is not given back."""
        desired, row = pair.desired, pair.observed
        if (
            row is None
            or not present(desired.credentials)
            or row.credentials.readback is Readback.READABLE
        ):
            return
        entry = entry_of(desired, row, self._applied)
        blame = Blame(desired, row, entry, self._fingerprinter, unknown=self._unknown)
        yield Unseen(desired=desired, written_since=blame.was_written_since())

    def _fields(
        self, desired: Integration, row: ObservedIntegration, entry: Entry | None
    ) -> Iterator[Difference]:
        known = entry or self._remembered(desired)  # of another row: what was applied to that one
        blame = Blame(desired, row, known, self._fingerprinter, unknown=self._unknown)
        changes = [*field_changes(desired, row), *_primary(desired, row)]
        for change in without_not_stored(desired, changes, entry, self._fingerprinter):
            cause, why = blame.of_field(change)
            yield Difference(desired=desired, cause=cause, why=why, field=change)
        blame = Blame(desired, row, entry, self._fingerprinter, unknown=self._unknown)
        decision = decide(desired, row, entry, self._fingerprinter, _EVERYTHING)
        for change in decision.changes:
            cause, why = blame.of_credential(change)
            yield Difference(desired=desired, cause=cause, why=why, field=change)
        for change in blame.moved_there():
            yield Difference(desired=desired, cause=Cause.DRIFTED, why=Why.EDITED, field=change)
        for change in withheld_changes(desired, row, entry, self._fingerprinter):
            cause, why = blame.of_withheld()
            yield Difference(desired=desired, cause=cause, why=why, field=change)

    def _missing(self, desired: Integration) -> Difference:
        """A declared integration that no row of the server is."""
        entry = self._remembered(desired)
        if entry is not None:
            row = self._rows.get(entry.remote_id)
            if row is None:
                return Difference(desired=desired, cause=Cause.DRIFTED, why=Why.DELETED)
            return Difference(
                desired=desired,
                cause=Cause.DRIFTED,
                why=Why.RENAMED_THERE,
                known_as=row.identifier or row.id,
            )
        if self._applied.entries:
            return Difference(desired=desired, cause=Cause.CONFIG_CHANGE, why=Why.NOT_APPLIED_YET)
        return Difference(desired=desired, cause=Cause.UNVERIFIABLE, why=Why.NO_LEDGER)

    def _renamed(
        self, desired: Integration, row: ObservedIntegration, entry: Entry | None
    ) -> Difference:
        """A row that bears an earlier name."""
        cause, why = Cause.CONFIG_CHANGE, Why.RENAMED_HERE
        if entry is None:
            cause, why = Cause.UNVERIFIABLE, self._unknown
        elif entry.identifier == desired.identifier:
            cause, why = Cause.DRIFTED, Why.RENAMED_THERE
        return Difference(desired=desired, cause=cause, why=why, known_as=row.identifier or row.id)

    def _remembered(self, desired: Integration) -> Entry | None:
        """What the ledger remembers under the integration's name, of whichever row."""
        return self._applied.entries.get(desired.identifier)


def _primary(desired: Integration, row: ObservedIntegration) -> Iterator[FieldChange]:
    """Being primary, which is no field that an update could send."""
    primary = row.primary and row.active
    if (
        desired.channel not in WITH_PRIMARY
        or desired.primary in (None, primary)
        or "primary" in desired.ignore_changes
    ):
        return
    hidden = "primary" in desired.referenced
    yield FieldChange(
        path="primary",
        action=FieldAction.CHANGE,
        reason=Reason.NOT_PRIMARY,
        visibility=Visibility.REFERENCE if hidden else Visibility.PUBLIC,
        before=None if hidden else primary,
        after=None if hidden else desired.primary,
    )
