"""Thirty files as people write them: only the scalars that drifted differ after an update.

What is to drift stands in the first lines of each file of ``corpus``; as many are made at random.
"""

from __future__ import annotations

import copy
import json
import random
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from reconciler.authoring.editing import edited
from reconciler.authoring.updating import drift
from reconciler.authoring.uses import meaning
from reconciler.config.documents import Document
from reconciler.config.forms import form_in
from reconciler.config.neighbours import named
from reconciler.config.project import assembled
from reconciler.model import (
    Channel,
    Observed,
    ObservedCredentials,
    ObservedIntegration,
    Readback,
)
from reconciler.secret import Secret

if TYPE_CHECKING:
    from reconciler.config.project import Project

CORPUS = sorted((Path(__file__).parent / "corpus").glob("*.yaml"))
DRIFT = re.compile(r"^\ufeff?# drift: (\S+) (\S+) (\S+) (.*?)\r?$", re.MULTILINE)


def opened(text: str) -> Project:
    document = Document(text.encode(), "novu-sync.yaml")
    assert document.findings == ()
    project = assembled(document, directory=Path())
    assert project.findings == ()
    return project


def spoken(value: Any, environment: str) -> Any:  # noqa: ANN401 - any JSON
    if isinstance(value, str):
        return "s3cret" if "${env:" in value else named(value, environment)
    if isinstance(value, dict):
        return {key: spoken(each, environment) for key, each in value.items()}
    return [spoken(each, environment) for each in value] if isinstance(value, list) else value


def changed(value: Any, path: list[str], new: Any) -> None:  # noqa: ANN401 - any JSON
    for step in path[:-1]:
        value = value[int(step) if isinstance(value, list) else step]
    value[int(path[-1]) if isinstance(value, list) else path[-1]] = new


def server(project: Project, drifts: list[tuple[str, str, str, Any]]) -> dict[str, Observed]:
    """Servers that have what is declared, but for what drifted."""
    live = {}
    for name in project.environments:
        rows = []
        for declaration in project.declarations:
            if name not in declaration.environments:
                continue
            value = copy.deepcopy(spoken(form_in(project, declaration, name).value, name))
            for identifier, environment, path, new in drifts:
                if (identifier, environment) == (value["identifier"], name):
                    changed(value, path.split("."), new)
            rows.append(
                ObservedIntegration(
                    id=value["identifier"],
                    environment_id=name,
                    identifier=value["identifier"],
                    provider_id=value["providerId"],
                    channel=Channel(value["channel"]),
                    name=value.get("name"),
                    active=value.get("active", False),
                    credentials=ObservedCredentials(
                        readback=Readback.READABLE,
                        values={k: Secret(v) for k, v in value.get("credentials", {}).items()},
                    ),
                    conditions=value.get("conditions", []),
                    rules=value.get("rules", {}),
                    configurations=value.get("configurations", {}),
                )
            )
        live[name] = Observed(environment_id=name, environment_name=name, integrations=tuple(rows))
    return live


def scalars(text: str) -> list[tuple[int, int, str]]:
    """Begin, end and value of every scalar, as PyYAML's own parser sees them."""
    return [
        (event.start_mark.index, event.end_mark.index, event.value)
        for event in yaml.parse(text, yaml.SafeLoader)
        if isinstance(event, yaml.ScalarEvent)
    ]


def rest(text: str, differing: list[tuple[int, int]]) -> str:
    """The text without the scalars that differ, and without the line ends of blocks."""
    parts, done = [], 0
    for start, end in differing:
        anchor = re.match(r"&\S+\s+", text[start:end])
        parts.append(text[done : start + (anchor.end() if anchor else 0)])
        body = text[start:end].rstrip("\r\n ")
        done = start + len(body)
        remark = re.match(r"[|>][-+0-9]*([ \t]+#[^\r\n]*)", body)
        if remark:
            parts.append(remark[1])
    return "".join((*parts, text[done:]))


