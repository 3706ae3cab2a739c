"""An apply holds its ledger before it looks at the server."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from reconciler.errors import LockedError
from reconciler.ledger.file_home import FileHome
from reconciler.ledger.holder import this_run
from reconciler.sandbox.application import Sandbox
from reconciler.sandbox.server import running

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Run

    from reconciler.sandbox.wire import Request

INTEGRATION = "integrations:\n  - {identifier: discord, providerId: discord, active: true}\n"


def home(folder: Path) -> FileHome:
    return FileHome(folder, project="acme", environment="development")


def test_no_other_run_writes_between_the_look_and_the_first_write(
    project: Callable[..., Path],
    novu_sync: Callable[..., Run],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Else two runs could plan by the same list, and the second would work on what has moved."""
    folder = project(INTEGRATION, head="    ledger: file\n")
    refused: list[str] = []

    def second_run(request: Request) -> None:
        with pytest.raises(LockedError):
            home(folder).hold(this_run({}))
        refused.append(request.method)

    with Sandbox(hook=second_run) as sandbox, running(sandbox) as url:
        monkeypatch.setenv("NOVU_API_URL", url)
        monkeypatch.setenv("NOVU_DEVELOPMENT_API_KEY", "sandbox-development")
        refused.clear()
        applied = novu_sync("apply", "-c", folder, "--yes")
        assert applied.code == 0, applied
    assert refused == ["GET", "GET", "POST", "GET"]


@pytest.mark.usefixtures("server")
def test_a_second_run_is_told_who_is_in_the_way_and_ends_with_7(
    project: Callable[..., Path], novu_sync: Callable[..., Run]
) -> None:
    folder = project(INTEGRATION, head="    ledger: file\n")
    held = home(folder)
    held.hold(this_run({}))
    refused = novu_sync("apply", "-c", folder, "--yes")
    assert refused.code == 7, refused
    assert "another run" in refused.err
    held.let_go()
    assert novu_sync("apply", "-c", folder, "--yes").code == 0


@pytest.mark.usefixtures("server")
def test_a_run_that_fails_before_it_writes_holds_nothing_and_leaves_no_file(
    project: Callable[..., Path],
    novu_sync: Callable[..., Run],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    folder = project(INTEGRATION, head="    ledger: file\n")
    monkeypatch.setenv("NOVU_DEVELOPMENT_API_KEY", "no such key")
    assert novu_sync("apply", "-c", folder, "--yes").code == 8
    assert [each for each in folder.rglob("*") if each.is_file()] == [folder / "novu-sync.yaml"]
    monkeypatch.setenv("NOVU_DEVELOPMENT_API_KEY", "sandbox-development")
    assert novu_sync("apply", "-c", folder, "--yes").code == 0
