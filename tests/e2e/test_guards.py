"""Nothing is deleted by surprise: not by an emptied folder, a slip in a glob, or another key."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.inprocess import ask

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Run

    from reconciler.sandbox.application import Sandbox

PUSH = """
  - identifier: {name}
    name: {name}
    providerId: pusher-beams
    active: false
    credentials: {{instanceId: i, secretKey: "${{env:PUSH_KEY:-one}}"}}
"""


def push(*names: str) -> str:
    return "".join(PUSH.format(name=name) for name in names)


def named(count: int, *, first: int = 0) -> list[str]:
    return [f"push-{at}" for at in range(first, first + count)]


def on_server(sandbox: Sandbox) -> set[str]:
    return {row["identifier"] for row in ask(sandbox, "GET", "/v1/integrations").data}


@pytest.fixture
def included(project: Callable[..., Path], server: str) -> Callable[..., Path]:
    """Writes a project whose integrations lie in files that a glob finds."""
    del server

    def write(files: dict[str, list[str]], *, glob: str = "integrations/*.yaml") -> Path:
        folder = project(f"include: ['{glob}']\n")
        place = folder / "integrations"
        place.mkdir(exist_ok=True)
        for each in place.iterdir():
            each.unlink()
        for name, identifiers in files.items():
            text = "integrations:" + push(*identifiers) if identifiers else "integrations: []\n"
            (place / name).write_text(text, encoding="utf-8")
        return folder

    return write


@pytest.mark.parametrize("count", [1, 2, 9, 40])
@pytest.mark.parametrize("how", ["glob", "emptied", "hollow", "all-but-one-file"])
def test_files_that_are_not_found_never_lead_to_deletes(
    how: str,
    count: int,
    included: Callable[..., Path],
    sandbox: Sandbox,
    novu_sync: Callable[..., Run],
) -> None:
    """A glob with a slip, an emptied folder, files without blocks, a file that went missing."""
    most, rest = named(count), named(max(1, count // 10), first=count)
    folder = included({"most.yaml": most, "rest.yaml": rest})
    assert novu_sync("apply", "-c", folder, "--yes").code == 0
    before = on_server(sandbox)
    assert before >= {*most, *rest}
    match how:
        case "glob":
            included({"most.yaml": most, "rest.yaml": rest}, glob="integration/*.yaml")
        case "emptied":
            included({})
        case "hollow":
            included({"most.yaml": [], "rest.yaml": []})
        case "all-but-one-file":
            included({"rest.yaml": rest})
    for words in ([], ["--prune"], ["--prune", "--allow", f"deletes={count + len(rest)}"]):
        for command in ("plan", "apply"):
            run = novu_sync(command, "-c", folder, *words, *(["--yes"] * (command == "apply")))
            if how in ("glob", "emptied"):
                assert run.code == 3, run
                assert "NS121" in run.err
            elif words:
                assert run.code == 6, run
                assert "delete-percent" in run.out
                assert f"{count + (len(rest) if how == 'hollow' else 0)} of " in run.out
            else:
                assert run.code == 0, run
                assert "0 to delete" in run.out or command == "apply"
        assert on_server(sandbox) == before


def test_limits_of_an_environment_are_its_own(
    sandbox: Sandbox, server: str, project: Callable[..., Path], novu_sync: Callable[..., Run]
) -> None:
    del server
    guards = "    guards: {maxDeletes: 3, maxDeletePercent: 60, maxUpdates: 1}\n"
    other = "  production:\n    apiUrl: ${env:NOVU_API_URL}\n    apiKey: ${env:NOVU_PRODUCTION_API_KEY}\n"
    folder = project("integrations:" + push(*named(5)), head=guards + other)
    everywhere = ["-c", folder, "--all-environments"]
    assert novu_sync("apply", *everywhere, "--yes").code == 0
    project("integrations:" + push(*named(2)), head=guards + other)
    strict = novu_sync("plan", *everywhere, "--prune")
    assert strict.code == 6, strict
    assert "3 to delete and at most 1 allowed" in strict.out
    assert "3 to delete and at most 3" not in strict.out
    assert novu_sync("apply", "-c", folder, "-e", "development", "--yes", "--prune").code == 0
    assert not on_server(sandbox) & set(named(3, first=2))
    renamed = push(*named(2)).replace("name: push-", "name: Push ")
    project("integrations:" + renamed, head=guards + other)
    refused = novu_sync("apply", "-c", folder, "-e", "development", "--yes")
    assert refused.code == 6, refused
    assert "2 integrations to change and at most 1 allowed" in refused.out
    assert novu_sync("plan", "-c", folder, "-e", "production").code == 0
    allow = ["--allow", "updates=2"]
    assert novu_sync("apply", "-c", folder, "-e", "development", "--yes", *allow).code == 0


@pytest.mark.parametrize("command", ["plan", "apply"])
def test_the_key_of_another_environment_is_refused_and_nothing_is_touched(
    command: str,
    sandbox: Sandbox,
    server: str,
    project: Callable[..., Path],
    novu_sync: Callable[..., Run],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    del server
    folder = project("integrations:" + push("push"), head="    ledger: file\n")
    assert novu_sync("apply", "-c", folder, "--yes").code == 0
    ledger = folder / ".novu-sync" / "development.ledger.json"
    before = ledger.read_bytes()
    own = ask(sandbox, "GET", "/v1/environments/me").data["_id"]
    other = ask(sandbox, "GET", "/v1/environments/me", key="sandbox-production").data["_id"]
    monkeypatch.setenv("NOVU_DEVELOPMENT_API_KEY", "sandbox-production")
    words = [command, "-c", folder, *(["--yes"] if command == "apply" else [])]
    refused = novu_sync(*words)
    assert refused.code == 6, refused
    assert own in refused.out
    assert f"--allow environment-id={other}" in refused.out
    assert ledger.read_bytes() == before
    assert "push" not in {
        row["identifier"]
        for row in ask(sandbox, "GET", "/v1/integrations", key="sandbox-production").data
    }
    meant = novu_sync(*words, "--allow", f"environment-id={other}")
    assert meant.code == 0, meant
    if command == "apply":
        assert novu_sync("plan", "-c", folder, "--detailed-exitcode").code == 0
        assert ledger.with_name(f"{ledger.name}.lost").read_bytes() == before
