"""A pull request from a fork gets a real plan, without a key, and can send none anywhere."""

from __future__ import annotations

import json
import socket
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import pytest
from jsonschema import Draft202012Validator
from support.inprocess import ask

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Run

    from reconciler.sandbox.application import Sandbox

SCHEMA = json.loads(
    (Path(__file__).parents[2] / "schemas" / "snapshot.schema.json").read_text("utf-8")
)
PROJECT = """
  - identifier: mail
    name: ${env:MAIL_NAME:-planted-name}
    providerId: sendgrid
    active: true
    primary: true
    credentials: {apiKey: "${env:MAIL_KEY:-planted-key}", from: a@acme.example, senderName: Acme}
  - identifier: push
    name: Push
    providerId: pusher-beams
    active: false
    credentials: {instanceId: i, secretKey: "${env:PUSH_KEY:-planted-push}"}
  - identifier: chat
    name: Chat
    providerId: discord
    active: true
  - identifier: old
    name: Old
    providerId: discord
    active: false
    credentialsVersion: 1
    credentials: {}
"""
VARIABLES = ("NOVU_API_URL", "NOVU_DEVELOPMENT_API_KEY", "NOVU_PRODUCTION_API_KEY")


@pytest.fixture
def folder(
    server: str, project: Callable[..., Path], novu_sync: Callable[..., Run], sandbox: Sandbox
) -> Path:
    """A project that was applied, beside something that was made by hand."""
    del server
    folder = project("integrations:" + PROJECT)
    assert novu_sync("apply", "-c", folder, "--yes").code == 0
    body = {"providerId": "discord", "channel": "chat", "identifier": "by-hand", "check": False}
    ask(sandbox, "POST", "/v1/integrations", {**body, "name": "By hand", "credentials": {}})
    return folder


@pytest.fixture
def snapshot(folder: Path, novu_sync: Callable[..., Run]) -> Path:
    """What the main branch published."""
    path = folder.parent / "snapshot.json"
    run = novu_sync("snapshot", "-c", folder, "-o", path)
    assert run.code == 0, run
    assert run.out == f"{path} is written: development\n"
    return path


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """From its call on there is no variable and no network: to use either fails the test."""

    def refuse(*arguments: object, **named: object) -> NoReturn:
        raise AssertionError(f"the network was used: {arguments} {named}")

    def cut() -> None:
        for name in VARIABLES:
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setattr(socket.socket, "connect", refuse)
        monkeypatch.setattr(socket, "getaddrinfo", refuse)
        monkeypatch.setattr(socket, "create_connection", refuse)

    return cut


def changes(run: Run) -> list[dict[str, Any]]:
    """What a plan in JSON says, without where it came from."""
    document = json.loads(run.out)["environments"][0]
    return [document[name] for name in ("changes", "unmanaged", "refusals", "summary")]


def test_a_snapshot_is_as_published_and_holds_nothing_secret(
    folder: Path, snapshot: Path, novu_sync: Callable[..., Run]
) -> None:
    text = snapshot.read_text("ascii")
    document = json.loads(text)
    Draft202012Validator(SCHEMA).validate(document)
    assert "planted" not in text
    (environment,) = document["environments"]
    names = {row["identifier"]: row["name"] for row in environment["integrations"]}
    assert names["mail"] is None
    assert names["push"] == "Push"
    assert names["by-hand"] == "By hand"
    entries = {each["identifier"]: each for each in environment["ledger"]["entries"]}
    assert entries["mail"]["credentials"] == ["apiKey", "from", "senderName"]
    shown = novu_sync("snapshot", "-c", folder)
    assert json.loads(shown.out)["environments"] == document["environments"]


EDITS: dict[str, tuple[str, str]] = {
    "nothing": ("", ""),
    "a name": ("name: Push", "name: Push two"),
    "a new one": (
        "  - identifier: push\n",
        "  - identifier: new\n    providerId: discord\n  - identifier: push\n",
    ),
    "a rename": ("identifier: chat", "identifier: chat-two\n    previousIdentifiers: [chat]"),
    "another provider": (
        "providerId: discord\n    active: true",
        "providerId: slack\n    active: false",
    ),
    "a key more": ("instanceId: i,", "instanceId: i, region: eu,"),
    "a key less": ("from: a@acme.example, ", ""),
    "a version": ("credentialsVersion: 1", "credentialsVersion: 2"),
    "a protection": ("name: Old", "name: Old\n    protect: true"),
    "one less": (PROJECT[PROJECT.index("  - identifier: old") :], ""),
    "another reference": ("MAIL_NAME:-planted-name", "ELSE:-planted-else"),
    "conditions": ("name: Chat", "name: Chat\n    conditions: [{value: AND, children: []}]"),
}


