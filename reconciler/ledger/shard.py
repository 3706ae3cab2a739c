"""How the ledger is cut into contexts of Novu: documents of bounded size, each with its code.

A document's ``data`` says in clear whose it is, how old it is and under which number it goes; the
rest is compressed text. Nothing of it is used before its code was checked, except to tell why it
is not believed. The first document (number 0) holds a table of them all.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import zlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from reconciler.ledger.document import compact, decode, doubt_of, encode

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from reconciler.fingerprint import Fingerprinter
    from reconciler.ledger.document import Owner
    from reconciler.model import Entry
    from reconciler.secret import Json

TYPE = "novu-sync"
"""The type of all our contexts."""

FILLED = 44_000
"""Characters from which on a document gets no new entry: those that it holds may still grow."""

ROOM = 58_000
"""Characters that the entries of a document may have; Novu takes 65,536 bytes in all, and the first
document also holds the table and the small facts."""

_LARGEST = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """Which state of a document it is.

    Attributes:
        seq: grows by one each time it is written.
        mac: the beginning of its code.
    """

    seq: int
    mac: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Shard:
    """One document.

    Attributes:
        number: 0 is the first.
        seq: how often it has been written.
        entries: by identifier.
        marks: small facts; in the first only.
        table: the state of every other document as the first one's writer left it.
    """

    number: int
    seq: int
    entries: Mapping[str, Entry] = field(default_factory=dict)
    marks: Mapping[str, str] = field(default_factory=dict)
    table: Mapping[int, Stamp] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """What a run was going to write when it began, and may have written in part.

    Attributes:
        writes: by identifier, whether it is to be protected; `None` for any integration at all.
    """

    writes: Mapping[str, bool] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Lost:
    """Nothing in a document can be believed, for this reason."""

    why: str


def document_id(project: str, number: int) -> str:
    """The id of a document: it tells nothing of the project to who does not know its name."""
    return f"ledger-{_of_project(project)}-{number:04d}"


def intent_id(project: str, nonce: str) -> str:
    """The id of what a run was going to write."""
    return f"intent-{_of_project(project)}-{nonce}"


def number_of(project: str, context_id: str) -> int | None:
    """The number of a document of this project; `None` for any other context."""
    rest = context_id.removeprefix(f"ledger-{_of_project(project)}-")
    return int(rest) if rest != context_id and rest.isascii() and rest.isdecimal() else None


def is_intent(project: str, context_id: str) -> bool:
    """Whether it is what a run of this project was going to write."""
    return context_id.startswith(f"intent-{_of_project(project)}-")


def weight(entry: Entry) -> int:
    """Characters that an entry takes in a document, at most."""
    return len(zlib.compress(compact(encode(entry)).encode())) * 4 // 3 + 4


def write(shard: Shard, owner: Owner, fingerprinter: Fingerprinter) -> tuple[dict[str, Any], Stamp]:
    """The data of a document, and which state of it that is."""
    inside: dict[str, Any] = {
        "entries": [encode(shard.entries[name]) for name in sorted(shard.entries)]
    }
    if shard.marks:
        inside["marks"] = dict(shard.marks)
    if shard.table:
        inside["table"] = [[n, each.seq, each.mac] for n, each in sorted(shard.table.items())]
    data = _sealed(owner, {"number": shard.number, "seq": shard.seq}, inside, fingerprinter)
    return data, stamp_of(shard.seq, data)


def stamp_of(seq: int, data: Mapping[str, Json]) -> Stamp:
    """Which state of a document its data are."""
    return Stamp(seq=seq, mac=str(data.get("mac"))[:16])


def read(
    data: Mapping[str, Json], number: int, owner: Owner, fingerprinter: Fingerprinter
) -> Shard | Lost:
    """What a document says, where it is this owner's and unchanged."""
    opened = _opened(data, owner, fingerprinter)
    if isinstance(opened, Lost):
        return opened
    head, inside = opened
    if head.get("number") != number:
        return Lost(why="it lies in the place of another")
    return Shard(
        number=number,
        seq=head["seq"],
        entries={row["identifier"]: decode(row) for row in inside["entries"]},
        marks=inside.get("marks", {}),
        table={n: Stamp(seq=seq, mac=mac) for n, seq, mac in inside.get("table", ())},
    )


def write_intent(
    writes: Mapping[str, bool], owner: Owner, fingerprinter: Fingerprinter
) -> dict[str, Any]:
    """The data of an intent; one that would not fit is about any integration at all."""
    data = _sealed(owner, {"intent": True}, {"writes": dict(writes)}, fingerprinter)
    if len(data["body"]) <= ROOM:
        return data
    return _sealed(owner, {"intent": True}, {"writes": None}, fingerprinter)


def read_intent(data: Mapping[str, Json], owner: Owner, fingerprinter: Fingerprinter) -> Intent:
    """What a run was going to write; one that cannot be believed may be about anything."""
    opened = _opened(data, owner, fingerprinter)
    if isinstance(opened, Lost) or opened[0].get("intent") is not True:
        return Intent(writes=None)
    return Intent(writes=opened[1]["writes"])


def claims(documents: Iterable[Mapping[str, Json]]) -> set[str]:
    """The declared names of the environment that documents say they are about."""
    heads = (each.get("head") for each in documents)
    names = (head.get("environment") for head in heads if isinstance(head, dict))
    return {name for name in names if isinstance(name, str)}


def _sealed(
    owner: Owner, which: Mapping[str, Any], inside: Mapping[str, Any], fingerprinter: Fingerprinter
) -> dict[str, Any]:
    head = owner.head() | dict(which)
    # One opaque text: Novu drops properties of some names, and stores numbers as it likes.
    body = base64.b64encode(zlib.compress(compact(inside).encode(), 6)).decode()
    return {"head": head, "body": body, "mac": _mac(head, body, fingerprinter)}


def _opened(
    data: Mapping[str, Json], owner: Owner, fingerprinter: Fingerprinter
) -> tuple[dict[str, Any], dict[str, Any]] | Lost:
    head, body, mac = data.get("head"), data.get("body"), data.get("mac")
    if not (isinstance(head, dict) and isinstance(body, str) and isinstance(mac, str)):
        return Lost(why="it is not a ledger")
    if doubt := doubt_of(head, owner):
        return Lost(why=doubt)
    right = _mac(head, body, fingerprinter)
    if not hmac.compare_digest(mac.encode("utf-8", "replace"), right.encode()):
        return Lost(why="it was changed by something else than novu-sync")
    text = zlib.decompressobj().decompress(base64.b64decode(body), _LARGEST)
    return head, json.loads(text)


def _mac(head: Mapping[str, Any], body: str, fingerprinter: Fingerprinter) -> str:
    return fingerprinter.mac("context", f"{compact(head)} {body}".encode("utf-8", "replace"))


def _of_project(project: str) -> str:
    return hashlib.sha256(project.encode("utf-8", "surrogatepass")).hexdigest()[:16]
