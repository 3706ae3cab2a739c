#!/usr/bin/env python3
"""Compacts recorded exchanges with real Novu servers into the cases that the sandbox is held to.

Takes the folder of the recordings and writes one file a group to tests/contract/recorded. Every
exchange becomes a line: a case that can be replayed, or a word on why it cannot. What only
decorates is left out: headers, stored documents, notes.

Two things that happened outside of Novu are told with a case, since they are not Novu's to
decide: what a provider said to the mail that tried its credentials, and which of several requests
at once overtook which. Requests that were under way together have a `round` in common, and stand
in an order that led to the recorded answers.
"""

from __future__ import annotations

import itertools
import json
import re
import shutil
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

_ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(_ROOT), str(_ROOT / "tests")]

from contract.symbols import Symbols, makes_up  # noqa: E402 - found on the path set above

from reconciler.sandbox.slug import joined_slug, slug  # noqa: E402 - as above

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

Exchange: TypeAlias = "dict[str, Any]"

_TARGET = _ROOT / "tests" / "contract" / "recorded"
_SLUGS: dict[str, Callable[[str], str]] = {"2024-10": joined_slug, "2026-04": slug}
# The recorded installations: ids of the two environments and of the organization.
_KNOWN = {
    ("2024-10", "extra"): (
        "6b041704164f247207e166d3",
        "6b041704164f247207e166f8",
        "6b041704164f247207e166cd",
    ),
    ("2024-10", ""): (
        "6b04053bd3340f76c39bbf45",
        "6b04053bd3340f76c39bbf6a",
        "6b04053bd3340f76c39bbf3f",
    ),
    ("2026-04", ""): (
        "6b040aac2bba6e909ef2d771",
        "6b040aac2bba6e909ef2d798",
        "6b040aac2bba6e909ef2d76a",
    ),
}
_ABBREVIATED = re.compile(r"<(\d+) bytes> (.*)…", re.DOTALL)
_NUMBERED = re.compile(r'(.*?"data":\{)("[\w.-]*0[\w.-]*":[^,]*0[^,]*),')
_NESTED = re.compile(r'(.*?"id":"n(\d+)","data":)(?=(?:\{"a":){9})')
_REPEATED = re.compile(r'^(.*?")((?:\\u)?[^"]+?)\2{20}')
_PADDED = re.compile(r'"pad(\d+)"')
_RANDOM_END = re.compile(r"(.*?)-[\w-]{7,14}")
_TELLING_HEADERS = ("ratelimit-", "retry-after", "idempotency-")
_RACING_AT_ONCE = re.compile(r"creates? (of|over|with)|creates$|two|append|order")
_UNRESOLVED = "Provider gateway can't resolve the host"
_OURS = ("Handler for provider was not found", "Received null")
_OK = range(200, 300)
_LONGEST = 30_000


def main(recordings: Path) -> None:
    """Write the cases."""
    shutil.rmtree(_TARGET, ignore_errors=True)
    for generation in _SLUGS:
        (_TARGET / generation).mkdir(parents=True)
        with (recordings / f"{generation}.jsonl").open(encoding="utf-8") as lines:
            exchanges = [json.loads(line) for line in lines]
        for name, group in _by_file(exchanges).items():
            path = _TARGET / generation / f"{name}.jsonl"
            text = "".join(_line(each.compact()) for each in _scenarios(group))
            path.write_text(text, encoding="utf-8", errors="surrogatepass")
            print(f"{path.relative_to(_ROOT)}: {len(text) // 1024} KiB")


def _by_file(exchanges: Iterable[Exchange]) -> dict[str, list[Exchange]]:
    files: dict[str, list[Exchange]] = {}
    for exchange in exchanges:
        config = exchange["config"]
        words = exchange["group"] if config == "default" else f"{config} {exchange['group']}"
        files.setdefault(words.replace(" ", "-"), []).append(exchange)
    return files


def _line(scenario: dict[str, Any]) -> str:
    return json.dumps(scenario, separators=(",", ":")) + "\n"


