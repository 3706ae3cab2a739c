"""Makes a plan: what to change so that the server becomes as declared.

    declared and observed are paired ─> each pair gives a change ─> rows to prune are added
    ─> primaries are settled ─> everything is put in order

A function of values: it fetches nothing, and the same values give the same plan, in whichever
order they come.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from reconciler.findings import in_order as sorted_findings
from reconciler.model import Patch
from reconciler.planning import remarks
from reconciler.planning.credentials import decide, withheld_changes
from reconciler.planning.diff import field_changes, identity_changes
from reconciler.planning.fingerprints import without_not_stored
from reconciler.planning.options import CredentialsMode
from reconciler.planning.order import in_order
from reconciler.planning.pairing import entry_of, pair_up
from reconciler.planning.paths import split
from reconciler.planning.plan import (
    Create,
    Delete,
    Keep,
    Plan,
    Reason,
    Rename,
    Replace,
    Update,
)
from reconciler.planning.policy import long_inactive
from reconciler.planning.primary import with_primaries
from reconciler.planning.prune import may_be_pruned

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reconciler.findings import Finding
    from reconciler.fingerprint import Fingerprinter
    from reconciler.model import (
        Applied,
        Credentials,
        Desired,
        Integration,
        Observed,
        ObservedIntegration,
        OutsideChanges,
    )
    from reconciler.planning.options import Options
    from reconciler.planning.pairing import Pair
    from reconciler.planning.plan import FieldChange, Planned


def plan(
    desired: Desired,
    observed: Observed,
    applied: Applied,
    fingerprinter: Fingerprinter,
    options: Options,
) -> Plan:
    """What would make the server as declared.

    Args:
        desired: what the project declares for the environment.
        observed: what the environment holds.
        applied: what the ledger remembers.
        fingerprinter: of the environment, as for the ledger.
        options: what the plan covers.

    Returns:
        the plan; findings of severity error in it mean that it cannot be carried out, and what
        they are about is left out of its changes.

    Raises:
        ServerStateError: rows of the environment share an identifier.
    """
    environment = desired.environment
    pairing = pair_up(desired, observed)
    pairs = [each for each in pairing.pairs if options.covers(each.desired.identifier)]
    comparing = _Comparing(
        environment=environment.name,
        outside=environment.outside_changes,
        applied=applied,
        fingerprinter=fingerprinter,
        options=options,
    )
    changes: list[Planned] = []
    findings: list[Finding] = []
    for pair in pairs:
        if pair.findings:
            findings.extend(pair.findings)
        else:
            change, warnings = comparing.change(pair)
            changes.append(change)
            findings.extend(warnings)
    unmanaged = []
    for row in pairing.unclaimed:
        if may_be_pruned(row, environment, applied, options):
            changes.append(Delete(observed=row))
        else:
            unmanaged.append(row)
    changes, refused = with_primaries(changes, observed.integrations, environment.name)
    told = [
        *findings,
        *refused,
        *remarks.clashes(changes, observed, environment.name),
        *remarks.side_effects(changes, environment.name),
        *remarks.unverified(changes, environment.name),
        *long_inactive(pairs, environment, applied, fingerprinter),
    ]
    return Plan(
        environment=environment.name,
        environment_id=observed.environment_id,
        changes=in_order(changes),
        unmanaged=tuple(unmanaged),
        findings=sorted_findings(told),
        ledger_note=applied.note,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Comparing:
    """Compares pairs; holds what is the same for all of them."""

    environment: str
    outside: OutsideChanges
    applied: Applied
    fingerprinter: Fingerprinter
    options: Options

    def change(self, pair: Pair) -> tuple[Planned, list[Finding]]:
        """What to do about one pair, and what to say along with it."""
        desired, row = pair.desired, pair.observed
        if row is None:
            return Create(desired=desired), []
        identity = identity_changes(desired, row)
        if identity:
            # The provider is the stronger reason: it comes last, by path.
            reason = identity[-1].reason
            return (
                Replace(
                    desired=desired,
                    observed=_shown(desired, row),
                    fields=tuple(identity),
                    reason=reason,
                ),
                [],
            )
        fields, credentials, warnings = self._fields(desired, row)
        shown = _shown(desired, row)
        if not fields and not pair.renamed:
            reason = Reason.SECRET_UNVERIFIABLE if desired.unresolved else Reason.UNCHANGED
            return Keep(desired=desired, observed=shown, reason=reason), warnings
        patch = _patch(desired, fields, credentials)
        if pair.renamed:
            patch = replace(patch, identifier=desired.identifier)
            return Rename(desired=desired, observed=shown, patch=patch, fields=fields), warnings
        reason = _reason(fields)
        update = Update(desired=desired, observed=shown, patch=patch, fields=fields, reason=reason)
        return update, warnings

    def _fields(
        self, desired: Integration, row: ObservedIntegration
    ) -> tuple[tuple[FieldChange, ...], Credentials | None, list[Finding]]:
        """What differs, the credentials to send, and warnings."""
        entry = entry_of(desired, row, self.applied)
        fields = field_changes(desired, row)
        if fields:
            fields = without_not_stored(desired, fields, entry, self.fingerprinter)
        decision = decide(
            desired, row, entry, self.fingerprinter, self.options, outside=self.outside
        )
        sealed = withheld_changes(desired, row, entry, self.fingerprinter)
        withheld = decision.withheld
        if (
            sealed
            and self.options.credentials is CredentialsMode.NEVER
            and not any(_top(each) == "configurations" for each in fields)
        ):
            withheld += tuple(each.path for each in sealed)
            sealed = []
        warnings = []
        if withheld:
            warnings.append(remarks.withheld(desired, withheld, self.environment))
        if decision.changed_outside:
            warnings.append(remarks.changed_outside(desired, self.environment))
        if decision.loses_made_keys:
            warnings.append(remarks.made_keys_lost(desired, self.environment))
        if not (fields or sealed or decision.changes):
            return (), None, warnings
        found = sorted([*fields, *sealed, *decision.changes], key=lambda each: each.path)
        return tuple(found), decision.send, warnings


def _top(change: FieldChange) -> str:
    """The field of an integration that a change is in."""
    return str(split(change.path)[0])


def _patch(
    desired: Integration, fields: Sequence[FieldChange], credentials: Credentials | None
) -> Patch:
    """What to send: whole fields, and only those in which something differs."""
    differ = {_top(each) for each in fields}
    return Patch(
        name=desired.name if "name" in differ else None,
        active=desired.active if "active" in differ else None,
        credentials=credentials,
        conditions=desired.conditions if "conditions" in differ else None,
        rules=desired.rules if "rules" in differ else None,
        configurations=desired.configurations if "configurations" in differ else None,
        # Without credentials Novu would try the stored ones while they are still encrypted.
        check=desired.check and credentials is not None,
    )


def _reason(fields: Sequence[FieldChange]) -> Reason:
    reasons = [each.reason for each in fields]
    return Reason.FIELD_DIFFERS if Reason.FIELD_DIFFERS in reasons else reasons[0]


def _shown(desired: Integration, row: ObservedIntegration) -> ObservedIntegration:
    """The row without what may have come from a reference: a plan is shown, and repr shows all."""
    referenced = desired.referenced
    if not referenced:
        return row
    return replace(
        row,
        name=None if "name" in referenced else row.name,
        conditions=None if "conditions" in referenced else row.conditions,
        rules=None if "rules" in referenced else row.rules,
        configurations=None if "configurations" in referenced else row.configurations,
    )
