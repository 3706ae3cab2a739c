"""No protection is there for nothing: where one is switched off, the test that is named notices.

`script/mutants` prints the table.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest
from support.mutants import MUTANTS
from support.mutating import NONE, VARIABLE

from reconciler.planning import guards

ROOT = Path(__file__).resolve().parents[2]
_SOME_FAILED = 1
"""Pytest's exit code; a test that is not there, or cannot be collected, has another."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fate:
    """How pytest ended.

    Attributes:
        code: its exit code.
        test: the first that failed; empty where none did.
        told: all it said.
    """

    code: int
    test: str
    told: str

    @property
    def is_noticed(self) -> bool:
        """Whether a test failed, and nothing else went wrong."""
        return self.code == _SOME_FAILED and bool(self.test)


def fate(name: str, *tests: str) -> Fate:
    """How pytest ends under a mutant; with the tests that are to notice it, unless others are told."""
    # Coverage is no concern of a program that is broken on purpose.
    environment = {k: v for k, v in os.environ.items() if not k.startswith("COVERAGE")}
    environment[VARIABLE] = name
    environment["PYTHONPATH"] = os.pathsep.join([str(ROOT / "tests"), *sys.path[1:]])
    command = [sys.executable, "-m", "pytest", "-q", "-x", "--tb=line", "-p", "support.mutating"]
    run = subprocess.run(
        [*command, "-p", "no:cacheprovider", *(tests or [MUTANTS[name].noticed_by])],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    told = run.stdout + run.stderr
    failed = re.search(r"^FAILED (.+?)(?: - .*)?$", told, re.MULTILINE)
    return Fate(code=run.returncode, test=failed[1] if failed else "", told=told)


@pytest.fixture(scope="module")
def fates() -> dict[str, Fate]:
    """Every mutant's, two at a time."""
    with ThreadPoolExecutor(max_workers=2) as pool:
        return dict(zip(MUTANTS, pool.map(fate, MUTANTS), strict=True))


@pytest.mark.parametrize("name", MUTANTS)
def test_a_protection_that_is_off_is_noticed(name: str, fates: dict[str, Fate]) -> None:
    found = fates[name]
    assert found.is_noticed, f"{MUTANTS[name].protection}: nothing noticed\n{found.told[-2000:]}"


def test_with_every_protection_on_the_same_tests_pass() -> None:
    found = fate(NONE, *{each.noticed_by for each in MUTANTS.values()})
    assert found.code == 0, found.told[-2000:]


def test_every_guard_has_a_mutant() -> None:
    names = {f"guard-{each.__name__.strip('_').replace('_', '-')}" for each in guards.GUARDS}
    assert names == {name for name in MUTANTS if name.startswith("guard-")}
