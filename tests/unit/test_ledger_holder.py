from __future__ import annotations

import getpass
import socket
from typing import TYPE_CHECKING

import pytest

from reconciler.ledger.holder import Holder, decode, this_run

if TYPE_CHECKING:
    from collections.abc import Mapping

GITHUB = {
    "GITHUB_SERVER_URL": "https://github.com",
    "GITHUB_REPOSITORY": "acme/notifications",
    "GITHUB_RUN_ID": "42",
    "GITHUB_ACTOR": "anna",
}
AZURE = {
    "SYSTEM_COLLECTIONURI": "https://dev.azure.com/acme/",
    "SYSTEM_TEAMPROJECT": "notifications",
    "BUILD_BUILDID": "42",
}
BITBUCKET = {
    "BITBUCKET_GIT_HTTP_ORIGIN": "https://bitbucket.org/acme/notifications",
    "BITBUCKET_BUILD_NUMBER": "42",
}


@pytest.mark.parametrize(
    ("variables", "run"),
    [
        (GITHUB, "https://github.com/acme/notifications/actions/runs/42"),
        ({"CI_JOB_URL": "https://gitlab.com/a/b/-/jobs/7"}, "https://gitlab.com/a/b/-/jobs/7"),
        ({"BUILD_URL": "https://ci.acme.com/job/7/"}, "https://ci.acme.com/job/7/"),
        (AZURE, "https://dev.azure.com/acme/notifications/_build/results?buildId=42"),
        (BITBUCKET, "https://bitbucket.org/acme/notifications/pipelines/results/42"),
        ({}, ""),
        ({"BUILD_URL": "https://user:secret@ci.acme.com/job/7/"}, ""),
        ({"BUILD_URL": "ftp://ci.acme.com"}, ""),
        ({"BUILD_URL": "https://ci.acme.com/" + "x" * 300}, ""),
        ({"GITHUB_RUN_ID": "42"}, ""),
    ],
)
def test_a_ci_system_tells_where_its_run_is_shown(variables: Mapping[str, str], run: str) -> None:
    assert this_run(variables).run == run


def test_who_and_where_come_from_ci_or_else_from_the_machine() -> None:
    assert this_run(GITHUB).name == "anna"
    assert this_run({}).name == getpass.getuser()
    assert this_run({}).host == socket.gethostname()


def test_a_user_without_a_name_is_somebody(monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody() -> str:
        raise KeyError("getpwuid(): uid not found")

    monkeypatch.setattr(getpass, "getuser", nobody)
    found = this_run({})
    assert found.name == ""
    assert str(Holder()) == "somebody"


def test_no_two_runs_are_the_same() -> None:
    assert this_run({}).nonce != this_run({}).nonce


def test_a_holder_is_read_back() -> None:
    holder = Holder(name="anna", host="laptop", run="https://ci.example/7", nonce="n")
    assert decode(holder.encode()) == holder
    assert str(holder) == "anna on laptop (https://ci.example/7)"


def test_what_somebody_else_wrote_is_shown_plain() -> None:
    row = {"holder": "a\x1b[31m\nb" + "x" * 999, "host": 7, "run": "javascript:x", "nonce": None}
    found = decode(row)
    assert "\x1b" not in str(found)
    assert "\n" not in str(found)
    assert len(found.name) == 300
    assert (found.host, found.run, found.nonce) == ("", "", "")
