"""What is said when nobody listens, or when the terminal knows too few letters."""

from __future__ import annotations

import io
import os
import sys
from typing import TYPE_CHECKING

import pytest

from reconciler.cli import streams

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(params=["stdout", "stderr"])
def broken(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[bool]:
    """A standard stream whose reader has gone; whether it is standard error."""
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write, "w", encoding="utf-8") as stream:
        monkeypatch.setattr(sys, request.param, stream)
        yield request.param == "stderr"


def test_what_is_said_to_a_reader_that_has_gone_is_dropped_for_good(*, broken: bool) -> None:
    streams.say("to nobody", err=broken)
    streams.say("again", err=broken)
    streams.flush()


def test_what_waits_to_be_written_is_dropped_too(*, broken: bool) -> None:
    (sys.stderr if broken else sys.stdout).write("not flushed")
    streams.flush()
    streams.say("and on", err=broken)


def test_letters_that_the_encoding_lacks_become_escapes(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding="latin-1"))
    monkeypatch.setattr(sys, "stderr", io.StringIO())  # somebody's own, which cannot be told
    streams.prepare()
    streams.say("old → new")
    assert raw.getvalue() == b"old \\u2192 new\n"
