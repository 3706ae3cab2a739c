"""The sandbox on a real socket."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from reconciler.errors import UsageError, WorldError
from reconciler.sandbox.application import Sandbox
from reconciler.sandbox.faults import Fault
from reconciler.sandbox.server import running

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

BODY = {"providerId": "slack", "channel": "chat", "identifier": "slack"}
PATH = "/v1/integrations"
SERVE = """
import pathlib, sys
from reconciler.sandbox.application import Sandbox
from reconciler.sandbox.server import serve
with Sandbox(data=pathlib.Path(sys.argv[1])) as sandbox:
    serve(sandbox, ready=lambda url: print(url, flush=True))
print("ended", flush=True)
"""


@contextmanager
def client(url: str, seconds: float = 10.0) -> Iterator[httpx.Client]:
    headers = {"authorization": "ApiKey sandbox-development"}
    with httpx.Client(base_url=url, headers=headers, timeout=seconds) as made:
        yield made


@contextmanager
def talking(*faults: str, **options: Any) -> Iterator[httpx.Client]:  # noqa: ANN401 - of the sandbox
    parsed = [Fault.parse(each) for each in faults]
    with (
        Sandbox(builtins=False, faults=parsed, **options) as sandbox,
        running(sandbox) as url,
        client(url) as made,
    ):
        yield made


def identifiers(talk: httpx.Client) -> list[str]:
    return [row["identifier"] for row in talk.get(PATH).json()["data"]]


def test_integrations_are_created_and_listed() -> None:
    with talking() as talk:
        assert talk.post(PATH, json=BODY).status_code == 201
        assert identifiers(talk) == ["slack"]
        assert talk.delete(f"{PATH}/%00").status_code == 500


@pytest.mark.parametrize(("when", "left"), [("before", []), ("after", ["slack"])])
def test_a_connection_breaks_before_the_write_or_after_it(when: str, left: list[str]) -> None:
    with talking(f"POST {PATH} drop={when}") as talk:
        with pytest.raises(httpx.TransportError):
            talk.post(PATH, json=BODY)
        assert identifiers(talk) == left


def test_an_answer_that_is_held_back_comes_after_the_write() -> None:
    with talking(f"POST {PATH} delay=3000") as talk:
        with pytest.raises(httpx.ReadTimeout):
            talk.post(PATH, json=BODY, timeout=0.2)
        assert identifiers(talk) == ["slack"]


def test_latency_holds_every_answer_of_the_api_back_and_the_page_not() -> None:
    with Sandbox() as sandbox, running(sandbox, latency=3.0) as url, client(url, 1.0) as talk:
        with pytest.raises(httpx.ReadTimeout):
            talk.get(PATH)
        assert talk.get("/").status_code == 200


def test_html_and_half_a_body_come_as_whole_answers() -> None:
    with talking(f"GET {PATH} body=html", f"GET {PATH} nth=2 body=half") as talk:
        assert talk.get(PATH).text.startswith("<!doctype html>")
        assert talk.get(PATH).text == '{"dat'
        assert talk.get(PATH).json() == {"data": []}


@pytest.mark.parametrize("size", [110_000, 3_000_000])
def test_a_body_that_is_too_large_is_refused(size: int) -> None:
    with talking() as talk:
        answer = talk.post(PATH, content=b"x" * size)
    assert (answer.status_code, answer.json()["message"]) == (413, "Payload Too Large")


def test_a_port_that_is_taken_is_told() -> None:
    with Sandbox() as sandbox, socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        told = f"port {port}: address already in use$"
        with pytest.raises(WorldError, match=told), running(sandbox, port=port):
            pytest.fail("it listens")


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "example.com"])  # noqa: S104 - refused
def test_other_machines_are_not_served(host: str) -> None:
    refused = pytest.raises(UsageError, match="does not listen on")
    with Sandbox() as sandbox, refused, running(sandbox, host=host):
        pytest.fail("it listens")


def test_localhost_is_served() -> None:
    with Sandbox() as sandbox, running(sandbox, host="localhost") as url:
        assert url.startswith("http://localhost:")
        with client(url) as talk:
            assert talk.get(PATH).status_code == 200


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_in_order(tmp_path: Path, number: int) -> None:
    command = [sys.executable, "-c", SERVE, str(tmp_path / "novu.sqlite")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        url = process.stdout.readline().decode().strip()
        with client(url) as talk:
            talk.post(PATH, json=BODY)
        process.send_signal(number)
        out, err = process.communicate(timeout=30)
    assert (process.returncode, out) == (0, b"ended\n")
    assert b"Traceback" not in err


def test_what_was_written_survives_a_kill(tmp_path: Path) -> None:
    path = tmp_path / "novu.sqlite"
    command = [sys.executable, "-c", SERVE, str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        url = process.stdout.readline().decode().strip()
        with client(url) as talk:
            talk.post(PATH, json=BODY)
        process.kill()
    with Sandbox(data=path) as sandbox, running(sandbox) as url, client(url) as talk:
        assert "slack" in identifiers(talk)


def test_without_the_server_library_it_says_what_to_install() -> None:
    script = """
import sys
sys.modules["aiohttp"] = None
from reconciler.errors import UsageError
from reconciler.sandbox.application import Sandbox
from reconciler.sandbox.server import running
try:
    with Sandbox() as sandbox, running(sandbox):
        pass
except UsageError as error:
    print(error.summary, error.mend)
"""
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, env=os.environ
    )
    assert "pip install 'novu-sync[sandbox]'" in done.stdout
