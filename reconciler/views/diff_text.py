"""Two environments beside each other as text: one heading an integration, one line a field."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.views import values
from reconciler.views.changes_text import field_line
from reconciler.views.style import Tone, listed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reconciler.authoring.comparison import Compared, Comparison
    from reconciler.views.style import Look, Style

_INDENT = " " * 6
_NAMED = 3
"""Integrations that are named where several lack the same."""


def render(comparison: Comparison, look: Look, /) -> str:
    """What differs, what is on one side only, what could not be compared, and the numbers."""
    return "\n".join(_lines(comparison, look)) + "\n"


def _lines(comparison: Comparison, look: Look) -> Iterator[str]:
    style = look.style
    left, right = values.name(comparison.left), values.name(comparison.right)
    yield f"{style.paint(Tone.STRONG, left)} → {style.paint(Tone.STRONG, right)}"
    yield ""
    shown = [each for each in comparison.integrations if each.differs or look.verbose]
    for each in shown:
        yield from _integration(each, left, right, style)
    if shown:
        yield ""
    unknown = [each for each in comparison.integrations if each.unknown]
    if unknown:
        yield "Not compared: no server or reference tells"
        groups: dict[str, list[str]] = {}
        for each in unknown:
            groups.setdefault(_places(each), []).append(_name(each))
        yield from listed([_group(places, names) for places, names in groups.items()], look)
        yield ""
    yield (
        f"Diff: {comparison.differing} different, {comparison.only_left} only in {left},"
        f" {comparison.only_right} only in {right}; {comparison.same} the same"
    )


def _integration(each: Compared, left: str, right: str, style: Style) -> Iterator[str]:
    facts = style.paint(Tone.FAINT, f"({', '.join(map(values.escaped, _facts(each)))})")
    if each.right is None:
        yield f"  {style.paint(Tone.RED, '-')} {_name(each)}  {facts}  only in {left}"
    elif each.left is None:
        yield f"  {style.paint(Tone.GREEN, '+')} {_name(each)}  {facts}  only in {right}"
    elif each.changes:
        yield f"  {style.paint(Tone.YELLOW, '~')} {_name(each)}  {facts}"
        yield from (f"{_INDENT}{field_line(field, style)}" for field in each.changes)
    else:
        yield f"    {_name(each)}  {facts}  {style.paint(Tone.FAINT, 'the same')}"


def _name(each: Compared) -> str:
    names = [values.name(name) for name in (each.left, each.right) if name is not None]
    return " → ".join(dict.fromkeys(names))


def _group(places: str, names: list[str]) -> str:
    shown = ", ".join(names[:_NAMED]) + f" and {len(names) - _NAMED} more" * (len(names) > _NAMED)
    return f"    {places} of {shown}"


def _facts(each: Compared) -> tuple[str, ...]:
    return (each.provider_id, each.channel or "agent")


def _places(each: Compared) -> str:
    return ", ".join(map(values.escaped, each.unknown))
