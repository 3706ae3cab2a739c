"""What a plan was made of, as a digest that binds a review to what runs.

The digest is a SHA-256 over keyed marks of what is declared and of what the server has, the options
that decide a plan, and the changes themselves. So the same configuration, server, ledger and
options give the same digest on every machine, and whatever of them moved gives another. There is
no time, path, line, commit, ``updatedAt`` or ``priority`` in it, and nothing that whoever lacks
the API key could try out values against.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from reconciler.model import Readback
from reconciler.planning.plan import Delete, Keep, Rename, SetPrimary, Update
from reconciler.planning.standings import row_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reconciler.fingerprint import Fingerprinter
    from reconciler.model import Desired, Integration, Observed, ObservedIntegration
    from reconciler.planning.options import Options
    from reconciler.planning.plan import Plan, Planned
    from reconciler.secret import Value

FORMAT_VERSION = 1
"""Part of every digest: another way to make them gives others."""

_MARK = 16
"""Hexadecimal digits of the marks of single fields, which only tell what moved: the digest
decides."""

encode = json.JSONEncoder(sort_keys=True, separators=(",", ":")).encode
"""One line of ASCII for one meaning."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row of the server, by marks.

    Attributes:
        identifier: as the server has it; may be empty.
        fields: a mark for each field that the server shows, by name.
    """

    identifier: str
    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """What the plan of one environment was made of, by marks: there is no value in it.

    Attributes:
        environment_id: Novu's id for the environment.
        digest: over all of it.
        desired: of each declared integration, a mark for each field, by identifier and name.
        observed: the rows of the environment, by id.
        changes: what the plan says, in order, as JSON.
    """

    environment_id: str
    digest: str
    desired: Mapping[str, Mapping[str, str]]
    observed: Mapping[str, Row]
    changes: tuple[Mapping[str, Any], ...]


def digest_of(
    plan: Plan,
    desired: Desired,
    observed: Observed,
    fingerprinter: Fingerprinter,
    options: Options,
) -> str:
    """The digest of a plan: 64 hexadecimal digits.

    Args:
        plan: made of the other arguments by `reconciler.planning.planner.plan`.
        desired: what is declared.
        observed: what the environment holds.
        fingerprinter: of the environment.
        options: what the plan covers. Which guards are lifted is no part of it: a digest lifts
            none, and none lifted makes another plan.
    """
    of_all = fingerprinter.of_all
    content = [
        FORMAT_VERSION,
        observed.environment_id,
        {
            "credentials": options.credentials,
            "excludes": sorted(options.excludes),
            "prune": options.prune,
            "rotate": sorted(options.rotate),
            "targets": sorted(options.targets),
        },
        of_all(
            "plan/desired",
            [
                [each.identifier, *_declared(each).values()]
                for each in sorted(desired.integrations, key=lambda one: one.identifier)
            ],
        ),
        of_all(
            "plan/observed",
            [
                [row.id, *_shown(row).values()]
                for row in sorted(observed.integrations, key=lambda one: one.id)
            ],
        ),
        [_told(each) for each in plan.changes if not isinstance(each, Keep)],
    ]
    return hashlib.sha256(encode(content).encode()).hexdigest()


def basis_of(
    plan: Plan,
    desired: Desired,
    observed: Observed,
    fingerprinter: Fingerprinter,
    options: Options,
) -> Basis:
    """All that is to be remembered of a plan, so that it can be told later what moved."""

    def marks(name: str, fields: Mapping[str, Value]) -> dict[str, str]:
        return {
            field: fingerprinter.of(name, f"plan/{field}", value)[:_MARK]
            for field, value in fields.items()
        }

    return Basis(
        environment_id=observed.environment_id,
        digest=digest_of(plan, desired, observed, fingerprinter, options),
        desired={
            each.identifier: marks(each.identifier, _by_key(_declared(each)))
            for each in desired.integrations
        },
        observed={
            row.id: Row(identifier=row.identifier or "", fields=marks(row.id, _by_key(_shown(row))))
            for row in observed.integrations
        },
        changes=tuple(_told(each) for each in plan.changes if not isinstance(each, Keep)),
    )


def _declared(integration: Integration) -> dict[str, Value]:
    """Everything that is declared of an integration and decides what a plan says or sends."""
    each = integration
    return {
        "providerId": each.provider_id,
        "channel": each.channel,
        "kind": each.kind,
        "name": each.name,
        "active": each.active,
        "primary": each.primary,
        "credentials": None if each.credentials is None else dict(each.credentials),
        "conditions": each.conditions,
        "rules": None if each.rules is None else dict(each.rules),
        "configurations": None if each.configurations is None else dict(each.configurations),
        "check": each.check,
        "previousIdentifiers": list(each.previous_identifiers),
        "protect": each.protect,
        "ignoreChanges": [*sorted(each.ignore_changes)],
        "credentialsVersion": each.credentials_version,
    }


def _shown(row: ObservedIntegration) -> dict[str, Value]:
    """Everything that the server shows of a row, but for what moves by itself."""
    readable = row.credentials.readback is Readback.READABLE
    return {
        "identifier": row.identifier,
        "providerId": row.provider_id,
        "channel": row.channel,
        "kind": row.kind,
        "name": row.name,
        "active": row.active,
        "primary": row.primary,
        "credentials": dict(row.credentials.values) if readable else None,
        "conditions": row.conditions,
        "rules": None if row.rules is None else dict(row.rules),
        "configurations": None if row.configurations is None else dict(row.configurations),
    }


def _by_key(fields: Mapping[str, Value]) -> dict[str, Value]:
    """Fields that are managed, credentials and configurations key by key."""
    found: dict[str, Value] = {}
    for field, value in fields.items():
        if field in ("credentials", "configurations") and isinstance(value, dict):
            found[field] = encode(sorted(value))
            found.update({f"{field}.{key}": inner for key, inner in value.items()})
        elif value is not None:
            found[field] = value
    return found


def _told(change: Planned) -> dict[str, Any]:
    """What a plan says of a change, without any value."""
    row = change.observed if isinstance(change, Delete) else row_of(change)
    told: dict[str, Any] = {
        "action": change.action,
        "identifier": change.identifier,
        "id": None if row is None else row.id,
        "reason": change.reason,
    }
    if isinstance(change, Update | Rename):
        told["fields"] = [
            {"path": each.path, "action": each.action, "reason": each.reason}
            for each in change.fields
        ]
    if isinstance(change, SetPrimary):
        told["previousPrimary"] = change.previous
    return told
