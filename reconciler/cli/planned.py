"""What planning an environment gives to the commands, and what a run may be bound to."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from reconciler.cli.exits import Exit, of_error
from reconciler.findings import errors
from reconciler.planning.moved import STALE

if TYPE_CHECKING:
    from collections.abc import Callable

    from reconciler.cli.options import ProjectOptions
    from reconciler.config.project import Project
    from reconciler.errors import NovuSyncError
    from reconciler.fingerprint import Fingerprinter
    from reconciler.ledger.open import Ledger, OpenLedger
    from reconciler.model import Applied, Desired, Environment, Observed
    from reconciler.planning.basis import Basis
    from reconciler.planning.plan import Plan
    from reconciler.planning.refusal import Refusal
    from reconciler.transport.session import Session
    from reconciler.views.subjects import Reviewed


class Binding(Protocol):
    """What has to be as it was reviewed. Each method is asked as soon as it can be answered.

    Attributes:
        is_of_before: what the plan covers was said when it was made: a glob of it that fits
            nothing any more is no slip on the command line, but something that moved.
    """

    is_of_before: bool

    def names(self, project: Project, options: ProjectOptions) -> tuple[str, ...]:
        """The environments that the run is about; refuses what cannot fit any."""

    def check(self, environment: Environment) -> None:
        """Refuse before the network is used."""

    def refusals(
        self, name: str, digest: str, basis: Callable[[], Basis], applied: Applied
    ) -> tuple[Refusal, ...]:
        """Why what was planned now is not what was reviewed."""

    def use(self, ledger: Ledger, applied: Applied) -> None:
        """The first write comes next."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """One environment, planned.

    Attributes:
        plan: what would be done.
        refusals: guards that forbid doing it.
        digest: of what the plan was made of; empty where it cannot be bound to anything.
    """

    plan: Plan
    refusals: tuple[Refusal, ...]
    digest: str = ""

    @property
    def reviewed(self) -> Reviewed:
        """As views are given it."""
        from reconciler.views.subjects import Reviewed

        return Reviewed(plan=self.plan, refusals=self.refusals, digest=self.digest)


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared(Planned):
    """One environment, planned, with all that is open to carry that out.

    Attributes:
        desired: what it was made of: what is declared,
        observed: and what the server has.
        ledger: open as long as the command runs.
        check: raises `LockedError` where the lock is not held any more.
        session: open as long as the command runs.
        fingerprinter: of this environment and its API key.
        basis: tells what the digest is of, by marks.
    """

    desired: Desired = field(repr=False)
    observed: Observed = field(repr=False)  # its rows hold what may have come from references
    ledger: OpenLedger
    check: Callable[[], None]
    session: Session
    fingerprinter: Fingerprinter
    basis: Callable[[], Basis]


Each_co = TypeVar("Each_co", bound=Planned, covariant=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """An environment that could not be planned."""

    environment: str
    error: NovuSyncError


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedRun(Generic[Each_co]):
    """Every environment of a run: planned, or why not.

    Attributes:
        prepared: those that were planned, in the order asked for.
        failures: those that were not.
        project: as the project file says.
        directory: where the project file lies.
        binding: what the run is bound to; `None` where it is bound to nothing.
    """

    prepared: tuple[Each_co, ...]
    failures: tuple[Failure, ...]
    project: str = ""
    directory: Path = Path()
    binding: Binding | None = None

    @property
    def exits(self) -> tuple[Exit, ...]:
        """What each environment says of the exit code."""
        return (
            *(of_error(each.error) for each in self.failures),
            *(Exit.FINDINGS for each in self.prepared if errors(each.plan.findings)),
            *(
                Exit.STALE if refusal.guard == STALE else Exit.GUARD
                for each in self.prepared
                for refusal in each.refusals
            ),
        )

    @property
    def can_be_applied(self) -> bool:
        """Whether nothing speaks against any of them."""
        return not self.exits

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to do anywhere."""
        return all(each.plan.is_empty for each in self.prepared)
