"""Problems of a value become findings of a file: with line, column, and what was written there."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from reconciler.findings import finding

if TYPE_CHECKING:
    from reconciler.config.layers import Spot
    from reconciler.config.places import Path
    from reconciler.config.schema import Problem
    from reconciler.findings import Finding

_NOT_TEXT: Final = "NS204"
_MAY_BE_SECRET: Final = frozenset({"credentials", "configurations", "apiKey"})
_SHORT: Final = 40


def told(problem: Problem, spot: Spot, path: Path) -> Finding:
    """The finding of a problem.

    Args:
        problem: what is wrong.
        spot: where.
        path: its path in the file or the integration: tells whether the value may be quoted.
    """
    detail = problem.detail
    raw = spot.unquoted
    if problem.code == _NOT_TEXT and raw and len(raw) <= _SHORT and not _MAY_BE_SECRET & set(path):
        detail += f" As it is meant, it is `{json.dumps(raw)}`."
    return finding(
        problem.code,
        detail,
        location=spot.location,
        pointer=spot.pointer,
        severity=problem.severity,
    )
