"""Runs the steps of `action.yml` as a runner of GitHub Actions would."""

from __future__ import annotations

import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
ACTION = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """A step that ran."""

    code: int
    told: str
    outputs: dict[str, str]
    summary: str
    path: str


def step(name: str) -> dict[str, Any]:
    """The step of the action whose script is called so."""
    found: dict[str, Any] = next(
        each for each in ACTION["runs"]["steps"] if f"/{name}" in each.get("run", "")
    )
    return found


def _filled(text: str, inputs: dict[str, str], github: dict[str, str]) -> str:
    def value(found: re.Match[str]) -> str:
        where, _, name = found[1].strip().partition(".")
        return {"inputs": inputs, "github": github}[where][name]

    return re.sub(r"\$\{\{(.+?)\}\}", value, text)


def run(
    name: str, workspace: Path, temp: Path, given: dict[str, str], around: dict[str, str]
) -> Ended:
    """Run a step.

    Args:
        name: of its script.
        workspace: where the job's checkout is.
        temp: for the runner's own files.
        given: inputs of the action; the others have their defaults.
        around: more environment variables: secrets of the job, its event.
    """
    unknown = set(given) - set(ACTION["inputs"])
    assert not unknown, f"the action has no input {unknown}"
    github = {"token": around.get("TOKEN", ""), "action_path": str(ROOT)}
    inputs = {
        key: given.get(key, _filled(str(each.get("default", "")), {}, github))
        for key, each in ACTION["inputs"].items()
    }
    found = step(name)
    files = {key: temp / key for key in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY", "GITHUB_PATH")}
    for file in files.values():
        file.touch()
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": os.environ.get("HOME", str(temp)),
        "RUNNER_TEMP": str(temp),
        "GITHUB_WORKSPACE": str(workspace),
        "GITHUB_REPOSITORY": "acme/notifications",
        "GITHUB_ACTIONS": "true",
        **{key: str(file) for key, file in files.items()},
        **{key: value for key, value in around.items() if key != "TOKEN"},
        **{key: _filled(value, inputs, github) for key, value in found.get("env", {}).items()},
    }
    ended = subprocess.run(
        [
            "bash",
            "--noprofile",
            "--norc",
            "-eo",
            "pipefail",
            "-c",
            _filled(found["run"], inputs, github),
        ],
        cwd=workspace,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    lines = files["GITHUB_OUTPUT"].read_text(encoding="utf-8").splitlines()
    summary = files["GITHUB_STEP_SUMMARY"].read_text(encoding="utf-8")
    path = files["GITHUB_PATH"].read_text(encoding="utf-8").strip()
    for file in files.values():
        file.unlink()
    return Ended(
        code=ended.returncode,
        told=ended.stdout,
        outputs=dict(line.partition("=")[::2] for line in lines),
        summary=summary,
        path=path,
    )
