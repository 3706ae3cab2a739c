"""Layers: defaults under an integration, its overlay for an environment over it.

Mappings are merged key by key, everything else replaces what lies below, `null` included; so does
a rule, which is one formula and no collection of settings. Nothing is copied that need not be, and
nothing that was read is ever changed: a thousand integrations that share a layer share its values.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from reconciler.config.places import pointer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reconciler.config.documents import Document
    from reconciler.config.places import Path
    from reconciler.findings import Location
    from reconciler.secret import Json


_FORMULA: Final = "rules"
"""Replaced as a whole: two rules merged key by key have two operators, and are none."""


def merge(below: Mapping[str, Json], above: Mapping[str, Json]) -> dict[str, Json]:
    """The fields of one integration laid over those of another; neither is changed."""
    merged = _merge(below, above)
    if _FORMULA in above:
        merged[_FORMULA] = above[_FORMULA]
    return merged


def _merge(below: Mapping[str, Json], above: Mapping[str, Json]) -> dict[str, Json]:
    merged = dict(below)
    for key, value in above.items():
        under = merged.get(key)
        if isinstance(value, dict) and isinstance(under, dict):
            merged[key] = _merge(under, value)
        else:
            merged[key] = value
    return merged


class Spot(NamedTuple):
    """A place in a file.

    Attributes:
        location: line and column.
        pointer: the JSON pointer to it.
        unquoted: the text of the value, where that is a scalar without quotes; it may be secret.
    """

    location: Location
    pointer: str
    unquoted: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """A mapping and where it is written.

    Attributes:
        value: as it was written.
        document: the file.
        path: where in it.
    """

    value: Mapping[str, Json]
    document: Document
    path: Path

    def spot(self, path: Path) -> Spot:
        """Where a path of the mapping stands."""
        whole = (*self.path, *path)
        unquoted = self.document.unquoted(whole)
        return Spot(self.document.locate(whole), pointer(whole), unquoted)

    def reach(self, path: Path) -> int:
        """How many steps of a path are written in this layer."""
        return _walk(self.value, path)[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Layered:
    """A merged mapping that knows where each of its values is written.

    Attributes:
        value: the merged mapping.
        base: the layer it is about: where it begins, and where what is missing belongs.
        above: the overlay, where there is one.
        below: the defaults, where there are any.
    """

    value: dict[str, Json]
    base: Layer
    above: Layer | None = None
    below: Layer | None = None

    def has(self, path: Path) -> bool:
        """Whether something is written at a path."""
        layers = (self.above, self.base, self.below)
        return any(layer is not None and layer.reach(path) == len(path) for layer in layers)

    def spot(self, path: Path) -> Spot:
        """Where a value is written: in the layer that it comes from.

        A mapping may come from several; it stands in the base then, as what is missing would. What
        `null` took out stands where the `null` does.
        """
        steps, value = _walk(self.value, path)
        is_there = steps == len(path)
        of_several = is_there and isinstance(value, dict) and path[:1] != (_FORMULA,)
        order = (
            (self.above, self.base, self.below)
            if self.has(path) and not of_several
            else (self.base, self.above, self.below)
        )
        layers = [layer for layer in order if layer is not None]
        # The first of those that reach furthest, which is what `max` takes.
        return max(layers, key=lambda layer: layer.reach(path)).spot(path)


def _walk(value: object, path: Path) -> tuple[int, object]:
    """How far a path leads into a value, and to what."""
    for steps, step in enumerate(path):
        match value:
            case dict() if step in value:
                value = value[step]
            case list() if isinstance(step, int) and step < len(value):
                value = value[step]
            case _:
                return steps, value
    return len(path), value
