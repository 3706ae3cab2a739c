"""After the last change: is what the server has now what was declared?"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from reconciler.applying.report import Divergence
from reconciler.model import Readback
from reconciler.planning.credentials import compare
from reconciler.planning.diff import field_changes
from reconciler.planning.fingerprints import not_stored, without_not_stored
from reconciler.planning.outside import is_renumbered
from reconciler.planning.paths import split
from reconciler.planning.plan import FieldAction, FieldChange, Reason, Visibility

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from reconciler.applying.memory import Memory
    from reconciler.fingerprint import Fingerprinter
    from reconciler.model import Entry, Integration, ObservedIntegration


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """A declared integration that the run left as declared, to its knowledge.

    Attributes:
        row_id: its row.
        sent: names of the fields that this run sent.
        answers: what the server answered to this run's writes.
        mark: the ledger's ``updatedAt``, where others had written to the row before this run did:
            it stays until credentials are sent, or nobody would hear of it any more.
    """

    desired: Integration
    row_id: str
    sent: frozenset[str] = frozenset()
    answers: tuple[ObservedIntegration, ...] = ()
    mark: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reread:
    """What the re-read tells.

    Attributes:
        divergences: what is not as declared, sorted by identifier.
        entries: what the ledger is to hold now, of every row it knows.
    """

    divergences: tuple[Divergence, ...]
    entries: tuple[Entry, ...]


def compare_again(
    settled: Iterable[Settled],
    rows: Iterable[ObservedIntegration],
    memory: Memory,
    fingerprinter: Fingerprinter,
) -> Reread:
    """Compare what was applied with the list as it is now.

    A value that this run sent and that the server did not keep is told once and remembered: the
    next plan would only send it again. A value that somebody else changed meanwhile is not.
    """
    by_id = {row.id: row for row in rows}
    settled = sorted(settled, key=lambda one: one.desired.identifier)
    of_row = {each.row_id: each for each in settled}
    divergences: list[Divergence] = []
    unkept: dict[str, dict[str, str]] = {}
    for each in settled:
        row = by_id.get(each.row_id)
        if row is None:
            divergences.append(Divergence(identifier=each.desired.identifier, fields=()))
            continue
        differing = list(_differing(each, row, memory, fingerprinter))
        ignored = [one for one in differing if _was_ignored(one, each, fingerprinter)]
        unkept[row.id] = not_stored(each.desired, ignored, fingerprinter)
        others = [one for one in differing if one not in ignored]
        divergences.extend(
            Divergence(
                identifier=each.desired.identifier, fields=tuple(fields), remembered=remembered
            )
            for fields, remembered in ((others, False), (ignored, True))
            if fields
        )
    entries = tuple(
        replace(
            entry,
            updated_at=_mark(entry, row, of_row.get(row.id)),
            not_stored={**entry.not_stored, **unkept.get(row.id, {})},
        )
        for row in by_id.values()
        if (entry := memory.of_row(row.id)) is not None
    )
    return Reread(divergences=tuple(divergences), entries=entries)


def _mark(entry: Entry, row: ObservedIntegration, settled: Settled | None) -> str | None:
    """The time to compare the next plan's with: the row's own, unless others may have written.

    Of channels that are renumbered the row's own in any case: this run may be why it moved.
    """
    if is_renumbered(row.channel) or entry.updated_at is None:
        return row.updated_at
    if settled is None or not settled.sent:
        return entry.updated_at
    if settled.mark is not None and "credentials" not in settled.sent:
        return settled.mark
    return row.updated_at


def _differing(
    settled: Settled, row: ObservedIntegration, memory: Memory, fingerprinter: Fingerprinter
) -> Iterator[FieldChange]:
    desired = settled.desired
    found = _visible(settled, row, fingerprinter)
    yield from without_not_stored(desired, found, memory.of_row(row.id), fingerprinter)
    if desired.primary and not row.primary:
        covered = "primary" in desired.referenced
        yield FieldChange(
            path="primary",
            action=FieldAction.CHANGE,
            reason=Reason.NOT_PRIMARY,
            visibility=Visibility.REFERENCE if covered else Visibility.PUBLIC,
            before=None if covered else False,
            after=None if covered else True,
        )


def _visible(
    settled: Settled, row: ObservedIntegration, fingerprinter: Fingerprinter
) -> list[FieldChange]:
    """What a row shows to differ; credentials only where this run sent them, else the plan knew."""
    desired = settled.desired
    changes = field_changes(desired, row)
    if "credentials" in settled.sent and row.credentials.readback is Readback.READABLE:
        changes += compare(desired, row.credentials, None, fingerprinter)
    return changes


def _was_ignored(change: FieldChange, settled: Settled, fingerprinter: Fingerprinter) -> bool:
    """Whether the server did not keep what this run sent: it lacks it, or answered as much."""
    if split(change.path)[0] not in settled.sent:
        return False
    return change.action is not FieldAction.CHANGE or any(
        change.path == one.path
        for answer in settled.answers
        for one in _visible(settled, answer, fingerprinter)
    )
