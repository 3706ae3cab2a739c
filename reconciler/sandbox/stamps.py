"""Ids and times as Novu's database makes them."""

from __future__ import annotations

import secrets
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_-"
_SHORT = 10


class Stamps:
    """Makes object ids, random suffixes and times; not thread-safe.

    Times never repeat and never go back, so that ``updatedAt`` tells reliably whether a row was
    written to. Under a fast series of writes they run a little ahead of the wall clock.
    """

    def __init__(self, now: Callable[[], float] = time.time) -> None:
        """Start counting.

        Args:
            now: seconds since 1970.
        """
        self._now = now
        self._last = 0
        self._process = secrets.randbits(40)
        self._count = secrets.randbits(23)

    def tick(self, *, writes: bool = True) -> None:
        """Begin another moment.

        Args:
            writes: whether something may be written at that moment; it is a later one then.
        """
        self._last = max(int(self._now() * 1000), self._last + writes)

    @property
    def time(self) -> str:
        """The moment, as Novu spells times."""
        moment = datetime.fromtimestamp(self._last // 1000, UTC)
        return f"{moment:%Y-%m-%dT%H:%M:%S}.{self._last % 1000:03d}Z"

    def object_id(self) -> str:
        """A fresh id: 24 hexadecimal digits that sort by the time they were made."""
        self._count += 1
        return f"{self._last // 1000:08x}{self._process:010x}{self._count:06x}"


def short_id() -> str:
    """The random end of an identifier that the server makes up."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(_SHORT))
