"""Runs a command on a pseudo terminal, as a person does."""

from __future__ import annotations

import contextlib
import os
import pty
import select
import subprocess
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path


def on_terminal(
    command: Sequence[str],
    *,
    answers: Mapping[str, str],
    cwd: Path,
    seconds: float = 60,
) -> tuple[int, str]:
    """Run a command on a terminal and type an answer whenever its question appears.

    Args:
        command: the program and its arguments.
        answers: what to type by what is asked; each is typed once.
        cwd: where to run it.
        seconds: after which the command is killed.

    Returns:
        The exit code and all that stood on the terminal.
    """
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        command, cwd=cwd, stdin=theirs, stdout=theirs, stderr=theirs, close_fds=True
    ) as process:
        os.close(theirs)
        shown = b""
        due = dict(answers)
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if select.select([ours], [], [], 0.05)[0]:
                part = b""
                with contextlib.suppress(OSError):  # Linux says so when the other end is closed
                    part = os.read(ours, 65536)
                if not part:
                    break
                shown += part
                for question in [each for each in due if each.encode() in shown]:
                    os.write(ours, due.pop(question).encode() + b"\n")
        else:
            process.kill()
        code = process.wait()
    os.close(ours)
    return code, shown.decode("utf-8", "replace").replace("\r\n", "\n")
