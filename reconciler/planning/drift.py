"""Drift: what is not as it was applied last, and whose doing that is.

Three states are compared: what the ledger remembers was applied, what is declared now, and what the
server has. A difference is named after the side that moved.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reconciler.findings import Finding
    from reconciler.model import Integration, ObservedIntegration
    from reconciler.planning.plan import FieldChange


class Cause(StrEnum):
    """Which side moved since the last apply. Users see these words."""

    DRIFTED = "drifted"
    BOTH = "both"
    CONFIG_CHANGE = "config-change"
    UNVERIFIABLE = "unverifiable"


class Why(StrEnum):
    """Why a difference has its cause: for readers, never for logic."""

    EDITED = "edited-on-server"
    DELETED = "deleted-on-server"
    RECREATED = "recreated-on-server"
    RENAMED_THERE = "renamed-on-server"
    BOTH_MOVED = "edited-and-declared-anew"
    DECLARED_ANEW = "declared-anew"
    NEWLY_MANAGED = "newly-managed"
    NOT_APPLIED_YET = "not-applied-yet"
    RENAMED_HERE = "renamed-in-configuration"
    VERSION_RAISED = "credentials-version"
    NO_LEDGER = "no-ledger"
    NOT_IN_LEDGER = "not-in-ledger"
    APPLY_CUT_SHORT = "apply-cut-short"
    PARTLY_WITHHELD = "partly-withheld"


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One thing that is not as it was applied.

    Attributes:
        desired: the declared integration that it is about.
        cause: which side moved.
        why: in which way.
        field: what differs; `None` where it is the integration as a whole.
        known_as: what the server calls the integration, where that is another name.
    """

    desired: Integration
    cause: Cause
    why: Why
    field: FieldChange | None = None
    known_as: str = ""

    @property
    def identifier(self) -> str:
        """The declared identifier."""
        return self.desired.identifier

    @property
    def path(self) -> str:
        """Where in the integration; empty for the whole."""
        return self.field.path if self.field else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unseen:
    """An integration of which the server does not give everything back.

    Attributes:
        desired: as declared; what can be compared of it is not looked at here.
        written_since: its row was written after the last apply. A hint only: Novu also writes
            rows when it numbers priorities anew.
    """

    desired: Integration
    written_since: bool

    @property
    def identifier(self) -> str:
        """The declared identifier."""
        return self.desired.identifier


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """How one environment stands against what was applied to it last.

    Attributes:
        environment: the project's name for it.
        environment_id: Novu's id for it.
        differences: by identifier, the whole integration first, then by path.
        compared: how many declared integrations were looked at.
        unmanaged: rows on the server that nobody declares.
        unseen: integrations that look as applied as far as the server tells.
        findings: what keeps integrations from being compared, and warnings.
        ledger_note: where the memory of earlier runs lies, or why there is none.
    """

    environment: str
    environment_id: str
    differences: tuple[Difference, ...]
    compared: int
    unmanaged: tuple[ObservedIntegration, ...] = ()
    unseen: tuple[Unseen, ...] = ()
    findings: tuple[Finding, ...] = ()
    ledger_note: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether everything is as applied: the one place that decides it."""
        return not self.differences

    @property
    def as_applied(self) -> int:
        """How many of the compared integrations differ in nothing."""
        return self.compared - len({each.identifier for each in self.differences})

    def count(self, cause: Cause) -> int:
        """How many differences have one cause."""
        return Counter(each.cause for each in self.differences)[cause]
