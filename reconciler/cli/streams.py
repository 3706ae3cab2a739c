"""What is said on standard output and standard error, also when nobody listens any more.

With ``--log-format json`` every line on standard error is a JSON object; what has no event of its
own is a ``message``.
"""

from __future__ import annotations

import os
import sys

import click


class _Log:
    """How standard error is written.

    Attributes:
        as_json: one JSON object a line.
    """

    as_json = False


LOG = _Log()
"""Of this process; `reconciler.cli.main.run` sets it for each command line."""


def say(text: str, *, err: bool = False, nl: bool = True, color: bool | None = None) -> None:
    """Write to standard output, or with `err` to standard error.

    Where the reader has gone (``novu-sync plan | head -1``) the rest is dropped, and the command
    goes on to its end and its exit code: an apply must not stop halfway because a pager was left.

    Args:
        text: what to say.
        err: to standard error.
        nl: end the line.
        color: keep colours; by default, where the stream is a terminal.
    """
    if err and LOG.as_json:
        if text.strip():
            event("message", text=text.strip())
        return
    _write(text, err=err, nl=nl, color=color)


def problem(summary: str, mend: str = "", environment: str = "") -> None:
    """Tell a failure on standard error, and what can be done about it.

    Args:
        summary: what failed, one line.
        mend: may be empty.
        environment: which of several it is about.
    """
    if LOG.as_json:
        event("problem", summary=summary, mend=mend, environment=environment)
        return
    say(f"novu-sync: {f'{environment}: ' if environment else ''}{summary}", err=True)
    if mend:
        say(f"  {mend}", err=True)


def event(name: str, **facts: object) -> None:
    """Tell an event on standard error, where that is a log in JSON; nothing where it is text."""
    if not LOG.as_json:
        return
    from datetime import UTC, datetime

    from reconciler.views.events_json import line

    time = datetime.now(UTC).isoformat(timespec="milliseconds")
    _write(line(name, time, facts), err=True)


def _write(text: str, *, err: bool, nl: bool = True, color: bool | None = None) -> None:
    try:
        click.echo(text, err=err, nl=nl, color=color)
    except BrokenPipeError:
        drop(err=err)


def flush() -> None:
    """Hand over all that was said."""
    for stream, err in ((sys.stdout, False), (sys.stderr, True)):
        try:
            stream.flush()
        except BrokenPipeError:
            drop(err=err)


def drop(*, err: bool) -> None:
    """Let a stream lead nowhere, so that the interpreter's own last flush finds nothing wrong."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, (sys.stderr if err else sys.stdout).fileno())
    os.close(nowhere)


def prepare() -> None:
    """Let characters that a terminal's encoding lacks appear as escapes instead of failing."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)  # whoever embeds us may have replaced it
        if reconfigure:
            reconfigure(errors="backslashreplace")
