"""Which side moved: a field as it was applied, as it is declared and as the server has it.

Of what was applied there are fingerprints only. The declared value has the same one if it did not
change. The server's value has it if the server gives it back as it was written; where it may have
been written another way (defaults filled in), the time of the row's last write decides.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from reconciler.model import Readback
from reconciler.planning.drift import Cause, Why
from reconciler.planning.facts import present
from reconciler.planning.fingerprints import withheld_configurations
from reconciler.planning.paths import join, split
from reconciler.planning.plan import FieldAction, FieldChange, Reason, Visibility
from reconciler.secret import holds_unresolved

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reconciler.fingerprint import Fingerprinter
    from reconciler.model import Entry, Integration, ObservedIntegration
    from reconciler.secret import Value

Verdict: TypeAlias = "tuple[Cause, Why]"


class Blame:
    """Finds who moved, for one pair of a declared integration and its row."""

    def __init__(
        self,
        desired: Integration,
        row: ObservedIntegration,
        entry: Entry | None,
        fingerprinter: Fingerprinter,
        *,
        unknown: Why,
    ) -> None:
        """For one pair.

        Args:
            desired: as declared.
            row: as the server has it.
            entry: what the ledger remembers of the declared integration.
            fingerprinter: of the environment.
            unknown: what to say where there is no entry.
        """
        self._desired = desired
        self._row = row
        self._entry = entry
        self._fingerprinter = fingerprinter
        self._unknown = unknown

    def of_field(self, change: FieldChange) -> Verdict:
        """Of a field that the server gives back and that differs from the declared one."""
        field = str(split(change.path)[0])
        applied = None if self._entry is None else self._entry.fields.get(field)
        if applied is None:
            return self._without_memory()
        if self._mark(field, getattr(self._desired, field)) == applied:
            return Cause.DRIFTED, Why.EDITED
        if self._unwritten() or any(
            self._mark(field, value) == applied for value in self._forms(field)
        ):
            return Cause.CONFIG_CHANGE, Why.DECLARED_ANEW
        if field == "configurations" and self._is_partly_withheld():
            return Cause.UNVERIFIABLE, Why.PARTLY_WITHHELD
        return Cause.BOTH, Why.BOTH_MOVED

    def of_credential(self, change: FieldChange) -> Verdict:
        """Of a credential key that differs, or that is sent since nobody can tell."""
        if change.reason is Reason.CREDENTIALS_VERSION:
            return Cause.CONFIG_CHANGE, Why.VERSION_RAISED
        if self._entry is None or self._entry.credentials is None:
            return self._without_memory()
        if self._row.credentials.readback is not Readback.READABLE:
            return Cause.CONFIG_CHANGE, Why.DECLARED_ANEW
        key = str(split(change.path)[1])
        applied = self._entry.credentials.get(key)
        declared = present(self._desired.credentials)
        is_known = not holds_unresolved(declared.get(key))
        if is_known and self._mark_of(change.path, declared, key) == applied:
            return Cause.DRIFTED, Why.EDITED
        if self._mark_of(change.path, present(self._row.credentials.values), key) == applied:
            return Cause.CONFIG_CHANGE, Why.DECLARED_ANEW
        return (Cause.BOTH, Why.BOTH_MOVED) if is_known else (Cause.DRIFTED, Why.EDITED)

    def of_withheld(self) -> Verdict:
        """Of a configuration that the server withholds: only the declared side can be seen."""
        if self._entry is None or "configurations" not in self._entry.fields:
            return self._without_memory()
        return Cause.CONFIG_CHANGE, Why.DECLARED_ANEW

    def _without_memory(self) -> Verdict:
        """Of something of which the ledger remembers no value."""
        if self._entry is None:
            return Cause.UNVERIFIABLE, self._unknown
        if _is_doubted(self._entry):
            return Cause.UNVERIFIABLE, Why.APPLY_CUT_SHORT
        return Cause.CONFIG_CHANGE, Why.NEWLY_MANAGED

    def moved_there(self) -> Iterator[FieldChange]:
        """What the server changed of values that are declared and were not asked for.

        The declared side is not known then; the other two can be compared all the same.
        """
        entry = self._entry
        if entry is None:
            return
        for field in sorted(self._desired.unresolved - {"credentials"}):
            applied = entry.fields.get(field)
            if applied is None or self._unwritten():
                continue
            # However an object was spelled, a row that nobody wrote since has not moved.
            is_certain = field in ("name", "active") or (
                self.was_written_since() and not self._is_partly_withheld()
            )
            if is_certain and all(
                self._mark(field, each) != applied for each in self._forms(field)
            ):
                yield _unseen_change(field, Visibility.REFERENCE)
        stored = self._row.credentials.values
        for key, value in sorted(present(self._desired.credentials).items()):
            applied = (entry.credentials or {}).get(key)
            path = join("credentials", (key,))
            if (
                holds_unresolved(value)
                and key in stored
                and applied is not None
                and self._mark(path, stored[key]) != applied
            ):
                yield _unseen_change(path, Visibility.SECRET)

    def was_written_since(self) -> bool:
        """Whether the row was written after it was applied, as far as its time tells."""
        return (
            self._entry is not None
            and None
            not in (
                self._entry.updated_at,
                self._row.updated_at,
            )
            and not self._unwritten()
        )

    def _unwritten(self) -> bool:
        entry, row = self._entry, self._row
        return (
            entry is not None
            and entry.remote_id == row.id
            and row.updated_at is not None
            and entry.updated_at == row.updated_at
        )

    def _mark(self, path: str, value: Value) -> str:
        """The fingerprint that a value would have in the entry."""
        name = self._desired.identifier if self._entry is None else self._entry.identifier
        return self._fingerprinter.of(name, path, value)

    def _mark_of(self, path: str, values: dict[str, Value], key: str) -> str | None:
        return self._mark(path, values[key]) if key in values else None

    def _forms(self, field: str) -> Iterator[Value]:
        """The server's value in the forms in which it may have been written."""
        value: Value = getattr(self._row, field)
        if field == "conditions":
            groups = value if isinstance(value, list) else []
            yield groups
            yield [_bare(each) for each in groups]
        elif field in ("rules", "configurations"):
            mapping = value if isinstance(value, dict) else {}
            yield mapping
            yield present(mapping)
        else:
            yield value

    def _is_partly_withheld(self) -> bool:
        known = {} if self._entry is None else self._entry.fields
        inside = any(each.startswith("configurations.") for each in known)
        return inside or bool(withheld_configurations(self._desired))


def _unseen_change(path: str, visibility: Visibility) -> FieldChange:
    return FieldChange(
        path=path,
        action=FieldAction.CHANGE,
        reason=Reason.FIELD_DIFFERS,
        visibility=visibility,
    )


def _is_doubted(entry: Entry) -> bool:
    """Whether a run died, or failed, while it wrote the row."""
    return not entry.fields and entry.credentials is None and entry.updated_at is None


def _bare(group: Value) -> Value:
    """A group of conditions without the defaults that servers fill in."""
    if not isinstance(group, dict):
        return group
    defaults: dict[str, Value] = {"isNegated": False, "children": []}
    return {
        key: value for key, value in group.items() if key not in defaults or value != defaults[key]
    }
