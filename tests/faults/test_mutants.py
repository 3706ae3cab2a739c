"""No protection is there for nothing: where one is switched off, the test that is named notices.

`script/mutants` prints the table.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest
from support.mutants import MUTANTS
from support.mutating import NONE, ROOT, Fate

from reconciler.planning import guards


def fates_of(*names: str) -> dict[str, Fate]:
    """What becomes of mutants."""
    # Coverage is no concern of a program that is broken on purpose.
    environment = {k: v for k, v in os.environ.items() if not k.startswith("COVERAGE")}
    environment["PYTHONPATH"] = os.pathsep.join([str(ROOT / "tests"), *sys.path[1:]])
    run = subprocess.run(
        [sys.executable, "-m", "support.mutating", *names],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
        timeout=300,
    )
    lines = run.stdout.splitlines()
    return {name: Fate(**json.loads(line)) for name, line in zip(names, lines, strict=True)}


@pytest.fixture(scope="module")
def fates() -> dict[str, Fate]:
    """Every mutant's, and that of the program as it is."""
    return fates_of(NONE, *MUTANTS)


@pytest.mark.parametrize("name", MUTANTS)
def test_a_protection_that_is_off_is_noticed(name: str, fates: dict[str, Fate]) -> None:
    found = fates[name]
    assert found.is_noticed, f"{MUTANTS[name].protection}: nothing noticed\n{found.told}"


def test_with_every_protection_on_the_same_tests_pass(fates: dict[str, Fate]) -> None:
    assert fates[NONE].code == 0, fates[NONE].told


def test_every_guard_has_a_mutant() -> None:
    names = {f"guard-{each.__name__.strip('_').replace('_', '-')}" for each in guards.GUARDS}
    assert names == {name for name in MUTANTS if name.startswith("guard-")}