@dataclass(kw_only=True)
class _Scenario:
    generation: str
    config: str
    title: str
    exchanges: list[Exchange] = field(default_factory=list)

    def compact(self) -> dict[str, Any]:
        """The scenario as it is kept."""
        ids = _KNOWN.get((self.generation, self.config)) or _KNOWN[self.generation, ""]
        names = ("<development>", "<production>", "<organization>")
        symbols = Symbols(dict(zip(ids, names, strict=True)))
        told: dict[str, Any] = {"scenario": self.title, "config": self.config}
        if bodies := _made_before(self.exchanges):
            told["before"] = bodies
        rounds = _rounds(self)
        if rounds:
            told["racing"] = True
        told["exchanges"] = [self._case(each, symbols, rounds) for each in self._in_turn(rounds)]
        return told

    def _in_turn(self, rounds: dict[int, tuple[int, int]]) -> list[Exchange]:
        """The exchanges, those of a race in the order of its rounds."""
        if self.config == "ratelimit":
            return _burst_in_turn(self.exchanges)
        turned: list[Exchange] = []
        for racing, run in itertools.groupby(self.exchanges, lambda each: each["seq"] in rounds):
            together = list(run)
            if racing:
                together.sort(key=lambda each: rounds[each["seq"]])
            turned += together
        return turned

    def _case(
        self, exchange: Exchange, symbols: Symbols, rounds: dict[int, tuple[int, int]]
    ) -> dict[str, Any]:
        request, response = exchange["request"], exchange["response"]
        seq = exchange["seq"]
        if reason := _unplayable(exchange):
            return {"seq": seq, "left": reason}
        who = exchange.get("env") or ""
        case: dict[str, Any] = {"seq": seq, "as": who, "method": request["method"]}
        case["path"] = symbols.asked(request["path"])
        if headers := _headers(request, who):
            case["headers"] = headers
        body = request.get("body")
        sent = request.get("rawBody", body)
        if isinstance(sent, str):
            case["raw"] = symbols.asked(_rebuilt(sent))
        elif "body" in request:
            case["body"] = symbols.asked(body)
        if seq in rounds:
            case["round"] = rounds[seq][0]
        if said := _said_by_provider(exchange):
            case["provider"] = said
        case["status"] = response["status"]
        answer = self._answer(exchange, symbols)
        if answer is not None:
            case["answer"] = answer
        told = response["headers"].items()
        if told := {key: value for key, value in told if key.startswith(_TELLING_HEADERS)}:
            case["told"] = told
        return case

    def _answer(self, exchange: Exchange, symbols: Symbols) -> Any:  # noqa: ANN401 - any JSON
        request, response = exchange["request"], exchange["response"]
        body = response.get("body")
        made_up = None
        row = body.get("data") if isinstance(body, dict) else None
        asked = makes_up(request["method"], request["path"], request.get("body"))
        if asked and isinstance(row, dict):
            made_up = self._kept_part(row["identifier"], row["name"])
        answer = symbols.answered(exchange["seq"], body, made_up=made_up)
        burst = self.config == "ratelimit" and exchange.get("note", "").startswith("at once")
        cut = response.get("truncated") or (isinstance(body, str) and body.endswith("…"))
        tells_all = not cut and len(str(answer)) < _LONGEST
        return answer if tells_all and not burst else None

    def _kept_part(self, identifier: str, name: str) -> str:
        """What is not random in an identifier that the server made up."""
        own = _SLUGS[self.generation](name)
        if identifier.startswith(f"{own}-"):
            return own
        found = _RANDOM_END.fullmatch(identifier)
        return found[1] if found else identifier


def _scenarios(exchanges: Iterable[Exchange]) -> Iterator[_Scenario]:
    scenario: _Scenario | None = None
    for exchange in exchanges:
        title = exchange["scenario"]
        if scenario is None or scenario.title != title or exchange.get("step") == 1:
            if scenario:
                yield scenario
            scenario = _Scenario(
                generation=exchange["generation"], config=exchange["config"], title=title
            )
        scenario.exchanges.append(exchange)
    if scenario:
        yield scenario


def _unplayable(exchange: Exchange) -> str:
    """Why an exchange cannot be replayed; empty where it can."""
    request = exchange["request"]
    if exchange["scenario"].startswith("fresh organization"):
        return "registers people: the sandbox has none"
    if request.get("headers", {}).get("authorization", "").startswith("Bearer ey"):
        return "a person's session: the sandbox has none"
    if exchange["scenario"] == "response compression" and not exchange.get("env"):
        return "sent with a key that was not recorded"
    if exchange.get("env") not in (None, "development", "production"):
        return "another organization: the sandbox has one"
    return ""


def _headers(request: dict[str, Any], who: str) -> dict[str, str]:
    headers = dict(request.get("headers", {}))
    if who:
        headers.pop("authorization", None)
    if headers.get("content-type") == "application/json":
        del headers["content-type"]
    return headers


def _said_by_provider(exchange: Exchange) -> dict[str, Any] | None:
    """What a provider said that did not take a mail."""
    request, response = exchange["request"], exchange["response"]
    sent, body = request.get("body") or {}, response.get("body")
    if response["status"] not in (400, 500) or not isinstance(sent, dict):
        return None
    if "/v1/integrations" not in request["path"] or not isinstance(body, dict):
        return None
    message = body.get("message")
    if isinstance(message, str) and message.startswith(_UNRESOLVED):
        return {"said": message, "unresolved": True}
    fault = str(exchange.get("serverError", ""))
    if response["status"] == 500:  # noqa: PLR2004 - a provider's refusal until 2025
        tried = sent.get("check") is not False and exchange["generation"] == "2024-10"
        ours = "CastError" in fault or any(each in fault for each in _OURS)
        return {"said": ""} if tried and not ours else None
    if sent.get("check") is not True or isinstance(message, list) or message in _OURS:
        return None
    return None if "Novu integration" in message else {"said": message}


def _made_before(exchanges: list[Exchange]) -> list[dict[str, Any]]:
    """Bodies of contexts that were made unrecorded, told by the pages that show them."""
    if "1200 items" not in exchanges[0]["scenario"]:
        return []
    pages = [each["response"]["body"]["data"] for each in exchanges[:-1]]
    rows = [row for page in pages for row in page]
    return [{key: row[key] for key in ("type", "id", "data")} for row in rows]


