"""Findings as annotations of GitHub Actions, each at its line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.findings import in_order
from reconciler.views import github

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reconciler.findings import Finding
    from reconciler.views.style import Look


def render(findings: Sequence[Finding], look: Look, /) -> str:
    """All findings, errors first; without any, a notice that says so."""
    lines = [github.of_finding(each, look) for each in in_order(findings)]
    if not lines:
        lines = [github.annotation(github.Level.NOTICE, "novu-sync", ["No findings."], look)]
    return github.text(lines)
