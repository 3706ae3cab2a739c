"""Markdown for comments and summaries: the pieces that several kinds of pages share.

Whatever a name or a message holds stands in a code span or in a fenced block, where neither
Markdown nor HTML means anything and nobody is mentioned; neither can be closed from within.

A page stays below the length of a comment. What does not fit is left out by whole objects, and
how many of what kind were left out is said in its place.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import sha256
from itertools import accumulate
from typing import TYPE_CHECKING
from urllib.parse import quote

from reconciler.views import values

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from reconciler.views.style import Look

LIMIT = 65_536
"""What a comment on GitHub may be long. Bytes are counted, so that it holds however it counts."""

_ROOM = 1_536
"""Bytes that are left to a job that adds a line of its own, like a link to its run."""

_BLOCK_ROOM = 512
"""Bytes that a part takes besides its objects at most: heading, fold, fence, what is left out."""

_LONG = 1_000
"""Characters from which on a marker names environments by a digest and no next step is told."""

WHOLE = "The whole of it is in the outputs `text` and `json`."


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A list of objects that are shown whole or left out whole.

    Attributes:
        heading: Markdown above the list, or what the fold is called; ours, without user data.
        objects: the lines of each.
        left_out: says how many objects are left out, given their positions.
        language: of the fence; ``diff`` colours lines by their first character.
        folded: whether the reader has to open it.
    """

    heading: str
    objects: tuple[tuple[str, ...], ...]
    left_out: Callable[[Sequence[int]], str]
    language: str = "text"
    folded: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """What is said of one environment: lines that are always there, and what may be left out."""

    head: tuple[str, ...]
    parts: tuple[Part, ...] = ()


def marker(subject: str, environments: Iterable[str], look: Look) -> str:
    """An invisible first line, by which a job finds the comment that it wrote earlier.

    It is the same for one subject, project and set of environments, whatever the page says.
    """
    names = ",".join(map(_word, environments))
    facts = [f"project={_short(_word(look.project))}"] if look.project else []
    facts += [f"environment={_short(names)}"] if names else []
    return f"<!-- {' '.join((f'novu-sync:{subject}', *facts))} -->"


def next_step(look: Look) -> list[str]:
    """A paragraph that tells the command to run next; none where nobody would read it."""
    if not look.next_step or len(look.next_step) > _LONG:
        return []
    return [f"Next: {code(look.next_step)}"]


def code(text: str) -> str:
    """A code span of text that may hold anything."""
    shown = values.escaped(text).replace("\n", " ")
    if not shown.strip():
        shown = f'"{shown}"'
    ticks = "`" * (_longest_run(shown) + 1)
    gap = " " if shown[0] in "` " or shown[-1] in "` " else ""
    return f"{ticks}{gap}{shown}{gap}{ticks}"


def page(mark: str, sections: Sequence[Section], tail: Sequence[str] = ()) -> str:
    """A whole page below the limit.

    Args:
        mark: the first line.
        sections: in order; each gets its share of the room, and what the ones before it spare.
        tail: paragraphs at the end.
    """
    end = "".join(_text((each,)) for each in tail)
    room = LIMIT - _ROOM - _size(mark) - 1 - _size(end) - _BLOCK_ROOM
    needed = [_least(each) for each in sections]
    fitting = sum(used <= room for used in accumulate(needed))
    shown: list[str] = []
    for position, section in enumerate(sections[:fitting]):
        reserved = sum(needed[position + 1 : fitting])
        share = needed[position] + (room - reserved - needed[position]) // (fitting - position)
        shown.append(_section(section, share))
        room -= _size(shown[-1])
    if fitting < len(sections):
        rest = len(sections) - fitting
        shown.append(f"\n**{rest} more environments are left out here.** {WHOLE}\n")
    return f"{mark}\n{''.join(shown)}{end}"


def _least(section: Section) -> int:
    """What a section takes even where every object is left out."""
    return _size(_text(section.head)) + _BLOCK_ROOM * len(section.parts)


def _section(section: Section, room: int) -> str:
    room -= _least(section)
    shown = [_text(section.head)]
    for part in section.parts:
        kept: list[int] = []
        for position, lines in enumerate(part.objects):
            size = _size("\n".join(lines)) + 1
            if size <= room:
                room -= size
                kept.append(position)
        shown.append(_part(part, kept))
    return "".join(shown)


def _part(part: Part, kept: Sequence[int]) -> str:
    lines = [line for position in kept for line in part.objects[position]]
    taken = set(kept)
    missing = [each for each in range(len(part.objects)) if each not in taken]
    body = []
    if lines:
        # Only a line of nothing but backticks could close it.
        closing = [len(each) + 1 for each in lines if not each.strip("` ")]
        ticks = "`" * max([3, *closing])
        body += [f"{ticks}{part.language}", *lines, ticks]
    if missing:
        body += ["", f"**Left out here: {part.left_out(missing)}.** {WHOLE}"]
    if part.folded:
        summary = f"<details><summary>{part.heading}</summary>"
        return _text((summary, "", *body, "", "</details>"))
    return _text((part.heading, "", *body))


def _text(lines: Sequence[str]) -> str:
    """Lines with an empty one before them; nothing where there are none."""
    return "\n" + "\n".join(lines) + "\n" if lines else ""


def _longest_run(text: str) -> int:
    return max(map(len, re.findall("`+", text)), default=0)


def _word(name: str) -> str:
    """A name without blanks, commas or anything that ends a comment of HTML."""
    return quote(name, safe="", errors="backslashreplace")


def _short(word: str) -> str:
    return word if len(word) <= _LONG else sha256(word.encode()).hexdigest()


def _size(text: str) -> int:
    return len(text.encode())
