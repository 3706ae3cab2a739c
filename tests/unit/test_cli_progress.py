"""What an apply tells while it works."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from planning_values import declared

from reconciler.applying.report import Finished, Outcome, Result, Started
from reconciler.cli.options import OutputOptions
from reconciler.cli.progress import BAR_FROM, progress
from reconciler.planning.plan import Create

if TYPE_CHECKING:
    from collections.abc import Mapping


def tell(
    changes: Mapping[str, int],
    *,
    outputs: tuple[tuple[str, Path | None], ...] = (("text", None),),
    verbosity: int = 0,
) -> None:
    options = OutputOptions(outputs=outputs, color=False, verbosity=verbosity)
    change = Create(desired=declared("chat"))
    outcome = Outcome(change=change, result=Result.DONE)
    with progress(changes, options) as on_event:
        for environment, count in changes.items():
            for done in range(count):
                on_event(environment, Started(change=change))
                on_event(environment, Finished(outcome=outcome, done=done + 1, total=count))


def test_a_line_for_every_change_between_empty_lines(capsys: pytest.CaptureFixture[str]) -> None:
    tell({"development": 2})
    shown = capsys.readouterr()
    assert shown.out == "\n" + "  + created chat (0.00 s)\n" * 2 + "\n"
    assert shown.err == ""


def test_several_environments_are_told_apart(capsys: pytest.CaptureFixture[str]) -> None:
    tell({"development": 1, "production": 2})
    line = "  + created chat (0.00 s)\n"
    assert capsys.readouterr().out == f"\ndevelopment\n{line}production\n{line}{line}\n"


@pytest.mark.parametrize(
    ("changes", "outputs", "verbosity"),
    [
        ({"development": 0}, (("text", None),), 0),
        ({"development": 2}, (("text", None),), -1),
        ({"development": 2}, (("json", None),), 0),
        ({"development": 2}, (("json", None), ("text", Path("page.txt"))), 1),
    ],
    ids=["nothing to do", "quiet", "JSON", "text to a file"],
)
def test_nothing_is_told_where_nobody_wants_it(
    changes: dict[str, int],
    outputs: tuple[tuple[str, Path | None], ...],
    verbosity: int,
    capsys: pytest.CaptureFixture[str],
) -> None:
    tell(changes, outputs=outputs, verbosity=verbosity)
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(("count", "drawn"), [(BAR_FROM, True), (BAR_FROM - 1, False)])
def test_a_terminal_shows_a_bar_where_there_are_many(
    count: int,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    *,
    drawn: bool,
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    tell({"development": count})
    err = capsys.readouterr().err
    assert (f"░ 1/{count}" in err) is drawn
    assert (f"█ {count}/{count}" in err) is drawn
    assert err.endswith("\r\x1b[2K") is drawn, "it is wiped away at the end"


def test_a_pipe_gets_no_bar(capsys: pytest.CaptureFixture[str]) -> None:
    tell({"development": BAR_FROM})
    assert capsys.readouterr().err == ""
