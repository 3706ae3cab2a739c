"""What is said when nobody listens, or when the terminal knows too few letters."""

from __future__ import annotations

import contextlib
import io
import json
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


@pytest.fixture
def as_json(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams.LOG, "as_json", True)


@pytest.mark.usefixtures("as_json")
def test_whatever_is_said_in_a_log_of_json_is_an_event(capsys: pytest.CaptureFixture[str]) -> None:
    streams.say("\nto people\n", err=True)
    streams.say(" \n", err=True)
    streams.problem("it rained", "Wait.", "production")
    streams.say("a result")
    shown = capsys.readouterr()
    assert shown.out == "a result\n"
    message, problem = map(json.loads, shown.err.splitlines())
    assert (message["event"], message["text"]) == ("message", "to people")
    assert (problem["summary"], problem["mend"], problem["environment"]) == (
        "it rained",
        "Wait.",
        "production",
    )


def test_events_are_for_logs_of_json_alone(capsys: pytest.CaptureFixture[str]) -> None:
    streams.event("message", text="x")
    streams.problem("it rained")
    assert capsys.readouterr().err == "novu-sync: it rained\n"
