"""Writes values as YAML that every reader of YAML takes for the same.

Text is left bare only where nobody could take it for anything else; keys stand in the order in
which they come. What is written here reads back as the value that it was made of.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

from reconciler.config.scalars import NUMBER_STARTS, WORDS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from reconciler.secret import Json

_STEP: Final = 2

_PLAIN = r"[\w .@/+%~$<>(){}-]"
_BARE = re.compile(rf"(?:[^\W\d]|[/$<]){_PLAIN}*(?::(?! ){_PLAIN}+)*")
"""Begins with a letter; no colon that ends a key, no mark of a comment, of a list or of a quote."""
_BARE_IN_FLOW = re.compile(r"[^\W\d][\w .@/+%-]*")
_HALF = re.compile("[\ud800-\udfff]")
"""Half of a pair, which no YAML can hold."""
_SHORT: Final = 4
_REST: Final = frozenset(("y", "n", "Y", "N", "<<"))
"""Read as something else by some readers, beside the words that ours knows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    """A value with a remark beside it, for the person who fills it in."""

    value: Json
    remark: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Remarked:
    """A mapping with remarks below its keys, one a line."""

    entries: Mapping[str, Tree]
    remarks: Sequence[str]


Tree: TypeAlias = "Json | Noted | Remarked | Mapping[str, Tree] | Sequence[Tree]"
"""What can be written: JSON, with remarks in it."""


def scalar(value: Json, *, flow: bool = False) -> str:
    """One text, number, boolean or null.

    Args:
        value: no list and no mapping but an empty one.
        flow: it stands inside of brackets, where fewer texts may be bare.
    """
    if isinstance(value, str):
        bare = _BARE_IN_FLOW if flow else _BARE
        return value if bare.fullmatch(value) and _is_text(value) else quoted(value)
    return json.dumps(value)


def quoted(text: str) -> str:
    """A text in double quotes; whatever cannot be seen in it is an escape."""
    inner = json.dumps(text, ensure_ascii=False)[1:-1]
    return f'"{"".join(each if each.isprintable() else _escape(each) for each in inner)}"'


def lines(tree: Mapping[str, Tree], indent: int = 0) -> list[str]:
    """A mapping in block style, without line ends."""
    written: list[str] = []
    for key, value in tree.items():
        written += _entry(f"{' ' * indent}{scalar(key)}:", value, indent + _STEP)
    return written


def item(tree: Mapping[str, Tree], indent: int = 0) -> list[str]:
    """A mapping as an item of a list."""
    first, *rest = lines(tree, indent + _STEP)
    return [f"{' ' * indent}- {first.lstrip()}", *rest]


def flow(tree: Tree) -> str:
    """A value on one line, as it stands inside of brackets; remarks are lost."""
    if isinstance(tree, Noted):
        return flow(tree.value)
    if isinstance(tree, Remarked):
        return flow(tree.entries)
    if isinstance(tree, dict) and tree:
        entries = (f"{scalar(key, flow=True)}: {flow(each)}" for key, each in tree.items())
        return f"{{ {', '.join(entries)} }}"
    if isinstance(tree, list) and tree:
        return f"[{', '.join(map(flow, tree))}]"
    return scalar(tree, flow=True)  # type: ignore[arg-type]  # no collection is left but empty ones


def _entry(head: str, value: Tree, indent: int) -> list[str]:
    if isinstance(value, Noted):
        return [f"{head} {scalar(value.value)}  # {value.remark}"]
    if isinstance(value, Remarked):
        remarks = [f"{' ' * indent}# {each}" for each in value.remarks]
        return [head, *lines(value.entries, indent), *remarks]
    if isinstance(value, dict) and value:
        return [head, *lines(value, indent)]
    if isinstance(value, list) and value:
        return [head, *(line for each in value for line in _item(each, indent))]
    return [f"{head} {scalar(value)}"]  # type: ignore[arg-type]  # as above


def _item(value: Tree, indent: int) -> list[str]:
    if isinstance(value, dict) and value:
        return item(value, indent)
    return [f"{' ' * indent}- {flow(value)}"]


def _is_text(text: str) -> bool:
    return (
        text not in WORDS
        and text not in _REST
        and text[0] not in NUMBER_STARTS
        and text == text.strip()
        and text.isprintable()
    )


def _escape(character: str) -> str:
    if _HALF.match(character):
        return "\ufffd"
    code = ord(character)
    return f"\\u{code:04x}" if len(f"{code:x}") <= _SHORT else f"\\U{code:08x}"
