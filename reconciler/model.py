"""The integrations: as declared (desired), as the server has them (observed), as last applied.

`None` in a field means *not managed* on the desired side and *not told* on the observed side.
It is never compared and never sent.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reconciler.findings import Location, Severity
    from reconciler.secret import Secret, Value

Credentials: TypeAlias = "Mapping[str, Value]"
"""Credential keys and values; a value is a `Secret` where it came from a reference or where the
catalogue calls its key secret."""


class Channel(StrEnum):
    """Novu's channels, spelled as its API spells them."""

    IN_APP = "in_app"
    EMAIL = "email"
    SMS = "sms"
    CHAT = "chat"
    PUSH = "push"
    TOOL = "tool"

    @property
    def has_primary(self) -> bool:
        """Whether Novu keeps a primary integration (and priorities) for the channel."""
        return self in (Channel.EMAIL, Channel.SMS)


class Kind(StrEnum):
    """What an integration is for: delivering messages, or running an agent."""

    DELIVERY = "delivery"
    AGENT = "agent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Integration:
    """One declared integration in one environment: overlays merged, references resolved.

    Cleared fields (``null`` in YAML) are empty values: ``credentials: null`` is ``{}``,
    ``conditions: null`` is ``[]``, ``rules`` and ``configurations`` are ``{}``.

    Attributes:
        identifier: the key it is paired by.
        provider_id: Novu's provider id, like ``ses``.
        channel: absent on agents.
        kind: delivery or agent.
        name: display name; a `Secret` where it came from a reference.
        active: whether Novu uses it.
        primary: whether it is the channel's primary (email and sms only).
        credentials: the whole object, since Novu replaces it whole.
        conditions: Novu's older step filters.
        rules: one JSONLogic object.
        configurations: Novu's provider configurations.
        check: whether Novu tries the credentials when they are sent (it sends a real mail).
        previous_identifiers: earlier names; a row that bears one is renamed in place.
        protect: refuse to delete or replace it.
        ignore_changes: fields that are sent on create and never compared afterwards.
        credentials_version: bumped by hand to send the credentials again.
        referenced: names of fields other than credentials (top level, like ``active``) whose
            value came from a reference: never shown.
        unresolved: names of fields (top level, ``credentials`` too) of which a value was not asked
            for, so that it can be neither compared nor sent: in plans without secrets only.
        location: where its block begins.
        lines: where single fields stand, by dotted path like ``credentials.apiKey``.
    """

    identifier: str
    provider_id: str
    channel: Channel | None
    kind: Kind = Kind.DELIVERY
    name: str | Secret[str] | None = None
    active: bool | None = None
    primary: bool | None = None
    credentials: Credentials | None = None
    conditions: list[Value] | None = None
    rules: Mapping[str, Value] | None = None
    configurations: Mapping[str, Value] | None = None
    check: bool = False
    previous_identifiers: tuple[str, ...] = ()
    protect: bool = False
    ignore_changes: frozenset[str] = frozenset()
    credentials_version: int | None = None
    referenced: frozenset[str] = frozenset()
    unresolved: frozenset[str] = frozenset()
    location: Location | None = None
    lines: Mapping[str, Location] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Patch:
    """What an update sends; `None` is not sent. ``credentials`` is always the whole object."""

    identifier: str | None = None
    name: str | Secret[str] | None = None
    active: bool | None = None
    credentials: Credentials | None = None
    conditions: list[Value] | None = None
    rules: Mapping[str, Value] | None = None
    configurations: Mapping[str, Value] | None = None
    check: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Guards:
    """Limits a plan must keep; `None` is what holds where the project says nothing.

    Attributes:
        max_deletes: rows that may be deleted; by default 1 with ``--prune``, else 0.
        max_delete_percent: the share of the managed rows that may be deleted; by default 30.
        max_updates: rows that may be changed; by default any number.
    """

    max_deletes: int | None = None
    max_delete_percent: int | None = None
    max_updates: int | None = None


