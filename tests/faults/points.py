"""One fault point: a scenario, what goes wrong in it, and how it has to end all the same."""

from __future__ import annotations

import traceback
from collections import Counter
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

from faults.scenarios import BACKENDS, NEW, SCENARIOS, desired, prepared
from support.breaking import BREAKS
from support.mortal import ENDS
from support.world import PLANTED, as_text, is_novus, without_ids

if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.world import Ended, Row, World

    from reconciler.model import Desired

RUNS = 2
"""How many undisturbed runs may be needed after a disturbed one."""

_COMPARED = ("providerId", "channel", "kind", "active", "primary", "rules", "configurations")


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """What goes wrong, and where.

    Attributes:
        scenario: one of `SCENARIOS`.
        generation: of the server.
        parallelism: of all runs.
        backend: of the ledger.
        requests: of the first run's requests which break, and how.
        ledger: of the first run's steps of the ledger which fail, and how.
        again: as `requests`, of a second run that is disturbed too.
    """

    scenario: str
    generation: str
    parallelism: int = 1
    backend: str = "file"
    requests: tuple[tuple[int, str], ...] = ()
    ledger: tuple[tuple[int, str], ...] = ()
    again: tuple[tuple[int, str], ...] = ()

    def __str__(self) -> str:
        """As `parse` reads it: ``edit 2026-11 x1 7:dropped-after w3:full again:2:503-before``.

        A backend other than the file follows the parallelism: ``edit 2026-11 x1 novu 7:refused``.
        """
        faults = [
            *(f"{number}:{kind}" for number, kind in self.requests),
            *(f"w{number}:{kind}" for number, kind in self.ledger),
            *(f"again:{number}:{kind}" for number, kind in self.again),
        ]
        where = [] if self.backend == "file" else [self.backend]
        words = [self.scenario, self.generation, f"x{self.parallelism}", *where, *faults]
        return " ".join(words)

    @classmethod
    def parse(cls, text: str) -> Point:
        """A point from its text."""
        scenario, generation, parallelism, *faults = text.split()
        backend = faults.pop(0) if faults and faults[0] in BACKENDS else "file"
        found: dict[str, list[tuple[int, str]]] = {"requests": [], "ledger": [], "again": []}
        for fault in faults:
            *mark, number, kind = fault.split(":")
            where = "again" if mark else "ledger" if number.startswith("w") else "requests"
            known = ENDS if where == "ledger" else BREAKS
            assert kind in known, f"{kind} is none of {', '.join(known)}"
            found[where].append((int(number.removeprefix("w")), kind))
        assert scenario in SCENARIOS, f"{scenario} is none of {', '.join(SCENARIOS)}"
        return cls(
            scenario=scenario,
            generation=generation,
            parallelism=int(parallelism.removeprefix("x")),
            backend=backend,
            **{name: tuple(each) for name, each in found.items()},
        )


