"""Breaks runs at random places and runs them again, as often as asked for.

    script/test --faults 50000 [--seed 7] [--processes 2]
    script/test --fault-point "edit 2026-11 x1 7:dropped-after w3:full"

It prints its seed; the same seed takes the same walk.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

_ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(_ROOT), str(_ROOT / "tests")]

from faults.points import Point, course_of  # noqa: E402 - found on the path set above
from faults.scenarios import GENERATIONS, SCENARIOS  # noqa: E402 - as above
from faults.walk import try_all, walk  # noqa: E402 - as above

if TYPE_CHECKING:
    from collections.abc import Sequence

    from faults.walk import Tried

_SHOWN = 20
_PROGRESS_EVERY = 1000


def _long_walk(count: int, seed: int, processes: int | None) -> int:
    print(
        f"{count:,} fault points, seed {seed}; generations {', '.join(GENERATIONS)};"
        f" scenarios {', '.join(SCENARIOS)}",
        flush=True,
    )
    begun = time.monotonic()

    def progress(tried: Tried) -> None:
        if tried.count % _PROGRESS_EVERY == 0:
            seconds = time.monotonic() - begun
            told = f"{tried.count:,} tried, {len(tried.failures)} failed, {seconds:.0f} s"
            print(told, flush=True)

    tried = try_all(walk(count, seed), processes=processes, progress=progress)
    for failure in tried.failures[:_SHOWN]:
        print(f"\nscript/test --fault-point {failure}")
    needed = ", ".join(
        f"{times:,} needed {number}" for number, times in sorted(tried.needed.items())
    )
    print(
        f"{tried.count:,} fault points in {time.monotonic() - begun:.0f} s, seed {seed}:"
        f" {len(tried.failures)} failures; further runs with changes: {needed}"
    )
    return 1 if tried.failures or tried.count != count else 0


def _each(points: Sequence[str]) -> int:
    failed = 0
    for point in map(Point.parse, points):
        problems = course_of(point).problems(point)
        failed += bool(problems)
        print("\n    ".join([str(point), *(problems or ["ends as if nothing had happened"])]))
    return 1 if failed else 0


def main(arguments: Sequence[str] | None = None) -> int:
    """Take a walk, or try single points."""
    parser = argparse.ArgumentParser(prog="script/test", description=__doc__)
    parser.add_argument("--faults", type=int, metavar="N", help="how many points to try")
    parser.add_argument("--seed", type=int, help="of the walk; by default another each time")
    parser.add_argument("--processes", type=int, help="by default one a processor")
    parser.add_argument("--fault-point", action="append", default=[], help="one point, as printed")
    asked = parser.parse_args(arguments)
    if asked.fault_point:
        return _each(asked.fault_point)
    if asked.faults is None:
        parser.error("say --faults N or --fault-point POINT")
    seed = random.SystemRandom().randrange(10**6) if asked.seed is None else asked.seed
    return _long_walk(asked.faults, seed, asked.processes)


if __name__ == "__main__":
    raise SystemExit(main())
