"""Runs that want to write to one environment at the same time."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import click
import pytest
from support.inprocess import ask
from support.states import serving

from reconciler.errors import LockedError
from reconciler.ledger.file_home import FileHome
from reconciler.ledger.holder import this_run
from reconciler.ledger.lock import ContextLock

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Run

    from reconciler.sandbox.application import Sandbox

COMMAND = (sys.executable, "-m", "reconciler")
PROJECT = """\
version: 1
project: tests
environments:
  development:
    apiUrl: ${{env:NOVU_API_URL}}
    apiKey: ${{env:NOVU_DEVELOPMENT_API_KEY}}
    ledger: novu
integrations:
  - identifier: chat
    name: Chat {number}
    providerId: slack
    active: true
    credentials: {{applicationId: A{number}, clientId: "1", secretKey: "${{env:SECRET}}", signingSecret: "${{env:SECRET}}"}}
  - {{identifier: push, name: Push {number}, providerId: fcm, active: true,
     credentials: {{serviceAccount: "${{env:SECRET}}"}}}}
"""


@pytest.fixture
def folder(server: str, project: Callable[..., Path]) -> Path:
    del server
    return project("integrations:\n  - {identifier: discord, providerId: discord, active: true}\n")


def lock_of_somebody(sandbox: Sandbox, *, seconds: float, number: int = 1) -> None:
    """Somebody else's run holds the lock for so long still."""
    expires = time.strftime("%Y-%m-%dT%H:%M:%S+00:00", time.gmtime(time.time() + seconds))
    data = {
        "holder": "anna",
        "host": "laptop",
        "run": "https://ci.example/7",
        "nonce": "theirs",
        "expires": expires,
        "released": False,
    }
    body = {"type": "novu-sync", "id": f"lock-{number}", "data": data}
    assert ask(sandbox, "POST", "/v2/contexts", body).status == 201


def chats(sandbox: Sandbox) -> dict[str, dict[str, object]]:
    rows = sandbox._store.integrations.find(deleted=False)
    return {row["identifier"]: row for row in rows if row["identifier"] in ("chat", "push")}


def applied(folders: list[Path], *options: str) -> list[subprocess.CompletedProcess[str]]:
    """Apply all of them at once, each in a process of its own."""

    def apply(folder: Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*COMMAND, "apply", "-c", str(folder), "--yes", *options],
            capture_output=True,
            text=True,
            check=False,
            timeout=240,
        )

    with ThreadPoolExecutor(len(folders)) as pool:
        return list(pool.map(apply, folders))


@pytest.fixture
def different(
    server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[int], list[Path]]:
    """Projects that declare the same integrations otherwise, each in a folder of its own."""
    del server
    monkeypatch.setenv("SECRET", "planted-secret")

    def make(count: int) -> list[Path]:
        folders = []
        for number in range(count):
            folder = tmp_path / str(number)
            folder.mkdir()
            (folder / "novu-sync.yaml").write_text(PROJECT.format(number=number), "utf-8")
            folders.append(folder)
        return folders

    return make


@pytest.mark.parametrize(("count", "options"), [(2, ()), (10, ()), (10, ("--lock-timeout", "200"))])
def test_applies_at_once_of_different_content_end_as_one_of_them_and_the_ledger_is_true(
    count: int,
    options: tuple[str, ...],
    different: Callable[[int], list[Path]],
    sandbox: Sandbox,
    novu_sync: Callable[..., Run],
) -> None:
    """Serialised where they wait, refused with exit 7 where they do not."""
    folders = different(count)
    runs = applied(folders, *options)
    codes = {each.returncode for each in runs}
    assert codes <= ({0} if options else {0, 7}), [each.stderr for each in runs]
    assert 0 in codes
    for each in runs:
        assert each.returncode == 0 or "another run holds the lock" in each.stderr
        assert "planted-secret" not in each.stdout + each.stderr
    rows = chats(sandbox)
    last = int(str(rows["chat"]["name"]).removeprefix("Chat "))
    assert rows["push"]["name"] == f"Push {last}"
    assert runs[last].returncode == 0
    assert novu_sync("plan", "-c", folders[last], "--detailed-exitcode").code == 0
    other = next(number for number in range(count) if number != last)
    plan = novu_sync("plan", "-c", folders[other], "-o", "json")
    fields = {
        each["path"]
        for change in json.loads(plan.out)["environments"][0]["changes"]
        for each in change["fields"]
    }
    assert fields == {"name", "credentials.applicationId"}


