"""What is ours can be given up, and what is there can become ours, without a write to Novu."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from support.inprocess import ask

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Run

    from reconciler.sandbox.application import Sandbox

PUSH = """
  - identifier: {name}
    name: {title}
    providerId: pusher-beams
    active: false
    credentials: {{instanceId: i, secretKey: "${{env:PUSH_KEY:-one}}"}}
"""
LIFTED = ["--allow", "deletes=9", "--allow", "delete-percent=100"]


def push(*names: str, title: str = "Push") -> str:
    return "".join(PUSH.format(name=name, title=title) for name in names)


def rows(sandbox: Sandbox) -> dict[str, dict[str, Any]]:
    return {row["identifier"]: row for row in ask(sandbox, "GET", "/v1/integrations").data}


def by_hand(sandbox: Sandbox, name: str = "by-hand", **fields: object) -> dict[str, Any]:
    body = {
        "identifier": name,
        "providerId": "pusher-beams",
        "channel": "push",
        "name": "Push",
        "credentials": {"instanceId": "i", "secretKey": "one"},
        "active": False,
        "check": False,
        **fields,
    }
    made: dict[str, Any] = ask(sandbox, "POST", "/v1/integrations", body).data
    return made


def remembered(folder: Path, sandbox: Sandbox) -> list[tuple[str, object]]:
    """All that a ledger holds, in files or in Novu."""
    contexts = ask(sandbox, "GET", "/v2/contexts").data
    inside = [(each["id"], each["data"]) for each in contexts if "entries" in str(each)]
    files = sorted((folder / ".novu-sync").glob("*.json"))
    return [*inside, *((each.name, each.read_bytes()) for each in files)]


@pytest.fixture(params=["file", "novu"])
def folder(
    server: str,
    project: Callable[..., Path],
    novu_sync: Callable[..., Run],
    request: pytest.FixtureRequest,
) -> Path:
    del server
    head = f"    ledger: {request.param}\n"
    folder = project("integrations:" + push("stays", "goes"), head=head)
    assert novu_sync("apply", "-c", folder, "--yes").code == 0
    return folder


def test_what_is_forgotten_stays_in_novu_and_is_never_pruned(
    folder: Path, project: Callable[..., Path], sandbox: Sandbox, novu_sync: Callable[..., Run]
) -> None:
    before = rows(sandbox)
    run = novu_sync("forget", "goes", "-c", folder)
    assert run.code == 0, run
    assert run.out.splitlines() == [
        "development: goes is forgotten; Novu keeps it",
        (
            f"  It is declared still ({folder}/novu-sync.yaml:15:5): remove its block, else the next"
            " apply manages it again."
        ),
    ]
    project("integrations:" + push("stays"))
    run = novu_sync("apply", "-c", folder, "--yes", "--prune", *LIFTED)
    assert run.code == 0, run
    assert rows(sandbox) == before


def test_what_is_declared_no_more_is_forgotten_whatever_else_a_guard_refuses(
    folder: Path, project: Callable[..., Path], novu_sync: Callable[..., Run]
) -> None:
    project(
        "integrations:"
        + push("stays")
        .replace("pusher-beams", "one-signal")
        .replace("instanceId: i, secretKey", "applicationId: i, apiKey")
    )
    assert novu_sync("plan", "-c", folder).code == 6
    run = novu_sync("forget", "goes", "-c", folder)
    assert run.code == 0, run
    assert run.out == "development: goes is forgotten; Novu keeps it\n"


def test_what_is_forgotten_and_declared_is_managed_again(
    folder: Path, sandbox: Sandbox, novu_sync: Callable[..., Run]
) -> None:
    assert novu_sync("forget", "goes", "-c", folder).code == 0
    plan = novu_sync("plan", "-c", folder)
    assert "~ goes" in plan.out
    assert "unverifiable" in plan.out
    assert novu_sync("apply", "-c", folder, "--yes").code == 0
    assert novu_sync("plan", "-c", folder, "--detailed-exitcode").code == 0
    assert "goes" in rows(sandbox)


@pytest.mark.parametrize("command", ["forget", "adopt"])
def test_a_slip_is_wrong_usage_and_nothing_is_written(
    command: str, folder: Path, sandbox: Sandbox, novu_sync: Callable[..., Run]
) -> None:
    by_hand(sandbox)
    before = remembered(folder, sandbox)
    run = novu_sync(command, "goes" if command == "forget" else "by-hand", "goess", "-c", folder)
    assert run.code == 64, run
    assert "Did you mean 'goes'?" in run.err
    assert remembered(folder, sandbox) == before
    run = novu_sync(command, "zzz", "-c", folder)
    assert run.code == 64, run
    assert "There are: " in run.err
    assert novu_sync(command, "-c", folder).code == 64


def test_what_is_protected_is_not_forgotten(
    folder: Path, project: Callable[..., Path], novu_sync: Callable[..., Run]
) -> None:
    protected = push("goes") + "    protect: true\n"
    project("integrations:" + push("stays") + protected)
    assert novu_sync("apply", "-c", folder, "--yes").code == 0
    project("integrations:" + push("stays"))
    run = novu_sync("forget", "goes", "-c", folder)
    assert run.code == 6, run
    assert "'goes' is protected" in run.err
    refused = novu_sync("apply", "-c", folder, "--yes", "--prune", *LIFTED)
    assert refused.code == 6, refused
    assert "protected" in refused.out


def test_a_row_that_was_made_by_hand_becomes_ours_without_a_write(
    folder: Path, sandbox: Sandbox, novu_sync: Callable[..., Run]
) -> None:
    row = by_hand(sandbox)
    before = rows(sandbox)
    kept = novu_sync("apply", "-c", folder, "--yes", "--prune", *LIFTED)
    assert kept.code == 0, kept
    assert rows(sandbox) == before
    run = novu_sync("adopt", "by-hand", "-c", folder)
    assert run.code == 0, run
    assert run.out.splitlines() == [
        f"development: by-hand is ours now, as it is on the server (row {row['_id']})",
        "  It is declared nowhere: declare it, else --prune would delete it.",
    ]
    assert rows(sandbox) == before
    assert novu_sync("adopt", "by-hand", "-c", folder).out == (
        "development: by-hand is ours already\n"
    )
    gone = novu_sync("apply", "-c", folder, "--yes", "--prune", *LIFTED)
    assert gone.code == 0, gone
    assert set(before) - set(rows(sandbox)) == {"by-hand"}


def test_a_declared_row_is_adopted_as_it_is_and_compared_as_ever(
    folder: Path, project: Callable[..., Path], sandbox: Sandbox, novu_sync: Callable[..., Run]
) -> None:
    by_hand(sandbox, name="by-hand")
    text = push("stays", "goes") + push("by-hand", title="Else") + "    protect: true\n"
    project("integrations:" + text)
    run = novu_sync("adopt", "by-hand", "-c", folder)
    assert run.code == 0, run
    assert ":20:5): plan shows what differs." in run.out
    assert rows(sandbox)["by-hand"]["name"] == "Push"
    plan = novu_sync("plan", "-c", folder)
    assert 'name: "Push" → "Else"' in plan.out
    assert "unverifiable" in plan.out
    project("integrations:" + push("stays", "goes"))
    refused = novu_sync("plan", "-c", folder, "--prune", *LIFTED)
    assert refused.code == 6, refused
    assert "protected: " in refused.out


def test_a_row_that_came_back_under_its_name_and_one_that_got_another_name_are_adopted_anew(
    folder: Path, sandbox: Sandbox, novu_sync: Callable[..., Run], project: Callable[..., Path]
) -> None:
    old = rows(sandbox)
    ask(sandbox, "DELETE", f"/v1/integrations/{old['goes']['_id']}")
    by_hand(sandbox, "goes")
    stays = f"/v1/integrations/{old['stays']['_id']}"
    ask(sandbox, "PUT", stays, {"identifier": "renamed", "check": False})
    assert novu_sync("adopt", "goes", "renamed", "-c", folder).code == 0
    project("integrations:" + push("other"))
    plan = novu_sync("plan", "-c", folder, "--prune", *LIFTED)
    assert plan.code == 0, plan
    assert "2 to delete" in plan.out
    assert "- goes" in plan.out
    assert "- renamed" in plan.out


def test_what_novu_made_is_not_adopted(
    folder: Path, sandbox: Sandbox, novu_sync: Callable[..., Run]
) -> None:
    inbox = next(name for name, row in rows(sandbox).items() if row["providerId"] == "novu")
    run = novu_sync("adopt", inbox, "-c", folder)
    assert run.code == 64, run
    assert "was made by Novu itself" in run.err


@pytest.mark.parametrize("command", ["forget", "adopt"])
def test_neither_is_done_with_the_key_of_another_environment_or_without_a_ledger(
    command: str,
    server: str,
    project: Callable[..., Path],
    novu_sync: Callable[..., Run],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    del server
    folder = project("integrations:" + push("stays", "goes"), head="    ledger: file\n")
    assert novu_sync("apply", "-c", folder, "--yes").code == 0
    project("integrations:" + push("stays"), head="    ledger: none\n")
    run = novu_sync(command, "goes", "-c", folder)
    assert run.code == 64, run
    assert "keeps no ledger" in run.err
    project("integrations:" + push("stays"), head="    ledger: file\n")
    monkeypatch.setenv("NOVU_DEVELOPMENT_API_KEY", "sandbox-production")
    run = novu_sync(command, "goes", "-c", folder)
    assert run.code == 6, run
    assert "opens the Novu environment" in run.err
    monkeypatch.setenv("NOVU_DEVELOPMENT_API_KEY", "nobody")
    assert novu_sync(command, "goes", "-c", folder).code == 8


def test_rows_that_cannot_be_told_apart_are_not_adopted(
    folder: Path, project: Callable[..., Path], sandbox: Sandbox, novu_sync: Callable[..., Run]
) -> None:
    by_hand(sandbox, "new")
    by_hand(sandbox, "old")
    block = push("new") + "    previousIdentifiers: [old]\n"
    project("integrations:" + push("stays", "goes") + block)
    run = novu_sync("adopt", "new", "-c", folder)
    assert run.code == 3, run
    assert "NS501" in run.err
