"""Runs pytest under one mutant after the other, each in a process of its own.

    python -m support.mutating NAME…

Everything heavy is imported once, then each mutant gets a fork: a second for all that would take
a second each. Tells one JSON object a line, by mutant: pytest's exit code, the first test that
failed, and what pytest said.
"""

from __future__ import annotations

import json
import os
import re
import sys
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

import pytest
from support.mutants import MUTANTS

import reconciler.cli.main
import reconciler.sandbox.server

ROOT = Path(__file__).resolve().parents[2]

NONE = "none"
"""The program as it is, with the tests of all mutants."""

_SOME_FAILED = 1
"""Pytest's exit code; a test that is not there, or cannot be collected, has another."""

_PRELOADED = (reconciler.cli.main, reconciler.sandbox.server)


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


def fate(name: str) -> Fate:
    """How pytest ends under a mutant."""
    tests = (
        {each.noticed_by for each in MUTANTS.values()}
        if name == NONE
        else {MUTANTS[name].noticed_by}
    )
    with tempfile.TemporaryFile("w+") as said:
        child = os.fork()
        if not child:
            os.dup2(said.fileno(), 1)
            os.dup2(said.fileno(), 2)
            if name != NONE:
                MUTANTS[name].switch_off()
            options = [
                "-q",
                "-x",
                "--tb=line",
                "--assert=plain",
                "-p",
                "no:cacheprovider",
                f"--rootdir={ROOT}",
            ]
            code = pytest.main([*options, *(str(ROOT / each) for each in tests)])
            sys.stdout.flush()
            os._exit(code)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        said.seek(0)
        told = said.read()
    failed = re.search(r"^FAILED (.+?)(?: - .*)?$", told, re.MULTILINE)
    return Fate(code=code, test=failed[1] if failed else "", told=told[-3000:])


def main(names: list[str]) -> None:
    """Tell the fate of each."""
    for name in names:
        sys.stdout.write(json.dumps(asdict(fate(name))) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
