"""What an apply is bound to: a plan file, or digests that somebody reviewed."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from reconciler import __version__
from reconciler.cli.project import picked
from reconciler.errors import StaleError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from reconciler.cli.options import PlanningOptions, ProjectOptions
    from reconciler.cli.planned import PlannedRun, Prepared
    from reconciler.config.project import Project
    from reconciler.ledger.open import Ledger
    from reconciler.model import Applied, Environment
    from reconciler.planning.basis import Basis
    from reconciler.planning.planfile import Bound, PlanFile, Read
    from reconciler.planning.refusal import Refusal

HOURS = 24
"""How long a plan file may be applied where nobody says."""

_MEND = "Plan again, have that reviewed, and apply it."
_DIGEST = re.compile(r"[0-9a-f]{64}")
_USED = "plan:"
"""What the ledger's marks of used plans begin with; their value is when the plan expires."""


class Digests:
    """Bound to digests, one for each environment of the run."""

    is_of_before = False

    def __init__(self, expected: Sequence[str]) -> None:
        """Expect these.

        Raises:
            UsageError: one of them is no digest. An empty one, of a variable that is not set
                perhaps, has nothing to compare and must not pass for "whatever it is".
        """
        self._expected = frozenset(each.lower() for each in expected)
        for each in expected:
            if not _DIGEST.fullmatch(each.lower()):
                what = "is empty" if not each.strip() else f"{each!r} is no digest"
                raise UsageError(
                    f"--expect-digest {what}: there is nothing to compare",
                    "Give the 64 hexadecimal digits that plan printed.",
                )

    def names(self, project: Project, options: ProjectOptions) -> tuple[str, ...]:
        """Those that the command line names.

        Raises:
            UsageError: there are more digests than environments, or fewer.
        """
        names = picked(project, options)
        if len(names) != len(self._expected):
            raise UsageError(
                f"--expect-digest was given for {len(self._expected)} of {len(names)} environments",
                "Give one digest for each environment of the run, as plan printed them.",
            )
        return names

    def check(self, environment: Environment) -> None:
        """Nothing is known before the plan is made."""

    def refusals(
        self, name: str, digest: str, basis: Callable[[], Basis], applied: Applied
    ) -> tuple[Refusal, ...]:
        """The digest is none of them."""
        from reconciler.planning.moved import unexpected

        del basis, applied
        return unexpected(digest, self._expected, name)

    def use(self, ledger: Ledger, applied: Applied) -> None:
        """A digest may be used as often as it fits."""


