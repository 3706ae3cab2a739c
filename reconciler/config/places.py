"""Where things stand in a YAML text: built only when a finding asks for a place.

Places point at the key of an entry and at the beginning of a list's item, also where the value
came through an alias or a merge key: there it is that something has to be changed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator

Path: TypeAlias = tuple[str | int, ...]
"""Keys and list positions from the top of a document."""

MERGE: Final = "<<"
"""The key that merges other mappings into its own."""


@dataclass(slots=True, kw_only=True, eq=False)
class Place:
    """One value of a YAML text.

    Attributes:
        line: from 1.
        column: from 1, in characters.
        text: a scalar as it was written, without its quotes; `None` for lists and mappings.
        plain: whether it is a scalar without quotes.
        entries: of a mapping; by key the places of the first key so called and of its value.
        items: of a list.
        merged: the mappings, or lists of them, that are merged into this one, strongest first.
    """

    line: int
    column: int
    text: str | None = None
    plain: bool = False
    entries: dict[str, tuple[Place, Place]] = field(default_factory=dict)
    items: list[Place] = field(default_factory=list)
    merged: list[Place] = field(default_factory=list)

    def find(self, path: Path) -> tuple[Place, Place, int]:
        """Follow a path as far as it goes.

        Returns:
            The place to point at, the place of the value, and how many steps were found.
        """
        pointed = value = self
        for done, step in enumerate(path):
            found = value.step(step)
            if found is None:
                return pointed, value, done
            pointed, value = found
        return pointed, value, len(path)

    def step(self, step: str | int) -> tuple[Place, Place] | None:
        """The places of one entry (key and value) or item (twice the same)."""
        if isinstance(step, int):
            return (self.items[step], self.items[step]) if step < len(self.items) else None
        if step in self.entries:
            return self.entries[step]
        for merged in self.merged:
            for source in (merged, *merged.items):
                found = source.step(step)
                if found is not None:
                    return found
        return None


def outline(text: str, loader: type[Any], *, depth: int) -> Place:
    """The places of the first document in a text, as far as it can be read.

    Args:
        text: any text.
        loader: one of PyYAML's loaders.
        depth: how deep to look at most.
    """
    return _Outliner(depth).read(_events(text, loader))


def _events(text: str, loader: type[Any]) -> Iterator[Any]:
    import yaml  # noqa: PLC0415 - imported late: costs 15 ms

    parser = loader(text)
    try:
        while parser.check_event():
            yield parser.get_event()
    except yaml.YAMLError:
        return  # what was read up to here is enough
    finally:
        parser.dispose()


@dataclass(slots=True)
class _Open:
    """A list or mapping that is being read, its anchor, and the key that waits for its value."""

    place: Place
    is_list: bool
    anchor: str | None
    key: Place | None = None


class _Outliner:
    def __init__(self, depth: int) -> None:
        self._depth = depth
        self._root = Place(line=1, column=1)
        self._open: list[_Open] = []
        self._anchors: dict[str, Place] = {}

    def read(self, events: Iterator[Any]) -> Place:
        for event in events:
            kind = type(event).__name__
            if kind == "DocumentEndEvent" or len(self._open) > self._depth:
                break
            if kind in ("MappingStartEvent", "SequenceStartEvent"):
                place = self._attach(_place(event))
                is_list = kind == "SequenceStartEvent"
                self._open.append(_Open(place, is_list, event.anchor))
            elif kind in ("MappingEndEvent", "SequenceEndEvent"):
                closed = self._open.pop()
                self._remember(closed.anchor, closed.place)
            elif kind == "ScalarEvent":
                place = _place(event, text=event.value, plain=event.implicit[0])
                self._remember(event.anchor, self._attach(place))
            elif kind == "AliasEvent":
                self._attach(self._aliased(event))
        return self._root

    def _remember(self, anchor: str | None, place: Place) -> None:
        # Only when it is complete: an alias to what it stands in would never end.
        if anchor is not None:
            self._anchors[anchor] = place

    def _aliased(self, event: Any) -> Place:  # noqa: ANN401 - PyYAML's events have no types
        place = _place(event)
        target = self._anchors.get(event.anchor)
        if target is not None:
            place.text, place.plain = target.text, target.plain
            place.entries, place.items, place.merged = target.entries, target.items, target.merged
        return place

    def _attach(self, place: Place) -> Place:
        if not self._open:
            self._root = place
            return place
        parent = self._open[-1]
        if parent.is_list:
            parent.place.items.append(place)
        elif parent.key is None:
            parent.key = place
        else:
            key, parent.key = parent.key, None
            if key.plain and key.text == MERGE:
                parent.place.merged.append(place)
            elif key.text is not None:
                parent.place.entries.setdefault(key.text, (key, place))
        return place


def _place(event: Any, text: str | None = None, *, plain: bool = False) -> Place:  # noqa: ANN401 - PyYAML's events have no types
    mark = event.start_mark
    return Place(line=mark.line + 1, column=mark.column + 1, text=text, plain=plain)


def pointer(path: Path) -> str:
    """The JSON pointer (RFC 6901) of a path."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in path)
