#!/usr/bin/env python3
"""Compacts recorded exchanges with real Novu servers into the cases that the sandbox is held to.

Takes the folder of the recordings and writes one file a group to tests/contract/recorded. Left out
is what the sandbox cannot replay (other organizations, people's sessions, races) and what only
decorates: headers, stored documents, notes.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

_ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(_ROOT), str(_ROOT / "tests")]

from contract.symbols import Symbols, makes_up  # noqa: E402 - found on the path set above

from reconciler.sandbox.slug import slug  # noqa: E402 - as above

_GENERATION = "2026-04"
_TARGET = _ROOT / "tests" / "contract" / "recorded" / _GENERATION
_GROUPS = (
    "create",
    "primary and priority",
    "conditions",
    "check",
    "update",
    "delete",
    "set-primary",
    "ids",
    "list",
    "authentication",
    "http",
    "write echoes",
    "configurations",
    "identifiers of this generation",
    "environments",
    "contexts",
)
_FILES = {
    ("demo", "primary and priority"): "demo providers",
    ("ratelimit", "rate limit"): "rate limit",
}
_FILES |= {("default", group): group for group in _GROUPS}
_LEFT_OUT = (
    "fresh organization",  # registers people
    "contexts: 1200 items",  # made in parallel, which was not recorded
    "contexts: many keys",  # the bodies were abbreviated and cannot be rebuilt
)
_KNOWN = {
    "6b040aac2bba6e909ef2d771": "<development>",
    "6b040aac2bba6e909ef2d798": "<production>",
    "6b040aac2bba6e909ef2d76a": "<organization>",
}
_ABBREVIATED = re.compile(r"<(\d+) bytes> (.*)…", re.DOTALL)
_RANDOM_END = re.compile(r"(.*?)-[\w-]{7,14}")
_TELLING_HEADERS = ("ratelimit-", "retry-after")
_STEPS_OF_RATE_LIMIT = 3


def main(recordings: Path) -> None:
    """Write the cases."""
    _TARGET.mkdir(parents=True, exist_ok=True)
    files: dict[str, list[dict[str, Any]]] = {}
    with (recordings / f"{_GENERATION}.jsonl").open(encoding="utf-8") as lines:
        for exchange in map(json.loads, lines):
            name = _FILES.get((exchange["config"], exchange["group"]))
            if name and "step" in exchange and not exchange["scenario"].startswith(_LEFT_OUT):
                files.setdefault(name, []).append(exchange)
    for name, exchanges in files.items():
        path = _TARGET / f"{name.replace(' ', '-')}.jsonl"
        text = "".join(_line(each) for each in _scenarios(exchanges, name))
        path.write_text(text, encoding="utf-8", errors="surrogatepass")
        print(f"{path.relative_to(_ROOT)}: {len(text) // 1024} KiB")


def _line(scenario: dict[str, Any]) -> str:
    return json.dumps(scenario, separators=(",", ":")) + "\n"


def _scenarios(exchanges: list[dict[str, Any]], name: str) -> list[dict[str, Any]]:
    scenarios: list[dict[str, Any]] = []
    symbols = Symbols({}, _slug_of)
    title = ""
    for exchange in exchanges:
        if exchange["scenario"] != title or exchange["step"] == 1:
            title, symbols = exchange["scenario"], Symbols(_KNOWN, _slug_of)
            scenarios.append({"scenario": title, "exchanges": []})
        limited = name == "rate limit" and exchange["step"] > _STEPS_OF_RATE_LIMIT
        if not limited and (case := _case(exchange, symbols)):
            scenarios[-1]["exchanges"].append(case)
    return [each for each in scenarios if each["exchanges"]]


def _case(exchange: dict[str, Any], symbols: Symbols) -> dict[str, Any] | None:
    request, response = exchange["request"], exchange["response"]
    who = exchange.get("env", "")
    headers = _headers(request, who)
    is_session = headers.get("authorization", "").startswith("Bearer ey")
    if is_session or who not in ("", "development", "production"):
        return None
    case: dict[str, Any] = {"seq": exchange["seq"], "as": who, "method": request["method"]}
    case["path"] = symbols.asked(request["path"])
    if headers:
        case["headers"] = headers
    body = request.get("body")
    sent = request.get("rawBody", body)
    if isinstance(sent, str):
        if (sent := _rebuilt(sent)) is None:
            return None
        case["raw"] = symbols.asked(sent)
    elif "body" in request:
        case["body"] = symbols.asked(body)
    case["status"] = response["status"]
    made_up = makes_up(request["method"], request["path"], body)
    answer = symbols.answered(exchange["seq"], response.get("body"), made_up=made_up)
    if not response.get("truncated"):
        case["answer"] = answer
    told = response["headers"].items()
    if told := {key: value for key, value in told if key.startswith(_TELLING_HEADERS)}:
        case["told"] = told
    return case


def _headers(request: dict[str, Any], who: str) -> dict[str, str]:
    headers = dict(request.get("headers", {}))
    if who:
        headers.pop("authorization", None)
    if headers.get("content-type") == "application/json":
        del headers["content-type"]
    return headers


def _rebuilt(text: str) -> str | None:
    """A body in full length; `None` where it was abbreviated and cannot be rebuilt."""
    found = _ABBREVIATED.fullmatch(text)
    if not found:
        return text
    begin = found[2]
    if "pad" in begin or begin[-1] != begin[-2]:  # more than one character repeats
        return None
    end = '"' + "}" * (begin.count("{") - begin.count("}"))
    missing = int(found[1]) - len(begin) - len(end)
    return begin + begin[-1] * missing + end


def _slug_of(identifier: str, name: str) -> str:
    """What is not random in an identifier that the server made up."""
    if identifier.startswith(f"{slug(name)}-"):
        return slug(name)
    found = _RANDOM_END.fullmatch(identifier)
    return found[1] if found else identifier


if __name__ == "__main__":
    if len(sys.argv) != 2:  # noqa: PLR2004 - the script and its one argument
        sys.exit(f"usage: {sys.argv[0]} FOLDER-OF-RECORDINGS")
    main(Path(sys.argv[1]))