def test_a_second_run_ends_with_7_and_is_told_who_and_until_when(
    folder: Path, sandbox: Sandbox, novu_sync: Callable[..., Run]
) -> None:
    lock_of_somebody(sandbox, seconds=100)
    run = novu_sync("apply", "-c", folder, "--yes")
    assert run.code == 7, run
    assert "anna on laptop (https://ci.example/7), until " in run.err
    assert "--lock-timeout" in run.err
    rows = ask(sandbox, "GET", "/v1/integrations").data
    assert "discord" not in {row["identifier"] for row in rows}
    assert novu_sync("plan", "-c", folder).code == 0  # reading needs no lock


def test_a_lock_whose_time_has_passed_is_taken_over_with_a_warning(
    folder: Path, sandbox: Sandbox, novu_sync: Callable[..., Run]
) -> None:
    lock_of_somebody(sandbox, seconds=-2)
    run = novu_sync("apply", "-c", folder, "--yes")
    assert run.code == 0, run
    assert "warning: took over the lock of anna on laptop" in run.err


def test_a_run_waits_for_the_lock_as_long_as_it_is_told(
    folder: Path, sandbox: Sandbox, novu_sync: Callable[..., Run]
) -> None:
    lock_of_somebody(sandbox, seconds=2)
    begun = time.monotonic()
    assert novu_sync("apply", "-c", folder, "--yes", "--lock-timeout", "60").code == 0
    assert 1 < time.monotonic() - begun < 30


def test_unlock_says_that_nobody_holds_it(folder: Path, novu_sync: Callable[..., Run]) -> None:
    run = novu_sync("unlock", "-c", folder)
    assert (run.code, run.out) == (0, "development: nobody holds the lock\n")


def test_unlock_lifts_it_and_the_next_run_goes_on(
    folder: Path, sandbox: Sandbox, novu_sync: Callable[..., Run]
) -> None:
    lock_of_somebody(sandbox, seconds=100)
    run = novu_sync("unlock", "-c", folder)
    assert run.code == 64, run
    assert "Add --yes" in run.err
    run = novu_sync("unlock", "-c", folder, "--yes")
    assert run.code == 0, run
    assert run.out == "development: the lock of anna on laptop (https://ci.example/7) is lifted\n"
    run = novu_sync("apply", "-c", folder, "--yes")
    assert run.code == 0, run
    assert "warning" not in run.err


@pytest.mark.parametrize(("answer", "code"), [(True, 0), (False, 130)])
def test_unlock_asks_on_a_terminal(
    *,
    answer: bool,
    code: int,
    folder: Path,
    sandbox: Sandbox,
    novu_sync: Callable[..., Run],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[str] = []

    def confirm(text: str, **_: object) -> bool:
        asked.append(text)
        return answer

    monkeypatch.setattr(click, "confirm", confirm)
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True)
    lock_of_somebody(sandbox, seconds=100)
    assert novu_sync("unlock", "-c", folder).code == code
    assert asked == [
        "anna on laptop (https://ci.example/7) holds the lock of development. Lift it?"
    ]
    assert novu_sync("apply", "-c", folder, "--yes").code == (0 if answer else 7)


