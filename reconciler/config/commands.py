"""Values that commands print: ``${exec:…}``, where the person who runs novu-sync permits it.

A command is started without a shell, in the project's directory, with nothing to read from and
in a process group of its own, so that it and whatever it starts can be ended. What it prints on
standard output is the value, without one line break at its end; what it says on standard error
is thrown away. Neither is ever told, nor more of the command than the name of its program.
"""

from __future__ import annotations

import contextlib
import os
import selectors
import shlex
import signal
import subprocess
import threading
import time
from pathlib import PurePath
from typing import TYPE_CHECKING, Final

from reconciler.config.refusing import BadReferenceError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

MAX_BYTES: Final = 1_000_000
"""The longest output that is taken for a value."""

_CHUNK: Final = 65_536
_SECONDS_TO_END: Final = 5.0


class Commands:
    """Runs commands, each when it is asked for; may be asked by several threads at once."""

    def __init__(
        self,
        directory: Path,
        variables: Mapping[str, str],
        *,
        allowed: bool,
        seconds: float,
    ) -> None:
        """Run commands in a directory.

        Args:
            directory: the project's.
            variables: all that a command sees of the environment.
            allowed: whether any may be run.
            seconds: how long each may take.
        """
        self._directory = directory
        self._variables = variables
        self._allowed = allowed
        self._seconds = seconds
        self._lock = threading.Lock()
        self._running: set[subprocess.Popen[bytes]] = set()
        self._stopped = False

    def read(self, argument: str) -> str:
        """What a command prints.

        Raises:
            BadReferenceError: commands are not allowed, or this one cannot be started, fails,
                takes too long, or prints what is no text or too much of it.
        """
        words = shlex.split(argument)
        program = PurePath(words[0]).name
        if not self._allowed:
            raise BadReferenceError(
                "NS303",
                f"The value would come from the command `{program}`, and commands are run only"
                " with `--allow-exec`: whoever can change the file could run anything. Add it"
                " where you trust the file, or use a variable.",
            )
        try:
            process = self._start(words)
        except OSError as error:
            why = "does not exist" if isinstance(error, FileNotFoundError) else "cannot be started"
            raise BadReferenceError(
                "NS320",
                f"The command `{program}` {why}. Install it, or write its path as it is from the"
                " project's directory.",
            ) from None
        try:
            data = _printed(process, time.monotonic() + self._seconds)
            if len(data) > MAX_BYTES:
                raise _failed(program, f"printed more than {MAX_BYTES:,} bytes")
            status = process.wait()  # it has ended
        except TimeoutError:
            raise BadReferenceError(
                "NS321",
                f"The command `{program}` took longer than {self._seconds:g} seconds and was ended."
                " It has no terminal to ask on; see why, or give it more with `--source-timeout`.",
            ) from None
        finally:
            self._end(process)
        if status < 0:
            raise _failed(program, f"was ended by signal {-status}")
        if status:
            raise _failed(program, f"ended with exit status {status}")
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError:
            raise _failed(program, "printed what is not UTF-8 text") from None
        return text.removesuffix("\n").removesuffix("\r")

    def lacking(self, argument: str) -> str:
        """What to tell where a command prints nothing."""
        program = PurePath(shlex.split(argument)[0]).name
        return f"The command `{program}` printed nothing. It has to print the value."

    def stop(self) -> None:
        """End every command that runs, and those that would be started from now on."""
        with self._lock:
            self._stopped = True
            for process in self._running:
                _kill(process)

    def _start(self, words: list[str]) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(  # noqa: S603 - what `--allow-exec` permits; there is no shell
            words,
            cwd=self._directory,
            env=dict(self._variables),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        with self._lock:
            self._running.add(process)
            if self._stopped:
                _kill(process)
        return process

    def _end(self, process: subprocess.Popen[bytes]) -> None:
        """Leave nothing of a command behind: where it ended by itself, there is nothing to do."""
        if process.poll() is None:
            _kill(process)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(_SECONDS_TO_END)
        assert process.stdout is not None  # noqa: S101 - it was asked for
        process.stdout.close()
        with self._lock:
            self._running.discard(process)


def _printed(process: subprocess.Popen[bytes], deadline: float) -> bytes:
    """All that a process prints, or one byte more than it may, and the process ended.

    Raises:
        TimeoutError: it, or one that it left its output to, is not done by then.
    """
    assert process.stdout is not None  # noqa: S101 - it was asked for
    data = bytearray()
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        while len(data) <= MAX_BYTES:
            if not selector.select(max(0.0, deadline - time.monotonic())):
                _kill(process)  # also where it ended itself: somebody holds its output open
                raise TimeoutError
            chunk = os.read(process.stdout.fileno(), _CHUNK)
            if not chunk:
                break
            data += chunk
    if len(data) <= MAX_BYTES:
        try:
            process.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            raise TimeoutError from None
    return bytes(data)


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End a process and all that it started, as far as they stayed in its group."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)


def _failed(program: str, why: str) -> BadReferenceError:
    return BadReferenceError(
        "NS320",
        f"The command `{program}` {why}. What it said is not shown, since it may hold the value:"
        " run it by hand to see.",
    )
