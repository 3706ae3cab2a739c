"""Exit codes: what each means, which failure gives which, and which wins over several."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

from reconciler import errors

if TYPE_CHECKING:
    from collections.abc import Iterable


class Exit(IntEnum):
    """The exit codes of every command, the same in every output mode."""

    DONE = 0
    WORLD = 1
    CHANGES_PENDING = 2
    FINDINGS = 3
    PARTIAL = 4
    STALE = 5
    GUARD = 6
    LOCKED = 7
    API_KEY = 8
    USAGE = 64
    BUG = 70
    INTERRUPTED = 130


_WORST_FIRST = (
    Exit.BUG,
    Exit.USAGE,  # ends a run before any environment is looked at; here so that none is lost
    Exit.INTERRUPTED,
    Exit.PARTIAL,
    Exit.API_KEY,
    Exit.LOCKED,
    Exit.GUARD,
    Exit.STALE,
    Exit.FINDINGS,
    Exit.WORLD,
    Exit.CHANGES_PENDING,
    Exit.DONE,
)

_BY_ERROR: tuple[tuple[type[errors.NovuSyncError], Exit], ...] = (
    (errors.FindingsError, Exit.FINDINGS),
    (errors.StaleError, Exit.STALE),
    (errors.GuardError, Exit.GUARD),
    (errors.LockedError, Exit.LOCKED),
    (errors.ApiKeyError, Exit.API_KEY),
    (errors.UsageError, Exit.USAGE),
    (errors.InterruptedRunError, Exit.INTERRUPTED),
    (errors.WorldError, Exit.WORLD),
)


def of_error(error: errors.NovuSyncError) -> Exit:
    """The exit code of a failure."""
    return next((code for kind, code in _BY_ERROR if isinstance(error, kind)), Exit.BUG)


def worst(codes: Iterable[Exit]) -> Exit:
    """The exit code of a run over several environments."""
    given = set(codes)
    return next((code for code in _WORST_FIRST if code in given), Exit.DONE)
