"""The recorded exchanges as they are kept in the repository, read back."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Json: TypeAlias = Any

RECORDED = Path(__file__).parent / "recorded"
GENERATIONS = ("2024-10", "2026-04")


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One exchange.

    Attributes:
        seq: its number in the recordings of its configuration.
        left: why it is not replayed; empty where it is.
        who: whose key is sent: an environment, or nobody's.
        path: with the query, ids as symbols.
        headers: further ones.
        body: what is sent as JSON; `None` sends nothing.
        raw: what is sent as it stands, in place of `body`.
        round: requests of one round are under way together; 0 is a request on its own.
        provider: what a provider said to the mail that tried its credentials.
        status: of the answer.
        answer: its body with symbols; `None` where it was not kept.
        told: those of its headers that a client goes by.
    """

    seq: int
    left: str = ""
    who: str = ""
    method: str = ""
    path: str = ""
    headers: Mapping[str, str]
    body: Json = None
    raw: str | None = None
    round: int = 0
    provider: Mapping[str, Any] | None = None
    status: int = 0
    answer: Json = None
    told: Mapping[str, str]

    @property
    def lists_integrations(self) -> bool:
        """Whether the answer is a list of integrations."""
        rows = self.answer.get("data") if isinstance(self.answer, dict) else None
        return isinstance(rows, list) and self.path.lower().startswith("/v1/integrations")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """Exchanges that follow each other on a server that begins empty.

    Attributes:
        title: what was tried.
        config: how the server was set up.
        before: contexts that are there at the beginning.
        racing: whether some of the requests were under way together.
        cases: the exchanges.
    """

    title: str
    config: str
    before: tuple[Json, ...]
    racing: bool
    cases: tuple[Case, ...]


def groups(generation: str) -> list[str]:
    """The names of a generation's files."""
    return sorted(path.stem for path in (RECORDED / generation).glob("*.jsonl"))


def scenarios(generation: str, group: str) -> Iterator[Scenario]:
    """The scenarios of a file, in the order of the recordings."""
    path = RECORDED / generation / f"{group}.jsonl"
    for line in path.read_text("utf-8").splitlines():
        told = json.loads(line)
        yield Scenario(
            title=told["scenario"],
            config=told["config"],
            before=tuple(told.get("before", ())),
            racing=told.get("racing", False),
            cases=tuple(_case(each) for each in told["exchanges"]),
        )


def _case(told: dict[str, Any]) -> Case:
    who = told.pop("as", "")
    headers = {name.lower(): str(value) for name, value in told.pop("headers", {}).items()}
    return Case(who=who, headers=headers, told=told.pop("told", {}), **told)
