"""What `doctor` looks at, how it goes on after a failure, and what it ends with."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from support.inprocess import ask

from reconciler.ledger.file_home import FileHome
from reconciler.ledger.holder import this_run

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Run

    from reconciler.sandbox.application import Sandbox

PRODUCTION = (
    "  production:\n    apiUrl: ${env:NOVU_API_URL}\n    apiKey: ${env:NOVU_PRODUCTION_API_KEY}\n"
)
CHAT = 'integrations:\n  - {identifier: "c", name: C, providerId: discord, active: true}\n'


def levels(run: Run) -> dict[tuple[str, str], str]:
    """Levels by environment and check."""
    checks = json.loads(run.out)["checks"]
    return {(each["environment"], each["check"]): each["level"] for each in checks}


@pytest.fixture
def folder(server: str, project: Callable[..., Path]) -> Path:
    del server
    return project(CHAT, head=PRODUCTION)


def test_all_environments_are_looked_at_unless_some_are_named(
    folder: Path, novu_sync: Callable[..., Run]
) -> None:
    every = novu_sync("doctor", "-c", folder, "-o", "json")
    assert every.code == 0, every
    assert {name for name, _ in levels(every)} == {"", "development", "production"}
    assert set(levels(every).values()) == {"ok"}
    one = novu_sync("doctor", "-c", folder, "-e", "production", "-o", "json")
    assert {name for name, _ in levels(one)} == {"", "production"}


def test_an_environment_that_is_not_there_is_wrong_usage(
    folder: Path, novu_sync: Callable[..., Run]
) -> None:
    run = novu_sync("doctor", "-c", folder, "-e", "staging")
    assert run.code == 64, run


def test_a_host_that_is_none_is_wrong_usage(folder: Path, novu_sync: Callable[..., Run]) -> None:
    run = novu_sync("doctor", "-c", folder, "--allow-host", "a:b:c")
    assert run.code == 64, run


def test_without_a_project_the_first_check_fails_with_what_to_do(
    tmp_path: Path, novu_sync: Callable[..., Run]
) -> None:
    run = novu_sync("doctor", "-c", tmp_path)
    assert run.code == 1, run
    assert "fail  project" in run.out
    assert "0 ok, 1 failed" in run.out


def test_a_missing_key_does_not_keep_the_others_from_being_tried(
    folder: Path, novu_sync: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NOVU_DEVELOPMENT_API_KEY")
    run = novu_sync("doctor", "-c", folder, "-o", "json")
    assert run.code == 8, run
    assert levels(run)["development", "key"] == "fail"
    assert levels(run)["production", "key"] == "ok"


def test_a_server_that_is_gone_is_the_worlds_failure(
    folder: Path, novu_sync: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NOVU_API_URL", "http://127.0.0.1:1")
    run = novu_sync("doctor", "-c", folder, "-e", "production", "-o", "json")
    assert run.code == 1, run
    assert levels(run)["production", "server"] == "fail"


def test_the_key_goes_to_no_host_that_only_the_yaml_names(
    folder: Path, novu_sync: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NOVU_API_URL", "https://novu.attacker.example")
    run = novu_sync("doctor", "-c", folder, "-v")
    assert run.code == 6, run
    assert "is not sent to novu.attacker.example" in run.out
    assert "GET" not in run.err


def test_a_dotenv_file_with_slips_ends_the_look_after_the_configuration(
    folder: Path, novu_sync: Callable[..., Run]
) -> None:
    (folder / ".env").write_text("no variable", "utf-8")
    run = novu_sync("doctor", "-c", folder, "--env-file", folder / ".env", "-o", "json")
    assert run.code == 3, run
    assert levels(run)["", "values"] == "fail"


def test_settings_with_findings_fail_where_they_stand_and_the_other_key_is_tried(
    server: str, project: Callable[..., Path], novu_sync: Callable[..., Run]
) -> None:
    del server
    folder = project(CHAT, head="  production:\n    apikey: 1\n")
    run = novu_sync("doctor", "-c", folder, "-o", "json")
    assert run.code == 3, run
    assert levels(run)["production", "configuration"] == "fail"
    assert levels(run)["development", "key"] == "ok"
    assert ("development", "values") not in levels(run)


def test_a_project_that_cannot_be_read_is_told_whichever_environment_is_named(
    folder: Path, novu_sync: Callable[..., Run]
) -> None:
    (folder / "novu-sync.yaml").write_text("version: 1\nproject: [", "utf-8")
    run = novu_sync("doctor", "-c", folder, "-e", "production", "-o", "json")
    assert run.code == 3, run
    assert levels(run) == {("", "project"): "ok", ("", "configuration"): "fail"}


def test_a_ledger_that_cannot_be_read_fails(folder: Path, novu_sync: Callable[..., Run]) -> None:
    (folder / ".novu-sync" / "development.ledger.json").mkdir(parents=True)
    run = novu_sync("doctor", "-c", folder, "-e", "development", "-o", "json")
    assert run.code == 1, run
    assert levels(run)["development", "ledger"] == "fail"


def test_it_leaves_nothing_behind_and_disturbs_no_run_that_applies(
    folder: Path, novu_sync: Callable[..., Run]
) -> None:
    before = sorted(folder.rglob("*"))
    assert novu_sync("doctor", "-c", folder).code == 0
    assert sorted(folder.rglob("*")) == before
    held = FileHome(folder, project="tests", environment="development")
    held.hold(this_run({}))
    run = novu_sync("doctor", "-c", folder)
    held.let_go()
    assert run.code == 0, run


def test_a_run_that_holds_the_lock_is_named_and_stops_no_look(
    sandbox: Sandbox, folder: Path, novu_sync: Callable[..., Run]
) -> None:
    data = {"holder": "anna", "host": "runner-7", "nonce": "n", "expires": "2999-01-01T00:00:00Z"}
    lock = {"type": "novu-sync", "id": "lock-1", "data": data}
    assert ask(sandbox, "POST", "/v2/contexts", lock).status == 201
    run = novu_sync("doctor", "-c", folder)
    assert run.code == 0, run
    assert "warn  lock           held by anna on runner-7" in run.out
    assert "novu-sync unlock -e development" in run.out
    assert levels(novu_sync("doctor", "-c", folder, "-o", "json"))["production", "lock"] == "ok"
