"""``novu-sync ledger``: what is remembered is shown, moved and let go of."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click
import pytest
from support.inprocess import ask
from support.states import serving

from reconciler.ledger.contexts import ContextLedger
from reconciler.sandbox.application import Sandbox
from reconciler.sandbox.server import running

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from conftest import Run

    from reconciler.model import Entry

INTEGRATIONS = """\
integrations:
  - identifier: push
    providerId: fcm
    active: true
    protect: true
    credentials: { serviceAccount: "${env:SECRET}" }
  - { identifier: discord, providerId: discord, active: true }
"""
HTTP = "    ledger: { backend: http, address: '${env:STATE_URL}' }\n"


@pytest.fixture
def head(request: pytest.FixtureRequest) -> str:
    return str(getattr(request, "param", ""))


@pytest.fixture
def folder(
    head: str,
    server: str,
    project: Callable[..., Path],
    novu_sync: Callable[..., Run],
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Path]:
    del server
    monkeypatch.setenv("SECRET", "planted-secret")
    with serving() as states:
        monkeypatch.setenv("STATE_URL", states.url)
        folder = project(INTEGRATIONS, head=head)
        assert novu_sync("apply", "-c", folder, "--yes").code == 0
        yield folder


def ledgers(sandbox: Sandbox) -> list[str]:
    rows = ask(sandbox, "GET", "/v2/contexts?type=novu-sync").data
    return [row["id"] for row in rows if not row["id"].startswith("lock-")]


def test_show_says_what_is_remembered_and_no_fingerprint(
    folder: Path, novu_sync: Callable[..., Run]
) -> None:
    run = novu_sync("ledger", "show", "-c", folder)
    assert run.code == 0, run
    head, first, second = run.out.splitlines()
    assert head == "development: novu, 2 entries"
    assert first.startswith("  discord  (")
    assert first.endswith("; no credentials)")
    assert second.endswith("; serviceAccount; protected)")


def test_it_is_moved_there_and_back_and_nothing_is_sent_again(
    folder: Path, sandbox: Sandbox, novu_sync: Callable[..., Run]
) -> None:
    run = novu_sync("ledger", "move", "--to", "file", "-c", folder)
    assert (run.code, run.out) == (0, "development: 2 entries moved from novu to file\n")
    assert ledgers(sandbox) == []
    plan = novu_sync("plan", "-c", folder, "--detailed-exitcode")
    assert plan.code == 0, plan
    assert "ledger: file .novu-sync/development.ledger.json, 2 entries" in plan.out
    run = novu_sync("ledger", "move", "--to", "novu", "-c", folder)
    assert run.code == 0, run
    assert "2 entries moved from file .novu-sync/development.ledger.json to novu" in run.out
    assert not list((folder / ".novu-sync").iterdir())
    plan = novu_sync("plan", "-c", folder, "--detailed-exitcode")
    assert plan.code == 0, plan
    assert "ledger: novu, 2 entries" in plan.out


@pytest.mark.parametrize("head", [HTTP], indirect=True)
def test_it_is_moved_from_a_server_of_states_and_to_it(
    folder: Path, sandbox: Sandbox, novu_sync: Callable[..., Run]
) -> None:
    run = novu_sync("ledger", "move", "--to", "novu", "-c", folder)
    assert run.out == (
        "development: 2 entries moved from http to novu\n"
        "  Now write `ledger: novu` (or `auto`) for it; it says `http`.\n"
    )
    assert novu_sync("ledger", "show", "-c", folder).out == "development: http, no ledger yet\n"
    run = novu_sync("ledger", "move", "--from", "novu", "--to", "http", "-c", folder)
    assert (run.code, run.out) == (0, "development: 2 entries moved from novu to http\n")
    assert ledgers(sandbox) == []
    assert novu_sync("plan", "-c", folder, "--detailed-exitcode").code == 0


def test_a_ledger_that_is_there_already_is_not_written_over(
    folder: Path, project: Callable[..., Path], novu_sync: Callable[..., Run]
) -> None:
    project(INTEGRATIONS, head="    ledger: file\n")
    assert novu_sync("apply", "-c", folder, "--yes").code == 0
    run = novu_sync("ledger", "move", "--to", "novu", "-c", folder)
    assert run.code == 64, run
    assert "there is a ledger of development in novu already" in run.err
    assert novu_sync("ledger", "show", "-c", folder).out.count("entries") == 1
    assert novu_sync("ledger", "forget", "--from", "novu", "--yes", "-c", folder).code == 0
    run = novu_sync("ledger", "move", "--to", "novu", "-c", folder)
    assert run.code == 0, run


def test_a_copy_that_does_not_read_as_it_was_written_leaves_the_old_one(
    folder: Path, novu_sync: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert novu_sync("ledger", "move", "--to", "file", "-c", folder).code == 0
    record = ContextLedger.record

    def forgetful(self: ContextLedger, entry: Entry) -> None:
        record(self, entry.doubted())

    monkeypatch.setattr(ContextLedger, "record", forgetful)
    run = novu_sync("ledger", "move", "--to", "novu", "-c", folder)
    assert run.code == 1, run
    assert "does not read as it was written" in run.err
    assert (folder / ".novu-sync" / "development.ledger.json").exists()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("move",), "belong together"),
        (("show", "--to", "file"), "belong together"),
        (("move", "--to", "novu"), "lies there already: novu"),
        (("move", "--to", "http"), "does not say at which address"),
    ],
)
def test_a_slip_is_wrong_usage(
    words: tuple[str, ...], told: str, folder: Path, novu_sync: Callable[..., Run]
) -> None:
    run = novu_sync("ledger", *words, "-c", folder)
    assert run.code == 64, run
    assert told in run.err


@pytest.mark.parametrize("head", ["    ledger: none\n"], indirect=True)
def test_where_none_is_kept_there_is_nothing_to_move_and_nothing_to_forget(
    folder: Path, novu_sync: Callable[..., Run]
) -> None:
    run = novu_sync("ledger", "move", "--to", "novu", "-c", folder)
    assert run.code == 64, run
    assert "keeps no ledger" in run.err
    assert novu_sync("ledger", "forget", "--yes", "-c", folder).code == 0


def test_a_move_waits_for_nobody_and_is_refused_while_a_run_holds_the_lock(
    folder: Path, sandbox: Sandbox, novu_sync: Callable[..., Run]
) -> None:
    data = {"holder": "anna", "nonce": "theirs", "expires": "2999-01-01T00:00:00+00:00"}
    body = {"type": "novu-sync", "id": "lock-100", "data": data}
    ask(sandbox, "POST", "/v2/contexts", body)
    run = novu_sync("ledger", "move", "--to", "file", "-c", folder)
    assert run.code == 7, run
    assert ledgers(sandbox)


@pytest.mark.parametrize("head", ["", "    ledger: file\n", HTTP], indirect=True)
def test_what_is_forgotten_is_sent_once_more_and_nothing_of_it_is_pruned(
    folder: Path, sandbox: Sandbox, novu_sync: Callable[..., Run]
) -> None:
    run = novu_sync("ledger", "forget", "-c", folder)
    assert run.code == 64, run
    run = novu_sync("ledger", "forget", "--yes", "-c", folder)
    assert run.code == 0, run
    assert ledgers(sandbox) == []
    assert "no ledger yet" in novu_sync("ledger", "show", "-c", folder).out
    assert "unverifiable" in novu_sync("plan", "-c", folder).out


@pytest.mark.parametrize(("answer", "code"), [(True, 0), (False, 130)])
def test_forgetting_asks_on_a_terminal(
    *,
    answer: bool,
    code: int,
    folder: Path,
    novu_sync: Callable[..., Run],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(click, "confirm", lambda *_, **__: answer)
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True)
    assert novu_sync("ledger", "forget", "-c", folder).code == code


def test_an_environment_that_was_renamed_begins_anew_once_the_old_ledger_is_forgotten(
    folder: Path, novu_sync: Callable[..., Run]
) -> None:
    text = (folder / "novu-sync.yaml").read_text("utf-8").replace("  development:", "  stage:")
    (folder / "novu-sync.yaml").write_text(text, "utf-8")
    run = novu_sync("apply", "-c", folder, "--yes")
    assert run.code == 8, run
    assert "novu-sync ledger forget -e stage" in run.err
    assert novu_sync("ledger", "forget", "-c", folder, "--yes").code == 0
    assert novu_sync("apply", "-c", folder, "--yes").code == 0


def test_a_novu_without_contexts_takes_no_ledger(
    project: Callable[..., Path], novu_sync: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = project("integrations: []\n")
    monkeypatch.setenv("NOVU_DEVELOPMENT_API_KEY", "sandbox-development")
    with Sandbox(generation="2024-10") as old, running(old) as url:
        monkeypatch.setenv("NOVU_API_URL", url)
        run = novu_sync("ledger", "move", "--to", "novu", "-c", folder)
        assert run.code == 1, run
        assert "has no contexts" in run.err


def test_small_facts_move_as_well(folder: Path, novu_sync: Callable[..., Run]) -> None:
    plan = folder / "a.planfile"
    project = (folder / "novu-sync.yaml").read_text("utf-8").replace("protect: true", "name: New")
    (folder / "novu-sync.yaml").write_text(project, "utf-8")
    assert novu_sync("plan", "-c", folder, "--out", plan).code == 0
    assert novu_sync("apply", plan, "-c", folder, "--yes").code == 0
    assert novu_sync("ledger", "move", "--to", "file", "-c", folder).code == 0
    run = novu_sync("apply", plan, "-c", folder, "--yes")
    assert run.code == 5, run
