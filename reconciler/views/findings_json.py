"""Findings as JSON: ``schemas/findings.schema.json`` describes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.findings import Severity, in_order
from reconciler.views import document

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reconciler.findings import Finding
    from reconciler.views.style import Look


def render(findings: Sequence[Finding], _look: Look, /) -> str:
    """All findings, sorted by place, and how many there are."""
    each_once = in_order(findings)
    errors = sum(each.severity is Severity.ERROR for each in each_once)
    return document.text(
        "findings",
        {
            "summary": {
                "errors": errors,
                "warnings": len(each_once) - errors,
                "files": len({each.location.file for each in each_once if each.location}),
            },
            "findings": [document.finding(each) for each in each_once],
        },
    )