def test_a_lock_that_is_lifted_while_a_run_goes_on_ends_its_writes(
    folder: Path,
    sandbox: Sandbox,
    novu_sync: Callable[..., Run],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def lost(_: ContextLock) -> None:
        raise LockedError("this run no longer holds the lock: somebody lifted it")

    monkeypatch.setattr(ContextLock, "check", lost)
    run = novu_sync("apply", "-c", folder, "--yes")
    assert run.code == 1, run
    assert "no longer holds the lock: somebody lifted it" in run.out
    assert "discord" not in {row["identifier"] for row in sandbox._store.integrations.find()}


def test_where_the_ledger_is_a_file_it_is_told_who_holds_it(
    server: str, project: Callable[..., Path], novu_sync: Callable[..., Run]
) -> None:
    del server
    folder = project("integrations: []\n", head="    ledger: file\n")
    assert novu_sync("unlock", "-c", folder).out == "development: nobody holds the lock\n"
    held = FileHome(folder, project="tests", environment="development")
    held.hold(this_run({"GITHUB_ACTOR": "anna", "CI_JOB_URL": "https://ci.example/7"}))
    run = novu_sync("apply", "-c", folder, "--yes", "--lock-timeout", "0.1")
    assert run.code == 7, run
    assert "anna on " in run.err
    assert "(https://ci.example/7)" in run.err
    run = novu_sync("unlock", "-c", folder, "--yes")
    assert run.code == 64, run
    assert "until that ends" in run.err
    (folder / ".novu-sync" / "development.ledger.lock").write_text("[]", "utf-8")
    assert novu_sync("unlock", "-c", folder).out == "development: nobody holds the lock\n"
    assert novu_sync("apply", "-c", folder, "--yes").code == 7
    held.let_go()
    assert novu_sync("apply", "-c", folder, "--yes").code == 0
    assert not list((folder / ".novu-sync").iterdir())


def test_without_a_ledger_there_is_no_lock(
    server: str, project: Callable[..., Path], novu_sync: Callable[..., Run]
) -> None:
    del server
    folder = project("integrations: []\n", head="    ledger: none\n")
    assert novu_sync("apply", "-c", folder, "--yes").code == 0
    assert novu_sync("unlock", "-c", folder).out == "development: nobody holds the lock\n"


HTTP = """\
    ledger:
      backend: http
      address: ${env:STATE_URL}
      username: ci
      password: ${env:STATE_PASSWORD}
"""
GITLAB = """\
      lockAddress: ${env:STATE_URL}/lock
      lockMethod: POST
      unlockMethod: DELETE
"""


@pytest.mark.parametrize("gitlab", [False, True], ids=["terraform", "gitlab"])
def test_a_ledger_on_a_server_of_states_goes_through_a_whole_life(
    *,
    gitlab: bool,
    server: str,
    project: Callable[..., Path],
    novu_sync: Callable[..., Run],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    del server
    monkeypatch.setenv("SECRET", "planted-secret")
    monkeypatch.setenv("STATE_PASSWORD", "planted-password")
    chat = (
        "integrations:\n  - {identifier: push, providerId: fcm, active: true,"
        ' credentials: {serviceAccount: "${env:SECRET}"}}\n'
    )
    folder = project(chat, head=HTTP + (GITLAB if gitlab else ""))
    with serving(gitlab=gitlab, user=("ci", "planted-password")) as states:
        monkeypatch.setenv("STATE_URL", states.url)
        assert novu_sync("apply", "-c", folder, "--yes", "-v").code == 0
        plan = novu_sync("plan", "-c", folder, "--detailed-exitcode")
        assert plan.code == 0, plan
        assert "ledger: http, 1 entry" in plan.out
        monkeypatch.setenv("SECRET", "planted-rotated")
        plan = novu_sync("plan", "-c", folder, "--detailed-exitcode")
        assert plan.code == 2, plan
        assert "~ credentials.serviceAccount  (secret, changed)" in plan.out
        assert novu_sync("apply", "-c", folder, "--yes").code == 0
        assert novu_sync("plan", "-c", folder, "--detailed-exitcode").code == 0
        assert states.lock is None
        assert b"planted" not in states.body
        states.lock = {"ID": "theirs", "Who": "bob@desk"}
        run = novu_sync("apply", "-c", folder, "--yes")
        assert run.code == 7, run
        assert "bob@desk" in run.err
        assert "bob@desk" in novu_sync("unlock", "-c", folder, "--yes").out
        assert novu_sync("apply", "-c", folder, "--yes").code == 0
        assert novu_sync("doctor", "-c", folder).code == 0
        monkeypatch.setenv("STATE_PASSWORD", "planted-wrong")
        run = novu_sync("apply", "-c", folder, "--yes")
        assert run.code == 1, run
        assert "ledger.username" in run.err
        assert "planted" not in run.out + run.err
    assert [each.name for each in folder.rglob("*")] == ["novu-sync.yaml"]


def test_the_host_of_a_ledger_has_to_be_allowed_as_well(
    server: str,
    project: Callable[..., Path],
    novu_sync: Callable[..., Run],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    del server
    folder = project("integrations: []\n", head=HTTP)
    monkeypatch.setenv("STATE_PASSWORD", "planted-password")
    monkeypatch.setenv("STATE_URL", "https://state.example/x")
    run = novu_sync("plan", "-c", folder)
    assert run.code == 6, run
    assert "--allow-host state.example" in run.err
    monkeypatch.setenv("STATE_URL", "state.example")
    for command in (("plan",), ("unlock",)):
        run = novu_sync(*command, "-c", folder)
        assert run.code == 3, run
        assert "NS422" in run.err
    monkeypatch.delenv("STATE_URL")
    assert novu_sync("plan", "-c", folder).code == 3
