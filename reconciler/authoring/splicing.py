"""Changes single values in a YAML text: every character outside of them stays as it is.

A value is written as the one before it was: in the same quotes, as a block where it was one. What
is added stands behind the last entry of its mapping, in its style and at its column.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from reconciler.authoring import writing

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from reconciler.authoring.writing import Tree
    from reconciler.config.spans import Node
    from reconciler.secret import Json

_BREAKS: Final = "\r\n"
_HEADER = re.compile(r"[|>][-+0-9]*(?P<remark>[ \t]+#[^\r\n]*)?")
_INDENT = re.compile(r"[\r\n]+( +)(?=[^ \r\n])")
_EMPTY: Final = ("", "~", "null", "Null", "NULL")


@dataclass(frozen=True, slots=True, order=True)
class Edit:
    """Some text in the place of another. Places count characters from 0."""

    start: int
    end: int
    text: str


class NoPlaceError(ValueError):
    """A value cannot be added without touching what others use; the message says why."""


def applied(text: str, edits: Iterable[Edit]) -> str:
    """The text with all edits made; none of them overlaps another."""
    parts: list[str] = []
    done = 0
    for edit in sorted(edits):
        parts += (text[done : edit.start], edit.text)
        done = edit.end
    return "".join((*parts, text[done:]))


def replaced(text: str, node: Node, value: Json) -> Edit:
    """Another value in the place of a scalar, written as the one before it.

    Args:
        text: the whole text.
        node: a scalar in it.
        value: no list and no mapping.
    """
    if node.style in ("|", ">"):
        return _block(text, node, value)
    if isinstance(value, str):
        if node.style == "'" and _fits_one_line(value):
            new = "'" + value.replace("'", "''") + "'"
        elif node.style:
            new = writing.quoted(value)
        else:
            new = writing.scalar(value, flow=node.inside)
    else:
        new = writing.scalar(value)
    return Edit(node.start, node.end, _behind_key(text, node, new))


def grafted(text: str, mapping: Node, tree: Mapping[str, Tree]) -> list[Edit]:
    """Keys and values that a mapping lacks, added to it; deeper where it has the key already.

    Args:
        text: the whole text.
        mapping: a mapping in it, or an empty value where one belongs.
        tree: what to add.

    Raises:
        NoPlaceError: a value is there already, or comes from elsewhere.
    """
    edits: list[Edit] = []
    missing: dict[str, Tree] = {}
    for key, value in tree.items():
        below = mapping.own(key)
        if below is None:
            missing[key] = value
        elif below.target is not None:
            raise NoPlaceError(f"`{key}` is an alias of what is written elsewhere")
        elif isinstance(value, dict) and below.is_mapping and below.entries:
            edits += grafted(text, below, value)
        elif isinstance(value, dict) and _is_empty(below):
            edits.append(_filled(text, mapping, below, value))
        else:
            raise NoPlaceError(f"`{key}` is written there already")
    if missing:
        edits.append(_added(text, mapping, missing))
    return edits


def _is_empty(node: Node) -> bool:
    if node.is_mapping:
        return not node.entries
    return node.text in _EMPTY and not node.style


def _filled(text: str, mapping: Node, empty: Node, tree: Mapping[str, Tree]) -> Edit:
    """A mapping in the place of an empty value."""
    if empty.start < empty.end or empty.inside:
        new = _behind_key(text, empty, writing.flow(dict(tree)))
        return Edit(empty.start, empty.end, new)
    return _lines(text, empty.end, writing.lines(tree, mapping.entries[0][0].column + 2))


def _behind_key(text: str, node: Node, new: str) -> str:
    """A value where one stood, or where there is a key at most, its colon perhaps lacking."""
    if node.start < node.end:
        return new
    colon = "" if text[: node.start].rstrip().endswith(":") else ":"
    space = "" if text[node.start - 1].isspace() and not colon else " "
    return f"{colon}{space}{new}"


def _added(text: str, mapping: Node, tree: Mapping[str, Tree]) -> Edit:
    if mapping.braced:
        inner = writing.flow(dict(tree))[1:-1].strip()
        end = mapping.entries[-1][1].end
        return Edit(end, end, f", {inner}")
    return _lines(text, mapping.end, writing.lines(tree, mapping.entries[0][0].column))


def _lines(text: str, end: int, lines: list[str]) -> Edit:
    """Lines behind the line in which something ends."""
    line_end = "\r\n" if "\r\n" in text else "\n"
    if end and text[end - 1] in _BREAKS:  # a block of text ends with its last line
        return Edit(end, end, "".join(line + line_end for line in lines))
    while end < len(text) and text[end] not in _BREAKS:
        end += 1
    return Edit(end, end, "".join(line_end + line for line in lines))


def _block(text: str, node: Node, value: Json) -> Edit:
    """A block of text, as one again where the new text is on one line; its remark is kept."""
    old = text[node.start : node.end]
    body = old.rstrip(" \r\n")
    end = node.start + len(body)
    header = _HEADER.match(old)
    indent = _INDENT.search(body)
    remark = (header and header["remark"]) or ""
    if not (isinstance(value, str) and indent and _fits_one_line(value.rstrip("\n"))):
        return Edit(node.start, end, writing.scalar(value) + remark)
    line_end = "\r\n" if "\r\n" in text else "\n"
    line = value.rstrip("\n")
    if line.startswith(" ") or not line or value.count("\n") > 1:
        return Edit(node.start, end, writing.quoted(value) + remark)
    keep = "" if value.endswith("\n") else "-"
    return Edit(node.start, end, f"{node.style}{keep}{remark}{line_end}{indent[1]}{line}")


def _fits_one_line(value: str) -> bool:
    return value.isprintable()
