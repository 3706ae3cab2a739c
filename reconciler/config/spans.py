"""Where every value of a YAML text begins and ends, for whoever changes one and nothing else.

Findings need beginnings only and are served by `places`; here are ends, styles and anchors too.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from reconciler.config.places import MERGE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reconciler.config.places import Path

_PROPERTIES = re.compile(r"&[^\s,\[\]{}]+(?:\s+|#[^\r\n]*)*")
"""An anchor, and what may stand between it and its value."""


@dataclass(slots=True, kw_only=True, eq=False)
class Node:
    """One value of a text. Places count characters from 0.

    Attributes:
        start: where it begins, its anchor left out.
        end: where it ends; of a mapping or list in block style that of its last part.
        column: where its line has it.
        text: of a scalar, what it says; `None` for everything else.
        style: of a scalar, the mark it begins with: a quote, ``|`` or ``>``; empty without one.
        inside: it stands in brackets or braces.
        braced: it is a list in brackets or a mapping in braces.
        is_mapping: it is a mapping.
        entries: keys and values of a mapping, in order; merge keys too.
        items: of a list.
        target: what an alias stands for.
    """

    start: int
    end: int
    column: int
    text: str | None = None
    style: str = ""
    inside: bool = False
    braced: bool = False
    is_mapping: bool = False
    entries: list[tuple[Node, Node]] = field(default_factory=list)
    items: list[Node] = field(default_factory=list)
    target: Node | None = None

    @property
    def itself(self) -> Node:
        """What it is, or stands for."""
        return self.target or self

    def own(self, key: str) -> Node | None:
        """The value of a key that is written in this mapping itself."""
        for name, value in self.entries:
            if name.itself.text == key and not name.is_merge:
                return value
        return None

    @property
    def is_merge(self) -> bool:
        """Whether it is the key that merges other mappings in."""
        return self.text == MERGE and not self.style

    def find(self, path: Path) -> Node | None:
        """What stands at a path, aliases and merge keys followed on the way; not at its end."""
        found: Node | None = self
        for step in path:
            if found is None:
                return None
            found = found.itself.step(step)
        return found

    def step(self, step: str | int) -> Node | None:
        """The value of a key, merged in perhaps, or the item at a position."""
        if isinstance(step, int):
            return self.items[step] if step < len(self.items) else None
        found = self.own(step)
        return found or next((each for each in self._merged(step) if each), None)

    def _merged(self, key: str) -> Iterator[Node | None]:
        for name, value in self.entries:
            if name.is_merge:
                source = value.itself
                for each in source.items or [source]:
                    yield each.itself.step(key)


def spans(text: str, loader: type[Any]) -> Node:
    """The values of a text that holds one document without traps.

    Args:
        text: what `Document` found usable.
        loader: one of PyYAML's loaders.
    """
    parser = loader(text)
    try:
        return _Composer(text).read(parser)
    finally:
        parser.dispose()


class _Composer:
    def __init__(self, text: str) -> None:
        self._text = text
        self._open: list[Node] = []
        self._keys: list[Node | None] = []
        self._anchors: dict[str, Node] = {}
        self._names: list[str | None] = []
        self._root: Node | None = None

    def read(self, parser: Any) -> Node:  # noqa: ANN401 - PyYAML's parsers share no type
        while parser.check_event():
            event = parser.get_event()
            kind = type(event).__name__
            if kind in ("MappingStartEvent", "SequenceStartEvent"):
                node = self._node(event, braced=bool(event.flow_style))
                node.is_mapping = kind == "MappingStartEvent"
                self._open.append(node)
                self._keys.append(None)
                self._names.append(event.anchor)
            elif kind in ("MappingEndEvent", "SequenceEndEvent"):
                self._close(event)
            elif kind == "ScalarEvent":
                style = event.style if event.style not in (None, "") else ""
                node = self._node(event, text=event.value, style=style)
                self._add(node, event.anchor)
            elif kind == "AliasEvent":
                node = self._node(event)
                node.target = self._anchors[event.anchor]
                self._add(node, None)
        assert self._root is not None  # noqa: S101 - a usable document holds a value
        return self._root

    def _node(
        self,
        event: Any,  # noqa: ANN401 - PyYAML's events have no types
        *,
        text: str | None = None,
        style: str = "",
        braced: bool = False,
    ) -> Node:
        start, end = event.start_mark.index, event.end_mark.index
        if getattr(event, "anchor", None) and self._text[start] == "&":
            properties = _PROPERTIES.match(self._text, start)
            assert properties is not None  # noqa: S101 - an anchor has a name
            start = properties.end() if text is None else min(properties.end(), end)
        return Node(
            start=start,
            end=max(start, end),
            column=event.start_mark.column,
            text=text,
            style=style,
            inside=any(each.braced for each in self._open),
            braced=braced,
        )

    def _close(self, event: Any) -> None:  # noqa: ANN401 - as above
        node = self._open.pop()
        self._keys.pop()
        if node.braced:
            node.end = event.end_mark.index
        else:
            last = node.entries[-1][1] if node.entries else node.items[-1]
            node.end = last.end
        self._add(node, self._names.pop())

    def _add(self, node: Node, anchor: str | None) -> None:
        if anchor is not None:
            self._anchors[anchor] = node
        if not self._open:
            self._root = node
            return
        parent = self._open[-1]
        if not parent.is_mapping:
            parent.items.append(node)
        elif self._keys[-1] is None:
            self._keys[-1] = node
        else:
            parent.entries.append((self._keys[-1], node))
            self._keys[-1] = None
