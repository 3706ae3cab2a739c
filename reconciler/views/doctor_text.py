"""A checkup as text: one line a check, with what to do below those that are not well."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.doctor.checkup import Level
from reconciler.views import values
from reconciler.views.counts import counted
from reconciler.views.style import Tone

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from reconciler.doctor.checkup import Check, Checkup
    from reconciler.views.style import Look

_TONES = {Level.OK: Tone.GREEN, Level.WARN: Tone.YELLOW, Level.FAIL: Tone.RED}
_INDENT = " " * 8


def render(checkup: Checkup, look: Look, /) -> str:
    """All checks, by environment, and how they ended."""
    width = max((len(each.topic) for each in checkup.checks), default=0)
    blocks = [_block(checkup.of(""), width, look)]
    for name in checkup.environments:
        heading = look.style.paint(Tone.STRONG, values.name(name))
        blocks.append([heading, *_block(checkup.of(name), width, look)])
    blocks.append([_closing(checkup)])
    return "\n\n".join("\n".join(block) for block in blocks if block) + "\n"


def _block(checks: Sequence[Check], width: int, look: Look) -> list[str]:
    return [line for each in checks for line in _lines(each, width, look)]


def _lines(check: Check, width: int, look: Look) -> Iterator[str]:
    level = look.style.paint(_TONES[check.level], f"{check.level:<4}")
    yield f"  {level}  {check.topic:<{width}}  {values.sentence(check.says)}"
    for line in values.prose(check.mend):
        yield f"{_INDENT}{line}".rstrip()


def _closing(checkup: Checkup) -> str:
    parts = [f"{checkup.count(Level.OK)} ok"]
    if warned := checkup.count(Level.WARN):
        parts.append(counted(warned, "warning"))
    if failed := checkup.count(Level.FAIL):
        parts.append(f"{failed} failed")
    return f"Checkup: {', '.join(parts)}"
