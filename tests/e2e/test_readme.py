"""Everything that the README shows works as it says."""

from __future__ import annotations

import os
import re
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from support.terminal import on_terminal

if TYPE_CHECKING:
    import pytest

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```", README, flags=re.DOTALL | re.MULTILINE)


def block(containing: str) -> str:
    found = [text for _, text in BLOCKS if containing in text]
    assert len(found) == 1, containing
    return found[0]


def test_every_link_into_the_repository_leads_somewhere() -> None:
    links = re.findall(r"\]\(([^)#]+)\)", README)
    local = [link for link in links if not link.startswith("http")]
    assert local
    assert [link for link in local if not (ROOT / link).exists()] == []


def test_the_first_two_commands_are_there_and_can_be_run() -> None:
    for line in block("script/demo").split():
        assert os.access(ROOT / line, os.X_OK), line


def test_the_first_plan_and_apply_go_as_shown(
    server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a terminal, with the question of apply answered; the server stands for the sandbox."""
    (tmp_path / "novu-sync.yaml").write_text(block("providerId: slack"), encoding="utf-8")
    assert "http://127.0.0.1:8377" in README
    lines = [line for line in block("NOVU_DEVELOPMENT_API_KEY=sandbox").splitlines() if line]
    for line in lines:
        if line.startswith("export "):
            for setting in shlex.split(line)[1:]:
                name, _, value = setting.partition("=")
                monkeypatch.setenv(name, value.replace("http://127.0.0.1:8377", server))
    commands = [line for line in lines if line.startswith("novu-sync ")]
    shown = []
    for line in commands:
        command = [sys.executable, "-m", "reconciler", *shlex.split(line)[1:]]
        code, text = on_terminal(command, answers={"[y/N]": "y"}, cwd=tmp_path)
        assert code == 0, text
        shown.append(text)
    validate, first, apply, second = shown
    assert "1 to create" in first
    assert "created slack" in apply
    assert "No changes" in second
    assert "made-up" not in validate + first + apply + second


def test_declining_applies_nothing(
    server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    del server
    monkeypatch.setenv("SLACK_CLIENT_SECRET", "made-up")
    monkeypatch.setenv("SLACK_SIGNING_SECRET", "made-up-too")
    (tmp_path / "novu-sync.yaml").write_text(block("providerId: slack"), encoding="utf-8")
    command = [sys.executable, "-m", "reconciler", "apply"]
    code, text = on_terminal(command, answers={"[y/N]": "n"}, cwd=tmp_path)
    assert code == 130, text
    assert "nothing was applied" in text
    code, text = on_terminal(
        [sys.executable, "-m", "reconciler", "plan", "--detailed-exitcode"],
        answers={},
        cwd=tmp_path,
    )
    assert code == 2, text
