"""What differs between a declared integration and the server's row, field by field.

Credentials are not compared here (see `reconciler.planning.credentials`), nor are keys that a
server may withhold. Equality is decided without DeepDiff, which is asked only to name the places
in an object that differs already, and which never sees a `Secret`: handed one it would print it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias, cast

from reconciler.planning.facts import WITHHELD_CONFIGURATIONS, present
from reconciler.planning.paths import join
from reconciler.planning.plan import FieldAction, FieldChange, Reason, Visibility
from reconciler.secret import Secret, holds_secret, same

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from reconciler.model import Integration, ObservedIntegration
    from reconciler.secret import Json, Value

_Object: TypeAlias = "dict[str, Value]"

_ACTIONS = {
    "dictionary_item_added": FieldAction.ADD,
    "iterable_item_added": FieldAction.ADD,
    "dictionary_item_removed": FieldAction.REMOVE,
    "iterable_item_removed": FieldAction.REMOVE,
}
"""DeepDiff's kinds of difference; whatever else it reports is a change."""


def field_changes(desired: Integration, observed: ObservedIntegration) -> list[FieldChange]:
    """Every managed field that differs, credentials and withheld configurations aside.

    A field that is not declared is not compared, nor is one of ``ignoreChanges`` or one of which a
    value was not resolved. Conditions,
    rules and configurations that the server does not tell count as empty: a server that knows
    none answers without them, and so do newer ones while they are empty.
    """
    changes: list[FieldChange] = []
    ignored = desired.ignore_changes | desired.unresolved
    if desired.name is not None and "name" not in ignored and not _same_name(desired, observed):
        changes.append(_change(desired, "name", observed.name, desired.name))
    if desired.active not in (None, observed.active) and "active" not in ignored:
        changes.append(_change(desired, "active", observed.active, desired.active))
    if desired.conditions is not None and "conditions" not in ignored:
        changes.extend(_conditions(desired, observed))
    if desired.rules is not None and "rules" not in ignored and not _same_rules(desired, observed):
        changes.extend(
            _inside(
                "rules", _object(observed.rules), _object(desired.rules), _cover(desired, "rules")
            )
        )
    if desired.configurations is not None and "configurations" not in ignored:
        changes.extend(_configurations(desired, observed))
    return changes


def identity_changes(desired: Integration, observed: ObservedIntegration) -> list[FieldChange]:
    """The provider and the channel, where they differ: Novu cannot change either of a row.

    What either side leaves open is not compared, since a row that differs is deleted. Neither is
    the kind: a provider has one, and servers before agents tell none.
    """
    changes = []
    if None not in (desired.channel, observed.channel) and desired.channel != observed.channel:
        changes.append(
            FieldChange(
                path="channel",
                action=FieldAction.CHANGE,
                reason=Reason.CHANNEL_CHANGED,
                before=observed.channel,
                after=desired.channel,
            )
        )
    if desired.provider_id != observed.provider_id:
        changes.append(
            FieldChange(
                path="providerId",
                action=FieldAction.CHANGE,
                reason=Reason.PROVIDER_CHANGED,
                before=observed.provider_id,
                after=desired.provider_id,
            )
        )
    return changes


def _same_name(desired: Integration, observed: ObservedIntegration) -> bool:
    if isinstance(desired.name, Secret):
        return same(desired.name, observed.name)
    return desired.name == observed.name


def _same_rules(desired: Integration, observed: ObservedIntegration) -> bool:
    return same(_object(desired.rules), _object(observed.rules))


def _conditions(desired: Integration, observed: ObservedIntegration) -> Iterator[FieldChange]:
    if desired.rules and "rules" not in desired.unresolved and _same_rules(desired, observed):
        return  # saving rules emptied the conditions, and where both are set only rules count
    before = _completed(observed.conditions or [])
    after = _completed(desired.conditions or [])
    if not same(before, after):
        yield from _inside("conditions", before, after, _cover(desired, "conditions"))