@pytest.mark.parametrize("edit", EDITS)
@pytest.mark.parametrize("words", [(), ("--prune",), ("--target", "p*"), ("--rotate", "push")])
def test_a_plan_without_a_key_says_what_one_without_secrets_says(
    edit: str,
    words: tuple[str, ...],
    folder: Path,
    snapshot: Path,
    project: Callable[..., Path],
    novu_sync: Callable[..., Run],
    alone: Callable[[], None],
) -> None:
    before, after = EDITS[edit]
    text = PROJECT.replace(before, after) if before else PROJECT
    project("allowUnknownProviders: true\nintegrations:" + text)
    words = ("plan", "-c", str(folder), "-o", "json", "--detailed-exitcode", *words)
    real = novu_sync(*words, "--no-secrets")
    alone()
    run = novu_sync(*words, "--observed", snapshot)
    assert run.code == real.code, (run, real)
    if run.code != 3:
        for mine, theirs in zip(changes(run), changes(real), strict=True):
            assert mine == theirs


def test_such_a_plan_says_in_every_output_what_it_cannot_tell(
    folder: Path, snapshot: Path, novu_sync: Callable[..., Run], alone: Callable[[], None]
) -> None:
    alone()
    for name in ("text", "json", "markdown", "github"):
        run = novu_sync("plan", "-c", folder, "--observed", snapshot, "-o", name)
        assert run.code == 0, run
        assert "unverifiable" in run.out, name
        assert "snapshot of 2" in run.out, name
        assert "planted" not in run.out
        assert "Digest" not in run.out
        assert "Next:" not in run.out
    run = novu_sync("plan", "-c", folder, "--observed", snapshot, "-o", "json")
    (environment,) = json.loads(run.out)["environments"]
    assert environment["digest"] is None
    assert [each["code"] for each in environment["findings"] if "NS5" in each["code"]] == ["NS520"]


def test_such_a_plan_cannot_be_written_down(
    folder: Path, snapshot: Path, novu_sync: Callable[..., Run]
) -> None:
    out = folder / "x.plan"
    run = novu_sync("plan", "-c", folder, "--observed", snapshot, "--out", out)
    assert run.code == 64, run
    assert not out.exists()


def test_guards_hold_there_too(
    folder: Path,
    snapshot: Path,
    project: Callable[..., Path],
    novu_sync: Callable[..., Run],
    alone: Callable[[], None],
) -> None:
    project("integrations:\n" + PROJECT[PROJECT.index("  - identifier: old") :])
    alone()
    run = novu_sync("plan", "-c", folder, "--observed", snapshot, "--prune")
    assert run.code == 6, run
    assert "3 to delete and at most 1 allowed" in run.out
    assert "3 of 4 managed integrations" in run.out


def test_a_snapshot_that_is_none_or_does_not_fit_is_told(
    folder: Path,
    snapshot: Path,
    project: Callable[..., Path],
    novu_sync: Callable[..., Run],
    alone: Callable[[], None],
) -> None:
    alone()
    whole = snapshot.read_text("ascii")

    def told(text: str, *words: str) -> tuple[int, str]:
        snapshot.write_text(text, encoding="ascii")
        run = novu_sync("plan", "-c", folder, "--observed", snapshot, *words)
        return run.code, run.err

    code, says = told(whole[:-9])
    assert (code, "cut short or not JSON" in says) == (1, True)
    code, says = told(whole.replace('"project": "tests"', '"project": "else"'))
    assert (code, "is a snapshot of the project 'else'" in says) == (1, True)
    code, says = told(whole.replace('"environment": "development"', '"environment": "else"'))
    assert (code, "holds no environment 'development'" in says) == (1, True)
    assert told(whole, "--target", "zzz")[0] == 64
    project("integrations:" + PROJECT, head="    environmentId: '65f0'\n")
    code, says = told(whole)
    assert (code, "but the project pins 65f0" in says) == (8, True)
    project("integrations:" + PROJECT.replace("providerId: discord", "providerId: discort"))
    assert told(whole)[0] == 3
    (folder / "novu-sync.yaml").write_text("version: [", encoding="utf-8")
    assert told(whole)[0] == 3
    snapshot.unlink()
    run = novu_sync("plan", "-c", folder, "--observed", snapshot)
    assert run.code == 1, run
    assert "cannot be read: No such file" in run.err


