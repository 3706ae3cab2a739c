"""Where the fields of an integration are written, looked up when somebody asks."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from reconciler.findings import Location

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reconciler.config.layers import Layered
    from reconciler.secret import Json

_STEP = re.compile(r"\[([0-9]+)\]|([^.\[\]]+)")


class Lines(Mapping[str, Location]):
    """Locations by dotted path, like ``credentials.apiKey`` or ``conditions[0].value``.

    Only a report needs them, and of few integrations: nothing is looked up before.
    """

    __slots__ = ("_layered",)

    def __init__(self, layered: Layered) -> None:
        """Look up in what an integration was merged from."""
        self._layered = layered

    def __getitem__(self, dotted: str) -> Location:
        path = tuple(int(index) if index else key for index, key in _STEP.findall(dotted))
        if not self._layered.has(path):
            raise KeyError(dotted)
        return self._layered.spot(path).location

    def __iter__(self) -> Iterator[str]:
        for key, value in self._layered.value.items():
            yield from _dotted(key, value)

    def __len__(self) -> int:
        return sum(1 for _ in self)


def _dotted(prefix: str, value: Json) -> Iterator[str]:
    yield prefix
    if isinstance(value, dict):
        for key, each in value.items():
            yield from _dotted(f"{prefix}.{key}", each)
    elif isinstance(value, list):
        for index, each in enumerate(value):
            yield from _dotted(f"{prefix}[{index}]", each)
