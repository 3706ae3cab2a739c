"""Tells at the end of a run how far the sandbox agrees with the recordings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contract.agreement import TALLIES, Tally

if TYPE_CHECKING:
    import pytest


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """A line for each generation; with ``-v`` one for each group and each reason, too."""
    if not TALLIES:
        return
    terminalreporter.section("agreement with the recordings, of all recorded exchanges")
    for pair in dict.fromkeys((played, recorded) for played, recorded, _ in TALLIES):
        total = Tally()
        for key, tally in sorted(TALLIES.items()):
            if key[:2] == pair:
                total.add(tally)
                if config.getoption("verbose") > 0:
                    terminalreporter.write_line(f"  {_line(key[2], tally)}")
        name = pair[0] if pair[0] == pair[1] else f"{pair[0]} held to {pair[1]}"
        terminalreporter.write_line(_line(name, total))
        if config.getoption("verbose") > 0:
            for reason, number in sorted(total.meant.items(), key=lambda each: -each[1]):
                terminalreporter.write_line(f"    {number:3}  {reason}")


def _line(name: str, tally: Tally) -> str:
    differ = tally.recorded - tally.agreed
    return f"{name:32} {tally.agreed:5} of {tally.recorded:5} {tally.share:8.2%}  {differ} differ"
