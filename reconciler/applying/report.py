"""What became of a plan."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from reconciler.planning.plan import Change, FieldChange


class Result(StrEnum):
    """What became of one change. Users see these words."""

    DONE = "done"
    FAILED = "failed"
    NOT_ATTEMPTED = "not-attempted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One change and what became of it.

    Attributes:
        problem: what went wrong, or why it was not attempted; empty when done.
        mend: what to do about it; may be empty.
        note: something worth saying of a change that was done, like an adopted row.
        seconds: wall time from the first request to the last answer.
    """

    change: Change
    result: Result
    problem: str = ""
    mend: str = ""
    note: str = ""
    seconds: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Divergence:
    """An integration that the final re-read shows to differ from what was declared.

    Attributes:
        identifier: of the declared integration.
        fields: what differs still; a row that is gone has none.
        remembered: the server did not store what was sent; it is not planned again.
    """

    identifier: str
    fields: tuple[FieldChange, ...]
    remembered: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What became of the plan of one environment.

    Attributes:
        outcomes: one for each change that writes, in plan order.
        divergences: what the final re-read found; empty where it was not made.
        interrupted: a signal stopped the run.
        aborted: why the run stopped early for reasons beyond a single change; may be empty.
        key_rejected: it stopped because the server no longer takes the API key.
    """

    environment: str
    environment_id: str
    outcomes: tuple[Outcome, ...]
    divergences: tuple[Divergence, ...] = ()
    interrupted: bool = False
    aborted: str = ""
    key_rejected: bool = False

    def count(self, result: Result) -> int:
        """How many changes ended so."""
        return sum(each.result is result for each in self.outcomes)

    @property
    def is_complete(self) -> bool:
        """Whether everything was done and stayed done."""
        return (
            not self.interrupted
            and not self.aborted
            and all(each.result is Result.DONE for each in self.outcomes)
            and all(each.remembered for each in self.divergences)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    """A change is being carried out."""

    change: Change


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """A change came to an end, whichever; `done` of `total` have."""

    outcome: Outcome
    done: int
    total: int


Event: TypeAlias = Started | Finished
