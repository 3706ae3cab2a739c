"""Holds a server to recorded exchanges, and counts what agrees."""

from __future__ import annotations

import itertools
import json
import re
from contextlib import ExitStack
from dataclasses import dataclass, field
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from contract.cases import scenarios
from contract.servers import Played
from contract.symbols import Symbols, makes_up

from reconciler.sandbox.wire import Request

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from contract.cases import Case, Scenario
    from contract.differences import Difference
    from contract.servers import Answer, Server

RANDOM_END = 11
# In a race it is chance which row is on top, and how often rows were written to.
_BY_CHANCE = ("primary", "priority", "updatedAt")
_INSPECTED = re.compile(r'failed for value \\".*?\\" \(type')


@dataclass(slots=True, kw_only=True)
class Tally:
    """What came of comparing a group.

    Attributes:
        recorded: all of its exchanges.
        agreed: those that agree.
        meant: those that differ, or were not held, for a reason, by reason.
        problems: what differs without one.
        stale: what is listed as a difference and agrees.
    """

    recorded: int = 0
    agreed: int = 0
    meant: dict[str, int] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    stale: list[str] = field(default_factory=list)

    @property
    def share(self) -> float:
        """How many of all exchanges agree, from 0 to 1."""
        return self.agreed / self.recorded

    def means(self, reason: str) -> None:
        """Count an exchange that does not agree, for a reason."""
        self.meant[reason] = self.meant.get(reason, 0) + 1

    def add(self, other: Tally) -> None:
        """Count what another tally counted."""
        self.recorded += other.recorded
        self.agreed += other.agreed
        self.problems += other.problems
        self.stale += other.stale
        for reason, number in other.meant.items():
            self.meant[reason] = self.meant.get(reason, 0) + number


@dataclass(frozen=True, slots=True, kw_only=True)
class Standard:
    """What a server is held to.

    Attributes:
        differences: where it means to differ.
        translated: a recorded answer as this server should give it.
        ordered: whether lists must have the recorded order.
    """

    differences: Sequence[Difference] = ()
    translated: Callable[[Case], Any] = attrgetter("answer")
    ordered: bool = True


TALLIES: dict[tuple[str, str, str], Tally] = {}
"""What has been held so far: by the sandbox's generation, the recordings' one, and the group."""


def hold_group(played: str, recorded: str, group: str, standard: Standard) -> Tally:
    """Hold every scenario of a group with a fresh sandbox, once in a run of the tests.

    Args:
        played: the generation of the sandbox.
        recorded: the generation of the recordings.
        group: the name of their file.
        standard: what the sandbox is held to.
    """
    key = played, recorded, group
    if key not in TALLIES:
        tally = Tally()
        for scenario in scenarios(recorded, group):
            with Played(played, scenario.config) as server:
                for body in scenario.before:
                    server.make(body)
                tally.add(hold_scenario(scenario, server, standard))
        TALLIES[key] = tally
    return TALLIES[key]


def hold_scenario(scenario: Scenario, server: Server, standard: Standard) -> Tally:
    """Hold one scenario with a fresh server."""
    tally = Tally()
    symbols = Symbols(server.ids)
    spread = ""
    for case, answer in _answers(scenario, server, symbols):
        tally.recorded += 1
        if case.left:
            tally.means(case.left)
            continue
        meant = next((each for each in standard.differences if each.covers(scenario, case)), None)
        problem = _problem(scenario, case, answer, standard)
        reason = meant.reason if meant else spread
        if not reason:
            tally.agreed += not problem
            tally.problems += [problem] if problem else []
            continue
        tally.means(reason)
        if meant and not problem and not meant.spreads:
            tally.stale.append(f"#{case.seq} agrees: {meant.reason}")
        if meant and meant.spreads:
            spread = meant.reason
    return tally


def _answers(
    scenario: Scenario, server: Server, symbols: Symbols
) -> Iterable[tuple[Case, Answer | None]]:
    """Each case with what the server said, symbols in place of ids."""
    for number, run in itertools.groupby(scenario.cases, lambda case: case.round):
        cases = list(run)
        if number and isinstance(server, Played):
            with ExitStack() as together:
                visits = [together.enter_context(server.visit()) for _ in cases]
                for case, visit in zip(cases, visits, strict=True):
                    answer = server.send(_request(case, symbols), case, visit)
                    yield case, _named(case, answer, symbols)
        else:
            for case in cases:
                if case.left:
                    yield case, None
                else:
                    yield case, _named(case, server.send(_request(case, symbols), case), symbols)


def _request(case: Case, symbols: Symbols) -> Request:
    symbols.asked([case.path, case.body])
    headers = dict(case.headers)
    body = b""
    if case.raw is not None:
        body = symbols.filled(case.raw).encode()
    elif case.body is not None:
        body = json.dumps(symbols.filled(case.body), separators=(",", ":")).encode()
    headers.setdefault("content-type", "application/json")
    path, _, query = symbols.filled(case.path).partition("?")
    return Request(method=case.method, path=path, query=query, headers=headers, body=body)


def _named(case: Case, answer: Answer, symbols: Symbols) -> Answer:
    made_up = None
    row = answer.body.get("data") if isinstance(answer.body, dict) else None
    if makes_up(case.method, case.path, case.body) and isinstance(row, dict):
        made_up = str(row["identifier"])[:-RANDOM_END]
    named = symbols.answered(case.seq, answer.body, made_up=made_up)
    return type(answer)(status=answer.status, headers=answer.headers, body=named)


def _problem(scenario: Scenario, case: Case, answer: Answer | None, standard: Standard) -> str:
    """What differs; empty where nothing does."""
    assert answer is not None
    wanted = standard.translated(case) if case.answer is not None else None
    agrees = answer.status == case.status and _tells(case, answer)
    if agrees and wanted is not None:
        agrees = _comparable(scenario, wanted, standard) == _comparable(
            scenario, answer.body, standard
        )
    if agrees:
        return ""
    told = {name: answer.headers.get(name) for name in case.told}
    return (
        f"#{case.seq} {scenario.title}: {case.method} {case.path} {json.dumps(case.body)[:300]}\n"
        f"  recorded {case.status} {dict(case.told)} {_short(wanted)}\n"
        f"  answered {answer.status} {told} {_short(answer.body)}"
    )


def _tells(case: Case, answer: Answer) -> bool:
    """Whether the headers say the same, the seconds to wait aside: they depend on the clock."""
    return all(
        answer.headers.get(name) == value or (name in _WAITS and name in answer.headers)
        for name, value in case.told.items()
    )


_WAITS = ("ratelimit-reset", "retry-after")


def _comparable(scenario: Scenario, body: Any, standard: Standard) -> Any:  # noqa: ANN401 - any JSON
    # Novu prints a refused value as JavaScript does; what a provider says is the provider's.
    value = json.loads(_INSPECTED.sub("failed for value (type", json.dumps(body)))
    if not isinstance(value, dict):
        return value
    data = value.get("data")
    rows = data if isinstance(data, list) else [data]
    for row in rows:
        if isinstance(row, dict):
            for name in _BY_CHANCE if scenario.racing else ():
                row.pop(name, None)
            if row.get("success") is False:
                row.pop("message", None)
    if isinstance(data, list) and (scenario.racing or not standard.ordered):
        value["data"] = sorted(data, key=lambda row: json.dumps(row, sort_keys=True))
    return value


def _short(value: Any) -> str:  # noqa: ANN401 - any JSON
    return json.dumps(value, sort_keys=True)[:1500]
