from __future__ import annotations

import getpass
import platform
import subprocess
from typing import TYPE_CHECKING

import pytest

from reconciler.cli import runner as rooms
from reconciler.cli.runner import runner

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("variables", "who", "commit", "url"),
    [
        (
            {
                "GITHUB_ACTOR": "octocat",
                "GITHUB_SHA": "a1",
                "GITHUB_SERVER_URL": "https://github.example",
                "GITHUB_REPOSITORY": "acme/novu",
                "GITHUB_RUN_ID": "7",
            },
            "octocat",
            "a1",
            "https://github.example/acme/novu/actions/runs/7",
        ),
        (
            {
                "GITLAB_USER_LOGIN": "tanuki",
                "CI_COMMIT_SHA": "b2",
                "CI_JOB_URL": "https://gitlab.example/acme/-/jobs/9?a=b#c",
            },
            "tanuki",
            "b2",
            "https://gitlab.example/acme/-/jobs/9?a=b#c",
        ),
        ({"GITHUB_ACTOR": "x", "GIT_COMMIT": "c3", "GITHUB_RUN_ID": "7"}, "x", "c3", ""),
        (
            {"GITHUB_ACTOR": "x", "GIT_COMMIT": "c", "BUILD_URL": "https://u:p@ci/1"},
            "x",
            "c",
            "https://ci/1",
        ),
        ({"GITHUB_ACTOR": "x", "GIT_COMMIT": "c", "BUILD_URL": "https://[ci/1"}, "x", "c", ""),
    ],
)
def test_a_job_tells_who_where_and_of_which_commit(
    variables: dict[str, str], who: str, commit: str, url: str, tmp_path: Path
) -> None:
    found = runner(tmp_path, variables)

    assert (found.who, found.commit, found.run_url) == (who, commit, url)
    assert found.host == platform.node()


def test_without_a_job_the_machine_and_git_tell(tmp_path: Path) -> None:
    def git(*words: str) -> str:
        identity = ("-c", "user.name=x", "-c", "user.email=x@x.example")
        done = subprocess.run(
            ["git", "-C", str(tmp_path), *identity, *words],
            check=True,
            capture_output=True,
            text=True,
        )
        return done.stdout.strip()

    assert runner(tmp_path, {}).commit == ""
    git("init", "-q")
    assert runner(tmp_path, {}).commit == ""
    git("commit", "-q", "--allow-empty", "-m", "x")
    found = runner(tmp_path, {})

    assert found.commit == git("rev-parse", "HEAD")
    assert found.who == getpass.getuser()
    assert found.run_url == ""


def test_a_machine_without_git_or_without_a_name_for_its_user_still_tells_something(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nobody() -> str:
        raise KeyError("getpwuid(): uid not found")

    monkeypatch.setattr(rooms.getpass, "getuser", nobody)
    monkeypatch.setenv("PATH", str(tmp_path))
    found = runner(tmp_path, {})

    assert found.who.isdigit()
    assert found.commit == ""
