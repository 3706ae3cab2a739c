"""The journal beside a document: one line for each thing that happened since it was written.

A line is a message authentication code, a space and JSON. Each code covers the code before it,
so that a line that went missing shows; the first line names the owner and the document that the
journal goes on from.
"""

from __future__ import annotations

import hmac
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias, assert_never

from reconciler.ledger.document import compact, decode, encode

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from reconciler.fingerprint import Fingerprinter
    from reconciler.ledger.document import Owner
    from reconciler.model import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """An integration was applied."""

    entry: Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgotten:
    """An integration is gone."""

    identifier: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubted:
    """A write of values began; until it is recorded nobody knows which ones the server has."""

    identifier: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked:
    """A small fact is to be remembered; `None` drops it."""

    name: str
    value: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Damaged:
    """A line that cannot be believed: it may have been about any integration."""


Told: TypeAlias = Recorded | Forgotten | Doubted | Marked
"""What a run writes down."""

Step: TypeAlias = Told | Damaged


@dataclass(frozen=True, slots=True, kw_only=True)
class Journal:
    """A journal that was read.

    Attributes:
        base: the code of the document it goes on from, empty where there was none; `None` where
            the journal has no first line to believe.
        steps: what happened, in order.
        foreign: it holds lines, and they are not this owner's.
    """

    base: str | None = None
    steps: tuple[Step, ...] = ()
    foreign: bool = False


class Chain:
    """Makes and checks lines, each bound to the one before.

    Attributes:
        last: the code of the line that the next one follows.
    """

    __slots__ = ("_fingerprinter", "last")

    def __init__(self, fingerprinter: Fingerprinter) -> None:
        self._fingerprinter = fingerprinter
        self.last = ""

    def first(self, owner: Owner, base: str) -> bytes:
        """The first line of a new journal; it begins the chain anew."""
        self.last = ""
        return self._line(owner.head() | {"base": base})

    def step(self, step: Told) -> bytes:
        """The line of a step."""
        match step:
            case Recorded(entry=entry):
                return self._line({"recorded": encode(entry)})
            case Forgotten(identifier=identifier):
                return self._line({"forgotten": identifier})
            case Doubted(identifier=identifier):
                return self._line({"doubted": identifier})
            case Marked(name=name, value=value):
                return self._line({"marked": name, "value": value})
            case _:
                assert_never(step)

    def moves_on(self, line: bytes) -> None:
        """The line is in the file: the next one follows it."""
        self.last = line.partition(b" ")[0].decode("ascii", "replace")

    def check(self, line: bytes) -> Mapping[str, Any] | None:
        """What a line without its end says, `None` where its code is wrong; moves on."""
        mac, _, payload = line.partition(b" ")
        right = self._mac(payload)
        # The next line follows the code as it stands here, so that one bad line stays one.
        self.moves_on(line)
        if not hmac.compare_digest(mac, right):
            return None
        found: Mapping[str, Any] = json.loads(payload)
        return found

    def _line(self, content: Mapping[str, Any]) -> bytes:
        payload = compact(content).encode()
        return self._mac(payload) + b" " + payload + b"\n"

    def _mac(self, payload: bytes) -> bytes:
        before = self.last.encode("ascii", "replace")
        return self._fingerprinter.mac("journal", before + b" " + payload).encode()


def read(text: bytes, owner: Owner, fingerprinter: Fingerprinter) -> Journal:
    """What a journal says. A last line without its end was never finished and is left out."""
    first, *lines = text.split(b"\n")[:-1] or [b""]
    if not first:
        return Journal()
    chain = Chain(fingerprinter)
    head = chain.check(first)
    if head is None or {**head, "base": ""} != owner.head() | {"base": ""}:
        return Journal(foreign=True)
    return Journal(base=head["base"], steps=tuple(_steps(lines, chain)))


def _steps(lines: Iterable[bytes], chain: Chain) -> Iterator[Step]:
    for line in lines:
        match chain.check(line):
            case {"recorded": dict() as row}:
                yield Recorded(entry=decode(row))
            case {"forgotten": str() as identifier}:
                yield Forgotten(identifier=identifier)
            case {"doubted": str() as identifier}:
                yield Doubted(identifier=identifier)
            case {"marked": str() as name, "value": value}:
                yield Marked(name=name, value=value)
            case _:
                yield Damaged()


def take(entries: dict[str, Entry], step: Step) -> None:
    """Change what is remembered as the step says."""
    match step:
        case Recorded(entry=entry):
            entries[entry.identifier] = entry
        case Forgotten(identifier=identifier):
            entries.pop(identifier, None)
        case Doubted(identifier=identifier):
            if identifier in entries:
                entries[identifier] = entries[identifier].doubted()
        case Marked():
            pass  # no entry's business
        case Damaged():
            entries.update({name: entry.doubted() for name, entry in entries.items()})
        case _:
            assert_never(step)


def joined(document: Mapping[str, Entry], base: str, journal: Journal) -> dict[str, Entry]:
    """A document and the journal beside it, as one memory.

    Where the journal goes on from another document, it was folded in already, or the document
    was exchanged, by a checkout perhaps. What the two agree on is kept. Of what they do not agree
    on nobody knows which came later: the row stays ours, its values become uncertain.
    """
    after = dict(document)
    for step in journal.steps:
        take(after, step)
    if journal.base == base:
        return after
    return {
        name: entry if after.get(name) == entry else entry.doubted()
        for name, entry in document.items()
    }


def marked(marks: Mapping[str, str], steps: Iterable[Step]) -> dict[str, str]:
    """The small facts after these steps, whatever document they began with."""
    after = dict(marks)
    for step in steps:
        match step:
            case Marked(name=name, value=None):
                after.pop(name, None)
            case Marked(name=name, value=str() as value):
                after[name] = value
            case _:
                pass
    return after
