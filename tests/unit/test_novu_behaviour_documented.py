"""Every row of `docs/novu-behaviour.md` names the tests that hold it, and they are there."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from reconciler.sandbox.generations import GENERATIONS

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "novu-behaviour.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| (?!Novu \||---)(.+?) \| (.+?) \| (.+?) \| (.+) \|$", PAGE, re.MULTILINE)
NAMED = sorted({name for row in ROWS for name in re.findall(r"`(\S+?::\S+?)`", row[3])})


@pytest.mark.parametrize("named", NAMED)
def test_a_test_that_the_page_names_is_there(named: str) -> None:
    file, _, function = named.partition("::")
    tree = ast.parse((ROOT / "tests" / file).read_text(encoding="utf-8"))
    assert function in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


def test_every_row_is_held_by_a_test() -> None:
    assert len(ROWS) >= 40
    assert [row[0] for row in ROWS if not re.fullmatch(r"`\S+::\S+`( `\S+::\S+`)*", row[3])] == []


def test_every_generation_that_the_page_names_is_one() -> None:
    named = {name for row in ROWS for name in re.findall(r"\d{4}-\d\d", row[1])}
    assert named == set(GENERATIONS)
