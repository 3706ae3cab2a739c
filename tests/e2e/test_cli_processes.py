"""The command as a process of its own: pipes that close, signals, a server that is started."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest
from support.inprocess import ask

from reconciler.cli.commands import demo
from reconciler.sandbox.application import Sandbox
from reconciler.sandbox.server import running

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from conftest import Run

COMMAND = [sys.executable, "-m", "reconciler"]
CHATS = "integrations:\n" + "".join(
    f"  - {{identifier: chat-{n:02}, name: Chat, providerId: discord, active: true}}\n"
    for n in range(12)
)


@pytest.fixture(autouse=True)
def heard() -> Iterator[None]:
    """Lets started processes hear Ctrl-C, also where the tests run in a shell's background."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def started(*arguments: str | Path, cwd: Path | None = None) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [*COMMAND, *map(str, arguments)],
        cwd=cwd,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("plan", "--detailed-exitcode"), 2),
        (("plan", "-v", "-o", "json"), 0),
        (("providers",), 0),
        (("schema",), 0),
        (("apply", "--yes"), 0),
    ],
    ids=lambda each: " ".join(each) if isinstance(each, tuple) else str(each),
)
@pytest.mark.usefixtures("server")
def test_a_reader_that_goes_away_changes_neither_the_work_nor_the_exit_code(
    arguments: tuple[str, ...],
    code: int,
    sandbox: Sandbox,
    project: Callable[..., Path],
) -> None:
    folder = project(CHATS)
    with started(*arguments, cwd=folder) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        err = process.stderr.read()
    assert process.returncode == code, err
    assert "Traceback" not in err
    assert "Broken" not in err
    if arguments[0] == "apply":
        names = {row["identifier"] for row in ask(sandbox, "GET", "/v1/integrations").data}
        assert {f"chat-{n:02}" for n in range(12)} <= names


def test_a_failure_that_nobody_reads_keeps_its_exit_code(tmp_path: Path) -> None:
    with started("plan", cwd=tmp_path) as process:
        assert process.stderr is not None
        process.stderr.close()
    assert process.returncode == 1


def test_a_terminal_of_few_letters_is_no_reason_to_fail(tmp_path: Path) -> None:
    done = subprocess.run(
        [*COMMAND, "plan", "-c", "n→/where"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONIOENCODING": "latin-1"},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 1
    assert b"n\\u2192/where does not exist" in done.stderr


def test_help_for_nobody_ends_without_a_trace() -> None:
    with started("plan", "--help") as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        err = process.stderr.read()
    assert err == ""


@contextlib.contextmanager
def silent(asked: threading.Barrier, over: threading.Event) -> Iterator[str]:
    """A server that takes requests and answers none until it is over."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.wait(30)
            over.wait(30)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    """A sandbox that takes its time."""
    with Sandbox() as sandbox, running(sandbox, latency=0.3) as url:
        monkeypatch.setenv("NOVU_API_URL", url)
        monkeypatch.setenv("NOVU_DEVELOPMENT_API_KEY", "sandbox-development")
        yield sandbox


@pytest.mark.usefixtures("slow")
def test_a_second_signal_ends_an_apply_at_once_and_the_next_run_picks_up_the_rest(
    project: Callable[..., Path], novu_sync: Callable[..., Run]
) -> None:
    folder = project(CHATS)
    with started("apply", "--yes", "--parallelism", "1", cwd=folder) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        for line in process.stdout:
            if "created" in line:
                break
        process.send_signal(signal.SIGINT)
        assert process.stderr.readline() == "\n"
        assert "once more to end at once" in process.stderr.readline()
        process.send_signal(signal.SIGINT)
        rest = process.stdout.read()
    assert process.returncode == 130
    assert "Apply:" not in rest
    # It had no time to give its lock back either: that ends by itself, or is lifted.
    assert novu_sync("apply", "-c", folder, "--yes").code == 7
    assert novu_sync("unlock", "-c", folder, "--yes").code == 0
    done = novu_sync("apply", "-c", folder, "--yes")
    assert done.code == 0, done
    assert novu_sync("plan", "-c", folder, "--detailed-exitcode").code == 0


@pytest.mark.parametrize("command", [("plan",), ("apply", "--yes")], ids=" ".join)
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_while_a_slow_server_is_asked_ends_at_once(
    command: tuple[str, ...],
    number: signal.Signals,
    project: Callable[..., Path],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked, over = threading.Barrier(3), threading.Event()
    with silent(asked, over) as url:
        monkeypatch.setenv("NOVU_API_URL", url)
        monkeypatch.setenv("NOVU_DEVELOPMENT_API_KEY", "sandbox-development")
        with started(*command, cwd=project(CHATS, head="    ledger: file\n")) as process:
            asked.wait(30)
            process.send_signal(number)
            try:
                out, err = process.communicate(timeout=5)
            finally:
                over.set()
                process.kill()
    assert process.returncode == 130
    assert out == ""
    assert err.strip() == "novu-sync: interrupted"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_sandbox_says_where_it_is_and_ends_when_told(
    number: signal.Signals, tmp_path: Path
) -> None:
    data = tmp_path / "novu.sqlite"
    options = ("--port", "0", "--api-key", "production=mine=yes", "--data", data, "--no-builtins")
    faults = (
        "--fault",
        "GET /v1/integrations status=503",
        "--rate-limit",
        "100/s",
        "--latency",
        "1",
    )
    with started("sandbox", *options, *faults) as process:
        assert process.stdout is not None
        told = [process.stdout.readline() for _ in range(4)]
        url = told[0].rpartition(" ")[2].strip()
        request = urllib.request.Request(
            f"{url}/v1/environments/me", headers={"Authorization": "ApiKey mine=yes"}
        )
        with urllib.request.urlopen(request) as answer:
            assert json.load(answer)["data"]["name"] == "Production"
        process.send_signal(number)
        rest = process.stdout.read()
    assert process.returncode == 0
    assert rest == ""
    assert "development  API key sandbox-development" in told[1]
    assert "production   API key mine=yes" in told[2]
    assert url in told[3]
    assert data.exists()


def test_a_demo_that_goes_wrong_says_which_command_did(
    novu_sync: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(demo, "_FIELD", (demo._FIELD[0], "not there", "at all"))
    monkeypatch.setattr(demo, "_SECRET", ("not there", "at all"))
    run = novu_sync("demo")
    assert run.code == 1, run
    assert "`novu-sync plan` ended with 0 instead of 2" in run.err
