"""A plan: the changes that turn what the server has into what is declared.

Each kind of change is a class of its own, so that a create with a "before" cannot be written and
a view that forgets a kind fails the type check. A class knows its action, the word for it, and the
stage at which it is carried out.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING, ClassVar, TypeAlias

if TYPE_CHECKING:
    from reconciler.findings import Finding
    from reconciler.model import Integration, ObservedIntegration, Patch
    from reconciler.secret import Json


class Action(StrEnum):
    """What a change does. Users see these words."""

    CREATE = "create"
    UPDATE = "update"
    RENAME = "rename"
    SET_PRIMARY = "set-primary"
    REPLACE = "replace"
    DELETE = "delete"
    KEEP = "keep"

    @property
    def symbol(self) -> str:
        """The mark before a line of a plan."""
        return _SYMBOLS[self]


_SYMBOLS = {
    Action.CREATE: "+",
    Action.UPDATE: "~",
    Action.RENAME: ">",
    Action.SET_PRIMARY: "*",
    Action.REPLACE: "-/+",
    Action.DELETE: "-",
    Action.KEEP: " ",
}


class Reason(StrEnum):
    """Why a change, or a field of it, is planned: for readers of a plan, never for logic."""

    NOT_ON_SERVER = "not-on-server"
    FIELD_DIFFERS = "field-differs"
    SECRET_CHANGED = "secret-changed"  # noqa: S105 - a word, not a secret
    SECRET_UNVERIFIABLE = "secret-unverifiable"  # noqa: S105 - a word, not a secret
    CREDENTIALS_ALWAYS = "credentials-always"
    CREDENTIALS_VERSION = "credentials-version"
    ROTATION_ASKED = "rotation-asked"
    POSSIBLY_CHANGED_OUTSIDE = "possibly-changed-outside"
    IDENTIFIER_CHANGED = "identifier-changed"
    NOT_PRIMARY = "not-primary"
    PROVIDER_CHANGED = "provider-changed"
    CHANNEL_CHANGED = "channel-changed"
    PRUNED = "pruned"
    UNCHANGED = "unchanged"


class Stage(IntEnum):
    """When a change is carried out: a stage begins when the one before it is finished."""

    RENAME = 1
    REPLACE = 2
    CREATE = 3
    UPDATE = 4
    ACTIVATE = 5
    SET_PRIMARY = 6
    DEACTIVATE = 7
    DELETE = 8


class Visibility(StrEnum):
    """Whether a value may be shown."""

    PUBLIC = "public"
    REFERENCE = "reference"
    SECRET = "secret"  # noqa: S105 - a word, not a secret


class FieldAction(StrEnum):
    """What happens to a field."""

    ADD = "add"
    CHANGE = "change"
    REMOVE = "remove"
    RESEND = "resend"


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldChange:
    """One field that differs.

    Attributes:
        path: dotted, list positions in brackets: ``name``, ``credentials.apiKey``,
            ``conditions[0].value``.
        action: what happens to it; *resend* sends what may well be there already.
        reason: why.
        visibility: *public* values are in before and after; credentials never are.
        before: the observed value; `None` unless public.
        after: the declared value; `None` unless public.
    """

    path: str
    action: FieldAction
    reason: Reason
    visibility: Visibility = Visibility.PUBLIC
    before: Json = None
    after: Json = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Create:
    """A declared integration that the server lacks.

    Attributes:
        becomes_primary: Novu's rules will make it the channel's primary by themselves.
    """

    action: ClassVar[Action] = Action.CREATE
    stage: ClassVar[Stage] = Stage.CREATE

    desired: Integration
    becomes_primary: bool = False
    reason: Reason = Reason.NOT_ON_SERVER

    @property
    def identifier(self) -> str:
        """The declared identifier."""
        return self.desired.identifier


@dataclass(frozen=True, slots=True, kw_only=True)
class Update:
    """A row that differs in fields.

    Attributes:
        patch: what is sent.
        fields: what differs, sorted by path, for people.
    """

    action: ClassVar[Action] = Action.UPDATE

    desired: Integration
    observed: ObservedIntegration
    patch: Patch
    fields: tuple[FieldChange, ...]
    reason: Reason

    @property
    def identifier(self) -> str:
        """The declared identifier."""
        return self.desired.identifier

    @property
    def stage(self) -> Stage:
        """Activations come after other updates; what gives up the primary comes after it moved."""
        patch, observed = self.patch, self.observed
        if patch.active is False and observed.active:
            return Stage.DEACTIVATE
        if observed.primary and (patch.conditions or patch.rules):
            return Stage.DEACTIVATE
        return Stage.ACTIVATE if patch.active and not observed.active else Stage.UPDATE


@dataclass(frozen=True, slots=True, kw_only=True)
class Rename:
    """A row that keeps its place and gets another identifier, and other fields in the same go."""

    action: ClassVar[Action] = Action.RENAME
    stage: ClassVar[Stage] = Stage.RENAME

    desired: Integration
    observed: ObservedIntegration
    patch: Patch
    fields: tuple[FieldChange, ...]
    reason: Reason = Reason.IDENTIFIER_CHANGED

    @property
    def identifier(self) -> str:
        """The new identifier."""
        return self.desired.identifier


@dataclass(frozen=True, slots=True, kw_only=True)
class SetPrimary:
    """Makes a row its channel's primary.

    Attributes:
        observed: `None` where this run creates the row first.
        previous: identifier of the primary that hands over, where there is one.
    """

    action: ClassVar[Action] = Action.SET_PRIMARY
    stage: ClassVar[Stage] = Stage.SET_PRIMARY

    desired: Integration
    observed: ObservedIntegration | None
    previous: str | None = None
    reason: Reason = Reason.NOT_PRIMARY

    @property
    def identifier(self) -> str:
        """The declared identifier."""
        return self.desired.identifier


@dataclass(frozen=True, slots=True, kw_only=True)
class Replace:
    """A row whose provider or channel changed: Novu can only delete it and create another."""

    action: ClassVar[Action] = Action.REPLACE
    stage: ClassVar[Stage] = Stage.REPLACE

    desired: Integration
    observed: ObservedIntegration
    fields: tuple[FieldChange, ...]
    reason: Reason

    @property
    def identifier(self) -> str:
        """The declared identifier."""
        return self.desired.identifier


@dataclass(frozen=True, slots=True, kw_only=True)
class Delete:
    """A row that was applied earlier and is declared no more."""

    action: ClassVar[Action] = Action.DELETE
    stage: ClassVar[Stage] = Stage.DELETE

    observed: ObservedIntegration
    reason: Reason = Reason.PRUNED

    @property
    def identifier(self) -> str:
        """The row's identifier."""
        return self.observed.identifier or self.observed.id


