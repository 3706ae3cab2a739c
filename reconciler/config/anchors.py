"""What aliases stand for, with its size: only aliases can make a small file large."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from reconciler.secret import Json

MAX_ALIASED: Final = 1_000_000
"""How many values all aliases of a file together may stand for."""


class Anchored(NamedTuple):
    """A value, how many values it holds (itself included), and how deep they are nested."""

    value: Json
    size: int = 1
    depth: int = 0


class Anchors:
    """What aliases stand for, measured where an anchor is set, counted where an alias uses it."""

    def __init__(self) -> None:
        self._named: dict[str, Anchored] = {}
        self._measured: dict[int, Anchored] = {}
        self._aliased = 0

    def set(self, name: str, value: Json) -> None:
        """Give a complete value a name; a later one of that name takes its place."""
        self._named[name] = self._measure(value)

    def get(self, name: str) -> Anchored | None:
        """The value of that name, where one was set already."""
        return self._named.get(name)

    def use(self, anchored: Anchored) -> bool:
        """Count one more alias of a value; whether the file may still go on."""
        self._aliased += anchored.size
        return self._aliased <= MAX_ALIASED

    def _measure(self, value: Json) -> Anchored:
        if not isinstance(value, dict | list):
            return Anchored(value)
        # Other anchors inside were measured when they were set: nothing is walked twice. The
        # values are kept with their measures, or another value might get the same id.
        known = self._measured.get(id(value))
        if known is None:
            inner = value.values() if isinstance(value, dict) else value
            size, depth = 1, 0
            for each in map(self._measure, inner):
                size += each.size
                depth = max(depth, each.depth)
            known = self._measured[id(value)] = Anchored(value, size, depth + 1)
        return known