def check(text: str) -> None:
    drifts = [(a, b, c, json.loads(d)) for a, b, c, d in DRIFT.findall(text)]
    assert drifts
    project = opened(text)
    found = drift(project, server(project, drifts))
    assert found.findings == ()
    assert found.missing == ()
    assert len(found.wishes) == len(drifts)
    result = edited(project, found.wishes)
    assert result.left == ()
    ((before, after),) = result.texts.values()

    old, new = scalars(before), scalars(after)
    assert len(old) == len(new)
    pairs = [(one, other) for one, other in zip(old, new, strict=True) if one[2] != other[2]]
    assert {other[2] for _, other in pairs} == {
        each if isinstance(each, str) else json.dumps(each) for _, _, _, each in drifts
    }
    assert rest(before, [each[:2] for each, _ in pairs]) == rest(
        after, [each[:2] for _, each in pairs]
    )
    again = opened(after)
    assert drift(again, server(project, drifts)).wishes == ()


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.stem)
def test_a_file_written_by_hand_keeps_everything_else(path: Path) -> None:
    check(path.read_bytes().decode("utf-8"))


def styled(chance: random.Random, text: str, indent: int) -> str:
    """A text in one of YAML's styles, with a remark perhaps."""
    remark = chance.choice(["", "", "   # a remark: 'x' \"y\"", " #z"])
    match chance.randrange(5):
        case 0:
            return f"{text}{remark}"
        case 1:
            return "'" + text.replace("'", "''") + "'" + remark
        case 2:
            return json.dumps(text) + remark
        case 3:
            return f"|-{remark}\n{' ' * (indent + chance.randint(2, 5))}{text}"
        case _:
            pad = " " * (indent + 3)
            return f">-\n{pad}" + text.replace(" ", f"\n{pad}", 1)


def random_file(seed: int) -> str:
    chance = random.Random(seed)  # noqa: S311 - it makes up files
    lines = [
        "version: 1",
        "project: corpus",
        "environments:",
        '  development: { apiKey: "${env:K}" }',
        "x-shared: &shared",
        f"  senderName: {styled(chance, 'Acme and Sons', 2)}",
        "integrations:",
    ]
    drifts = []
    for number in range(chance.randint(1, 6)):
        base = chance.choice(["  ", "    ", ""])
        pad = base + "  "
        lines += [""] * chance.randint(0, 2)
        lines += [f"{pad}# about {number}"] * chance.randint(0, 2)
        keys = [
            f"identifier: i{number}",
            f"providerId: {chance.choice(['resend', chr(34) + 'resend' + chr(34)])}",
            f"name: {styled(chance, f'Name of {number}', len(pad))}",
            f"active: {chance.choice(['true', 'yes', 'on', 'True'])}",
            f"credentials:\n{pad}  <<: *shared\n{pad}  apiKey: ${{env:A}}\n{pad}  from: "
            + styled(chance, f"x{number}@acme.com y", len(pad) + 2),
        ]
        chance.shuffle(keys)
        lines.append(f"{base}- {keys[0]}")
        for key in keys[1:]:
            lines += [f"{pad}# {'-' * chance.randint(1, 9)}"] * chance.randint(0, 1)
            lines.append(f"{pad}{key}")
        for path, new in (
            ("name", chance.choice(["Other", "yes", "a: b", "#", "it's", "12", "ключ"])),
            ("active", False),
            ("credentials.from", f"new{number}@acme.com"),
        ):
            if chance.randrange(2):
                drifts.append(f"# drift: i{number} development {path} {json.dumps(new)}")
    if not drifts:
        drifts.append('# drift: i0 development name "Sure"')
    bases = {line[: line.index("- ")] for line in lines if re.match(r" *- identifier|^ *- ", line)}
    if len(bases) > 1:  # items of a list share a column
        return random_file(seed + 1000)
    return "\n".join([*drifts, *lines]) + chance.choice(["", "\n", "\n\n# end\n"])


@pytest.mark.parametrize("seed", range(20))
def test_a_random_file_keeps_everything_else(seed: int) -> None:
    check(random_file(seed))


def test_the_corpus_is_as_large_as_it_is_said_to_be() -> None:
    assert len(CORPUS) == 20
    texts = [random_file(seed) for seed in range(20)]
    assert len({meaning(each) for each in texts}) == 20
    for mark in ("|-", ">-", "'", '"', "#", "<<: *", "&"):
        assert any(mark in each for each in texts)
