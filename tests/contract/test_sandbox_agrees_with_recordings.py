"""The sandbox answers as a real Novu server was recorded to answer.

The recordings are of April 2026; the sandbox plays November 2026. What Novu changed in between is
written down here twice: as what happens to every recorded answer (`as_newest`), and as a list of
single differences, each with its reason. Everything else must agree, word for word.
"""

from __future__ import annotations

import itertools
import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from contract.symbols import Symbols, makes_up

from reconciler.sandbox.application import Sandbox
from reconciler.sandbox.faults import Fault
from reconciler.sandbox.rate_limit import RateLimit
from reconciler.sandbox.wire import Request, Response

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

RECORDED = Path(__file__).parent / "recorded" / "2026-04"
GROUPS = sorted(path.stem for path in RECORDED.glob("*.jsonl") if path.stem != "rate-limit")
RANDOM_END = 11
API_KEYS = {name: f"{{{name}-api-key}}" for name in ("development", "production")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Recorded exchanges that the sandbox means to answer otherwise.

    Attributes:
        reason: why.
        seqs: their numbers; empty for all that `when` picks.
        when: picks them by the recorded case.
        spreads: whether what comes later in the scenario differs, too.
        fault: makes the sandbox do what was recorded, so that what comes later agrees.
    """

    reason: str
    seqs: tuple[int, ...] = ()
    when: Callable[[dict[str, Any]], bool] = lambda _: True
    spreads: bool = False
    fault: Fault | None = None

    def covers(self, case: dict[str, Any]) -> bool:
        """Whether the exchange is one of them."""
        return (not self.seqs or case["seq"] in self.seqs) and self.when(case)


def provider_refused(case: dict[str, Any]) -> bool:
    """Whether a provider did not take the credentials that Novu tried."""
    body = case.get("body")
    if case["status"] != 400 or not isinstance(body, dict) or body.get("check") is not True:
        return False
    return not case["answer"]["message"].startswith("Handler for provider")


def is_elsewhere(case: dict[str, Any]) -> bool:
    """Whether it is a part of Novu that has nothing to do with integrations."""
    parts = ("organizations", "users", "health-check", "environments")
    found = case["path"].startswith(tuple(f"/v1/{each}" for each in parts))
    return bool(found and case["path"] != "/v1/environments/me" and case["status"] != 404)


DIFFERENCES = (
    Difference(
        reason="The sandbox sends no mail, so no provider refuses; a fault plays a refusal.",
        when=provider_refused,
        fault=Fault(status=400),
    ),
    Difference(
        reason="Since May 2026 `_environmentId` of another environment is 403, an unknown one 404.",
        seqs=(537, 538, 539, 1720, 1721),
    ),
    Difference(
        reason="Since May 2026 API keys cannot touch or move rows of the other environment: 403.",
        seqs=(1153, 1172, 1176, 1225, 1257, 1716),
        spreads=True,
    ),
    Difference(
        reason="Conditions on a primary renumber its channel now; before, a wrong id kept the"
        " others from being written to.",
        seqs=(1113, 1115, 1117),
    ),
    Difference(
        reason="The sandbox spells no letters beyond Latin and Cyrillic in identifiers that it makes up.",
        seqs=(547, 553),
    ),
    Difference(
        reason="Half a surrogate pair is replaced when it is read; Novu does so when it stores it.",
        seqs=(552, 1923),
    ),
    Difference(reason="The sandbox reads no HTML forms.", seqs=(1505, 1506)),
    Difference(reason="The sandbox answers no conditional requests.", seqs=(1456, 2115)),
    Difference(reason="The sandbox serves no other web pages.", seqs=(1448,)),
    Difference(reason="The sandbox has no delivery webhooks.", seqs=(1437, 1438)),
    Difference(reason="The sandbox has Novu's integrations and contexts only.", when=is_elsewhere),
)


@dataclass(slots=True, kw_only=True)
class Tally:
    """What came of comparing a group.

    Attributes:
        agreed: exchanges that agree, word for word.
        meant: exchanges that differ for a reason, or come after such a one.
        problems: what differs without a reason.
        stale: what is listed as a difference and agrees.
    """

    agreed: int = 0
    meant: int = 0
    problems: list[str] = field(default_factory=list)
    stale: list[str] = field(default_factory=list)


def scenarios(group: str) -> Iterator[dict[str, Any]]:
    for line in (RECORDED / f"{group}.jsonl").read_text("utf-8").splitlines():
        yield json.loads(line)


def as_newest(case: dict[str, Any]) -> Any:  # noqa: ANN401 - any JSON
    """The recorded answer as a server of November 2026 gives it."""
    answer = case["answer"]
    if not isinstance(answer, dict):
        return answer
    rows = answer.get("data")
    if isinstance(rows, list) and case["path"].lower().startswith("/v1/integrations"):
        # API keys see their own environment only; the order is not promised.
        own = [row for row in rows if row["_environmentId"] == f"<{case['as']}>"]
        return {"data": by_id([row_as_newest(row) for row in own])}
    if isinstance(rows, dict) and "providerId" in rows:
        return {"data": row_as_newest(rows)}
    text = json.dumps(answer).replace("sms, chat, push", "sms, chat, push, tool")
    return json.loads(text)


def row_as_newest(row: dict[str, Any]) -> dict[str, Any]:
    row = row | {"credentials": {}, "kind": "delivery"}
    if row.get("configurations"):
        row["configurations"] = dict(row["configurations"])
        row["configurations"].pop("inboundWebhookSigningKey", None)
    return row


def by_id(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(rows, key=lambda row: row["_id"])


def without_inspections(value: Any) -> Any:  # noqa: ANN401 - any JSON
    """The answer without the refused value, which Novu prints as JavaScript does."""
    text = json.dumps(value)
    return json.loads(re.sub(r'failed for value \\".*?\\" \(type', "failed for value (type", text))


def ticking() -> Callable[[], float]:
    """A clock that goes on by a second whenever it is looked at."""
    return itertools.count(1_795_000_000).__next__


def replay(group: str) -> Tally:
    """Hold every scenario of a group with a fresh sandbox."""
    tally = Tally()
    for scenario in scenarios(group):
        offers_demo = group == "demo-providers"
        with Sandbox(api_keys=API_KEYS, builtins=offers_demo, clock=ticking()) as sandbox:
            replay_scenario(scenario, sandbox, tally)
    return tally


def replay_scenario(scenario: dict[str, Any], sandbox: Sandbox, tally: Tally) -> None:
    remove_builtins(sandbox)
    known = {sandbox.environment_id(name): f"<{name}>" for name in sandbox.api_keys}
    known[organization_of(sandbox)] = "<organization>"
    symbols = Symbols(known, lambda identifier, _: identifier[:-RANDOM_END])
    spread = False
    for case in scenario["exchanges"]:
        meant = next((each for each in DIFFERENCES if each.covers(case)), None)
        response = held(case, symbols, sandbox, meant.fault if meant else None)
        made_up = makes_up(case["method"], case["path"], case.get("body"))
        actual = symbols.answered(case["seq"], read(response), made_up=made_up)
        if isinstance(actual, dict) and case["path"].lower().startswith("/v1/integrations"):
            rows = actual.get("data")
            actual |= {"data": by_id(rows)} if isinstance(rows, list) else {}
        agrees = response.status == case["status"]
        if agrees and "answer" in case:
            agrees = without_inspections(actual) == without_inspections(as_newest(case))
        if meant is None and not spread:
            tally.agreed += agrees
            if not agrees:
                tally.problems.append(told(case, response.status, actual))
            continue
        tally.meant += 1
        if meant and agrees and not meant.spreads:
            tally.stale.append(f"#{case['seq']} agrees: {meant.reason}")
        spread = spread or bool(meant and meant.spreads)


def told(case: dict[str, Any], status: int, actual: Any) -> str:  # noqa: ANN401 - any JSON
    wanted = as_newest(case) if "answer" in case else "(not compared)"
    return (
        f"#{case['seq']} {case['method']} {case['path']} {json.dumps(case.get('body'))[:300]}\n"
        f"  recorded {case['status']} {json.dumps(wanted, sort_keys=True)[:1500]}\n"
        f"  sandbox  {status} {json.dumps(actual, sort_keys=True)[:1500]}"
    )


def held(case: dict[str, Any], symbols: Symbols, sandbox: Sandbox, fault: Fault | None) -> Response:
    symbols.asked([case["path"], case.get("body")])
    headers = {name.lower(): str(value) for name, value in case.get("headers", {}).items()}
    if case["as"]:
        headers["authorization"] = f"ApiKey {sandbox.api_keys[case['as']]}"
    body = b""
    if "raw" in case:
        body = symbols.filled(case["raw"]).encode()
    elif "body" in case:
        body = json.dumps(symbols.filled(case["body"]), separators=(",", ":")).encode()
    headers.setdefault("content-type", "application/json")
    path, _, query = symbols.filled(case["path"]).partition("?")
    request = Request(method=case["method"], path=path, query=query, headers=headers, body=body)
    outcome = sandbox.handle(request, fault=fault)
    assert isinstance(outcome, Response)
    return outcome


def read(response: Response) -> Any:  # noqa: ANN401 - any JSON
    return json.loads(response.body) if response.body else ""


def own(sandbox: Sandbox, method: str, path: str, name: str = "development") -> Any:  # noqa: ANN401
    headers = {"authorization": f"ApiKey {sandbox.api_keys[name]}"}
    outcome = sandbox.handle(Request(method=method, path=path, headers=headers))
    assert isinstance(outcome, Response)
    return read(outcome)["data"]


def organization_of(sandbox: Sandbox) -> str:
    return str(own(sandbox, "GET", "/v1/environments/me")["_organizationId"])


def remove_builtins(sandbox: Sandbox) -> None:
    for name in sandbox.api_keys:
        for row in own(sandbox, "GET", "/v1/integrations", name):
            own(sandbox, "DELETE", f"/v1/integrations/{row['_id']}", name)


@pytest.mark.parametrize("group", GROUPS)
def test_every_recorded_answer_is_given_or_differs_for_a_reason(group: str) -> None:
    tally = replay(group)
    share = tally.agreed / (tally.agreed + len(tally.problems))
    print(f"{group}: {tally.agreed} agree ({share:.1%}), {tally.meant} differ for a reason")  # noqa: T201 - shown by pytest -s
    assert not tally.problems, "\n".join(tally.problems[:20])
    assert not tally.stale, "\n".join(tally.stale)


def test_the_listed_differences_are_few() -> None:
    """A list of differences that swallows the recordings would hold the sandbox to nothing."""
    cases = [case for group in GROUPS for each in scenarios(group) for case in each["exchanges"]]
    listed = [case for case in cases if any(each.covers(case) for each in DIFFERENCES)]
    assert len(cases) > 2500
    assert len(listed) / len(cases) < 0.03


def test_the_rate_limit_is_told_as_recorded() -> None:
    """All but the seconds to the next token, which depend on when a request comes."""
    limit = RateLimit.parse("150/5s:165")
    (scenario, *_) = scenarios("rate-limit")
    first, second, refused = scenario["exchanges"]
    with Sandbox(builtins=False, rate_limit=limit, clock=lambda: 1_795_000_000.0) as sandbox:
        for case in (first, second):
            assert limits_of(ask(sandbox, case).headers) == limits_of(case["told"])
        for _ in range(163):
            assert ask(sandbox, first).status == 200
        response = ask(sandbox, refused)
    assert response.status == refused["status"]
    assert limits_of(response.headers) == limits_of(refused["told"])
    assert response.headers["retry-after"] in ("0", "1")
    assert read(response) | {"timestamp": "<time>"} == refused["answer"]


def ask(sandbox: Sandbox, case: dict[str, Any]) -> Response:
    return held(case, Symbols({}, lambda identifier, _: identifier), sandbox, None)


def limits_of(headers: Mapping[str, str]) -> dict[str, str]:
    return {
        name: value
        for name, value in headers.items()
        if name.startswith("ratelimit-") and name != "ratelimit-reset"
    }
