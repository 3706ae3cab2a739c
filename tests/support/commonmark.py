"""What of a Markdown page is Markdown: its text without fenced blocks, code spans and comments.

Written from the rules of CommonMark 0.31 (4.5 fenced code blocks, 6.1 code spans), apart from the
views that it is used to judge.
"""

from __future__ import annotations

import re

_FENCE = re.compile(r" {0,3}(`{3,})[^`]*")


def markup(page: str) -> str:
    """Everything that a renderer would interpret."""
    kept: list[str] = []
    fence = ""
    for line in page.split("\n"):
        if fence:
            bare = line.strip(" ")
            indented = len(line) - len(line.lstrip(" ")) > 3
            if not indented and bare and not bare.strip("`") and len(bare) >= len(fence):
                fence = ""
        elif opening := _FENCE.fullmatch(line):
            fence = opening[1]
        else:
            kept.append(_without_spans(line))
    assert not fence, "a fenced block is never closed"
    return "\n".join(kept)


def _without_spans(line: str) -> str:
    rest = ""
    while opening := re.search("`+", line):
        closing = re.search(f"(?<!`){opening[0]}(?!`)", line[opening.end() :])
        rest += line[: opening.start()]
        if closing is None:
            rest += opening[0]
            line = line[opening.end() :]
        else:
            line = line[opening.end() + closing.end() :]
    return rest + line
