"""Holds every JSON document that a test sees to its published schema."""

from __future__ import annotations

import json
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jsonschema import Draft202012Validator

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

SCHEMAS = Path(__file__).parents[2] / "schemas"
WITHOUT = ("providers", "provider")
"""Documents of which no schema is published."""


@cache
def validator(name: str) -> Any:  # noqa: ANN401 - jsonschema's validators are made at run time
    """Of a published schema."""
    schema = json.loads((SCHEMAS / f"{name}.schema.json").read_text("utf-8"))
    return Draft202012Validator(schema)


def check(document: dict[str, Any]) -> None:
    """Fail where a document is not what the schema of its kind says; an event is one, too."""
    if document["kind"] not in WITHOUT:
        name = {"event": "events"}.get(document["kind"], document["kind"])
        validator(name).validate(document)


def events(log: str) -> list[dict[str, Any]]:
    """The events of a log, each of them as its schema says, from the first to the last."""
    found: list[dict[str, Any]] = [json.loads(line) for line in log.splitlines()]
    for each in found:
        validator("events").validate(each)
    assert found[0]["event"] == "run-started"
    assert found[-1]["event"] == "run-finished"
    return found


def check_run(arguments: Sequence[str], out: str, err: str) -> None:
    """Check whatever JSON a command wrote: to standard output, to files, to its log."""
    texts = [out] if out.startswith('{\n  "formatVersion"') else []
    texts += [path.read_text("utf-8") for path in _files(arguments) if path.is_file()]
    for text in texts:
        check(json.loads(text))
    if "--log-format=json" in arguments or _follows(arguments, "--log-format", "json"):
        events(err)


def _files(arguments: Sequence[str]) -> Iterator[Path]:
    for each in arguments:
        if each.startswith("json="):
            yield Path(each.removeprefix("json="))


def _follows(arguments: Sequence[str], one: str, other: str) -> bool:
    return (one, other) in pairwise(arguments)
