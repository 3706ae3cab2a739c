"""The rule of a team that only a plan can judge, since it asks what was so at the last apply."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.findings import finding
from reconciler.planning.pairing import entry_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from reconciler.findings import Finding
    from reconciler.fingerprint import Fingerprinter
    from reconciler.model import Applied, Environment
    from reconciler.planning.pairing import Pair


def long_inactive(
    pairs: Iterable[Pair], environment: Environment, applied: Applied, fingerprinter: Fingerprinter
) -> list[Finding]:
    """Integrations that are declared inactive, as they were when they were applied last.

    Args:
        pairs: declared integrations with their rows.
        environment: says how bad that is.
        applied: what the ledger remembers.
        fingerprinter: of the environment.
    """
    level = environment.inactive_policy
    if level is None:
        return []
    found = []
    for pair in pairs:
        desired, row = pair.desired, pair.observed
        if row is None or row.active or desired.active is not False:
            continue
        entry = entry_of(desired, row, applied)
        if entry is None:
            continue
        if entry.fields.get("active") != fingerprinter.of(entry.identifier, "active", value=False):
            continue
        found.append(
            finding(
                "NS603",
                f"{desired.identifier!r} is inactive, and was when it was applied last. The policy "
                f"of {environment.name!r} wants such integrations to be used or removed.",
                location=desired.lines.get("active", desired.location),
                environment=environment.name,
                severity=level,
            )
        )
    return found
