"""Drift as text: a block for each environment, its summary line last."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.views import values
from reconciler.views.changes_text import observed_line
from reconciler.views.counts import counted
from reconciler.views.drift_words import by_integration, counts_line, integration_lines
from reconciler.views.findings_text import passing_lines
from reconciler.views.plan_text import heading_lines
from reconciler.views.style import Tone, listed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from reconciler.planning.drift import Drift
    from reconciler.views.style import Look
    from reconciler.views.subjects import Unplanned


def render(drifts: Sequence[Drift], unplanned: Sequence[Unplanned], look: Look, /) -> str:
    """The drift of every environment of a run.

    Environments that could not be looked at are only named: why is told as a failure.
    """
    if not drifts:
        return ""
    blocks = ["\n".join(_block(each, look)) for each in drifts]
    blocks += [
        f"{look.style.paint(Tone.STRONG, values.name(each.environment))}"
        f" could not be compared: {values.sentence(each.summary)}"
        for each in unplanned
    ]
    if len(blocks) > 1:
        missing = f", {len(unplanned)} not compared" if unplanned else ""
        blocks.append(f"{len(blocks)} environments{missing}: {counts_line(drifts)}")
    if look.next_step:
        blocks.append(f"Next: {look.style.paint(Tone.STRONG, look.next_step)}")
    return "\n\n".join(blocks) + "\n"


def unseen_lines(drift: Drift) -> Iterator[str]:
    """What cannot be seen, and which of it somebody may have touched."""
    if not drift.unseen:
        return
    whose = counted(len(drift.unseen), "integration")
    yield f"Not seen: credentials of {whose}, which the server does not give back"
    for each in drift.unseen:
        if each.written_since:
            name = values.name(each.identifier)
            yield f"    {name} was written to since its credentials were sent"


def _block(drift: Drift, look: Look) -> Iterator[str]:
    style = look.style
    yield from heading_lines(drift.environment, drift.environment_id, style)
    if drift.ledger_note:
        yield style.paint(Tone.FAINT, values.sentence(drift.ledger_note))
    for section in (
        [line for each in by_integration(drift) for line in integration_lines(each, style)],
        _unmanaged(drift, look),
        list(unseen_lines(drift)),
        list(passing_lines(drift.findings, look)),
    ):
        if section:
            yield ""
            yield from section
    yield ""
    if drift.is_empty:
        yield f"No drift: what was compared of {values.name(drift.environment)} is as applied."
    yield f"{style.paint(Tone.STRONG, 'Drift:')} {counts_line([drift])}"


def _unmanaged(drift: Drift, look: Look) -> Sequence[str]:
    if not drift.unmanaged:
        return ()
    rows = [f"    {observed_line(row, look.style)}" for row in drift.unmanaged]
    return ("Unmanaged: on the server, declared nowhere", *listed(rows, look))