def test_a_snapshot_of_a_server_that_does_not_answer_is_not_written(
    folder: Path, novu_sync: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NOVU_DEVELOPMENT_API_KEY", "nobody")
    out = folder / "x.json"
    run = novu_sync("snapshot", "-c", folder, "-o", out)
    assert run.code == 8, run
    assert not out.exists()


HOSTS = (
    "https://novu.evil.example",
    "https://api.novu.co.evil.example",
    "https://api.novu.co:443@evil.example",
    "https://evil.example/api.novu.co",
    "https://apinovu.co",
    "https://api.novu.co%2eevil.example",
    "http://api.novu.co",
    "https://evil.example?api.novu.co",
)


@pytest.mark.parametrize("url", HOSTS)
@pytest.mark.parametrize("command", [("plan",), ("apply", "--yes"), ("snapshot",), ("drift",)])
def test_a_pull_request_that_changes_the_address_sends_the_key_nowhere(
    url: str,
    command: tuple[str, ...],
    folder: Path,
    novu_sync: Callable[..., Run],
    alone: Callable[[], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Not even a name is looked up; what YAML says of the host is not enough."""
    project = folder / "novu-sync.yaml"
    text = project.read_text("utf-8").replace("${env:NOVU_API_URL}", f"'{url}'")
    project.write_text(text, encoding="utf-8")
    alone()
    monkeypatch.setenv("NOVU_DEVELOPMENT_API_KEY", "planted-api-key-of-the-environment")
    run = novu_sync(*command, "-c", folder)
    assert run.code in (3, 6, 64), run
    assert "planted" not in run.out + run.err
    assert "the network was used" not in run.out + run.err


def test_a_pull_request_that_changes_the_address_is_planned_against_the_snapshot(
    folder: Path,
    snapshot: Path,
    novu_sync: Callable[..., Run],
    alone: Callable[[], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    project = folder / "novu-sync.yaml"
    text = project.read_text("utf-8")
    project.write_text(text.replace("${env:NOVU_API_URL}", "https://evil.example"), "utf-8")
    alone()
    monkeypatch.setenv("NOVU_DEVELOPMENT_API_KEY", "planted-api-key-of-the-environment")
    run = novu_sync("plan", "-c", folder, "--observed", snapshot, "-v")
    assert run.code == 0, run
    assert "planted" not in run.out + run.err


def test_a_pull_request_runs_no_command_and_reads_no_file_where_it_is_planned_without_a_key(
    folder: Path,
    snapshot: Path,
    project: Callable[..., Path],
    novu_sync: Callable[..., Run],
    alone: Callable[[], None],
) -> None:
    """Not even where the command line would let it."""
    ran = folder / "ran"
    (folder / "secret").write_text("planted-file", encoding="utf-8")
    text = PROJECT.replace("${env:PUSH_KEY:-planted-push}", f"${{exec:touch {ran}}}")
    text = text.replace("${env:MAIL_KEY:-planted-key}", "${file:secret}")
    project("integrations:" + text)
    alone()
    for words in ((), ("--allow-exec",)):
        run = novu_sync("plan", "-c", folder, "--observed", snapshot, "-v", *words)
        assert run.code == 0, run
        assert "planted" not in run.out + run.err
        assert not ran.exists()


def test_no_file_of_the_repository_lets_the_key_go_elsewhere(
    folder: Path,
    novu_sync: Callable[..., Run],
    alone: Callable[[], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A dotenv file fills in for references, and permits no host."""
    dotenv = folder / ".env"
    dotenv.write_text(
        "NOVU_API_URL=https://evil.example\nNOVU_SYNC_ALLOWED_HOSTS=evil.example\n", "utf-8"
    )
    alone()
    monkeypatch.setenv("NOVU_DEVELOPMENT_API_KEY", "planted-api-key-of-the-environment")
    run = novu_sync("plan", "-c", folder, "--env-file", dotenv)
    assert run.code == 6, run
    assert "evil.example" in run.err
    assert "planted" not in run.out + run.err
    assert "the network was used" not in run.out + run.err
