"""The catalogue's providers as text, by channel."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.model import Channel, Kind
from reconciler.views import values
from reconciler.views.counts import counted
from reconciler.views.style import Tone

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reconciler.views.style import Look
    from reconciler.views.subjects import Provider


def render(providers: Sequence[Provider], look: Look, /) -> str:
    """One line a provider under the heading of its channel."""
    width = max((len(each.id) for each in providers), default=0)
    blocks = []
    for heading, members in _groups(providers):
        lines = [look.style.paint(Tone.STRONG, heading)]
        lines += [f"  {each.id:<{width}}  {values.escaped(each.name)}".rstrip() for each in members]
        blocks.append("\n".join(lines))
    blocks.append(f"{counted(len(providers), 'provider')}")
    if look.next_step:
        blocks[-1] += f". What one takes: {look.style.paint(Tone.STRONG, look.next_step)}"
    return "\n\n".join(blocks) + "\n"


def _groups(providers: Sequence[Provider]) -> list[tuple[str, list[Provider]]]:
    """Channels in Novu's order, agent runtimes last, providers by id; no empty group."""
    ordered = sorted(providers, key=lambda each: each.id)
    delivering = [each for each in ordered if each.kind is Kind.DELIVERY]
    groups = [
        (str(channel), [each for each in delivering if each.channel is channel])
        for channel in Channel
    ]
    groups.append(("agent runtimes", [each for each in ordered if each.kind is Kind.AGENT]))
    return [(heading, members) for heading, members in groups if members]
