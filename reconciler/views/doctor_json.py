"""A checkup as JSON: ``schemas/doctor.schema.json`` describes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.doctor.checkup import Level
from reconciler.views import document

if TYPE_CHECKING:
    from reconciler.doctor.checkup import Check, Checkup
    from reconciler.views.document import Document
    from reconciler.views.style import Look


def render(checkup: Checkup, _look: Look, /) -> str:
    """All checks, the project's first, and how they ended."""
    return document.text(
        "doctor",
        {
            "summary": {str(level): checkup.count(level) for level in Level},
            "checks": [_check(each) for each in checkup.checks],
        },
    )


def _check(check: Check) -> Document:
    return {
        "check": check.topic,
        "level": check.level,
        "summary": check.says,
        "mend": check.mend,
        "environment": check.environment,
    }
