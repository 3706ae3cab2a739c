"""YAML text becomes plain values; where each of them stands can be asked afterwards.

The text is read as a stream of events, not as a tree of nodes: that takes half the time and a
fraction of the memory, cannot run out of stack, and shows every trap of YAML where it is met.
Positions are not kept, but for the beginnings of integrations: only a finding needs more, and
then the text is read a second time.

What is valid here is what a JSON document can say. Everything else that YAML offers (tags, keys
that are not text, several documents) and everything that its readers disagree on is a finding.
"""

from __future__ import annotations

import codecs
import gc
import re
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from reconciler.config.places import outline, pointer
from reconciler.config.reading import MAX_DEPTH, Reader, StopError
from reconciler.config.spans import spans
from reconciler.config.syntax import explained
from reconciler.findings import Location, finding, in_order

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from reconciler.config.places import Path, Place
    from reconciler.config.spans import Node
    from reconciler.findings import Finding
    from reconciler.secret import Json

MAX_BYTES: Final = 10_000_000
"""The largest file that is read: twenty thousand integrations fit in."""

# What YAML lets stand in a text; of anything else the parsers would tell an offset at most.
_UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


_BREAK = re.compile("\r\n|[\r\n\x85\u2028\u2029]")

_DETAILS: Final = {
    "size": f"The file is larger than {MAX_BYTES:,} bytes, which no project needs. Split it, and"
    " list the parts under `include`.",
    "utf-16": "The file is written in UTF-16. Save it as UTF-8.",
    "utf-8": "The byte here is not UTF-8. Save the file as UTF-8.",
    "unprintable": "A control character stands here, which YAML does not allow. Remove it, or write"
    ' it as an escape like `"\\x07"` in double quotes.',
    "top": "The file has to be a mapping: lines like `integrations:` with what belongs to them"
    " below.",
}


class Document:
    """One file: what it says, what is wrong with it as YAML, and where everything stands.

    Whatever is wrong becomes a finding; nothing is raised.

    Attributes:
        file: how findings call it.
        value: its keys and values; empty unless the file could be read to its end.
        usable: whether it could.
        findings: the traps of YAML in it.
    """

    __slots__ = ("_blocks", "_loader", "_places", "_text", "file", "findings", "usable", "value")

    def __init__(self, data: bytes, file: str, *, loader: type[Any] | None = None) -> None:
        """Read a file.

        Args:
            data: what it holds.
            file: how findings call it.
            loader: one of PyYAML's loaders; without one its C loader, where that was built.
        """
        self.file = file
        self.value: dict[str, Json] = {}
        self.usable = False
        self._text = ""
        self._loader = loader or _fastest()
        self._blocks: Mapping[int, tuple[int, int]] = {}
        self._places: Place | None = None
        self.findings: tuple[Finding, ...] = in_order(self._decode(data) or self._read())

    @property
    def text(self) -> str:
        """What the file says, without a byte order mark; empty where it cannot be read."""
        return self._text

    def spans(self) -> Node:
        """Where each of its values begins and ends; of a usable document only."""
        return spans(self._text, self._loader)

    def locate(self, path: Path) -> Location:
        """Where the key or item at a path stands, or as much of the path as there is."""
        pointed, _, _ = self._outlined().find(path)
        return Location(file=self.file, line=pointed.line, column=pointed.column)

    def block(self, index: int) -> Location:
        """Where an item of the top-level list ``integrations`` begins."""
        if index in self._blocks:
            line, column = self._blocks[index]
            return Location(file=self.file, line=line, column=column)
        return self.locate(("integrations", index))

    def unquoted(self, path: Path) -> str | None:
        """The text of the value at a path, where that is a scalar without quotes."""
        _, value, found = self._outlined().find(path)
        return value.text if found == len(path) and value.plain else None

    def _outlined(self) -> Place:
        if self._places is None:
            with _uncollected():
                self._places = outline(self._text, self._loader, depth=MAX_DEPTH)
        return self._places

    def _decode(self, data: bytes) -> tuple[Finding, ...]:
        """Fill in the text, or tell why there is none."""
        if len(data) > MAX_BYTES:
            return (self._unreadable("NS106", "size", ""),)
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
                return (self._unreadable("NS102", "utf-16", ""),)
            before = data[: error.start].decode("utf-8-sig", "replace")
            return (self._unreadable("NS102", "utf-8", before),)
        unprintable = _UNPRINTABLE.search(text)
        if unprintable is not None:
            return (self._unreadable("NS102", "unprintable", text[: unprintable.start()]),)
        self._text = text
        return ()

    def _unreadable(self, code: str, detail: str, before: str) -> Finding:
        lines = _BREAK.split(before)
        place = Location(file=self.file, line=len(lines), column=len(lines[-1]) + 1)
        return finding(code, _DETAILS[detail], location=place)

    def _read(self) -> Iterator[Finding]:
        import yaml  # noqa: PLC0415 - imported late: costs 15 ms

        parser = self._loader(self._text)
        reader = Reader(parser, self.file)
        try:
            with _uncollected():
                reader.read()
        except StopError:
            pass
        except yaml.MarkedYAMLError as error:
            detail, place = explained(error, self._text, self.file)
            yield finding("NS101", detail, location=place)
        else:
            if isinstance(reader.value, dict):
                self.value, self._blocks, self.usable = reader.value, reader.blocks, True
            else:
                yield finding("NS112", _DETAILS["top"], location=self.locate(()))
        finally:
            parser.dispose()
        yield from reader.findings
        for path, place in reader.repeated:
            first = self.locate(path)
            detail = (
                f"`{path[-1]}` stands here again; the first one is in line {first.line}, column"
                f" {first.column}. YAML would keep one of them without a word. Remove the other."
            )
            yield finding("NS113", detail, location=place, pointer=pointer(path))


def _fastest() -> type[Any]:
    import yaml  # noqa: PLC0415 - imported late: costs 15 ms

    loader: type[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return loader


@contextmanager
def _uncollected() -> Iterator[None]:
    """Without garbage collection: nothing becomes garbage while a tree grows, it only costs."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
