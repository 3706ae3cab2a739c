"""``script/bench``: measures, prints a table, and ends with 1 where a limit does not hold."""

from __future__ import annotations

import argparse
import json
import signal
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks import measurements, peers
from benchmarks.figures import Verdict
from benchmarks.machine import machine
from benchmarks.measurements import Settings
from benchmarks.promises import promises
from benchmarks.table import as_json, as_text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import FrameType

    from benchmarks.contest import Cell

GROUPS = {
    "start": measurements.start,
    "validate": measurements.validate,
    "plan": measurements.plan,
    "apply": measurements.apply,
}
QUICK_RUNS, QUICK_LARGEST = 2, 100


def main(arguments: Sequence[str]) -> int:
    """Measures what is asked for.

    Returns:
        0 where every limit that was measured holds, 1 where one does not.
    """
    options = _parser().parse_args(arguments)
    if options.install_peers:
        return peers.install()
    # A stop cleans up like an end: servers are stopped and folders removed on the way out.
    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, _stop)
    runs = options.runs or (QUICK_RUNS if options.quick else 5)
    facts = machine()
    cells: list[Cell] = []
    with tempfile.TemporaryDirectory(prefix="novu-sync-bench-") as folder:
        settings = Settings(
            runs=runs,
            largest=options.largest or (QUICK_LARGEST if options.quick else sys.maxsize),
            folder=Path(folder),
            tell=_tell,
        )
        for group in options.only or GROUPS:
            cells.extend(GROUPS[group](settings))
    _tell("")
    rows = promises(cells)
    print(as_text(facts, runs, rows, cells), end="")
    if options.json:
        document = as_json(facts, runs, rows, cells)
        options.json.write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n", "utf-8")
    return 1 if any(row.verdict is Verdict.FAILS for row in rows) else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="script/bench",
        description="Measures novu-sync beside its peers on a local sandbox. Takes minutes.",
    )
    parser.add_argument(
        "--runs", type=_positive, metavar="N", help="runs of each contestant (default 5)"
    )
    parser.add_argument(
        "--quick",
        action="store_true",
        help=f"{QUICK_RUNS} runs and at most {QUICK_LARGEST} integrations",
    )
    parser.add_argument(
        "--largest", type=_positive, metavar="N", help="leave out cells of more integrations"
    )
    parser.add_argument(
        "--only", action="append", choices=GROUPS, help="measure this alone; repeatable"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the results there too")
    parser.add_argument(
        "--install-peers",
        action="store_true",
        help="install the official SDKs into .bench with npm and pip, and end",
    )
    return parser


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("at least 1")
    return number


def _tell(what: str) -> None:
    """Says what is going on, on a terminal in one line that is written over."""
    if sys.stderr.isatty():
        print(f"\r\033[K{what}", end="", file=sys.stderr, flush=True)
    elif what:
        print(what, file=sys.stderr, flush=True)


def _stop(signum: int, frame: FrameType | None) -> None:
    del frame
    raise SystemExit(128 + signum)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
