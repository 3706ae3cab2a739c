"""How text looks: colours on or off, and what the reader asked for.

Colour never says anything alone: every mark is a character first.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from reconciler.planning.plan import Action, FieldAction

if TYPE_CHECKING:
    from collections.abc import Sequence

LISTED = 20
"""Lines of a long list that are shown unless the reader asked for all of them."""


class Tone(StrEnum):
    """A way to stand out; the value is the parameter of ANSI's SGR sequence."""

    STRONG = "1"
    FAINT = "2"
    RED = "31"
    GREEN = "32"
    YELLOW = "33"
    MAGENTA = "35"
    CYAN = "36"


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """Whether text is coloured.

    Attributes:
        color: with colour, tones become ANSI sequences; without, they vanish.
    """

    color: bool = False

    def paint(self, tone: Tone, text: str) -> str:
        """The text in a tone; an empty text stays empty."""
        return f"\x1b[{tone}m{text}\x1b[0m" if self.color and text else text


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What the reader asked for.

    Attributes:
        style: colours.
        verbose: list what is unchanged too, and long lists whole.
        next_step: the command to run next, as it would be typed; empty where there is none.
        project: the project's name, which tells comments of several projects apart.
        folder: where in the repository the command runs, for formats that name files from its
            root; empty where it runs there.
        instead_of: the subject whose place findings take; a comment on it is replaced by theirs.
        environments: those that it would have been about.
    """

    style: Style = field(default_factory=Style)
    verbose: bool = False
    next_step: str = ""
    project: str = ""
    folder: str = ""
    instead_of: str = ""
    environments: tuple[str, ...] = ()


ACTION_TONES = {
    Action.CREATE: Tone.GREEN,
    Action.UPDATE: Tone.YELLOW,
    Action.RENAME: Tone.CYAN,
    Action.SET_PRIMARY: Tone.MAGENTA,
    Action.REPLACE: Tone.RED,
    Action.DELETE: Tone.RED,
    Action.KEEP: Tone.FAINT,
}
"""The tone of each change's mark."""

FIELD_MARKS = {
    FieldAction.ADD: ("+", Tone.GREEN),
    FieldAction.CHANGE: ("~", Tone.YELLOW),
    FieldAction.REMOVE: ("-", Tone.RED),
    FieldAction.RESEND: ("~", Tone.YELLOW),
}
"""The mark of each field's line and its tone."""


def listed(lines: Sequence[str], look: Look) -> tuple[str, ...]:
    """The lines of a list that may be long: its beginning and how many more there are."""
    if look.verbose or len(lines) <= LISTED:
        return tuple(lines)
    return (*lines[:LISTED], f"    … and {len(lines) - LISTED} more; -v lists them all")
