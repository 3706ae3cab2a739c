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
