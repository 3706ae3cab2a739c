"""Pieces of files whose characters know where they stand, also where quotes were taken away."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from reconciler.findings import Location, finding

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reconciler.findings import Finding

MAX_BYTES = 50_000_000
"""The largest file that is read: what lists a hundred thousand integrations fits in."""


@dataclass(frozen=True)
class Source:
    """A whole file.

    Attributes:
        file: how findings call it.
        text: what it holds; it may hold secrets, so it is not shown.
    """

    file: str
    text: str = field(repr=False)

    @cached_property
    def _lines(self) -> list[int]:
        return [0, *(at + 1 for at, each in enumerate(self.text) if each == "\n")]

    def place(self, at: int) -> Location:
        """Where a character stands."""
        line = bisect_right(self._lines, at)
        return Location(file=self.file, line=line, column=at - self._lines[line - 1] + 1)

    @property
    def whole(self) -> Piece:
        """All of it as one piece."""
        return Piece(text=self.text, offsets=range(len(self.text) + 1), source=self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A part of a file.

    Attributes:
        text: what it says.
        offsets: of each of its characters in the file, and of its end.
        source: the file.
    """

    text: str = field(repr=False)
    offsets: Sequence[int] = field(repr=False)
    source: Source

    def place(self, at: int) -> Location:
        """Where a character of the piece stands in the file."""
        return self.source.place(self.offsets[min(at, len(self.text))])

    def tail(self, start: int) -> Piece:
        """All of it from a character on."""
        return Piece(text=self.text[start:], offsets=self.offsets[start:], source=self.source)


def source(data: bytes, file: str) -> Source | Finding:
    """A file's text, or why it is none.

    Args:
        data: what it holds.
        file: how findings call it.
    """
    start = Location(file=file, line=1, column=1)
    if len(data) > MAX_BYTES:
        detail = f"The file is larger than {MAX_BYTES:,} bytes. Split it, and name each part."
        return finding("NS106", detail, location=start)
    try:
        return Source(file, data.decode("utf-8-sig").replace("\r\n", "\n"))
    except UnicodeDecodeError:
        return finding("NS102", "The file is not UTF-8. Save it as UTF-8.", location=start)
