"""What is said when nobody listens, or when the terminal knows too few letters."""

from __future__ import annotations

import contextlib
import io
import os
import sys
from typing import TYPE_CHECKING

import click
import pytest

from reconciler.cli import streams

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextlib.contextmanager
def unread(name: str) -> Iterator[None]:
    """Puts a pipe whose reader has gone in the place of a standard stream."""
    read, write = os.pipe()
    os.close(read)
    before = getattr(sys, name)
    with os.fdopen(write, "w", encoding="utf-8") as stream:
        setattr(sys, name, stream)
        try:
            yield
        finally:
            setattr(sys, name, before)


@pytest.mark.parametrize("name", ["stdout", "stderr"])
def test_what_is_said_to_a_reader_that_has_gone_is_dropped_for_good(name: str) -> None:
    with unread(name):
        with pytest.raises(BrokenPipeError):
            click.echo("to nobody", err=name == "stderr")
        streams.say("to nobody", err=name == "stderr")
        click.echo("now it leads nowhere", err=name == "stderr")
        streams.flush()


@pytest.mark.parametrize("name", ["stdout", "stderr"])
def test_what_waits_to_be_written_is_dropped_too(name: str) -> None:
    with unread(name):
        getattr(sys, name).write("not flushed")
        streams.flush()
        click.echo("and on", err=name == "stderr")


def test_letters_that_the_encoding_lacks_become_escapes(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding="latin-1"))
    monkeypatch.setattr(sys, "stderr", io.StringIO())  # somebody's own, which cannot be told
    streams.prepare()
    streams.say("old → new")
    assert raw.getvalue() == b"old \\u2192 new\n"
