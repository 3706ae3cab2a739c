"""The fields that a change shows, in every format alike.

Updates carry theirs. A create's are what its integration declares, and this is the one place that
says which of those may be seen: credentials by key only, values out of references never, nor what
can be concluded from them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never, cast

from reconciler.planning.paths import join, split
from reconciler.planning.plan import (
    Create,
    Delete,
    FieldAction,
    FieldChange,
    Keep,
    Reason,
    Rename,
    Replace,
    SetPrimary,
    Update,
    Visibility,
)
from reconciler.secret import holds_secret

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reconciler.findings import Location
    from reconciler.model import Integration
    from reconciler.planning.plan import Planned
    from reconciler.secret import Json, Value


def fields_of(change: Planned) -> tuple[FieldChange, ...]:
    """What a change does to single fields, in the order in which to show them."""
    match change:
        case Create():
            return tuple(_declared(change))
        case Update() | Rename() | Replace():
            return change.fields
        case SetPrimary():
            return (_set_primary(change.desired),)
        case Delete() | Keep():
            return ()
        case _:
            assert_never(change)


def place_of(change: Planned) -> Location | None:
    """The line that asks for a change: that of its field where it is about a single one.

    A delete has none: no file says anything of what is declared no more.
    """
    if isinstance(change, Delete):
        return None
    fields = () if isinstance(change, Create) else fields_of(change)
    return field_place(change.desired, fields[0].path if len(fields) == 1 else "")


def field_place(desired: Integration, path: str) -> Location | None:
    """The line of a field, else that of what it lies in, and else where its block begins."""
    steps = split(path)
    for length in range(len(steps), 0, -1):
        field, *rest = steps[:length]
        if (place := desired.lines.get(join(str(field), rest))) is not None:
            return place
    return desired.location


def becomes_primary(change: Create) -> bool:
    """Whether to say that the row will be primary: not where that tells a referenced ``active``."""
    return change.becomes_primary and "active" not in change.desired.referenced


def _declared(change: Create) -> Iterator[FieldChange]:
    desired = change.desired
    if desired.name is not None:
        yield _added(desired, "name", desired.name)
    if desired.active is not None:
        yield _added(desired, "active", desired.active)
    if becomes_primary(change):
        yield _added(desired, "primary", after=True)
    for key in sorted(desired.credentials or {}):
        yield _hidden(join("credentials", (key,)), Visibility.SECRET)
    if desired.conditions:
        yield _added(desired, "conditions", desired.conditions)
    if desired.rules:
        yield _added(desired, "rules", dict(desired.rules))
    if desired.configurations:
        yield from _configurations(desired)


def _configurations(desired: Integration) -> Iterator[FieldChange]:
    if "configurations" in desired.referenced:
        yield _hidden("configurations", Visibility.REFERENCE)
        return
    for key, value in sorted((desired.configurations or {}).items()):
        path = join("configurations", (key,))
        if holds_secret(value):
            yield _hidden(path, Visibility.SECRET)
        else:
            yield _public(path, value)


def _added(desired: Integration, path: str, after: Value) -> FieldChange:
    if path in desired.referenced or holds_secret(after):
        return _hidden(path, Visibility.REFERENCE)
    return _public(path, after)


def _public(path: str, after: Value) -> FieldChange:
    return FieldChange(
        path=path,
        action=FieldAction.ADD,
        reason=Reason.NOT_ON_SERVER,
        after=cast("Json", after),  # no node of it is a secret: that was looked at
    )


def _hidden(path: str, visibility: Visibility) -> FieldChange:
    return FieldChange(
        path=path, action=FieldAction.ADD, reason=Reason.NOT_ON_SERVER, visibility=visibility
    )


def _set_primary(desired: Integration) -> FieldChange:
    return FieldChange(
        path="primary",
        action=FieldAction.CHANGE,
        reason=Reason.NOT_PRIMARY,
        before=False,
        after=True,
        visibility=(Visibility.REFERENCE if "primary" in desired.referenced else Visibility.PUBLIC),
    )
