"""Findings as Markdown: errors first, each with its place, whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.findings import Severity, in_order
from reconciler.views import markdown
from reconciler.views.counts import counted
from reconciler.views.findings_text import closing_line, finding_lines
from reconciler.views.style import Style

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from reconciler.findings import Finding
    from reconciler.views.markdown import Part
    from reconciler.views.style import Look


def render(findings: Sequence[Finding], look: Look, /) -> str:
    """All findings, and how many there are."""
    head = ["### Findings", "", f"**{closing_line(findings)}**" if findings else "No findings."]
    section = markdown.Section(head=tuple(head), parts=tuple(finding_parts(findings)))
    mark = markdown.marker(look.instead_of or "findings", look.environments, look)
    return markdown.page(mark, [section])


def finding_parts(findings: Sequence[Finding]) -> Iterator[Part]:
    """The errors, then the warnings, each by place."""
    for severity in Severity:
        these = [each for each in in_order(findings) if each.severity is severity]
        if these:
            yield _part(severity, these)


def _part(severity: Severity, findings: Sequence[Finding]) -> Part:
    return markdown.Part(
        heading=f"**{counted(len(findings), severity)}**",
        objects=tuple(tuple(finding_lines(each, Style())) for each in findings),
        left_out=lambda positions: counted(len(positions), severity),
    )
