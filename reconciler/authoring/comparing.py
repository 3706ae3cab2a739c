"""Compares two sides, field by field, as far as both tell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

from reconciler.authoring.comparison import Compared, Comparison
from reconciler.authoring.declared import refers
from reconciler.authoring.pairing import paired
from reconciler.authoring.sides import Covered, said
from reconciler.authoring.uses import MISSING, changed_leaves, meaning, value_at
from reconciler.config.catalogue import catalogue
from reconciler.planning.facts import WITHHELD_CONFIGURATIONS
from reconciler.planning.paths import join
from reconciler.planning.plan import FieldAction, FieldChange, Reason, Visibility
from reconciler.secret import same

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from reconciler.authoring.sides import Cell, Item
    from reconciler.secret import Json, Value

_EMPTY: Final[dict[str, Json]] = {"primary": False, "conditions": [], "rules": {}}
_FIELDS: Final = (
    "name",
    "active",
    "primary",
    "credentials",
    "conditions",
    "rules",
    "configurations",
)


def compare(left: Sequence[Item], right: Sequence[Item], names: tuple[str, str]) -> Comparison:
    """Put two sides beside each other.

    Args:
        left: one side.
        right: the other.
        names: what they are called.
    """
    compared: list[Compared] = []
    for members, _ in paired([*left, *right]):
        one = next((each for each in members if each.side == names[0]), None)
        other = next((each for each in members if each.side == names[1]), None)
        compared.append(_compared(one, other))
    return Comparison(
        left=names[0],
        right=names[1],
        integrations=tuple(sorted(compared, key=_place)),
    )


def _place(each: Compared) -> tuple[str, str]:
    return each.channel or "~", each.left or each.right or ""


def _compared(left: Item | None, right: Item | None) -> Compared:
    either = left or right
    assert either is not None  # noqa: S101 - whoever was paired is on a side
    changes: list[FieldChange] = []
    unknown: list[str] = []
    if left is not None and right is not None:
        for path in _paths(left, right):
            found = _Field(left, right, path)
            changes += found.changes
            unknown += [join(path[0], path[1:])] * found.is_unknown
        unknown += ["credentials"] * _is_withheld(left, right)
    return Compared(
        left=left.identifier if left else None,
        right=right.identifier if right else None,
        provider_id=either.provider_id,
        channel=either.channel,
        changes=tuple(changes),
        unknown=tuple(unknown),
    )


def _paths(left: Item, right: Item) -> list[tuple[str, ...]]:
    """Places that both sides tell something of, or one of them where both tell the whole field."""
    both = [*left.values, *(each for each in right.values if each not in left.values)]
    either_live = left.live or right.live
    told = left.told & right.told if either_live else left.told | right.told
    return sorted(
        (each for each in both if each[0] in told), key=lambda path: (_FIELDS.index(path[0]), path)
    )


def _is_withheld(left: Item, right: Item) -> bool:
    """Whether a server does not tell credentials that the other side may have."""
    provider = catalogue().get(left.provider_id)
    if provider is not None and not provider.credentials:
        return False
    sides = (left, right)
    untold = any(each.live and "credentials" not in each.told for each in sides)
    return untold and all("credentials" in each.told for each in sides if not each.live)


class _Field:
    """One place on both sides.

    Attributes:
        changes: how it differs.
        is_unknown: it cannot be compared.
    """

    def __init__(self, left: Item, right: Item, path: tuple[str, ...]) -> None:
        self._path = path
        self.is_unknown = False
        one, other = _cell(left, right, path), _cell(right, left, path)
        self.changes = tuple(self._compare(one, other))

    def _compare(self, one: Cell, other: Cell) -> Iterator[FieldChange]:
        cells = (one, other)
        covered = [each for each in cells if isinstance(each, Covered)]
        if any(each.value is None for each in covered):
            self.is_unknown = True
        elif covered:
            yield from self._covered(one, other, covered[0].visibility)
        else:
            yield from self._open(one, other)  # type: ignore[arg-type]  # none is covered

    def _covered(self, one: Cell, other: Cell, visibility: Visibility) -> Iterator[FieldChange]:
        values: list[Value] = [
            cast("Value", each.value if isinstance(each, Covered) else each)
            for each in (one, other)
        ]
        if MISSING in (one, other) or not same(values[0], values[1]):
            yield FieldChange(
                path=join(self._path[0], self._path[1:]),
                action=_action(one, other),
                reason=Reason.FIELD_DIFFERS,
                visibility=visibility,
            )

    def _open(self, one: Json, other: Json) -> Iterator[FieldChange]:
        leaves = changed_leaves(one, other, self._path) if MISSING not in (one, other) else None
        if leaves is None:
            differs = MISSING in (one, other) or meaning(one) != meaning(other)
            leaves = [(self._path, other)] if differs else []
        for path, after in leaves:
            before = _inside(one, path[len(self._path) :])
            yield FieldChange(
                path=join(str(path[0]), path[1:]),
                action=_action(before, after),
                reason=Reason.FIELD_DIFFERS,
                visibility=Visibility.PUBLIC,
                before=None if before is MISSING else before,
                after=None if after is MISSING else after,
            )


def _action(before: Cell, after: Cell) -> FieldAction:
    if before is MISSING:
        return FieldAction.ADD
    return FieldAction.REMOVE if after is MISSING else FieldAction.CHANGE


def _inside(value: Json, path: tuple[str | int, ...]) -> Json:
    for step in path:
        if isinstance(value, list) and isinstance(step, int):
            value = value[step]
        else:
            value = value_at(value, (step,))
    return value


def _cell(item: Item, other: Item, path: tuple[str, ...]) -> Cell:
    """What a side has at a place, as it can be compared with the other."""
    value: Cell = item.values.get(path, MISSING)
    if isinstance(value, Covered) or (item.live is False and other.live is False):
        return value
    if not item.live and refers(None if value is MISSING else value):
        return Covered(Visibility.REFERENCE)  # only whoever runs it knows what it stands for
    if item.live and value is MISSING and path[-1] in WITHHELD_CONFIGURATIONS:
        return Covered(Visibility.SECRET)
    if value is MISSING or value is None:
        value = _EMPTY.get(path[0], value) if len(path) == 1 else MISSING
    said_ = value if item.live or value is MISSING else said(value, item.environment)
    return _completed(said_) if path == ("conditions",) else said_


def _completed(groups: Json) -> Json:
    """Groups of conditions with the defaults that servers add."""
    if not isinstance(groups, list):
        return groups
    return [
        {"isNegated": False, "children": [], **each} if isinstance(each, dict) else each
        for each in groups
    ]