def _completed(groups: list[Value]) -> list[Value]:
    """Groups with the defaults that servers add (recorded: ``children``) or leave out."""
    return [
        {"isNegated": False, "children": [], **group} if isinstance(group, dict) else group
        for group in groups
    ]


def _configurations(desired: Integration, observed: ObservedIntegration) -> Iterator[FieldChange]:
    before, after = present(observed.configurations), present(desired.configurations)
    for key in sorted(before.keys() | after.keys()):
        if key in WITHHELD_CONFIGURATIONS and key not in before:
            continue  # withheld or not there: only the ledger can tell
        one = {key: before[key]} if key in before else {}
        other = {key: after[key]} if key in after else {}
        if not same(one, other):
            cover = _cover(desired, "configurations")
            if cover is Visibility.PUBLIC and (holds_secret(one) or holds_secret(other)):
                cover = Visibility.SECRET
            yield from _inside("configurations", one, other, cover)


def _cover(desired: Integration, field: str) -> Visibility:
    """Whether values of a field may be shown, the server's old ones included."""
    declared = getattr(desired, field)
    if field in desired.referenced:
        return Visibility.REFERENCE
    if field != "configurations" and holds_secret(declared):
        return Visibility.REFERENCE
    return Visibility.PUBLIC


def _change(desired: Integration, field: str, before: Json, after: Value) -> FieldChange:
    cover = _cover(desired, field)
    show = cover is Visibility.PUBLIC
    return FieldChange(
        path=field,
        action=FieldAction.CHANGE,
        reason=Reason.FIELD_DIFFERS,
        visibility=cover,
        before=before if show else None,
        after=cast("Json", after) if show else None,
    )


def _object(value: Mapping[str, Value] | None) -> _Object:
    return dict(value or {})


def _inside(field: str, before: Value, after: Value, cover: Visibility) -> Iterator[FieldChange]:
    """The places in two objects that differ. Both are JSON once their secrets are covered."""
    from deepdiff import DeepDiff  # noqa: PLC0415 - imported late: costs 80 ms

    old, new = _covered(before, after, field, "<"), _covered(after, before, field, ">")
    # With the threshold at 0 an object is gone into however little of it is alike.
    tree = DeepDiff(old, new, view="tree", threshold_to_diff_deeper=0).tree
    found = [
        (
            level.path(output_format="list", use_t2=True),
            _ACTIONS.get(kind, FieldAction.CHANGE),
            level,
        )
        for kind, levels in tree.items()
        for level in levels
    ]
    show = cover is Visibility.PUBLIC
    for steps, action, level in found:
        yield FieldChange(
            path=join(field, steps),
            action=action,
            reason=Reason.FIELD_DIFFERS,
            visibility=cover,
            before=level.t1 if show and action is not FieldAction.ADD else None,
            after=level.t2 if show and action is not FieldAction.REMOVE else None,
        )
    if not found:
        # DeepDiff takes true for 1 inside of lists, as Python does; JSON does not.
        yield FieldChange(
            path=field,
            action=FieldAction.CHANGE,
            reason=Reason.FIELD_DIFFERS,
            visibility=cover,
            before=old if show else None,
            after=new if show else None,
        )


def _covered(value: Value, counterpart: Value, place: str, mark: str) -> Json:
    """A value as JSON: a word stands for a secret, the same on both sides where both are equal."""
    if isinstance(value, Secret) or isinstance(counterpart, Secret):
        return f"\0{place}" if same(value, counterpart) else f"\0{place}{mark}"
    if isinstance(value, dict):
        others = counterpart if isinstance(counterpart, dict) else {}
        return {
            key: _covered(item, others.get(key), f"{place}/{key}", mark)
            for key, item in value.items()
        }
    if isinstance(value, list):
        beside = counterpart if isinstance(counterpart, list) else []
        return [
            _covered(item, beside[at] if at < len(beside) else None, f"{place}/{at}", mark)
            for at, item in enumerate(value)
        ]
    # As servers written in JavaScript do, 1.0 is written 1.
    return int(value) if isinstance(value, float) and value.is_integer() else value
