"""What an apply does to a server, and what the next plan makes of it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest
from support.inprocess import ask

from reconciler.sandbox.application import Sandbox
from reconciler.sandbox.faults import Fault
from reconciler.sandbox.server import running

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Run

SENDGRID = """
  - identifier: {name}
    name: {name}
    providerId: sendgrid
    active: true
    primary: {primary}
    credentials:
      apiKey: ${{env:SENDGRID_KEY:-made-up}}
      from: a@acme.example
      senderName: Acme
"""
SLACK = """
  - identifier: {name}
    name: {title}
    providerId: slack
    active: true
    credentials:
      applicationId: A0
      clientId: "1"
      secretKey: ${{env:SLACK_SECRET:-one}}
      signingSecret: ${{env:SLACK_SIGNING:-two}}
"""


def slack(name: str = "slack", title: str = "Slack") -> str:
    return SLACK.format(name=name, title=title)


def sendgrid(name: str, *, primary: bool = False) -> str:
    text = SENDGRID.format(name=name, primary="true" if primary else "false")
    return text if primary else text.replace("    primary: false\n", "")


def rows(sandbox: Sandbox) -> dict[str, dict[str, object]]:
    return {row["identifier"]: row for row in ask(sandbox, "GET", "/v1/integrations").data}


def faulty(*specs: str) -> Sandbox:
    return Sandbox(faults=[Fault.parse(spec) for spec in specs])


@pytest.fixture
def keys(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    monkeypatch.setenv("NOVU_DEVELOPMENT_API_KEY", "sandbox-development")
    return monkeypatch


def test_one_field_and_one_secret_are_two_changes_and_no_value_is_shown(
    sandbox: Sandbox,
    server: str,
    project: Callable[..., Path],
    novu_sync: Callable[..., Run],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    del server
    folder = project("integrations:" + slack() + slack("slack-2"))
    assert novu_sync("apply", "-c", folder, "--yes").code == 0
    monkeypatch.setenv("SLACK_SIGNING", "rotated-signing-secret")
    project("integrations:" + slack(title="Renamed") + slack("slack-2"))
    plan = novu_sync("plan", "-c", folder, "-o", "json", "--detailed-exitcode")
    assert plan.code == 2, plan
    document = json.loads(plan.out)
    changed = {
        change["identifier"]: [field["path"] for field in change["fields"]]
        for change in document["environments"][0]["changes"]
        if change["action"] == "update"
    }
    assert changed == {
        "slack": ["credentials.signingSecret", "name"],
        "slack-2": ["credentials.signingSecret"],
    }
    assert "rotated-signing-secret" not in plan.out + plan.err
    apply = novu_sync("apply", "-c", folder, "--yes")
    assert apply.code == 0, apply
    assert rows(sandbox)["slack"]["name"] == "Renamed"
    assert novu_sync("plan", "-c", folder, "--detailed-exitcode").code == 0


@pytest.mark.usefixtures("server")
def test_without_a_ledger_credentials_are_sent_once_and_then_it_is_quiet(
    sandbox: Sandbox, project: Callable[..., Path], novu_sync: Callable[..., Run]
) -> None:
    folder = project("integrations:" + slack())
    assert novu_sync("apply", "-c", folder, "--yes").code == 0
    for context in ask(sandbox, "GET", "/v2/contexts?type=novu-sync").data:
        if context["id"].startswith("ledger-"):
            ask(sandbox, "DELETE", f"/v2/contexts/novu-sync/{context['id']}")
    plan = novu_sync("plan", "-c", folder, "--detailed-exitcode")
    assert plan.code == 2, plan
    assert "unverifiable" in plan.out
    assert novu_sync("apply", "-c", folder, "--yes").code == 0
    assert novu_sync("plan", "-c", folder, "--detailed-exitcode").code == 0


def test_the_built_in_inbox_is_adopted_and_keeps_its_identifier(
    sandbox: Sandbox, server: str, project: Callable[..., Path], novu_sync: Callable[..., Run]
) -> None:
    del server
    before = {name for name, row in rows(sandbox).items() if row["channel"] == "in_app"}
    folder = project(
        "integrations:\n  - identifier: inbox\n    name: Ours\n    providerId: novu\n    active: true\n"
    )
    assert novu_sync("apply", "-c", folder, "--yes").code == 0
    after = {name: row for name, row in rows(sandbox).items() if row["channel"] == "in_app"}
    assert set(after) == before
    assert next(iter(after.values()))["name"] == "Ours"
    assert novu_sync("plan", "-c", folder, "--detailed-exitcode").code == 0


def test_the_primary_moves_from_novus_demo_provider_and_then_between_ours(
    sandbox: Sandbox, server: str, project: Callable[..., Path], novu_sync: Callable[..., Run]
) -> None:
    del server
    folder = project("integrations:" + sendgrid("a", primary=True) + sendgrid("b"))
    plan = novu_sync("plan", "-c", folder)
    assert "1 to set primary" in plan.out, plan
    assert novu_sync("apply", "-c", folder, "--yes").code == 0
    assert [name for name, row in rows(sandbox).items() if row["primary"]] == ["a"]
    assert novu_sync("plan", "-c", folder, "--detailed-exitcode").code == 0
    project("integrations:" + sendgrid("a") + sendgrid("b", primary=True))
    assert novu_sync("apply", "-c", folder, "--yes").code == 0
    assert [name for name, row in rows(sandbox).items() if row["primary"]] == ["b"]
    assert novu_sync("plan", "-c", folder, "--detailed-exitcode").code == 0


def test_what_is_declared_no_more_is_unmanaged_until_it_is_pruned_within_the_guard(
    sandbox: Sandbox, server: str, project: Callable[..., Path], novu_sync: Callable[..., Run]
) -> None:
    del server
    folder = project("integrations:" + slack("one") + slack("two") + slack("three"))
    assert novu_sync("apply", "-c", folder, "--yes").code == 0
    project("integrations:" + slack("one"))
    plan = novu_sync("plan", "-c", folder, "--detailed-exitcode")
    assert plan.code == 0, plan
    assert "two" in plan.out
    refused = novu_sync("apply", "-c", folder, "--yes", "--prune")
    assert refused.code == 6, refused
    assert set(rows(sandbox)) >= {"one", "two", "three"}
    assert "--allow deletes=2" in refused.out
    assert "--allow delete-percent=67" in refused.out
    allow = ["--allow", "deletes=2"]
    halfway = novu_sync("apply", "-c", folder, "--yes", "--prune", *allow)
    assert halfway.code == 6, halfway
    allow += ["--allow", "delete-percent=67"]
    allowed = novu_sync("apply", "-c", folder, "--yes", "--prune", *allow)
    assert allowed.code == 0, allowed
    assert {"one"} == {name for name, row in rows(sandbox).items() if row["providerId"] == "slack"}


def test_prune_never_touches_what_others_made(
    sandbox: Sandbox, server: str, project: Callable[..., Path], novu_sync: Callable[..., Run]
) -> None:
    del server
    ask(
        sandbox,
        "POST",
        "/v1/integrations",
        {"providerId": "slack", "channel": "chat", "identifier": "by-hand", "name": "By hand"},
    )
    folder = project("integrations:" + slack())
    run = novu_sync("apply", "-c", folder, "--yes", "--prune", "--allow", "deletes=9")
    assert run.code == 0, run
    assert "by-hand" in rows(sandbox)


def test_a_rename_keeps_the_row(
    sandbox: Sandbox, server: str, project: Callable[..., Path], novu_sync: Callable[..., Run]
) -> None:
    del server
    folder = project("integrations:" + slack("old"))
    assert novu_sync("apply", "-c", folder, "--yes").code == 0
    before = rows(sandbox)["old"]["_id"]
    project("integrations:" + slack("new") + "    previousIdentifiers: [old]\n")
    plan = novu_sync("plan", "-c", folder)
    assert "old → new" in plan.out, plan
    assert novu_sync("apply", "-c", folder, "--yes").code == 0
    assert rows(sandbox)["new"]["_id"] == before
    assert "old" not in rows(sandbox)
    assert novu_sync("plan", "-c", folder, "--detailed-exitcode").code == 0


def test_another_provider_is_a_replacement_that_must_be_allowed_by_name(
    sandbox: Sandbox, server: str, project: Callable[..., Path], novu_sync: Callable[..., Run]
) -> None:
    del server
    folder = project("integrations:" + slack("chat") + slack("other"))
    assert novu_sync("apply", "-c", folder, "--yes").code == 0
    project(
        "integrations:"
        + slack("other")
        + "  - identifier: chat\n    name: Discord\n    providerId: discord\n    active: true\n"
    )
    refused = novu_sync("apply", "-c", folder, "--yes")
    assert refused.code == 6, refused
    assert "--allow replace=chat" in refused.out + refused.err
    assert rows(sandbox)["chat"]["providerId"] == "slack"
    allowed = novu_sync("apply", "-c", folder, "--yes", "--allow", "replace=chat")
    assert allowed.code == 0, allowed
    assert rows(sandbox)["chat"]["providerId"] == "discord"
    assert novu_sync("plan", "-c", folder, "--detailed-exitcode").code == 0


@pytest.mark.parametrize(
    "fault",
    [
        "POST /v1/integrations nth=1 drop=after",
        "POST /v1/integrations nth=1 drop=before",
        "POST /v1/integrations nth=1 status=503",
        "POST /v1/integrations nth=1 status=429",
        "PUT /v1/integrations/* nth=1 drop=after",
        "GET /v1/integrations nth=1 status=502",
    ],
)
def test_a_fault_on_the_way_leaves_no_trace(
    fault: str,
    project: Callable[..., Path],
    novu_sync: Callable[..., Run],
    keys: pytest.MonkeyPatch,
) -> None:
    folder = project("integrations:" + slack() + sendgrid("mail", primary=True))
    with faulty(fault) as sandbox, running(sandbox) as url:
        keys.setenv("NOVU_API_URL", url)
        run = novu_sync("apply", "-c", folder, "--yes")
        assert run.code == 0, run
        again = novu_sync("plan", "-c", folder, "--detailed-exitcode")
        assert again.code == 0, again
        identifiers = [row["identifier"] for row in ask(sandbox, "GET", "/v1/integrations").data]
        assert sorted(identifiers).count("slack") == 1
        assert sorted(identifiers).count("mail") == 1


def test_a_change_that_fails_is_exit_4_and_the_next_run_does_the_rest(
    project: Callable[..., Path], novu_sync: Callable[..., Run], keys: pytest.MonkeyPatch
) -> None:
    folder = project("integrations:" + slack("a") + slack("b") + slack("c"))
    with faulty("POST /v1/integrations nth=2 status=400") as sandbox, running(sandbox) as url:
        keys.setenv("NOVU_API_URL", url)
        run = novu_sync("apply", "-c", folder, "--yes", "--parallelism", "1")
        assert run.code == 4, run
        assert "2 created" in run.out, run
        assert "1 failed" in run.out, run
        assert novu_sync("apply", "-c", folder, "--yes").code == 0
        assert {"a", "b", "c"} <= set(rows(sandbox))


def test_in_json_a_partial_failure_is_exit_4_with_the_whole_report(
    project: Callable[..., Path], novu_sync: Callable[..., Run], keys: pytest.MonkeyPatch
) -> None:
    folder = project("integrations:" + slack("a") + slack("b"))
    with faulty("POST /v1/integrations nth=2 status=400") as sandbox, running(sandbox) as url:
        keys.setenv("NOVU_API_URL", url)
        run = novu_sync("apply", "-c", folder, "--yes", "-o", "json", "--parallelism", "1")
    assert run.code == 4, run
    outcomes = json.loads(run.out)["environments"][0]["outcomes"]
    assert sorted(outcome["result"] for outcome in outcomes) == ["done", "failed"]


def test_nothing_is_applied_anywhere_when_one_environment_cannot_be_planned(
    sandbox: Sandbox,
    server: str,
    project: Callable[..., Path],
    novu_sync: Callable[..., Run],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    del server
    monkeypatch.setenv("NOVU_PRODUCTION_API_KEY", "nobodys")
    head = "  production:\n    apiUrl: ${env:NOVU_API_URL}\n    apiKey: ${env:NOVU_PRODUCTION_API_KEY}\n"
    folder = project("integrations:" + slack(), head=head)
    run = novu_sync("apply", "-c", folder, "--all-environments", "--yes")
    assert run.code == 8, run
    assert "slack" not in rows(sandbox)


def test_targets_and_excludes_leave_the_rest_alone(
    sandbox: Sandbox, server: str, project: Callable[..., Path], novu_sync: Callable[..., Run]
) -> None:
    del server
    folder = project("integrations:" + slack("a-1") + slack("a-2") + slack("b-1"))
    run = novu_sync("apply", "-c", folder, "--yes", "--target", "a-*", "--exclude", "*-2")
    assert run.code == 0, run
    assert {"a-1"} == {name for name, row in rows(sandbox).items() if row["providerId"] == "slack"}


def test_rotation_and_version_send_credentials_again_once(
    server: str, project: Callable[..., Path], novu_sync: Callable[..., Run]
) -> None:
    del server
    folder = project("integrations:" + slack("one") + slack("two"))
    assert novu_sync("apply", "-c", folder, "--yes").code == 0
    rotated = novu_sync("plan", "-c", folder, "--rotate", "one", "--detailed-exitcode")
    assert rotated.code == 2, rotated
    assert "1 to update" in rotated.out
    project("integrations:" + slack("one") + "    credentialsVersion: 2\n" + slack("two"))
    bumped = novu_sync("plan", "-c", folder, "--detailed-exitcode")
    assert bumped.code == 2, bumped
    assert novu_sync("apply", "-c", folder, "--yes").code == 0
    assert novu_sync("plan", "-c", folder, "--detailed-exitcode").code == 0


def test_a_plan_that_changes_nothing_makes_three_requests(
    server: str, project: Callable[..., Path], novu_sync: Callable[..., Run]
) -> None:
    del server
    folder = project("integrations:" + slack())
    assert novu_sync("apply", "-c", folder, "--yes").code == 0
    run = novu_sync("plan", "-c", folder, "-v")
    requests = [line for line in run.err.splitlines() if line.startswith("GET ")]
    assert len(requests) == 3, run
    assert "made-up" not in run.err
    assert "sandbox-development" not in run.err


def test_ctrl_c_finishes_what_is_in_flight_and_the_next_run_does_the_rest(
    project: Callable[..., Path], novu_sync: Callable[..., Run], keys: pytest.MonkeyPatch
) -> None:
    names = [f"slack-{number:02}" for number in range(30)]
    folder = project("integrations:" + "".join(slack(name) for name in names))
    with Sandbox() as sandbox, running(sandbox, latency=0.1) as url:
        keys.setenv("NOVU_API_URL", url)
        process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "reconciler",
                "apply",
                "-c",
                folder,
                "--yes",
                "--parallelism",
                "1",
            ],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ},
        )
        deadline = time.monotonic() + 20
        while not any(name in rows(sandbox) for name in names) and time.monotonic() < deadline:
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=20)
        assert process.returncode == 130, (out, err)
        assert "Traceback" not in out + err
        done = set(rows(sandbox)) & set(names)
        assert 0 < len(done) < 30
        run = novu_sync("apply", "-c", folder, "--yes")
        assert run.code == 0, run
        assert f"{30 - len(done)} created, 0 updated" in run.out, run


def test_a_ledger_that_could_not_be_written_is_told_by_the_report(
    project: Callable[..., Path], novu_sync: Callable[..., Run], keys: pytest.MonkeyPatch
) -> None:
    """What was done is done; the next run finds it again and remembers it."""
    folder = project("integrations:" + slack())
    with faulty("POST /v2/contexts nth=2 status=403") as sandbox, running(sandbox) as url:
        keys.setenv("NOVU_API_URL", url)
        run = novu_sync("apply", "-c", folder, "--yes")
        assert run.code == 4, run
        assert "1 created" in run.out
        assert "not everything is remembered in the ledger" in run.out
        again = novu_sync("apply", "-c", folder, "--yes")
        assert again.code == 0, again
        assert novu_sync("plan", "-c", folder, "--detailed-exitcode").code == 0
    assert not (folder / ".novu-sync").exists()


def test_as_in_ci_with_a_fresh_directory_each_time(
    sandbox: Sandbox,
    server: str,
    tmp_path: Path,
    novu_sync: Callable[..., Run],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Apply, plan (empty), rotate one secret, plan (one change), apply (one PUT), plan (empty)."""
    del server
    folders: list[Path] = []

    def fresh() -> Path:
        folder = tmp_path / f"checkout-{len(folders)}"
        folder.mkdir()
        (folder / "novu-sync.yaml").write_text(
            "version: 1\n"
            "project: tests\n"
            "environments:\n"
            "  development:\n"
            "    apiUrl: ${env:NOVU_API_URL}\n"
            "    apiKey: ${env:NOVU_DEVELOPMENT_API_KEY}\n"
            "    ledger: novu\n"
            "integrations:" + slack() + sendgrid("mail", primary=True),
            encoding="utf-8",
        )
        folders.append(folder)
        return folder

    assert novu_sync("apply", "-c", fresh(), "--yes").code == 0
    assert novu_sync("plan", "-c", fresh(), "--detailed-exitcode").code == 0
    monkeypatch.setenv("SLACK_SIGNING", "rotated-signing-secret")
    plan = novu_sync("plan", "-c", fresh(), "--detailed-exitcode")
    assert plan.code == 2, plan
    assert "~ credentials.signingSecret  (secret, changed)" in plan.out
    assert plan.out.count("(secret, ") == 1
    assert "Plan: 0 to create, 1 to update, 0 to delete; 1 unchanged" in plan.out
    before = {name: row["updatedAt"] for name, row in rows(sandbox).items()}
    apply = novu_sync("apply", "-c", fresh(), "--yes", "-v")
    assert apply.code == 0, apply
    assert apply.err.count("PUT /v1/integrations") == 1
    moved = {name for name, row in rows(sandbox).items() if row["updatedAt"] != before[name]}
    assert moved == {"slack"}
    assert novu_sync("plan", "-c", fresh(), "--detailed-exitcode").code == 0
    for folder in folders:
        assert [each.name for each in folder.rglob("*")] == ["novu-sync.yaml"]
