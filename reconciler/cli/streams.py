"""What is said on standard output and standard error, also when nobody listens any more."""

from __future__ import annotations

import os
import sys

import click


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
