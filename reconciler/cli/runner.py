"""Who runs this, on which machine, of which commit: as the CI job or the machine tells."""

from __future__ import annotations

import getpass
import os
import platform
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_WHO = ("GITHUB_ACTOR", "GITLAB_USER_LOGIN", "BUILDKITE_BUILD_CREATOR", "CIRCLE_USERNAME")
_COMMIT = (
    "GITHUB_SHA",
    "CI_COMMIT_SHA",
    "BUILDKITE_COMMIT",
    "CIRCLE_SHA1",
    "BITBUCKET_COMMIT",
    "BUILD_SOURCEVERSION",
    "GIT_COMMIT",
)
_RUN = ("CI_JOB_URL", "BUILDKITE_BUILD_URL", "CIRCLE_BUILD_URL", "BUILD_URL")


@dataclass(frozen=True, slots=True, kw_only=True)
class Runner:
    """Who runs a command, and where.

    Attributes:
        who: the person or bot that started the CI job, else the user of the machine.
        host: the machine's name; may be empty.
        commit: of the configuration; empty where nobody tells.
        run_url: the CI job's page; empty where there is none.
    """

    who: str
    host: str
    commit: str
    run_url: str


def runner(directory: Path, variables: Mapping[str, str] = os.environ) -> Runner:
    """Who runs this.

    Args:
        directory: of the project; its commit is asked of git where no CI job tells one.
        variables: of the process.
    """
    return Runner(
        who=_first(variables, _WHO) or _user(),
        host=platform.node(),
        commit=_first(variables, _COMMIT) or _commit(directory),
        run_url=_without_user(_github(variables) or _first(variables, _RUN)),
    )


def _first(variables: Mapping[str, str], names: tuple[str, ...]) -> str:
    return next((variables[name] for name in names if variables.get(name)), "")


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container's number without a name
        return str(os.getuid())


def _commit(directory: Path) -> str:
    words = ["git", "-C", str(directory), "rev-parse", "--verify", "HEAD"]
    try:
        done = subprocess.run(  # noqa: S603 - fixed words and a directory
            words, capture_output=True, text=True, timeout=10, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def _github(variables: Mapping[str, str]) -> str:
    names = ("GITHUB_SERVER_URL", "GITHUB_REPOSITORY", "GITHUB_RUN_ID")
    server, repository, run = (variables.get(name, "") for name in names)
    return f"{server}/{repository}/actions/runs/{run}" if server and repository and run else ""


def _without_user(url: str) -> str:
    """An address may hold a token before its host, which is nobody's to keep."""
    try:
        parts = urlsplit(url)
        return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
    except ValueError:
        return ""
