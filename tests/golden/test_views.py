"""What views make of values: every folder of ``views`` is a case."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from golden import rewriting, values
from golden.rows import PLANTED
from jsonschema import Draft202012Validator

SCHEMAS = Path(__file__).parents[2] / "schemas"
CASES = [pytest.param(each, id=each.name) for each in values.folders()]
PUBLISHED = ("plan", "report", "findings", "drift", "doctor", "diff")


@cache
def closed_schema(name: str) -> Any:  # noqa: ANN401 - any JSON
    """A published schema that allows no key beside those that it describes."""
    return closed(json.loads((SCHEMAS / f"{name}.schema.json").read_text("utf-8")))


def closed(schema: Any) -> Any:  # noqa: ANN401 - any JSON
    if isinstance(schema, list):
        return [closed(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    strict = {key: closed(value) for key, value in schema.items()}
    if "properties" in schema and "type" in schema:
        strict["additionalProperties"] = False
    return strict


@pytest.mark.parametrize("folder", CASES)
def test_a_case_gives_what_its_files_say(folder: Path, rewrite: bool) -> None:  # noqa: FBT001
    rewriting.compare(folder, values.rendered(values.load(folder)), rewrite=rewrite)


@pytest.mark.parametrize("folder", CASES)
def test_no_output_holds_a_secret(folder: Path) -> None:
    for text in values.rendered(values.load(folder)).values():
        assert PLANTED not in text


@pytest.mark.parametrize("folder", CASES)
def test_text_is_tidy(folder: Path) -> None:
    """No white space at a line's end, one newline at the text's, no two empty lines in a row."""
    for name, text in values.rendered(values.load(folder)).items():
        assert text.endswith("\n")
        assert not text.endswith("\n\n")
        if name.endswith(".txt"):
            assert "\n\n\n" not in text
            assert all(line == line.rstrip() for line in text.split("\n"))


@pytest.mark.parametrize("folder", CASES)
def test_a_terminal_finds_nothing_to_act_on(folder: Path) -> None:
    """Whatever names are made of, all that is not printable is a line's end or a colour of ours."""
    for name, text in values.rendered(values.load(folder)).items():
        if name != "colored.txt":
            assert text.replace("\n", "").isprintable()


@pytest.mark.parametrize("folder", CASES)
def test_colours_add_nothing_but_colours(folder: Path) -> None:
    files = values.rendered(values.load(folder))
    if "colored.txt" in files:
        tones = ("0", "1", "2", "31", "32", "33", "35", "36")
        bare = files["colored.txt"]
        for tone in tones:
            bare = bare.replace(f"\x1b[{tone}m", "")
        assert bare == files["plain.txt"]
        assert "\x1b" not in files["plain.txt"]


@pytest.mark.parametrize("folder", CASES)
def test_documents_are_what_the_published_schemas_say_and_nothing_more(folder: Path) -> None:
    case = values.load(folder)
    document = json.loads(values.rendered(case)["plain.json"])
    assert document["kind"] == case.subject
    if case.subject in PUBLISHED:
        Draft202012Validator(closed_schema(case.subject)).validate(document)
