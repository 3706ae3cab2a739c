"""Names of variables for secrets that a server does not tell, or that no file may hold."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

_HUMPS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_OTHERS = re.compile(r"[^A-Z0-9]+")


class Names:
    """Gives out names of variables, none of them twice."""

    def __init__(self, taken: Collection[str] = ()) -> None:
        """Never give out those that are taken, like the ones that hold API keys."""
        self._taken = set(taken)

    def give(self, *words: str) -> str:
        """A name made of words; where that is taken, one with a number.

        ``ses-transactional`` and ``secretKey`` make ``SES_TRANSACTIONAL_SECRET_KEY``.
        """
        first, *rest = words
        parts = [_upper(first), *(_upper(_HUMPS.sub("_", each)) for each in rest)]
        name = "_".join(filter(None, parts))
        if not name or name[0].isdigit():
            name = f"NOVU_{name}".rstrip("_")
        given, number = name, 1
        while given in self._taken:
            number += 1
            given = f"{name}_{number}"
        self._taken.add(given)
        return given


def _upper(word: str) -> str:
    return _OTHERS.sub("_", word.upper()).strip("_")