@dataclass(kw_only=True)
class Course:
    """A scenario on one generation, and how it ends undisturbed.

    Attributes:
        requests: how many an undisturbed run sends.
        steps: how many steps its ledger takes.
        needed: how many undisturbed runs it took until nothing was left to do, over all points.
    """

    world: World
    after: Desired
    scenario: str
    requests: int = 0
    steps: int = 0
    needed: Counter[int] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self._options = SCENARIOS[self.scenario].options
        self._others = self.world.everything("production")
        self._known = {row["_id"] for row in self.world.rows("development")}
        calm = self.world.run(self.after, self._options)
        assert calm.is_well, calm
        self.requests, self.steps = calm.requests, calm.steps
        self._theirs = {row["_id"] for row in self._others} | {
            row["_id"] for row in self.world.rows("development") if row["name"] == "Theirs"
        }
        self._state = self.state()
        self._memory = self.memory()
        assert self._is_done(self.world.run(self.after, self._options))
        assert not list(self._always_true(calm))

    def state(self) -> list[str]:
        """All there is to know of development's rows; ids of new rows, times, priorities aside."""
        return sorted(as_text(self._looks(row)) for row in self.world.rows("development"))

    def memory(self) -> list[str]:
        """What the ledger holds of rows that are there; ids and times aside."""
        live = {row["_id"] for row in self.world.rows("development")}
        return sorted(
            as_text(
                (
                    each.identifier,
                    each.credentials,
                    each.fields,
                    each.credentials_version,
                    each.protected,
                    each.not_stored,
                )
            )
            for each in self.world.entries(self.after).values()
            if each.remote_id in live
        )

    def problems(self, point: Point) -> list[str]:
        """What is not as it should be after the faults of a point and the runs that follow."""
        self.world.restore()
        try:
            return list(dict.fromkeys(self._problems(point)))
        except Exception:  # noqa: BLE001 - whatever it is, it is a failure of this point
            return [traceback.format_exc()]

    def _problems(self, point: Point) -> Iterator[str]:
        first = self.world.run(
            self.after, self._options, breaks=dict(point.requests), ends=dict(point.ledger)
        )
        yield from self._always_true(first)
        if first.is_well and self.state() != self._state:
            yield f"the run said that all was done, and it is not: {self._difference()}"
        if point.again:
            again = self.world.run(self.after, self._options, breaks=dict(point.again))
            yield from self._always_true(again)
        for number in range(RUNS + 1):
            calm = self.world.run(self.after, self._options)
            yield from self._always_true(calm)
            if self._is_done(calm):
                self.needed[number] += 1
                break
        else:
            yield f"after {RUNS} more runs there is still something to do: {_told(calm)}"
        if self.state() != self._state:
            yield f"the server ends elsewhere: {self._difference()}"
        if self.memory() != self._memory:
            yield f"the ledger ends elsewhere: {set(self.memory()) ^ set(self._memory)}"

    def _always_true(self, ended: Ended) -> Iterator[str]:
        """What must hold at any instant, however ill things went."""
        yield from self.world.lies(self.after)
        if ended.refusals:
            yield f"a guard refused: {ended.refusals}"
        if self.world.everything("production") != self._others:
            yield "another environment was touched"
        names = Counter(
            row["identifier"] for row in self.world.rows("development") if row["identifier"]
        )
        if names.total() > len(names):
            yield f"duplicates: {names.most_common(2)}"
        for method, path, _ in self.world.sent:
            if method != "GET" and self._theirs & set(path.split("/")):
                yield f"{method} {path} is about a row of somebody else"
        if self.world.tells_a_secret() or PLANTED in f"{ended!r}{ended.error}":
            yield "a secret was told"

    def _looks(self, row: Row) -> list[object]:
        return [
            f"<{row['providerId']}>" if is_novus(row) else row["identifier"],
            row["name"],
            *(row.get(key) for key in _COMPARED),
            without_ids(row.get("conditions")),
            row["credentials"],
            row["_id"] if row["_id"] in self._known else "new",
        ]

    def _difference(self) -> str:
        found, wanted = set(self.state()), set(self._state)
        return f"unwanted {sorted(found - wanted)}, missing {sorted(wanted - found)}"

    @staticmethod
    def _is_done(ended: Ended) -> bool:
        return ended.is_well and ended.plan is not None and ended.plan.is_empty


@cache
def course(scenario: str, generation: str, parallelism: int, backend: str = "file") -> Course:
    """The course of a scenario; made once for each process."""
    world = prepared(SCENARIOS[scenario], generation, parallelism, backend)
    return Course(world=world, after=desired(SCENARIOS[scenario].after, NEW), scenario=scenario)


def course_of(point: Point) -> Course:
    """The course that a point disturbs."""
    return course(point.scenario, point.generation, point.parallelism, point.backend)


def _told(ended: Ended) -> str:
    if ended.plan is None:
        return str(ended.error)
    writes = [(str(each.action), each.identifier) for each in ended.plan.writes]
    findings = [each.detail for each in ended.plan.findings]
    failed = [
        each.problem for each in (ended.report.outcomes if ended.report else ()) if each.problem
    ]
    return f"{writes} {findings} {failed}"