def _rounds(scenario: _Scenario) -> dict[int, tuple[int, int]]:
    """By seq: the round of a race that a request belongs to, and its turn in it."""
    words = ("parallel", "at once", "append-only")
    group = scenario.exchanges[0]["group"]
    if not any(word in scenario.title for word in words) or group not in (
        *("races", "context races", "idempotency", "context idempotency", "tenants", "extra"),
    ):
        return {}
    runs = [
        list(run)
        for reads, run in itertools.groupby(
            scenario.exchanges, lambda each: each["request"]["method"] == "GET"
        )
        if not reads
    ]
    batch = [run for run in runs if len(run) > 1][-1]
    if batch[0].get("step") == 1 and not _RACING_AT_ONCE.search(scenario.title):
        batch = batch[1:]  # the first one makes what the others are about
    replaced = any(_kind(each) == ("DELETE", 2) for each in batch)
    turns = {each["seq"]: _turn(each, replaced=replaced) for each in batch}
    if "order of entries" in scenario.title:
        shown = _shown(scenario.exchanges)
        turns = {each["seq"]: (1, shown.index(each["request"]["body"]["id"])) for each in batch}
    return turns


def _shown(exchanges: list[Exchange]) -> list[str]:
    """The ids of contexts in the order in which they were made, as the pages of lists tell it."""
    pages = [each["response"]["body"] for each in exchanges if "ASC" in each["request"]["path"]]
    return [row["id"] for page in pages for row in page["data"]]


def _kind(exchange: Exchange) -> tuple[str, int]:
    return exchange["request"]["method"], exchange["response"]["status"] // 100


def _turn(exchange: Exchange, *, replaced: bool) -> tuple[int, int]:
    """A round and a turn that lead to the recorded status.

    Args:
        exchange: of a race.
        replaced: whether something is deleted in the race, perhaps to be made again.
    """
    method, kind = _kind(exchange)
    told = exchange["response"]["headers"]
    creates = method == "POST"
    if "idempotency-replay" in told:
        return 3, 0
    if kind in (2, 5):  # began before any other was done
        order = {"PATCH": 0, "DELETE": 1}.get(method, 0) + (2 if kind == 5 else 0)  # noqa: PLR2004
        return (2 if creates and replaced else 1), order
    if "idempotency-key" in told:
        return 1, 9  # its key was in use
    if creates and replaced:
        return 0, 0  # before the delete
    return 3, 0  # after the others were done


def _burst_in_turn(exchanges: list[Exchange]) -> list[Exchange]:
    """Requests in the order in which the limit counted them, as far as their notes tell it."""
    burst = [each for each in exchanges if each.get("note", "").startswith("at once")]
    if not burst:
        return exchanges
    first, last = exchanges.index(burst[0]), exchanges.index(burst[-1])
    burst.sort(key=lambda each: int(each["note"].rpartition("#")[2]))
    empty = next(at for at, each in enumerate(burst) if _left(each) == 0)
    begin = sorted(burst[: empty + 1], key=_left, reverse=True)
    return [*exchanges[:first], *begin, *burst[empty + 1 :], *exchanges[last + 1 :]]


def _left(exchange: Exchange) -> int:
    """Requests that were left; fewer than none where it was refused."""
    allowed = exchange["response"]["status"] in _OK
    return int(exchange["response"]["headers"]["ratelimit-remaining"]) if allowed else -1


def _rebuilt(text: str) -> str:
    """A body in full length, where it was abbreviated."""
    found = _ABBREVIATED.fullmatch(text)
    if not found:
        return text
    size, begin = int(found[1]), found[2]
    if numbered := _NUMBERED.match(begin):
        return _counted(numbered[1], numbered[2], size)
    if nested := _NESTED.match(begin):
        levels = int(nested[2]) - 1
        leaf = f'{{"v":{nested[2]}}}'
        return nested[1] + '{"a":' * levels + leaf + "}" * (levels + 1)
    head, unit = next(iter(_REPEATED.findall(begin)))
    end = '"' + "}" * (head.count("{") - head.count("}"))
    spaces = int(padded[1]) if (padded := _PADDED.search(head)) else 0
    return head + unit * ((size - len(head) - len(end) - spaces) // len(unit)) + end + " " * spaces


def _counted(begin: str, member: str, size: int) -> str:
    """A body whose members count up from 0, their values from 0 to 9 over and over."""
    key, value = member.split(":", 1)
    members: list[str] = []
    length = len(begin) + 1
    while length < size:
        number = len(members)
        each = f"{key.replace('0', str(number))}:{value.replace('0', str(number % 10))}"
        members.append(each)
        length += len(each) + 1
    return begin + ",".join(members) + "}}"


if __name__ == "__main__":
    if len(sys.argv) != 2:  # noqa: PLR2004 - the script and its one argument
        sys.exit(f"usage: {sys.argv[0]} FOLDER-OF-RECORDINGS")
    main(Path(sys.argv[1]))
