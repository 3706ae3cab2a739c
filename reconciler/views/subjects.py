"""What views are given beside plans, reports and findings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reconciler.findings import Finding
    from reconciler.model import Channel, Kind
    from reconciler.planning.guards import Refusal
    from reconciler.planning.plan import Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Reviewed:
    """A plan with what the guards say of it.

    Attributes:
        plan: of one environment.
        refusals: why it may not be carried out; empty where it may.
        digest: of what the plan was made of; empty where it cannot be bound to anything.
    """

    plan: Plan
    refusals: tuple[Refusal, ...] = ()
    digest: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unplanned:
    """An environment that could not be planned, because of a failure or of findings.

    Attributes:
        environment: the project's name for it.
        summary: what failed, one line.
        mend: what can be done about it; may be empty.
        findings: those that kept it from being planned, where that is why.
    """

    environment: str
    summary: str
    mend: str = ""
    findings: tuple[Finding, ...] = ()


class Credential(Protocol):
    """One credential key as one provider takes it."""

    @property
    def key(self) -> str:
        """As the API spells it."""

    @property
    def json_type(self) -> str:
        """``string``, ``boolean`` or ``object``."""

    @property
    def secret(self) -> bool:
        """Whether its value may never be shown."""

    @property
    def required(self) -> bool:
        """Whether the provider cannot send without it."""

    @property
    def enum(self) -> tuple[str, ...]:
        """The values that are allowed; empty where any is."""

    @property
    def label(self) -> str:
        """What Novu's dashboard calls it."""

    @property
    def description(self) -> str:
        """What it is; may be empty."""

    @property
    def server_made(self) -> bool:
        """Whether Novu fills it in by itself."""


class Provider(Protocol):
    """One provider of the catalogue."""

    @property
    def id(self) -> str:
        """What ``providerId`` says."""

    @property
    def channel(self) -> Channel | None:
        """The channel it delivers to; absent on agents."""

    @property
    def kind(self) -> Kind:
        """Delivery or agent."""

    @property
    def name(self) -> str:
        """What Novu's dashboard calls it."""

    @property
    def docs(self) -> str:
        """A page about it; may be empty."""

    @property
    def credentials(self) -> Sequence[Credential]:
        """In the order of Novu's own form."""

    @property
    def configurations(self) -> Sequence[str]:
        """The configuration keys that Novu's form offers."""

    @property
    def note(self) -> str:
        """What else there is to know; may be empty."""
