"""What a look at a project and its servers found: one check a line, each with what to do."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from reconciler.errors import FindingsError
from reconciler.findings import errors

if TYPE_CHECKING:
    from collections.abc import Iterable

    from reconciler.errors import NovuSyncError


class Level(StrEnum):
    """How a check ended."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


class Topic(StrEnum):
    """What is looked at, in the order in which it is told."""

    PROJECT = "project"
    CONFIGURATION = "configuration"
    VALUES = "values"
    KEY = "key"
    SERVER = "server"
    INTEGRATIONS = "integrations"
    CREDENTIALS = "credentials"
    CLOCK = "clock"
    LIMIT = "rate limit"
    LEDGER = "ledger"
    LOCK = "lock"


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing that was looked at.

    Attributes:
        topic: what it is about.
        level: how it ended.
        says: what was seen, one line.
        mend: what to do about it; empty where there is nothing to do.
        environment: the project's name for the environment; empty for the whole project.
        cause: what a plan would end with because of it; there where it failed, and only there.
    """

    topic: Topic
    level: Level
    says: str
    mend: str = ""
    environment: str = ""
    cause: NovuSyncError | None = field(default=None, repr=False, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkup:
    """All that was looked at.

    Attributes:
        checks: the project's first, then those of each environment in the project's order.
    """

    checks: tuple[Check, ...]

    def of(self, environment: str) -> tuple[Check, ...]:
        """The checks of an environment, or with ``""`` those of the whole project."""
        return tuple(each for each in self.checks if each.environment == environment)

    @property
    def environments(self) -> tuple[str, ...]:
        """The environments that were looked at, in order."""
        return tuple(dict.fromkeys(each.environment for each in self.checks if each.environment))

    def count(self, level: Level) -> int:
        """How many checks ended so."""
        return sum(each.level is level for each in self.checks)

    @property
    def causes(self) -> tuple[NovuSyncError, ...]:
        """Why checks failed."""
        return tuple(each.cause for each in self.checks if each.cause is not None)


def fine(topic: Topic, says: str, *, environment: str = "") -> Check:
    """A check that ended well."""
    return Check(topic=topic, level=Level.OK, says=says, environment=environment)


def doubtful(topic: Topic, says: str, mend: str, *, environment: str = "") -> Check:
    """A check that found something to look at, which stops no run."""
    return Check(topic=topic, level=Level.WARN, says=says, mend=mend, environment=environment)


def failed(topic: Topic, cause: NovuSyncError, *, environment: str = "") -> Check:
    """A check that found what would stop a run."""
    says, mend = cause.summary, cause.mend
    if isinstance(cause, FindingsError):
        says, mend = _told(cause)
    return Check(
        topic=topic, level=Level.FAIL, says=says, mend=mend, environment=environment, cause=cause
    )


def in_order(checks: Iterable[Check]) -> tuple[Check, ...]:
    """Sorted by topic, as they are told."""
    order = list(Topic)
    return tuple(sorted(checks, key=lambda each: order.index(each.topic)))


def _told(cause: FindingsError) -> tuple[str, str]:
    """The first finding stands for all of them: a check is one line."""
    first, *rest = errors(cause.findings)
    place = f"{first.location}: " if first.location else ""
    more = f", and {len(rest)} more" if rest else ""
    return f"{place}{first.code} {first.summary}{more}", first.detail