@dataclass(frozen=True, slots=True, kw_only=True)
class Keep:
    """A row that is as declared."""

    action: ClassVar[Action] = Action.KEEP

    desired: Integration
    observed: ObservedIntegration
    reason: Reason = Reason.UNCHANGED

    @property
    def identifier(self) -> str:
        """The declared identifier."""
        return self.desired.identifier


Change: TypeAlias = Create | Update | Rename | SetPrimary | Replace | Delete
"""What writes to the server."""

Declared: TypeAlias = Create | Update | Rename | SetPrimary | Replace | Keep
"""What a plan says of a declared integration: all but a delete."""

Planned: TypeAlias = Change | Keep
"""What a plan says of one integration."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What would be done to one environment.

    Attributes:
        environment: the project's name for it.
        environment_id: Novu's id for it.
        changes: in the order in which they are carried out, keeps included.
        unmanaged: rows on the server that nobody declares, sorted by identifier.
        findings: warnings, and errors that make the plan impossible to carry out.
        ledger_note: where the memory of earlier runs lies, or why there is none.
    """

    environment: str
    environment_id: str
    changes: tuple[Planned, ...]
    unmanaged: tuple[ObservedIntegration, ...] = ()
    findings: tuple[Finding, ...] = field(default=())
    ledger_note: str = ""

    @property
    def writes(self) -> tuple[Change, ...]:
        """The changes that write, in order."""
        return tuple(each for each in self.changes if not isinstance(each, Keep))

    @property
    def unverified(self) -> tuple[str, ...]:
        """Rows of which nobody asked for all values: no one can tell whether those differ."""
        return tuple(
            each.identifier
            for each in self.changes
            if isinstance(each, Update | Rename | Keep) and each.desired.unresolved
        )

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to do: the one place that decides it."""
        return not self.writes

    def count(self, action: Action) -> int:
        """How many changes are of one kind."""
        return Counter(each.action for each in self.changes)[action]