class FromFile:
    """Bound to a plan file: once, before it expires, by the version that made it."""

    is_of_before = True

    def __init__(self, read: Read, name: str, *, now: datetime | None = None) -> None:
        """Be bound to a plan file.

        Raises:
            StaleError: it has expired, or another version of novu-sync made it.
        """
        self._read = read
        self._name = name
        self._now = now or datetime.now(UTC)
        file = read.file
        if file.tool != __version__:
            raise StaleError(
                f"tool: {name} was made by novu-sync {file.tool}, and this is {__version__}",
                "Plan and apply with the same version. " + _MEND,
            )
        if self._now >= file.expires:
            raise StaleError(
                f"{name} expired at {file.expires.isoformat(timespec='seconds')}", _MEND
            )

    @property
    def file(self) -> PlanFile:
        """What the file says."""
        return self._read.file

    @property
    def asked(self) -> PlanningOptions:
        """What the command line asked of the plan."""
        from reconciler.cli.options import PlanningOptions

        asked = self.file.asked
        return PlanningOptions(
            targets=asked.targets,
            excludes=asked.excludes,
            prune=asked.prune,
            credentials=asked.credentials,
            rotate=asked.rotate,
            allow=asked.allow,
        )

    def names(self, project: Project, options: ProjectOptions) -> tuple[str, ...]:
        """Those of the file.

        Raises:
            StaleError: the project is another one, or has an environment of the file no more.
        """
        del options
        file = self.file
        names = tuple(each.environment for each in file.environments)
        if file.project != project.name:
            raise StaleError(
                f"configuration: {self._name} is a plan of the project {file.project!r}, and this"
                f" is {project.name!r}",
                _MEND,
            )
        if gone := [each for each in names if each not in project.environments]:
            raise StaleError(
                f"configuration: the project has no environment {' or '.join(map(repr, gone))} any"
                " more",
                _MEND,
            )
        return names

    def check(self, environment: Environment) -> None:
        """Whether the file is what was written, as far as this environment's key can tell.

        Raises:
            StaleError: it is not.
        """
        from reconciler.fingerprint import Fingerprinter

        position, bound = self._bound(environment.name)
        fingerprinter = Fingerprinter(environment.api_key, bound.basis.environment_id)
        if fingerprinter.key_id != bound.key_id:
            raise StaleError(
                f"environment: {self._name} was made with another API key of {environment.name!r}:"
                " it was regenerated since, or is that of another environment",
                _MEND,
            )
        if not self._read.is_unchanged(position, fingerprinter):
            raise StaleError(
                f"{self._name} was changed by something else than novu-sync: it is not believed",
                _MEND,
            )

    def refusals(
        self, name: str, digest: str, basis: Callable[[], Basis], applied: Applied
    ) -> tuple[Refusal, ...]:
        """What moved since.

        Raises:
            StaleError: the plan was used.
        """
        from reconciler.planning.moved import moved

        if self._mark in applied.marks:
            raise StaleError(f"{self._name} was applied before, and a plan is good for once", _MEND)
        before = self._bound(name)[1].basis
        return () if before.digest == digest else moved(before, basis(), name)

    def use(self, ledger: Ledger, applied: Applied) -> None:
        """Mark the plan as used, and drop the marks of plans that have expired anyway.

        Raises:
            FileError: the ledger cannot be written.
        """
        for mark, expires in applied.marks.items():
            if mark.startswith(_USED) and datetime.fromisoformat(expires) < self._now:
                ledger.mark(mark, None)
        ledger.mark(self._mark, self.file.expires.isoformat(timespec="seconds"))

    @property
    def _mark(self) -> str:
        return f"{_USED}{self.file.nonce}"

    def _bound(self, name: str) -> tuple[int, Bound]:
        return next(
            (at, each) for at, each in enumerate(self.file.environments) if each.environment == name
        )


def from_file(path: Path, expected: Sequence[str]) -> FromFile:
    """Read a plan file and be bound to it.

    Args:
        path: of the file.
        expected: digests that the file has to bear as well; may be none.

    Raises:
        FileError: it cannot be read, or is none.
        StaleError: it has expired, or is of another version, or bears other digests.
        UsageError: what is expected is no digest.
    """
    from reconciler.cli.planfiles import read

    bound = FromFile(read(path), str(path))
    if expected:
        Digests(expected)
        digests = {each.basis.digest for each in bound.file.environments}
        if digests != {each.lower() for each in expected}:
            raise StaleError(
                f"{path} bears the digest {' and '.join(sorted(digests))}, not the expected one",
                "Apply the file that was reviewed.",
            )
    return bound


def written_down(
    run: PlannedRun[Prepared], what: PlanningOptions, *, hours: float, now: datetime | None = None
) -> str:
    """The text of a plan file for a run that can be applied."""
    import secrets

    from reconciler.planning.planfile import Asked, Bound, PlanFile, write

    begun = (now or datetime.now(UTC)).replace(microsecond=0)

    def bound(each: Prepared) -> Bound:
        return Bound(
            environment=each.plan.environment,
            key_id=each.fingerprinter.key_id,
            basis=each.basis(),
        )

    file = PlanFile(
        tool=__version__,
        project=run.project,
        created=begun,
        expires=begun + timedelta(hours=hours),
        nonce=secrets.token_hex(16),
        asked=Asked(
            targets=what.targets,
            excludes=what.excludes,
            prune=what.prune,
            credentials=what.credentials,
            rotate=what.rotate,
            allow=what.allow,
        ),
        environments=tuple(bound(each) for each in run.prepared),
    )
    return write(file, {each.plan.environment: each.fingerprinter for each in run.prepared})
