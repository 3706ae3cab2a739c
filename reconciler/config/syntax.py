"""What a YAML parser objects to, said for the author of the file.

The parser's messages are written for people who know its grammar, and differ between the C and
the Python parser. Here they become what is probably wrong and what to write instead.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from reconciler.findings import Location

if TYPE_CHECKING:
    import yaml

_INDENT_OR_COLON: Final = (
    "A key stands where none can be: the line is indented differently from its neighbours, or a"
    " text holds a colon and a blank. Align the line, or put the text in quotes."
)
_UNCLOSED: Final = "The quote that opens here is never closed. Close it on the same line."
_BLOCK: Final = (
    "The line does not continue what stands above it. Align it with its neighbours (items begin"
    " with `- `, keys end with `:`), or put a text with special characters in quotes."
)
_FLOW: Final = (
    "A list in `[…]` or a mapping in `{…}` is not closed, or lacks a comma before this. Close it,"
    " or put a text with special characters in quotes."
)
_RESERVED: Final = (
    "A text cannot begin with a character that YAML keeps for itself, like `@`, `%` or a back"
    " quote. Put it in quotes."
)
_NO_COLON: Final = (
    "A key has no colon behind it. Write `key: value`, or align the line with the text above that"
    " it continues."
)
_ESCAPE: Final = (
    "A backslash in double quotes begins an escape that YAML does not have. Use single quotes, or"
    " write the backslash twice."
)
_DIGITS: Final = "An escape like `\\x41` lacks its hexadecimal digits. Use single quotes."
_BLOCK_TEXT: Final = (
    "Behind `|` or `>` nothing may stand but an indentation and a comment. Begin the text on the"
    " next line, or put it in quotes."
)

_CAUSES: Final = (
    # Words of the parser's problem (or of its context), and ours. The first that fits is taken.
    ("tab character", "The line is indented with a tab. YAML takes blanks only."),
    ("cannot start any token", _RESERVED),
    ("unexpected end of stream", _UNCLOSED),
    ("unexpected document", _UNCLOSED),
    ("mapping values are not allowed", _INDENT_OR_COLON),
    ("expected ','", _FLOW),
    ("expected '-' indicator", _BLOCK),
    ("expected <block end>", _BLOCK),
    ("expected key", _BLOCK),
    ("expected ':'", _NO_COLON),
    ("sequence entries are not allowed", _BLOCK),
    ("hexdecimal", _DIGITS),
    ("hexadecimal", _DIGITS),
    ("escape", _ESCAPE),
    (
        "node content",
        "A value is missing here, or a bracket: one was not closed, or none was opened.",
    ),
    (
        "tag",
        "A tag begins here. Tags (`!…`) mean nothing in a project: leave it out, or use quotes.",
    ),
    ("alias", "An alias (`*…`) begins here without a name. Put the text in quotes."),
    ("anchor", "An anchor (`&…`) begins here without a name. Put the text in quotes."),
    ("block scalar", _BLOCK_TEXT),
    ("directive", "A line that begins with `%` is for YAML itself. Put the text in quotes."),
    ("incompatible YAML document", "The file asks for a version of YAML that is not known."),
    (
        "<document start>",
        "Something follows after the end of the document. Align it with the lines above.",
    ),
)
_SEEN_LATE: Final = ("unexpected end of stream", "unexpected document", "expected ':'")
"""What parsers notice far behind its cause; where that began is their context."""
_UNREADABLE: Final = (
    "The line cannot be read as YAML. Align it with its neighbours, or put the text in quotes."
)


def explained(error: yaml.MarkedYAMLError, text: str, file: str) -> tuple[str, Location]:
    """What is wrong and what to write instead, and the place to look at.

    Args:
        error: from one of PyYAML's parsers.
        text: what it read.
        file: how the file is called.
    """
    mark = error.problem_mark
    problem = error.problem or ""
    opening = error.context_mark
    if opening is not None and any(words in problem for words in _SEEN_LATE):
        mark = opening
    line, column = (mark.line, mark.column) if mark is not None else (0, 0)
    location = Location(file=file, line=line + 1, column=column + 1)
    if "cannot start any token" in problem and _is_tab(text, line, column):
        problem = "tab character"
    said = f"{problem} {error.context or ''}"
    ours = next((ours for words, ours in _CAUSES if words in said), _UNREADABLE)
    if ours is _FLOW and opening is not None:
        ours += f" It opens in line {opening.line + 1}, column {opening.column + 1}."
    return ours, location


def _is_tab(text: str, line: int, column: int) -> bool:
    return any(each[column : column + 1] == "\t" for each in text.splitlines()[line : line + 1])
