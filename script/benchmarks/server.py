"""The sandbox as a process of its own, so that it shares no interpreter with what is measured."""

from __future__ import annotations

import json
import socket
import subprocess
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from typing import IO, TYPE_CHECKING

from benchmarks.running import ROOT, Command, RunError, end, surroundings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NOVU_SYNC = str(ROOT / ".venv" / "bin" / "novu-sync")
API_KEY = "sandbox-development"
_TRIES = 50
PATIENCE = 15.0
"""Seconds that the sandbox may take to answer for the first time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A running sandbox.

    Attributes:
        url: where it answers.
        port: on loopback.
    """

    url: str
    port: int

    @property
    def variables(self) -> dict[str, str]:
        """What a contestant needs to know of it."""
        return {"NOVU_API_URL": self.url, "NOVU_API_KEY": API_KEY}

    def integrations(self) -> int:
        """How many integrations it holds.

        Raises:
            RunError: it does not answer.
        """
        for _ in range(_TRIES):
            try:
                status, body = _get(self.port, "/v1/integrations")
                if status == HTTPStatus.OK:
                    return len(json.loads(body)["data"])
            except (OSError, HTTPException, ValueError) as error:
                raise RunError(f"the sandbox does not answer: {type(error).__name__}") from None
            time.sleep(0.1)  # under a rate limit there is nothing left for me at first
        raise RunError(f"the sandbox answers {status}")


@contextmanager
def sandbox(
    *, latency: float = 0.0, data: Path | None = None, options: tuple[str, ...] = ()
) -> Iterator[Server]:
    """A sandbox without built-ins that runs while the block does.

    Args:
        latency: seconds that each answer is held back.
        data: the file its state is kept in; in memory without one.
        options: further options of ``novu-sync sandbox``.

    Raises:
        RunError: it does not come up.
    """
    port = _free_port()
    arguments = [NOVU_SYNC, "sandbox", "--port", str(port), "--no-builtins"]
    arguments += ["--latency", str(round(latency * 1000))]
    arguments += ["--data", str(data)] if data else []
    command = Command(arguments=(*arguments, *options))
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(
            command.arguments,
            cwd=command.folder,
            env=surroundings({}),
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
            start_new_session=True,
        )
        try:
            _wait_until_up(port, process, said)
            yield Server(url=f"http://127.0.0.1:{port}", port=port)
        finally:
            end(process)


def _wait_until_up(port: int, process: subprocess.Popen[bytes], said: IO[bytes]) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if process.poll() is not None:
            said.seek(0)
            words = said.read().decode(errors="replace").strip().splitlines() or ["nothing said"]
            raise RunError(f"the sandbox ended with {process.returncode}: {words[0][:200]}")
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1):
                return
        except OSError:
            time.sleep(0.02)
    raise RunError(f"the sandbox does not listen after {PATIENCE:.0f} s")


def _get(port: int, path: str) -> tuple[int, bytes]:
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", path, headers={"Authorization": f"ApiKey {API_KEY}"})
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
