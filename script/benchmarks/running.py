"""Starting a program, timing the whole of it, and leaving nothing of it behind."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).resolve().parent.parent.parent
PEERS = Path(__file__).resolve().parent / "peers"
TIME_LIMIT = 300.0
"""Seconds after which a program counts as hanging and is ended."""

_LEFT_ALONE = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "SYSTEMROOT")


class RunError(Exception):
    """A program did not do what it was started for; the message says how that showed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A program to run.

    Attributes:
        arguments: the program and its arguments.
        folder: where it runs.
        variables: its environment, besides the few that every program needs.
    """

    arguments: tuple[str, ...]
    folder: Path = ROOT
    variables: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What became of a program.

    Attributes:
        seconds: wall time from before it was started until it had ended.
        output: what it printed.
        complaints: what it printed on standard error.
    """

    seconds: float
    output: str
    complaints: str


def surroundings(variables: Mapping[str, str]) -> dict[str, str]:
    """The environment of a program: the same for all, so that none is slowed down by mine."""
    kept = {name: os.environ[name] for name in _LEFT_ALONE if name in os.environ}
    return {**kept, "NO_COLOR": "1", **variables}


def run(command: Command) -> Run:
    """Runs a program to its end.

    Raises:
        RunError: it cannot be started, does not end, or ends with another code than 0.
    """
    # Files instead of pipes: nothing has to be read while the clock runs.
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as complaints:
        began = time.perf_counter()
        process = _started(command, output.fileno(), complaints.fileno())
        # Popen.wait(timeout=…) looks only every now and then, up to 50 ms apart.
        guard = threading.Timer(TIME_LIMIT, end, (process,))
        guard.daemon = True
        try:
            guard.start()
            code = process.wait()
            seconds = time.perf_counter() - began
        finally:
            guard.cancel()
            end(process)
        output.seek(0)
        complaints.seek(0)
        done = Run(
            seconds=seconds,
            output=output.read().decode(errors="replace"),
            complaints=complaints.read().decode(errors="replace"),
        )
    if code != 0:
        raise RunError(f"{Path(command.arguments[0]).name} ended with {code}: {_why(done)}")
    return done


def _why(done: Run) -> str:
    """The line of a failed program that says most: a traceback's last one, else the first."""
    lines = (done.complaints.strip() or done.output.strip() or "nothing said").splitlines()
    return lines[-1 if lines[0].startswith("Traceback") else 0][:200]


def peak_memory(command: Command) -> int:
    """The most memory that a program had at one time, in bytes.

    Raises:
        RunError: as `run`.
    """
    # A process inherits the peak of the one that starts it, and this one is large by now;
    # so a small one in between starts the program and reports of it.
    arguments = (sys.executable, "-I", "-S", str(PEERS.parent / "peak.py"), *command.arguments)
    done = run(Command(arguments=arguments, folder=command.folder, variables=command.variables))
    return int(json.loads(done.output.splitlines()[-1])["peak"])


def _started(command: Command, output: int, complaints: int) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(
            command.arguments,
            cwd=command.folder,
            env=surroundings(command.variables),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=complaints,
            start_new_session=True,
        )
    except OSError as error:
        raise RunError(f"{command.arguments[0]} cannot be started: {error.strerror}") from None


def end(process: subprocess.Popen[bytes]) -> None:
    """Ends a program that runs in a session of its own, and what it started itself."""
    for how in (signal.SIGTERM, signal.SIGKILL):
        if process.poll() is not None:
            return
        try:
            os.killpg(process.pid, how)
        except ProcessLookupError:
            return
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            continue
