"""What Ctrl-C means while an apply writes."""

from __future__ import annotations

import os
import signal
import threading

import pytest

from reconciler.cli import signals
from reconciler.cli.exits import Exit


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_first_signal_asks_to_stop_and_the_second_ends_at_once(
    number: signal.Signals, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    ended: list[int] = []
    monkeypatch.setattr(os, "_exit", ended.append)
    stop = threading.Event()
    with signals.graceful_stop(stop):
        assert not stop.is_set()
        signal.raise_signal(number)
        assert stop.is_set()
        assert ended == []
        assert "once more to end at once" in capsys.readouterr().err
        signal.raise_signal(number)
        assert ended == [Exit.INTERRUPTED]


def test_afterwards_signals_mean_what_they_meant_before() -> None:
    before = signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)
    with signals.graceful_stop(threading.Event()):
        assert signal.getsignal(signal.SIGINT) is not before[0]
    assert (signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)) == before
