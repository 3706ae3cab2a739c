"""What the ledger is to remember of an integration, from what was sent and what was seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.model import Entry, Readback
from reconciler.planning.credentials import compare
from reconciler.planning.fingerprints import (
    desired_fingerprints,
    fingerprints_of,
    withheld_configurations,
)
from reconciler.planning.paths import split, value_at

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reconciler.fingerprint import Fingerprinter
    from reconciler.model import Integration, ObservedIntegration


def entry_of(  # noqa: PLR0913 - the sides of what is known of a row
    desired: Integration,
    row_id: str,
    *,
    sent: frozenset[str],
    seen: ObservedIntegration | None,
    before: Entry | None,
    updated_at: str | None,
    fingerprinter: Fingerprinter,
) -> Entry:
    """The entry of a row that is as declared now.

    What a server does not give back is vouched for only if it was sent just now, was read back
    by the plan, or was vouched for before.

    Args:
        desired: as declared.
        row_id: the row.
        sent: names of the fields that were sent just now.
        seen: the row as the plan saw it; `None` where there was none.
        before: what is remembered of the row, maybe under an earlier identifier.
        updated_at: the server's time of the row's last write, as far as known.
        fingerprinter: of the environment.
    """
    credentials, fields = desired_fingerprints(desired, fingerprinter)
    version = desired.credentials_version
    known = before or Entry(identifier=desired.identifier, remote_id=row_id)
    if credentials is not None and "credentials" not in sent:
        if not _credentials_were_seen(desired, seen, known, fingerprinter):
            credentials = _credentials_before(desired, credentials, known, fingerprinter)
        if before is not None:
            version = before.credentials_version
    if "configurations" not in sent:
        told = {} if seen is None else (seen.configurations or {})
        unseen = [path for path in withheld_configurations(desired) if split(path)[-1] not in told]
        marks = {path: known.fields[path] for path in unseen if path in known.fields}
        vouched = _still_true(marks, desired, known, fingerprinter)
        fields = {path: mark for path, mark in fields.items() if path not in unseen} | vouched
    unsent = {path: mark for path, mark in known.not_stored.items() if split(path)[0] not in sent}
    return Entry(
        identifier=desired.identifier,
        remote_id=row_id,
        credentials=credentials,
        fields=fields,
        credentials_version=None if credentials is None else version,
        protected=desired.protect,
        updated_at=updated_at,
        not_stored=_still_true(unsent, desired, known, fingerprinter),
    )


def _credentials_were_seen(
    desired: Integration,
    seen: ObservedIntegration | None,
    known: Entry,
    fingerprinter: Fingerprinter,
) -> bool:
    return (
        seen is not None
        and seen.credentials.readback is Readback.READABLE
        and not compare(desired, seen.credentials, known, fingerprinter)
    )


def _credentials_before(
    desired: Integration, wanted: dict[str, str], known: Entry, fingerprinter: Fingerprinter
) -> dict[str, str] | None:
    """What was vouched for before, under the name that the integration has now."""
    if known.credentials is None or known.identifier == desired.identifier:
        return None if known.credentials is None else dict(known.credentials)
    values = desired.credentials or {}
    same = fingerprints_of("credentials", values, known.identifier, fingerprinter)
    return wanted if same == known.credentials else None


def _still_true(
    marks: Mapping[str, str], desired: Integration, known: Entry, fingerprinter: Fingerprinter
) -> dict[str, str]:
    """Of fingerprints by path those whose values are declared still, under the name of now."""
    values = {path: value_at(desired, path) for path in marks}
    return {
        path: fingerprinter.of(desired.identifier, path, value)
        for path, value in values.items()
        if fingerprinter.of(known.identifier, path, value) == marks[path]
    }
