"""What a guard says as lines of text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.views import values
from reconciler.views.style import Tone

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reconciler.planning.guards import Refusal
    from reconciler.views.style import Style


def refusal_lines(refusal: Refusal, style: Style) -> Iterator[str]:
    """The guard's word with what it says, and what to do about it below."""
    guard = style.paint(Tone.STRONG, values.name(refusal.guard))
    yield f"  {style.paint(Tone.RED, '!')} {guard}: {values.sentence(refusal.detail)}"
    yield from (f"      {line}".rstrip() for line in values.prose(refusal.mend))
