"""What a user sees when something is wrong: one clear line, the right exit code, no traceback."""

from __future__ import annotations

import contextlib
import json
import socketserver
import threading
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING

import pytest

from reconciler.sandbox.application import Sandbox
from reconciler.sandbox.server import running

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from conftest import Run

SLACK = """
integrations:
  - identifier: slack
    name: Slack
    providerId: slack
    active: false
"""


@contextlib.contextmanager
def answering(body: bytes, content_type: str, length: int | None = None) -> Iterator[str]:
    """A server that gives every request the same answer, announced as longer than it is or not."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(body) if length is None else length))
            self.end_headers()
            self.wfile.write(body)
            self.close_connection = True

        def log_message(self, *_: object) -> None:
            pass

    class Server(socketserver.ThreadingMixIn, socketserver.TCPServer):
        daemon_threads = True
        allow_reuse_address = True

    with Server(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


def one_clear_failure(run: Run) -> None:
    assert "Traceback" not in run.out + run.err, run
    assert run.err.startswith("novu-sync: "), run
    assert len(run.err.splitlines()[0]) < 300, run


@pytest.fixture
def keyed(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    monkeypatch.setenv("NOVU_DEVELOPMENT_API_KEY", "sandbox-development")
    return monkeypatch


@pytest.mark.parametrize(
    ("body", "content_type", "length", "says"),
    [
        (b"<html>Welcome</html>", "text/html", None, "HTML"),
        (b'{"data": [{"_id": ', "application/json", None, "JSON"),
        (b'{"data": [', "application/json", 4000, ""),
        (b'{"data": {"surprise": true}}', "application/json", None, ""),
        (b'{"data": 7}', "application/json", None, ""),
        (b"[]", "application/json", None, ""),
    ],
    ids=["html", "half a body", "cut off", "not a list", "a number", "no envelope"],
)
def test_an_answer_that_is_not_novus_is_told_in_one_line(
    body: bytes,
    content_type: str,
    length: int | None,
    says: str,
    project: Callable[..., Path],
    novu_sync: Callable[..., Run],
    keyed: pytest.MonkeyPatch,
) -> None:
    with answering(body, content_type, length) as url:
        keyed.setenv("NOVU_API_URL", url)
        run = novu_sync("plan", "-c", project(SLACK), "--timeout", "2")
    assert run.code == 1, run
    one_clear_failure(run)
    assert says in run.err, run


def test_a_wrong_key_is_exit_8(
    server: str,
    project: Callable[..., Path],
    novu_sync: Callable[..., Run],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    del server
    monkeypatch.setenv("NOVU_DEVELOPMENT_API_KEY", "nobodys-key")
    run = novu_sync("plan", "-c", project(SLACK))
    assert run.code == 8, run
    one_clear_failure(run)
    assert "nobodys-key" not in run.out + run.err


def test_a_missing_key_is_exit_8(
    server: str,
    project: Callable[..., Path],
    novu_sync: Callable[..., Run],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    del server
    monkeypatch.delenv("NOVU_DEVELOPMENT_API_KEY")
    run = novu_sync("plan", "-c", project(SLACK))
    assert run.code == 8, run
    assert "NOVU_DEVELOPMENT_API_KEY" in run.err


def test_an_unreachable_host_is_exit_1(
    project: Callable[..., Path], novu_sync: Callable[..., Run], keyed: pytest.MonkeyPatch
) -> None:
    with answering(b"", "") as url:
        pass
    keyed.setenv("NOVU_API_URL", url)
    run = novu_sync("plan", "-c", project(SLACK))
    assert run.code == 1, run
    one_clear_failure(run)


def test_the_key_goes_to_no_host_that_only_the_yaml_names(
    project: Callable[..., Path], novu_sync: Callable[..., Run], keyed: pytest.MonkeyPatch
) -> None:
    keyed.setenv("NOVU_API_URL", "https://novu.attacker.example")
    run = novu_sync("plan", "-c", project(SLACK))
    assert run.code == 6, run
    assert "--allow-host" in run.err


def test_two_names_for_one_novu_environment_are_exit_8(
    server: str,
    project: Callable[..., Path],
    novu_sync: Callable[..., Run],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    del server
    monkeypatch.setenv("NOVU_PRODUCTION_API_KEY", "sandbox-development")
    head = "  production:\n    apiUrl: ${env:NOVU_API_URL}\n    apiKey: ${env:NOVU_PRODUCTION_API_KEY}\n"
    run = novu_sync("plan", "-c", project(SLACK, head=head), "--all-environments")
    assert run.code == 8, run
    assert "same Novu environment" in run.err


def test_several_environments_want_one_named(
    project: Callable[..., Path], novu_sync: Callable[..., Run]
) -> None:
    head = "  production:\n    apiKey: ${env:NOVU_PRODUCTION_API_KEY}\n"
    folder = project(SLACK, head=head)
    run = novu_sync("plan", "-c", folder)
    assert run.code == 64, run
    assert "development, production" in run.err
    unknown = novu_sync("plan", "-c", folder, "-e", "staging")
    assert unknown.code == 64, unknown
    both = novu_sync("plan", "-c", folder, "-e", "development", "--all-environments")
    assert both.code == 64, both


def test_a_missing_project_is_exit_1(tmp_path: Path, novu_sync: Callable[..., Run]) -> None:
    run = novu_sync("validate", "-c", tmp_path / "nowhere")
    assert run.code == 1, run
    one_clear_failure(run)


def test_findings_keep_plan_from_the_network(
    project: Callable[..., Path], novu_sync: Callable[..., Run]
) -> None:
    run = novu_sync("plan", "-c", project("integrations:\n  - identifer: x\n"))
    assert run.code == 3, run
    assert "novu-sync.yaml:8:5" in run.err, run
    assert "identifier" in run.err


@pytest.mark.parametrize(
    "arguments",
    [
        ("plan", "--no-such-option"),
        ("apply", "--allow", "anything"),
        ("apply", "--allow", "deletes=many"),
        ("plan", "-o", "xml"),
        ("plan", "-o", "text", "-o", "json"),
        ("plan", "-v", "-q"),
        ("plan", "--prune", "--target", "x"),
        ("plan", "--rotate", "x", "--credentials", "never"),
        ("apply",),
        ("providers", "sess"),
        ("schema", "nothing"),
        ("sandbox", "--generation", "1999-01"),
        ("sandbox", "--fault", "nonsense"),
        ("sandbox", "--api-key", "staging=x"),
        ("valdate",),
    ],
    ids=" ".join,
)
def test_wrong_usage_is_exit_64(arguments: tuple[str, ...], novu_sync: Callable[..., Run]) -> None:
    run = novu_sync(*arguments)
    assert run.code == 64, run
    one_clear_failure(run)


def test_duplicates_on_the_server_stop_the_run(
    project: Callable[..., Path], novu_sync: Callable[..., Run], keyed: pytest.MonkeyPatch
) -> None:
    """Novu's newest refuses a second one, so an old server's list is served instead."""
    rows = [
        {
            "_id": f"{n:024x}",
            "_environmentId": "e" * 24,
            "providerId": "slack",
            "channel": "chat",
            "identifier": "slack",
            "name": "Slack",
            "active": False,
            "primary": False,
            "priority": 0,
            "credentials": {},
            "conditions": [],
        }
        for n in (1, 2)
    ]
    me = {"_id": "e" * 24, "name": "Development"}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            there = {"/v1/environments/me": me, "/v1/integrations": rows, "/v2/contexts": []}
            data: object = there[self.path.partition("?")[0]]
            body = json.dumps({"data": data}).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        keyed.setenv("NOVU_API_URL", f"http://127.0.0.1:{server.server_address[1]}")
        run = novu_sync("plan", "-c", project(SLACK))
        server.shutdown()
        thread.join()
    assert run.code == 1, run
    assert f"{1:024x}" in run.err, run
    assert f"{2:024x}" in run.err, run


def test_the_environment_must_be_the_pinned_one(
    project: Callable[..., Path], novu_sync: Callable[..., Run], keyed: pytest.MonkeyPatch
) -> None:
    with Sandbox() as sandbox, running(sandbox) as url:
        keyed.setenv("NOVU_API_URL", url)
        right = sandbox.environment_id("development")
        pinned = project(SLACK, head=f'    environmentId: "{right}"\n')
        assert novu_sync("plan", "-c", pinned).code == 0
        wrong = project(
            SLACK, head=f'    environmentId: "{sandbox.environment_id("production")}"\n'
        )
        run = novu_sync("plan", "-c", wrong)
    assert run.code == 8, run
