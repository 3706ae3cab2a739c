"""A pytest plugin that switches one protection off before any test is collected."""

from __future__ import annotations

import os

from support.mutants import MUTANTS

VARIABLE = "NOVU_SYNC_MUTANT"
"""Names the mutant to make."""

NONE = "none"
"""The program as it is."""


def pytest_configure() -> None:
    """Switch it off."""
    name = os.environ[VARIABLE]
    if name != NONE:
        MUTANTS[name].switch_off()
