"""What commands make of projects and servers: every folder of ``commands`` is a case."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from golden import commands, rewriting
from jsonschema import Draft202012Validator

SCHEMAS = Path(__file__).parents[2] / "schemas"
CASES = [pytest.param(each, id=each.name) for each in commands.folders()]


@cache
def schema(kind: str) -> Any:  # noqa: ANN401 - any JSON
    return json.loads((SCHEMAS / f"{kind}.schema.json").read_text("utf-8"))


@pytest.mark.parametrize("folder", CASES)
def test_a_case_gives_what_its_files_say(
    folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    rewrite: bool,  # noqa: FBT001 - a fixture
) -> None:
    """And none of it holds a secret, and every document is what its schema says."""
    outcome = commands.run(commands.load(folder), tmp_path, monkeypatch)
    for secret in outcome.secrets:
        assert secret not in outcome.shown
    for document in outcome.documents:
        if (SCHEMAS / f"{document['kind']}.schema.json").exists():
            Draft202012Validator(schema(document["kind"])).validate(document)
    rewriting.compare(folder, outcome.files, rewrite=rewrite)


ME, LIST = "GET /v1/environments/me", "GET /v1/integrations"


@pytest.mark.parametrize(
    ("came", "written"),
    [
        ([LIST, ME], [ME, LIST]),
        ([ME, LIST], [ME, LIST]),
        ([LIST, ME, ME, LIST, "PUT x"], [ME, LIST, ME, LIST, "PUT x"]),
        ([LIST, LIST, ME], [LIST, ME, LIST]),
        (["PUT x", LIST, "PUT y", ME], ["PUT x", LIST, "PUT y", ME]),
        ([LIST], [LIST]),
        ([], []),
    ],
)
def test_only_the_two_opening_reads_that_are_sent_at_once_lose_their_order(
    came: list[str], written: list[str]
) -> None:
    assert commands.opening_in_order(came) == written
