"""Snapshots: what was observed and remembered, without secrets, for plans where there is no key.

Text in, values out, and back. Nothing in a snapshot is keyed, signed or secret: whoever plans
against one gets a plan to read, and none that could be applied.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from reconciler.errors import FileError
from reconciler.model import (
    Applied,
    Channel,
    Entry,
    Kind,
    Observed,
    ObservedCredentials,
    ObservedIntegration,
    Readback,
)
from reconciler.planning.plan import Create, Delete
from reconciler.planning.taking import MalformedError, maybe, taken, time, words
from reconciler.secret import Secret, Unresolved

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from reconciler.model import Desired, Integration
    from reconciler.planning.plan import Plan

FORMAT_VERSION = "1.0"
KIND = "snapshot"

_HIDDEN = ("name", "conditions", "rules", "configurations")
"""Fields that are left out where a reference gives them. Whether a row is active is not: every
plan tells what it switches on and off."""

_UNKNOWN = ""
"""Stands for a fingerprint: that there is one is told, and what it is would be of no use."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One environment of a snapshot.

    Attributes:
        environment: the project's name for it.
        observed: its rows, without credentials and without what references give.
        applied: what the ledger remembers: whose rows they are, what is protected, which
            credential keys were sent; no fingerprint.
    """

    environment: str
    observed: Observed
    applied: Applied


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """What was seen of a project.

    Attributes:
        tool: the version of novu-sync that saw it.
        project: as the project file says.
        created: when it was seen.
        environments: in the order of the run.
    """

    tool: str
    project: str
    created: datetime
    environments: tuple[Seen, ...]


def seen(plan: Plan, observed: Observed, applied: Applied) -> Seen:
    """What may be shown of an environment.

    Args:
        plan: tells which block declares which row, and so what references give.
        observed: what the environment holds.
        applied: what the ledger remembers.
    """
    blocks: dict[str, Integration] = {
        each.observed.id: each.desired
        for each in plan.changes
        if not isinstance(each, Create | Delete) and each.observed is not None
    }
    return Seen(
        environment=plan.environment,
        observed=replace(
            observed,
            integrations=tuple(_shown(row, blocks.get(row.id)) for row in observed.integrations),
            foreign=frozenset(),
        ),
        applied=Applied(
            entries={name: _remembered(each) for name, each in applied.entries.items()},
            note=applied.note,
        ),
    )


def comparable(desired: Desired) -> Desired:
    """What is declared, of which no credential is compared: there is nothing to compare it with.

    Which keys there are is compared still.
    """
    return replace(
        desired,
        integrations=tuple(
            each
            if not each.credentials
            else replace(
                each,
                credentials={key: Unresolved() for key in each.credentials},
                unresolved=each.unresolved | {"credentials"},
            )
            for each in desired.integrations
        ),
    )


def write(snapshot: Snapshot) -> str:
    """The text of a snapshot."""
    document = {
        "formatVersion": FORMAT_VERSION,
        "kind": KIND,
        "novuSync": snapshot.tool,
        "project": snapshot.project,
        "created": snapshot.created.isoformat(),
        "environments": [_environment(each) for each in snapshot.environments],
    }
    return json.dumps(document, indent=1) + "\n"


def read(text: bytes, name: str) -> Snapshot:
    """What a text says that should be a snapshot.

    Args:
        text: of the file.
        name: the file's, for messages.

    Raises:
        FileError: it is none, or is cut short.
    """
    mend = "Take it again with novu-sync snapshot."
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        raise FileError(f"{name} is no snapshot: it is cut short or not JSON", mend) from None
    try:
        return _snapshot(found)
    except MalformedError as error:
        raise FileError(f"{name} is no snapshot: {error}", mend) from None


def _shown(row: ObservedIntegration, block: Integration | None) -> ObservedIntegration:
    hidden = block.referenced | block.unresolved if block else frozenset[str]()
    withheld = {field: None for field in _HIDDEN if field in hidden}
    configurations = None if "configurations" in withheld else row.configurations
    return replace(
        row,
        name=None if "name" in withheld else row.name,
        conditions=None if "conditions" in withheld else row.conditions,
        rules=None if "rules" in withheld else row.rules,
        configurations=None
        if configurations is None
        else {key: each for key, each in configurations.items() if not isinstance(each, Secret)},
        credentials=ObservedCredentials(readback=Readback.ABSENT),
        priority=0,
        updated_at=None,
    )


def _remembered(entry: Entry) -> Entry:
    return Entry(
        identifier=entry.identifier,
        remote_id=entry.remote_id,
        credentials=None
        if entry.credentials is None
        else dict.fromkeys(sorted(entry.credentials), _UNKNOWN),
        credentials_version=entry.credentials_version,
        protected=entry.protected,
    )


def _environment(seen: Seen) -> dict[str, Any]:
    observed, applied = seen.observed, seen.applied
    return {
        "environment": seen.environment,
        "environmentId": observed.environment_id,
        "environmentName": observed.environment_name,
        "sharesIdentifiers": observed.shares_identifiers,
        "integrations": [_row(each) for each in observed.integrations],
        "ledger": {
            "note": applied.note,
            "entries": [_entry(applied.entries[name]) for name in sorted(applied.entries)],
        },
    }


def _row(row: ObservedIntegration) -> dict[str, Any]:
    return {
        "id": row.id,
        "identifier": row.identifier,
        "providerId": row.provider_id,
        "channel": row.channel,
        "kind": row.kind,
        "name": row.name,
        "active": row.active,
        "primary": row.primary,
        "conditions": row.conditions,
        "rules": _plain(row.rules),
        "configurations": _plain(row.configurations),
    }


def _plain(values: Mapping[str, Any] | None) -> dict[str, Any] | None:
    return None if values is None else dict(values)


def _entry(entry: Entry) -> dict[str, Any]:
    return {
        "identifier": entry.identifier,
        "remoteId": entry.remote_id,
        "credentials": None if entry.credentials is None else sorted(entry.credentials),
        "credentialsVersion": entry.credentials_version,
        "protected": entry.protected,
    }


def _snapshot(found: object) -> Snapshot:
    if taken(found, "kind", str) != KIND:
        raise MalformedError("it is another kind of document")
    if not taken(found, "formatVersion", str).startswith("1."):
        raise MalformedError("another version of novu-sync wrote it, in a format of its own")
    return Snapshot(
        tool=taken(found, "novuSync", str),
        project=taken(found, "project", str),
        created=time(found, "created"),
        environments=tuple(_seen(each) for each in taken(found, "environments", list)),
    )


def _seen(found: object) -> Seen:
    environment_id = taken(found, "environmentId", str)
    ledger = taken(found, "ledger", dict)
    entries = [_read_entry(each) for each in taken(ledger, "entries", list)]
    return Seen(
        environment=taken(found, "environment", str),
        observed=Observed(
            environment_id=environment_id,
            environment_name=taken(found, "environmentName", str),
            integrations=tuple(
                _read_row(each, environment_id) for each in taken(found, "integrations", list)
            ),
            shares_identifiers=taken(found, "sharesIdentifiers", bool),
        ),
        applied=Applied(
            entries={each.identifier: each for each in entries}, note=taken(ledger, "note", str)
        ),
    )


def _read_row(found: object, environment_id: str) -> ObservedIntegration:
    channel, kind = maybe(found, "channel", str), taken(found, "kind", str)
    if kind not in {*Kind}:
        raise MalformedError("`kind` is none of Novu's")
    return ObservedIntegration(
        id=taken(found, "id", str),
        environment_id=environment_id,
        identifier=maybe(found, "identifier", str),
        provider_id=taken(found, "providerId", str),
        channel=Channel(channel) if channel in {*Channel} else channel,
        kind=Kind(kind),
        name=maybe(found, "name", str),
        active=taken(found, "active", bool),
        primary=taken(found, "primary", bool),
        conditions=maybe(found, "conditions", list),
        rules=maybe(found, "rules", dict),
        configurations=maybe(found, "configurations", dict),
    )


def _read_entry(found: object) -> Entry:
    keys = None if maybe(found, "credentials", list) is None else words(found, "credentials")
    return Entry(
        identifier=taken(found, "identifier", str),
        remote_id=taken(found, "remoteId", str),
        credentials=None if keys is None else dict.fromkeys(keys, _UNKNOWN),
        credentials_version=maybe(found, "credentialsVersion", int),
        protected=taken(found, "protected", bool),
    )
