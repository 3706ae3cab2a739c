"""What keeps a record from being written, and how a run that breaks is recorded."""

from __future__ import annotations

import errno
import json
import os
from typing import TYPE_CHECKING, NoReturn

import pytest
from planning_values import declared, planned, project, server

from reconciler.cli.audit import Book
from reconciler.cli.planned import Planned, PlannedRun
from reconciler.cli.runner import Runner
from reconciler.errors import FileError, NetworkError

if TYPE_CHECKING:
    from pathlib import Path

RUNNER = Runner(who="octocat", host="here", commit="", run_url="")


def book(path: Path) -> Book:
    plan = planned(project(declared()), server())
    run = PlannedRun(
        prepared=(Planned(plan=plan, refusals=(), digest="0" * 64),), failures=(), project="acme"
    )
    return Book(path, run, RUNNER, planfile=False)


def test_a_failure_that_we_explain_is_recorded_with_its_exit_code(tmp_path: Path) -> None:
    path = tmp_path / "audit"
    with pytest.raises(NetworkError), book(path):
        raise NetworkError("refused", ambiguous=False)

    ended = json.loads(path.read_text("ascii").splitlines()[-1])
    assert (ended["event"], ended["exit"]) == ("ended", 1)
    assert ended["environments"][0]["outcomes"][0]["result"] == "not-attempted"


def test_half_a_record_is_a_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write = os.write
    monkeypatch.setattr(os, "write", lambda file, line: write(file, line[:9]))
    with pytest.raises(FileError, match="No space left on device"), book(tmp_path / "audit"):
        pass


@pytest.mark.parametrize("number", [errno.EINVAL, errno.EIO])
def test_a_record_that_is_not_on_the_disk_is_a_failure_where_there_is_one(
    number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(_: int) -> NoReturn:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", fails)
    path = tmp_path / "audit"
    if number == errno.EINVAL:
        with book(path):
            pass
        assert len(path.read_text("ascii").splitlines()) == 2
    else:
        with pytest.raises(FileError, match="Input/output error"), book(path):
            pass
