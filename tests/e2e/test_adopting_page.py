"""The steps of `docs/adopting.md` are taken just as they stand there."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from support.inprocess import ask
from support.terminal import on_terminal

from reconciler.sandbox.application import Sandbox
from reconciler.sandbox.server import running

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "adopting.md").read_text("utf-8")
STEPS = PAGE.partition("\n## Step by step\n")[2].partition("\n## ")[0]
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```", STEPS, re.MULTILINE | re.DOTALL)
COMMANDS = [
    command.partition("  #")[0].strip()
    for block in re.findall(r"^```sh\n(.*?)^```", PAGE.replace(STEPS, ""), re.MULTILINE | re.DOTALL)
    for command in block.replace("\\\n", " ").splitlines()
]
"""Those of the other sections."""
TEAM = {"identifier": "team", "name": "Team", "providerId": "discord", "channel": "chat"}
ADDRESS = "http://127.0.0.1:8377"


def shown_by(line: str, output: str) -> bool:
    """Whether a line of the page stands in the output; `…` stands for whatever differs."""
    pattern = ".*".join(re.escape(part) for part in line.rstrip().split("…"))
    return re.search(rf"^{pattern}\s*$", output, re.MULTILINE) is not None


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder like that of the repository, with the command on the path."""
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    program = tmp_path / "bin" / "novu-sync"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m reconciler "$@"\n', "utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    for role in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{role}_NAME", "Somebody")
        monkeypatch.setenv(f"GIT_{role}_EMAIL", "somebody@acme.example")
    return tmp_path


def test_every_command_works_and_shows_what_the_page_says(place: Path) -> None:
    """One shell takes all of them, and stops at the first that does not end well."""
    assert ("console", "$ novu-sync sandbox\n") in BLOCKS  # what the test runs in its place
    assert sum(kind == "sh" for kind, _ in BLOCKS) >= 7
    mark = "-- end of a block --"
    scripts = [text for kind, text in BLOCKS if kind == "sh"]
    with Sandbox() as sandbox, running(sandbox) as url:
        script = "set -e\n" + "".join(f"{each}echo '{mark}'\n" for each in scripts)
        done = subprocess.run(
            ["bash", "-c", script.replace(ADDRESS, url)],
            cwd=place,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=300,
        )
    assert done.returncode == 0, done.stdout
    outputs = iter(done.stdout.split(mark))
    output = ""
    for kind, text in BLOCKS:
        if kind == "sh":
            output = next(outputs)
        elif kind == "text":
            for line in text.splitlines():
                assert shown_by(line, output), f"{line!r} is not in:\n{output}"
    assert not (ROOT / "examples" / "handmade" / ".novu-sync").exists()


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """A server with an integration in each environment."""
    with Sandbox(builtins=False) as sandbox, running(sandbox) as url:
        for name, key in sandbox.api_keys.items():
            body = {**TEAM, "identifier": f"team-{name}"}
            assert ask(sandbox, "POST", "/v1/integrations", body, key=key).status == 201
        yield url


@pytest.mark.parametrize("command", COMMANDS)
def test_the_other_commands_of_the_page_work_in_a_project_that_is_as_novu_is(
    command: str, place: Path, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a terminal, where questions are answered with yes; lists and scripts lie beside."""
    for name in ("development", "production"):
        monkeypatch.setenv(f"NOVU_{name.upper()}_API_KEY", f"sandbox-{name}")
    folder = place / "project"
    begin = [str(place / "bin" / "novu-sync"), "init", str(folder), "--yes", "--api-url", url]
    subprocess.run(begin, check=True, capture_output=True)
    for name in ("integrations", "dev", "prod"):
        (folder / f"{name}.json").write_text(json.dumps([TEAM]), "utf-8")
    (folder / "scripts" / "novu").mkdir(parents=True)
    (folder / "scripts" / "novu" / "team.json").write_text(json.dumps(TEAM), "utf-8")
    if "--out novu-sync.yaml" in command:
        (folder / "novu-sync.yaml").unlink()
    if "--api-key-env" in command:
        command = f"{command} --api-url {url}"  # the page has Novu's cloud in mind
    code, shown = on_terminal(["bash", "-c", command], answers={"[y/N]": "y"}, cwd=folder)
    assert code in (0, 2), shown


def test_a_line_that_is_not_shown_is_noticed() -> None:
    assert shown_by("key (…) opens", "x\nkey (65a1) opens\n")
    assert not shown_by("key (…) opens it", "x\nkey (65a1) opens\n")
