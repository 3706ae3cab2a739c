"""Which fingerprints stand for a declared integration: what a ledger keeps of it.

Plans decide by these and applies record these, so both come from here. Every fingerprint is bound
to the integration's identifier and to the path of its value.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.planning.facts import WITHHELD_CONFIGURATIONS, present
from reconciler.planning.paths import join, value_at
from reconciler.secret import holds_unresolved

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from reconciler.fingerprint import Fingerprinter
    from reconciler.model import Entry, Integration
    from reconciler.planning.plan import FieldChange
    from reconciler.secret import Value

_FIELDS = ("name", "active", "primary", "conditions", "rules", "configurations")


def desired_fingerprints(
    integration: Integration, fingerprinter: Fingerprinter
) -> tuple[dict[str, str] | None, dict[str, str]]:
    """The fingerprints of everything that is declared of an integration.

    Returns:
        by credential key, `None` where credentials are not managed; and by field, the managed
        ones only. A configuration that servers withhold has one of its own besides its field's,
        by path: ``configurations.inboundWebhookSigningKey``.
    """
    name = integration.identifier
    credentials = (
        None
        if integration.credentials is None
        else fingerprints_of("credentials", integration.credentials, name, fingerprinter)
    )
    fields = {
        field: fingerprinter.of(name, field, value)
        for field in _FIELDS
        if (value := getattr(integration, field)) is not None
    }
    for path, value in withheld_configurations(integration).items():
        fields[path] = fingerprinter.of(name, path, value)
    return credentials, fields


def fingerprints_of(
    field: str, values: Mapping[str, Value], identifier: str, fingerprinter: Fingerprinter
) -> dict[str, str]:
    """One fingerprint for each key of an object that is managed by key."""
    return {
        key: fingerprinter.of(identifier, join(field, (key,)), value)
        for key, value in present(values).items()
    }


def withheld_configurations(integration: Integration) -> dict[str, Value]:
    """The declared configurations that servers may not give back, by path."""
    declared = present(integration.configurations)
    return {
        join("configurations", (key,)): declared[key]
        for key in sorted(WITHHELD_CONFIGURATIONS & declared.keys())
    }


def not_stored(
    integration: Integration, fields: Iterable[FieldChange], fingerprinter: Fingerprinter
) -> dict[str, str]:
    """What to remember of values that were sent and that a re-read shows to differ all the same.

    Args:
        integration: as it was applied.
        fields: what still differs.
        fingerprinter: of the environment.

    Returns:
        fingerprints of the declared values by path, for `Entry.not_stored`.
    """
    return {
        each.path: fingerprinter.of(
            integration.identifier, each.path, value_at(integration, each.path)
        )
        for each in fields
    }


def without_not_stored(
    integration: Integration,
    fields: Iterable[FieldChange],
    entry: Entry | None,
    fingerprinter: Fingerprinter,
) -> list[FieldChange]:
    """The field changes but for those that the server is known not to store."""
    if entry is None or not entry.not_stored:
        return list(fields)
    return [
        each
        for each in fields
        if each.path not in entry.not_stored
        or not _is_not_stored(integration, each.path, entry, fingerprinter)
    ]


def _is_not_stored(
    integration: Integration, path: str, entry: Entry, fingerprinter: Fingerprinter
) -> bool:
    value = value_at(integration, path)
    if holds_unresolved(value):
        return True  # as far as can be told
    return entry.not_stored[path] == fingerprinter.of(entry.identifier, path, value)
