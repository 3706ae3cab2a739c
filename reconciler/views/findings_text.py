"""Findings as text: a line with the place, the code and the summary, then the detail."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from reconciler.findings import Severity, in_order
from reconciler.views import values
from reconciler.views.counts import counted
from reconciler.views.style import Tone

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from reconciler.findings import Finding
    from reconciler.views.style import Look, Style

ALIKE = 3
"""Warnings with one code that are told beside a plan unless the reader asked for all of them."""

_TONES = {Severity.ERROR: Tone.RED, Severity.WARNING: Tone.YELLOW}


def render(findings: Sequence[Finding], look: Look, /) -> str:
    """All findings, sorted by place, and how many there are."""
    lines = [line for each in in_order(findings) for line in finding_lines(each, look.style)]
    if not lines:
        return "No findings.\n"
    return "\n".join([*lines, "", closing_line(findings)]) + "\n"


def passing_lines(findings: Iterable[Finding], look: Look) -> Iterator[str]:
    """The lines of findings that stand beside something else, like a plan.

    Errors are told whole. Of many warnings with one code the first few are, and how many more
    there are: a project that leaves credentials alone on purpose has one for each integration.
    """
    seen: Counter[str] = Counter()
    held: Counter[str] = Counter()
    for each in in_order(findings):
        seen[each.code] += 1
        is_many = each.severity is Severity.WARNING and seen[each.code] > ALIKE
        if is_many and not look.verbose:
            held[each.code] += 1
        else:
            yield from finding_lines(each, look.style)
    for code, number in held.items():
        yield f"    … and {counted(number, 'more warning')} {code}; -v lists them all"


def finding_lines(finding: Finding, style: Style) -> Iterator[str]:
    """The lines of one finding: the first as compilers write theirs, the detail indented."""
    place = f"{values.escaped(str(finding.location))}: " if finding.location else ""
    severity = style.paint(_TONES[finding.severity], finding.severity)
    environment = f"  (in {values.name(finding.environment)})" if finding.environment else ""
    yield (
        f"{style.paint(Tone.STRONG, place)}{severity} {finding.code} "
        f"{values.sentence(finding.summary)}{style.paint(Tone.FAINT, environment)}"
    )
    for line in values.prose(finding.detail):
        yield f"    {line}".rstrip()


def closing_line(findings: Sequence[Finding]) -> str:
    """Like ``3 errors, 1 warning in 2 files``."""
    each_once = in_order(findings)
    errors = sum(each.severity is Severity.ERROR for each in each_once)
    warnings = len(each_once) - errors
    parts = [
        counted(number, noun)
        for number, noun in ((errors, "error"), (warnings, "warning"))
        if number
    ]
    files = {each.location.file for each in each_once if each.location}
    where = f" in {counted(len(files), 'file')}" if files else ""
    return ", ".join(parts) + where
