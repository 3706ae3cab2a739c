"""Fault points one after the other: all of a scenario, or a random walk; tried in processes.

A walk spreads over scenarios, generations, parallelism, requests, kinds, steps of the ledger and
second runs. The same seed takes the same walk.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread
from typing import IO, TYPE_CHECKING

from faults.points import Point, course, course_of
from faults.scenarios import BACKENDS, GENERATIONS, SCENARIOS
from support.breaking import BREAKS
from support.mortal import ENDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

_TESTS = Path(__file__).resolve().parents[1]
_WIDE = 3
"""Requests under way at once where a point is not about one after the other."""


def every_point(
    scenario: str, generation: str, *, parallelism: int = 1, backend: str = "file"
) -> Iterator[Point]:
    """Every single fault of a scenario: each kind at each request and at each step of the ledger.

    What a ledger in Novu does are requests, so it has no steps of its own.
    """
    there = course(scenario, generation, parallelism, backend)
    for number in range(1, there.requests + 1):
        for kind in BREAKS:
            yield Point(
                scenario=scenario,
                generation=generation,
                parallelism=parallelism,
                backend=backend,
                requests=((number, kind),),
            )
    for number in range(1, there.steps + 1) if backend == "file" else ():
        for kind in ENDS:
            yield Point(
                scenario=scenario,
                generation=generation,
                parallelism=parallelism,
                ledger=((number, kind),),
            )


def walk(count: int, seed: int) -> Iterator[Point]:
    """So many points at random: single and double faults, in one run and in two in a row."""
    rng = random.Random(seed)  # noqa: S311 - spreads points, protects nothing
    for _ in range(count):
        yield _random_point(rng)


def backends_of(generation: str) -> tuple[str, ...]:
    """Where a ledger can lie on a generation: those of 2024 have no contexts."""
    return ("file",) if generation.startswith("2024") else BACKENDS


def _random_point(rng: random.Random) -> Point:
    scenario, generation = rng.choice(tuple(SCENARIOS)), rng.choice(GENERATIONS)
    parallelism = rng.choice((1, _WIDE))
    backend = rng.choice(backends_of(generation))
    there = course(scenario, generation, parallelism, backend)

    def breaks(count: int) -> tuple[tuple[int, str], ...]:
        # A fault adds requests to a run: a little beyond its usual end there may be some.
        numbers = rng.sample(range(1, there.requests + 5), count)
        return tuple((number, rng.choice(tuple(BREAKS))) for number in sorted(numbers))

    shape = rng.random()
    requests, ledger, again = breaks(1), (), ()
    if shape < 0.35:
        requests = breaks(2)
    elif shape < 0.5:
        requests = tuple((requests[0][0] + more, rng.choice(tuple(BREAKS))) for more in range(2))
    elif shape < 0.6 and backend == "file":
        ledger = ((rng.randint(1, there.steps), rng.choice(ENDS)),)
    elif shape < 0.75:
        again = breaks(1)
    return Point(
        scenario=scenario,
        generation=generation,
        parallelism=parallelism,
        backend=backend,
        requests=requests,
        ledger=ledger,
        again=again,
    )


@dataclass(kw_only=True)
class Tried:
    """What became of many points.

    Attributes:
        count: how many were tried.
        failures: points and what was wrong, one text each.
        needed: how many undisturbed runs it took afterwards, by their number.
    """

    count: int = 0
    failures: list[str] = field(default_factory=list)
    needed: Counter[int] = field(default_factory=Counter)


def try_all(
    points: Iterable[Point],
    *,
    processes: int | None = None,
    progress: Callable[[Tried], None] = lambda _: None,
) -> Tried:
    """Try points in several processes.

    Args:
        points: in any order; each goes to one process.
        processes: how many; `None` for one a processor.
        progress: told now and then how far it is.
    """
    tried = Tried()
    shares: list[list[Point]] = [[] for _ in range(processes or os.cpu_count() or 1)]
    for number, point in enumerate(points):
        shares[number % len(shares)].append(point)
    threads = [
        Thread(target=_hand_over, args=(share, tried, progress)) for share in shares if share
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return tried


def _hand_over(share: Sequence[Point], tried: Tried, progress: Callable[[Tried], None]) -> None:
    # Coverage is measured by the other tests: a tracer would make thousands of runs slow.
    environment = {k: v for k, v in os.environ.items() if not k.startswith("COVERAGE")}
    environment["PYTHONPATH"] = os.pathsep.join([str(_TESTS), *sys.path[1:]])
    with subprocess.Popen(
        [sys.executable, "-m", "faults.walk"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        feeding = Thread(target=_feed, args=(process.stdin, share))
        feeding.start()
        told = 0
        for line in process.stdout:
            mark, _, rest = line.rstrip("\n").partition(" ")
            if mark == "needed":
                number, times = rest.split()
                tried.needed[int(number)] += int(times)
                continue
            told += 1
            tried.count += 1
            if mark == "bad":
                tried.failures.append(rest.replace("\\n", "\n"))
            progress(tried)
        feeding.join()
    if told != len(share):
        tried.failures.append(f"a process ended after {told} of {len(share)} points")


def _feed(stream: IO[str], share: Sequence[Point]) -> None:
    stream.writelines(f"{point}\n" for point in share)
    stream.close()


def _work() -> None:
    """Try the points on standard input; one line for each on standard output."""
    courses = {}
    for line in sys.stdin:
        point = Point.parse(line)
        courses[id(course_of(point))] = course_of(point)
        problems = course_of(point).problems(point)
        if problems:
            told = "\n    ".join([str(point), *problems])
            _tell("bad", told.replace("\n", "\\n"))
        else:
            _tell("good")
    needed = sum((each.needed for each in courses.values()), Counter[int]())
    for number, times in needed.items():
        _tell("needed", number, times)


def _tell(*words: object) -> None:
    sys.stdout.write(" ".join(map(str, words)) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    _work()
