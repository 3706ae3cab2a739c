"""Broken configurations, each told with its code, its place and its mend, as the author sees it."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest
from broken import files, references, rules, shapes, yaml_text
from broken.case import PLANTED, Told

from reconciler.findings import RULES

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from broken.case import Case
    from conftest import Run

CASES = (*yaml_text.CASES, *files.CASES, *shapes.CASES, *references.CASES, *rules.CASES)
ELSEWHERE = {"NS322", "NS330", "NS331"}
"""What takes a package that is installed (`test_sources.py`), and what is told of a server's rows."""
LINE = re.compile(
    r"(?P<file>.+):(?P<line>\d+):(?P<column>\d+): (?P<severity>error|warning) (?P<code>NS\d{3})"
    r" (?P<summary>.+?)(?:  \(in (?P<environment>.+)\))?"
)


@pytest.fixture
def ran(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, novu_sync: Callable[..., Run]
) -> Callable[..., Run]:
    """Runs a case's command on its files."""

    def run(case: Case, *more: str) -> Run:
        case.write(tmp_path)
        for name in ("DEVELOPMENT", "PRODUCTION"):
            monkeypatch.setenv(f"NOVU_{name}_API_KEY", f"{PLANTED}-{name}")
        for name, value in case.variables.items():
            monkeypatch.setenv(name, value)
        words = (word.format(folder=tmp_path) for word in case.command)
        return novu_sync(*words, "-c", tmp_path, *more)

    return run


def findings(text: str, folder: Path) -> list[tuple[Told, str]]:
    """The findings in what a command printed, with their details."""
    found: list[tuple[Told, str]] = []
    for line in text.splitlines():
        if match := LINE.fullmatch(line):
            assert match["summary"] == RULES[match["code"]].summary
            told = Told(
                match["file"].removeprefix(f"{folder}/"),
                int(match["line"]),
                int(match["column"]),
                match["code"],
                match["severity"],
                match["environment"] or "",
            )
            found.append((told, ""))
        elif line.startswith("    "):
            told, detail = found[-1]
            found[-1] = (told, f"{detail} {line.strip()}".strip())
    return found


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_broken_configuration_is_told_with_code_place_and_mend(
    case: Case, ran: Callable[..., Run], tmp_path: Path
) -> None:
    """All of it is told at once, nothing else is, and no secret is in it."""
    run = ran(case)
    found = findings(run.out or run.err, tmp_path)
    assert [told for told, _ in found] == case.told(), run
    assert len(case.mends) == len(found)
    for mend, (_, detail) in zip(case.mends, found, strict=True):
        assert mend in detail, run
    stops = any(told.severity == "error" for told, _ in found)
    assert run.code == (3 if stops else 0), run
    assert PLANTED not in run.out + run.err
    assert "Traceback" not in run.err


def test_every_code_that_a_configuration_can_have_has_a_case() -> None:
    """``NS5xx`` is told of servers, ``NS34x`` of edits, ``NS35x`` of imports: their tests have those."""
    told = {told.code for case in CASES for told in case.told()}
    own = {code for code in RULES if code < "NS5" and not code.startswith(("NS34", "NS35"))}
    assert told == own - ELSEWHERE


def test_the_cases_are_many_and_each_has_a_name_of_its_own() -> None:
    names = [case.name for case in CASES]
    assert len(set(names)) == len(names) >= 90


@pytest.mark.parametrize("case", files.CASES, ids=lambda case: case.name)
def test_json_tells_the_same_as_text(case: Case, ran: Callable[..., Run], tmp_path: Path) -> None:
    shown = json.loads(ran(case, "-o", "json").out)["findings"]
    assert [
        Told(
            each["location"]["file"].removeprefix(f"{tmp_path}/"),
            each["location"]["line"],
            each["location"]["column"],
            each["code"],
            each["severity"],
            each["environment"],
        )
        for each in shown
    ] == case.told()
