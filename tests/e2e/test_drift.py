"""What a nightly job hears, on every generation of the server."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from support.inprocess import ask

from reconciler.sandbox.application import Sandbox
from reconciler.sandbox.server import running

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from conftest import Run

PROJECT = """
integrations:
  - identifier: twilio
    name: Twilio
    providerId: twilio
    active: true
    primary: true
    credentials: {accountSid: "${env:TWILIO_SID:-AC-made-up}", token: "${env:TWILIO_TOKEN}", from: "+15550100"}
  - identifier: team
    name: Team
    providerId: mattermost
    active: true
    conditions:
      - children: [{field: identifier, value: acme, operator: EQUAL, on: tenant}]
  - {identifier: push, name: Push, providerId: expo, credentials: {apiKey: "${env:EXPO_KEY}"}}
"""


@pytest.fixture(params=["2024-10", "2026-04", "2026-11"])
def novu(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    with Sandbox(generation=request.param) as sandbox, running(sandbox) as url:
        monkeypatch.setenv("NOVU_API_URL", url)
        monkeypatch.setenv("NOVU_DEVELOPMENT_API_KEY", "sandbox-development")
        monkeypatch.setenv("TWILIO_TOKEN", "planted-token-1")
        monkeypatch.setenv("EXPO_KEY", "planted-expo-1")
        yield sandbox


def row(sandbox: Sandbox, identifier: str) -> dict[str, Any]:
    rows = ask(sandbox, "GET", "/v1/integrations").data
    (found,) = [each for each in rows if each["identifier"] == identifier]
    return dict(found)


def edit(sandbox: Sandbox, identifier: str, **fields: object) -> None:
    """As somebody does in the dashboard."""
    target = f"/v1/integrations/{row(sandbox, identifier)['_id']}"
    assert ask(sandbox, "PUT", target, fields).status == 200


def drifted(novu_sync: Callable[..., Run], folder: Path, code: int) -> list[tuple[str, str, str]]:
    run = novu_sync("drift", "-c", folder, "-o", "json")
    assert run.code == code, run
    assert "planted" not in run.out + run.err
    document = json.loads(run.out)
    assert document["empty"] is (code == 0)
    return [
        (each["identifier"], each["cause"], each["path"] or "")
        for environment in document["environments"]
        for each in environment["differences"]
    ]


def test_a_night_after_an_apply_is_quiet_and_every_edit_is_named_after_who_made_it(
    novu: Sandbox,
    project: Callable[..., Path],
    novu_sync: Callable[..., Run],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    folder = project(PROJECT)
    assert novu_sync("apply", "-c", folder, "--yes").code == 0
    assert drifted(novu_sync, folder, 0) == []

    edit(novu, "team", name="Edited", conditions=[])
    edit(novu, "push", name="Edited")
    project(PROJECT.replace("name: Push", "name: Push (new)").replace("name: Twilio", "name: T"))
    monkeypatch.setenv("TWILIO_TOKEN", "planted-token-2")
    assert drifted(novu_sync, folder, 2) == [
        ("push", "both", "name"),
        ("team", "drifted", "conditions[0]"),
        ("team", "drifted", "name"),
        ("twilio", "config-change", "credentials.token"),
        ("twilio", "config-change", "name"),
    ]

    assert novu_sync("apply", "-c", folder, "--yes").code == 0
    assert drifted(novu_sync, folder, 0) == []


def test_what_was_deleted_or_made_anew_there_is_told_and_an_apply_makes_it_quiet(
    novu: Sandbox, project: Callable[..., Path], novu_sync: Callable[..., Run]
) -> None:
    folder = project(PROJECT)
    assert novu_sync("apply", "-c", folder, "--yes").code == 0
    team = row(novu, "team")
    for identifier in ("push", "team"):
        target = f"/v1/integrations/{row(novu, identifier)['_id']}"
        assert ask(novu, "DELETE", target).status == 200
    body = {key: team[key] for key in ("identifier", "name", "providerId", "channel", "active")}
    made = ask(
        novu,
        "POST",
        "/v1/integrations",
        {**body, "credentials": {}, "conditions": team["conditions"]},
    )
    assert made.status < 300
    assert drifted(novu_sync, folder, 2) == [("push", "drifted", ""), ("team", "drifted", "")]
    assert novu_sync("apply", "-c", folder, "--yes").code == 0
    assert drifted(novu_sync, folder, 0) == []


def test_a_nightly_job_needs_no_secret_but_the_api_key(
    novu: Sandbox,
    project: Callable[..., Path],
    novu_sync: Callable[..., Run],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    folder = project(PROJECT)
    assert novu_sync("apply", "-c", folder, "--yes").code == 0
    for name in ("TWILIO_TOKEN", "EXPO_KEY"):
        monkeypatch.delenv(name)
    assert novu_sync("drift", "-c", folder).code == 3
    quiet = novu_sync("drift", "-c", folder, "--no-secrets")
    assert quiet.code == 0, quiet
    edit(novu, "team", name="Edited")
    readable = row(novu, "push")["credentials"].get("apiKey") == "planted-expo-1"
    if readable:
        edit(novu, "push", credentials={"apiKey": "made-up-by-hand"})
    told = novu_sync("drift", "-c", folder, "--no-secrets", "-o", "json")
    assert told.code == 2, told
    assert "made-up" not in told.out + told.err
    (environment,) = json.loads(told.out)["environments"]
    assert {(each["identifier"], each["cause"]) for each in environment["differences"]} == {
        ("team", "drifted"),
        *([("push", "drifted")] if readable else []),
    }


def test_without_a_ledger_nothing_is_blamed_on_anybody(
    novu: Sandbox, project: Callable[..., Path], novu_sync: Callable[..., Run]
) -> None:
    folder = project(PROJECT, head="    ledger: file\n")
    assert novu_sync("apply", "-c", folder, "--yes").code == 0
    edit(novu, "team", name="Edited")
    (folder / ".novu-sync" / "development.ledger.json").unlink()
    assert {cause for _, cause, _ in drifted(novu_sync, folder, 2)} == {"unverifiable"}


def test_a_server_that_is_away_and_a_broken_project_are_no_drift(
    project: Callable[..., Path], novu_sync: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NOVU_API_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("NOVU_DEVELOPMENT_API_KEY", "sandbox-development")
    folder = project("integrations: []\n")
    run = novu_sync("drift", "-c", folder)
    assert (run.code, run.out) == (1, ""), run
    folder = project("integrations: [{}]\n")
    run = novu_sync("drift", "-c", folder, "-o", "json")
    assert run.code == 3, run
    assert json.loads(run.out)["kind"] == "findings"
