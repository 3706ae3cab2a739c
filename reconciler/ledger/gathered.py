"""What a list of contexts says of a project's ledger, taken together."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from reconciler.errors import ApiKeyError, ServerStateError
from reconciler.ledger import shard
from reconciler.ledger.document import FORMAT_VERSION
from reconciler.ledger.shard import Lost

if TYPE_CHECKING:
    from collections.abc import Iterable

    from reconciler.fingerprint import Fingerprinter
    from reconciler.ledger.document import Owner
    from reconciler.ledger.shard import Intent, Shard, Stamp
    from reconciler.model import Entry
    from reconciler.novu.contexts import Context

CUT_SHORT = (
    "another run is under way or was cut short: what it was going to write is in doubt until the"
    " next apply"
)
_TWO_WRITERS = (
    "two runs wrote it at once, or a part was put back: what is not agreed on is in doubt"
)
_INCOMPLETE = "a part of the ledger is missing"


@dataclass(kw_only=True)
class Gathered:
    """A ledger as it lies in Novu.

    Attributes:
        entries: by identifier, in doubt where they have to be.
        places: the numbers of the documents that hold an entry; more than one after a run that
            was cut short.
        marks: small facts.
        stamps: the state of each document that is there, by number.
        macs: the whole code of each, as it is told.
        lost: numbers of the documents that cannot be believed.
        stale: numbers of those that no longer say what is in `entries`.
        intents: ids of what runs were going to write.
        note: what a plan says of it; empty where all is well.
    """

    entries: dict[str, Entry] = field(default_factory=dict)
    places: dict[str, list[int]] = field(default_factory=dict)
    marks: dict[str, str] = field(default_factory=dict)
    stamps: dict[int, Stamp] = field(default_factory=dict)
    macs: dict[int, str] = field(default_factory=dict)
    lost: set[int] = field(default_factory=set)
    stale: set[int] = field(default_factory=set)
    intents: list[str] = field(default_factory=list)
    note: str = ""

    def doubt(self, identifier: str, *, protect: bool = False) -> None:
        """Keep of an entry that it is ours, and nothing of its values."""
        before = self.entries.get(identifier)
        if before is None:
            return
        after = before.doubted()
        after = replace(after, protected=after.protected or protect)
        if after != before:
            self.entries[identifier] = after
            self.stale.update(self.places[identifier])


def gather(contexts: Iterable[Context], owner: Owner, fingerprinter: Fingerprinter) -> Gathered:
    """Read the documents of this owner out of a list.

    Raises:
        ApiKeyError: the project calls this Novu environment by another name.
        ServerStateError: a later version of novu-sync wrote it.
    """
    project = owner.project
    known = {shard.number_of(project, each.id): each.data for each in contexts}
    documents = {number: data for number, data in known.items() if number is not None}
    intents = {each.id: each.data for each in contexts if shard.is_intent(project, each.id)}
    _refuse_another_name([*documents.values(), *intents.values()], owner)
    found = Gathered(intents=sorted(intents))
    read: dict[int, Shard] = {}
    for number, data in sorted(documents.items()):
        one = shard.read(data, number, owner, fingerprinter)
        found.macs[number] = str(data.get("mac"))
        head = data.get("head")
        seq = head.get("seq") if isinstance(head, dict) else None
        found.stamps[number] = shard.stamp_of(seq if isinstance(seq, int) else 0, data)
        if isinstance(one, Lost):
            _refuse_later_version(head)
            found.lost.add(number)
            found.note = found.note or f"ledger lost: {one.why}"
        else:
            read[number] = one
    _join(found, read)
    wanted = [shard.read_intent(data, owner, fingerprinter) for data in intents.values()]
    _take(found, wanted)
    if not documents:
        found.note = "no ledger yet"
    return found


def _join(found: Gathered, read: dict[int, Shard]) -> None:
    first = read.get(0)
    table = {} if first is None else first.table
    found.marks = {} if first is None else dict(first.marks)
    if not table.keys() <= found.stamps.keys() and not found.note:
        found.note = _INCOMPLETE
    disagreed = False
    for number, one in read.items():
        told = table.get(number)
        newer = bool(found.intents) and one.seq > (0 if told is None else told.seq)
        agrees = number == 0 or told == found.stamps[number] or newer
        disagreed = disagreed or not agrees
        for name, entry in one.entries.items():
            other = found.entries.get(name)
            found.entries[name] = entry
            found.places.setdefault(name, []).append(number)
            if other is not None:
                found.stale.update(found.places[name])
            if not agrees or other not in (None, entry):
                found.doubt(name)
    if disagreed:
        found.note = found.note or (_INCOMPLETE if first is None else _TWO_WRITERS)


def _take(found: Gathered, intents: Iterable[Intent]) -> None:
    for intent in intents:
        found.note = found.note or CUT_SHORT
        writes = intent.writes
        for name in list(found.entries) if writes is None else writes:
            found.doubt(name, protect=writes is not None and writes[name])


def _refuse_another_name(documents: Iterable[object], owner: Owner) -> None:
    for name in sorted(shard.claims(documents)):  # type: ignore[arg-type]
        if name != owner.environment:
            raise ApiKeyError(
                f"the API key of {owner.environment} opens the Novu environment that this project"
                f" applied as {name}",
                f"Give {owner.environment} its own API key. If the environment was renamed, let"
                f" go of the old ledger first: novu-sync ledger forget -e {owner.environment}."
                " What it remembers is lost then, and secrets are sent again.",
            )


def _refuse_later_version(head: object) -> None:
    version = head.get("formatVersion") if isinstance(head, dict) else None
    if isinstance(version, int) and version > FORMAT_VERSION:
        raise ServerStateError(
            "a later version of novu-sync wrote this project's ledger in Novu, in a format that"
            " this one does not know",
            "Use that version or a later one.",
        )
