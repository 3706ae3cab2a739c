"""`export --update`: what somebody changed in the dashboard comes into the files, and only that."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import pytest
from support.inprocess import ask
from support.terminal import on_terminal

from reconciler.cli import editing
from reconciler.sandbox.application import Sandbox
from reconciler.sandbox.server import running

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from conftest import Run

HEAD = """\
version: 1
project: tests
environments:
  development:
    apiUrl: ${env:NOVU_API_URL}
    apiKey: ${env:NOVU_DEVELOPMENT_API_KEY}
    allowPlaintextSecrets: true
  production:
    apiUrl: ${env:NOVU_API_URL}
    apiKey: ${env:NOVU_PRODUCTION_API_KEY}
    allowPlaintextSecrets: true
include: [more.yaml]
"""
MORE = """\
# Everything that sends mail
integrations:
  - identifier: resend-${environment}
    name: 'Resend'    # as it is called in the contract
    providerId: resend
    active: true
    credentials: { apiKey: planted-s3cret, from: a@acme.com, senderName: Acme }   # of the team
  - identifier: discord-${environment}
    name: Chat
    providerId: discord
    active: true
    environments:
      development: {}
"""
ALL = "--all-environments"


@pytest.fixture(params=["2024-10", "2026-04", "2026-11"])
def novu(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    with Sandbox(generation=str(request.param)) as sandbox, running(sandbox) as url:
        monkeypatch.setenv("NOVU_API_URL", url)
        for name, key in sandbox.api_keys.items():
            monkeypatch.setenv(f"NOVU_{name.upper()}_API_KEY", key)
        yield sandbox


@pytest.fixture
def folder(
    novu: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, novu_sync: Callable[..., Run]
) -> Path:
    """A project that is applied."""
    del novu
    (tmp_path / "novu-sync.yaml").write_text(HEAD, "utf-8")
    (tmp_path / "more.yaml").write_text(MORE, "utf-8")
    monkeypatch.chdir(tmp_path)
    applied = novu_sync("apply", ALL, "--yes")
    assert applied.code == 0, applied
    return tmp_path


def change(novu: Sandbox, environment: str, known: str, **body: Any) -> None:  # noqa: ANN401 - any JSON
    """Somebody changes an integration in the dashboard."""
    key = novu.api_keys[environment]
    own = novu.environment_id(environment)
    rows = ask(novu, "GET", "/v1/integrations", key=key).data
    (id_,) = [
        each["_id"] for each in rows if (each["identifier"], each["_environmentId"]) == (known, own)
    ]
    answer = ask(novu, "PUT", f"/v1/integrations/{id_}", {"check": False, **body}, key=key)
    assert answer.status == 200, answer


def test_what_changed_on_the_server_comes_into_the_files_and_the_plan_is_empty(
    novu: Sandbox, folder: Path, novu_sync: Callable[..., Run]
) -> None:
    change(novu, "development", "resend-development", name="It's new")
    change(novu, "production", "resend-production", name="It's new", active=False)
    change(novu, "development", "discord-development", name="Chat: dev")
    updated = novu_sync("export", ALL, "--update", "--yes")
    assert updated.code == 0, updated
    assert (folder / "novu-sync.yaml").read_text("utf-8") == HEAD
    expected = MORE.replace("'Resend'", "'It''s new'").replace("name: Chat", 'name: "Chat: dev"')
    expected = expected.replace(
        "# of the team\n",
        "# of the team\n    environments:\n      development: {}\n      production:\n        active: false\n",
    )
    assert (folder / "more.yaml").read_text("utf-8") == expected
    assert "-    name: 'Resend'    # as it is called in the contract\n" in updated.out
    assert "+    name: 'It''s new'    # as it is called in the contract\n" in updated.out
    assert "credentials: { apiKey: (secret), from: a@acme.com" in updated.out
    assert "s3cret" not in updated.out + updated.err
    assert "2 integrations are on the server and declared nowhere" in updated.err
    assert "Wrote 4 values in more.yaml." in updated.err
    planned = novu_sync("plan", ALL, "--detailed-exitcode")
    assert planned.code == 0, planned
    again = novu_sync("export", ALL, "--update")
    assert again.code == 0, again
    assert "Nothing to write." in again.err
    assert again.out == ""


def test_what_cannot_be_written_is_told_with_its_line(
    novu: Sandbox, folder: Path, novu_sync: Callable[..., Run]
) -> None:
    (folder / "more.yaml").write_text(MORE.replace("name: Chat", "name: Chat ${environment}"))
    change(novu, "development", "discord-development", name="Something else")
    change(novu, "production", "resend-production", identifier="renamed")
    updated = novu_sync("export", ALL, "--update")
    assert updated.code == 0, updated
    assert "more.yaml:9:5: warning NS345" in updated.err
    assert "it holds `${environment}`" in updated.err
    assert "resend-production is declared for production and not on the server." in updated.err


@pytest.mark.parametrize("novu", ["2026-11"], indirect=True)
def test_without_a_terminal_it_shows_the_edit_and_wants_to_be_told(
    novu: Sandbox, folder: Path, novu_sync: Callable[..., Run]
) -> None:
    change(novu, "development", "discord-development", name="New")
    refused = novu_sync("export", ALL, "--update")
    assert refused.code == 64, refused
    assert "+    name: New\n" in refused.out
    assert "1 value in more.yaml would be changed" in refused.err
    assert (folder / "more.yaml").read_text("utf-8") == MORE


@pytest.mark.parametrize(("answer", "code"), [("n", 130), ("y", 0)])
@pytest.mark.parametrize("novu", ["2026-11"], indirect=True)
def test_on_a_terminal_it_asks(novu: Sandbox, folder: Path, answer: str, code: int) -> None:
    change(novu, "development", "discord-development", name="New")
    command = [sys.executable, "-m", "reconciler", "export", ALL, "--update"]
    question = "Write 1 value in more.yaml? [y/N]"
    ended, shown = on_terminal(command, answers={question: answer}, cwd=folder)
    assert ended == code, shown
    assert ("name: New" in (folder / "more.yaml").read_text("utf-8")) == (answer == "y")


@pytest.mark.parametrize("novu", ["2026-11"], indirect=True)
def test_a_byte_order_mark_and_returns_stay(
    novu: Sandbox, folder: Path, novu_sync: Callable[..., Run]
) -> None:
    before = b"\xef\xbb\xbf" + MORE.replace("\n", "\r\n").encode()
    (folder / "more.yaml").write_bytes(before)
    change(novu, "development", "discord-development", name="New")
    assert novu_sync("export", ALL, "--update", "--yes").code == 0
    assert (folder / "more.yaml").read_bytes() == before.replace(b"name: Chat", b"name: New")


@pytest.mark.parametrize("novu", ["2026-11"], indirect=True)
def test_a_file_that_somebody_changes_meanwhile_is_not_written(
    novu: Sandbox, folder: Path, novu_sync: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    change(novu, "development", "discord-development", name="New")

    def meanwhile(*_: object) -> None:
        (folder / "more.yaml").write_text(MORE + "# mine\n", "utf-8")

    monkeypatch.setattr(editing, "ask", meanwhile)
    done = novu_sync("export", ALL, "--update")
    assert done.code == 1, done
    assert "more.yaml was changed by somebody else meanwhile" in done.err
    assert (folder / "more.yaml").read_text("utf-8") == MORE + "# mine\n"


@pytest.mark.parametrize("novu", ["2026-11"], indirect=True)
@pytest.mark.usefixtures("folder")
def test_options_for_new_files_contradict_it(novu_sync: Callable[..., Run]) -> None:
    done = novu_sync("export", ALL, "--update", "--out", "x.yaml")
    assert done.code == 64, done
    assert "--update edits the project's own files" in done.err


@pytest.mark.parametrize("novu", ["2026-11"], indirect=True)
def test_of_integrations_that_nobody_declares_nothing_is_said_where_there_are_none(
    novu: Sandbox, folder: Path, novu_sync: Callable[..., Run]
) -> None:
    del novu
    alone = novu_sync("export", "-e", "production", "--update")
    assert "1 integration is on the server and declared nowhere" in alone.err
    inbox = "  - { identifier: inbox, providerId: novu, name: Ours }\n"
    (folder / "more.yaml").write_text(MORE + inbox, "utf-8")
    updated = novu_sync("export", "-e", "production", "--update", "--yes")
    assert updated.code == 0, updated
    assert "declared nowhere" not in updated.err
    assert "name: Novu Inbox" in (folder / "more.yaml").read_text("utf-8")
