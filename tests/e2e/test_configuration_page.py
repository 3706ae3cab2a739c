"""`docs/configuration.md` shows configurations that are right, and leaves no key out."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from reconciler.config import anchors, documents, reading, scalars, sources

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from conftest import Run

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"(?<=^```yaml\n).*?(?=^```)", PAGE, re.MULTILINE | re.DOTALL)
SCHEMA: dict[str, Any] = json.loads((ROOT / "schemas" / "novu-sync.schema.json").read_text("utf-8"))
HEAD = {
    "version": "version: 1\n",
    "project": "project: acme\n",
    "environments": (
        "environments:\n"
        "  development: {apiKey: '${env:NOVU_DEVELOPMENT_API_KEY}'}\n"
        "  production: {apiKey: '${env:NOVU_PRODUCTION_API_KEY}'}\n"
    ),
}


def completed(block: str) -> dict[str, str]:
    """The files of a project that a block belongs to: what it leaves out is added."""
    value = yaml.safe_load(block)
    if isinstance(value, list):
        block, value = f"integrations:\n{block}", {"integrations": value}
    if "environment" in value:
        return {"novu-sync.yaml": "".join(HEAD.values()) + "include: [a.yaml]\n", "a.yaml": block}
    missing = "".join(text for key, text in HEAD.items() if key not in value)
    files = {"novu-sync.yaml": missing + block}
    for pattern in value.get("include", ()):
        files[pattern.replace("**", "chat").replace("*", "chat")] = "integrations: []\n"
    return files


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block.splitlines()[0])
def test_what_the_page_shows_has_no_findings(
    block: str, tmp_path: Path, novu_sync: Callable[..., Run]
) -> None:
    for name, text in completed(block).items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    run = novu_sync("validate", "-c", tmp_path)
    assert (run.code, run.out) == (0, "No findings.\n"), run


def keys(schema: Any) -> Iterator[str]:  # noqa: ANN401 - any part of a schema
    """Every key that a schema lets one write, but those of definitions that it only refers to."""
    for key, inner in schema.get("properties", {}).items():
        yield key
        yield from keys(inner)
    for key in ("items", "additionalProperties"):
        if isinstance(schema.get(key), dict):
            yield from keys(schema[key])


DEFINITIONS = [
    "environment",
    "ledger",
    "shape",
    "overlay",
    "conditionGroup",
    "condition",
    "configurations",
    "ruleOperators",
]


def test_the_page_leaves_no_key_out() -> None:
    """Keys of single providers are left to `novu-sync providers`; every other one is there."""
    said = {
        word
        for code in (*re.findall(r"`([^`\n]+)`", PAGE), *BLOCKS)
        for word in re.split(r"[^A-Za-z0-9_<>=!]+", code)
    }
    wanted = {*keys(SCHEMA), *(key for name in DEFINITIONS for key in keys(SCHEMA["$defs"][name]))}
    assert sorted(wanted - said) == []


def test_the_page_leaves_no_word_out_where_one_of_a_few_is_wanted() -> None:
    shape = SCHEMA["$defs"]["shape"]["properties"]
    inbox_count = SCHEMA["$defs"]["configurations"]["properties"]["inboxCount"]
    words = {
        *SCHEMA["$defs"]["ledgerBackend"]["enum"],
        *shape["channel"]["enum"],
        *shape["kind"]["enum"],
        *shape["ignoreChanges"]["items"]["enum"],
        *filter(None, inbox_count["anyOf"][0]["enum"]),
    }
    assert sorted(word for word in words if f"`{word}`" not in PAGE) == []


def test_the_page_tells_the_limits_as_they_are() -> None:
    limits = re.findall(r"^\| ([^|]+) \| ([\d,]+)", PAGE.partition("## Limits")[2], re.MULTILINE)
    assert {what: int(most.replace(",", "")) for what, most in limits} == {
        "a file of the project": documents.MAX_BYTES,
        "values nested in each other": reading.MAX_DEPTH,
        "values that all aliases of a file stand for": anchors.MAX_ALIASED,
        "digits of a number": scalars._DIGITS,
        "a file that a reference reads": sources.MAX_BYTES,
        "the name of a project or an environment": SCHEMA["properties"]["project"]["maxLength"],
    }


def test_the_page_names_every_module_of_the_room() -> None:
    modules = {path.stem for path in (ROOT / "reconciler" / "config").glob("*.py")} - {"__init__"}
    table = PAGE.partition("| module | holds |")[2]
    named = [
        word
        for row in re.findall(r"^\| (`[^|]+) \|", table, re.MULTILINE)
        for word in re.findall(r"`(\w+)`", row)
    ]
    assert sorted(named) == sorted(modules)