class OutsideChanges(StrEnum):
    """What to do about a row that others wrote to, where nobody can tell what they changed.

    Users see these words.
    """

    WARN = "warn"
    RESEND = "resend"
    IGNORE = "ignore"


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerAddress:
    """Where the http ledger lies and how its server wants to be spoken to.

    Attributes:
        address: of the document.
        lock_address: where the lock is taken; by default the same.
        unlock_address: where it is released; by default as `lock_address`.
        update_method: writes the document.
        lock_method: takes the lock.
        unlock_method: releases it.
        username: for basic authentication; may be empty.
        password: as well; `None` for no authentication.
    """

    address: str
    lock_address: str = ""
    unlock_address: str = ""
    update_method: str = "POST"
    lock_method: str = "LOCK"
    unlock_method: str = "UNLOCK"
    username: str = field(default="", repr=False)
    password: Secret[str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """One environment of a project, with its API key resolved.

    Attributes:
        name: as the project calls it.
        api_url: without a trailing slash and without ``/v1``.
        api_key: the environment's secret key.
        environment_id: the id that the key must belong to, where the project pins it.
        ledger: the backend's word: ``auto``, ``novu``, ``file``, ``http`` or ``none``.
        ledger_address: where it lies; of the backend ``http`` only.
        guards: limits from the project file.
        inactive_policy: how bad it is where an integration was inactive at the last apply already;
            `None` where nobody minds.
        identifier_prefix: ``ownership.identifierPrefix``; what bears it may be pruned.
        outside_changes: what becomes of credentials that were possibly changed outside.
    """

    name: str
    api_url: str
    api_key: Secret[str]
    environment_id: str | None = None
    ledger: str = "auto"
    ledger_address: LedgerAddress | None = None
    guards: Guards = field(default_factory=Guards)
    identifier_prefix: str | None = None
    inactive_policy: Severity | None = None
    outside_changes: OutsideChanges = OutsideChanges.WARN


@dataclass(frozen=True, slots=True, kw_only=True)
class Desired:
    """What a project declares for one environment."""

    project: str
    environment: Environment
    integrations: tuple[Integration, ...]


class Readback(StrEnum):
    """What a server tells of stored credentials, decided for each response."""

    READABLE = "readable"
    OPAQUE = "opaque"
    ABSENT = "absent"


@dataclass(frozen=True, slots=True, kw_only=True)
class ObservedCredentials:
    """Credentials as the server answered them.

    Attributes:
        readback: only *readable* values may be compared; opaque ones are ciphertext, and
            an absent object says nothing, not even that there are none.
        values: every value as a `Secret`; empty unless readable.
    """

    readback: Readback
    values: Mapping[str, Secret[Value]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ObservedIntegration:
    """One integration as the server has it. Server-made ids inside conditions are left out.

    Attributes:
        id: Novu's ``_id``.
        environment_id: the environment it belongs to.
        identifier: may be missing on very old rows.
        updated_at: the server's time of the last write to the row; priority renumbering of
            other rows moves it too.
        configurations: secret keys in it are `Secret`; servers may withhold those.
    """

    id: str
    environment_id: str
    identifier: str | None
    provider_id: str
    channel: Channel | str | None
    kind: Kind = Kind.DELIVERY
    name: str | None = None
    active: bool = False
    primary: bool = False
    priority: int = 0
    credentials: ObservedCredentials = field(
        default_factory=lambda: ObservedCredentials(readback=Readback.ABSENT)
    )
    conditions: list[Value] | None = None
    rules: Mapping[str, Value] | None = None
    configurations: Mapping[str, Value] | None = None
    updated_at: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """What one environment holds on the server.

    Attributes:
        environment_id: from ``GET /v1/environments/me``.
        environment_name: Novu's own name for it.
        integrations: of this environment only, sorted by identifier, then id.
        foreign: identifiers that the list shows for other environments of the organization;
            empty on servers that scope the list. Never shown, counted or changed; known only
            so that a clash which Novu would refuse is told before the first write.
        shares_identifiers: the list shows one identifier in two environments, so this server
            wants it to be unique in an environment only when one is created.
    """

    environment_id: str
    environment_name: str
    integrations: tuple[ObservedIntegration, ...]
    foreign: frozenset[str] = frozenset()
    shares_identifiers: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What the ledger remembers of one integration. Fingerprints only, no value.

    Attributes:
        identifier: the declared identifier; fingerprints are bound to it.
        remote_id: Novu's ``_id``; another id on the server means another row.
        credentials: fingerprints by credential key; `None` where credentials were never managed.
        fields: fingerprints of the other managed fields, by name.
        credentials_version: as last applied.
        protected: ``protect: true`` was declared when last applied.
        updated_at: the row's ``updatedAt`` at the last re-read; a hint only.
        not_stored: fingerprints of values the server silently did not keep, by dotted path;
            the same value is not planned again.
    """

    identifier: str
    remote_id: str
    credentials: Mapping[str, str] | None = None
    fields: Mapping[str, str] = field(default_factory=dict)
    credentials_version: int | None = None
    protected: bool = False
    updated_at: str | None = None
    not_stored: Mapping[str, str] = field(default_factory=dict)

    def doubted(self) -> Entry:
        """Without what it says of values: whose row it is, and that it is protected, stays.

        For an entry whose row a write may or may not have reached.
        """
        return replace(self, credentials=None, fields={}, credentials_version=None, updated_at=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """What the ledger says was last applied to one environment.

    Attributes:
        entries: by identifier.
        note: why there is no memory, for people: ``"no ledger yet"``, ``"ledger lost: …"``;
            empty where the ledger was read.
        marks: small facts beside the entries, by name; what they mean is up to who made them.
        environment_id: the Novu environment that the ledger says it is about. Taken at its word
            where it is not the API key's own, so good for refusing a run and for nothing else;
            empty where it says nothing.
    """

    entries: Mapping[str, Entry] = field(default_factory=dict)
    note: str = ""
    marks: Mapping[str, str] = field(default_factory=dict)
    environment_id: str = ""
