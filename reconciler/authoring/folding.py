"""Folds what an integration is in several environments into one block: a base, and overlays.

What is the same everywhere stands in the base, what is somewhere only stands there. What differs
stands in the base as most environments have it (as the last of them where none is in the
majority, which is production mostly), and as an overlay where it is otherwise. References that
differ stand in overlays only: no environment may get what is another's by default.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from reconciler.authoring.writing import Noted
from reconciler.secret import canonical

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from reconciler.authoring.writing import Tree

_KEYED: Final = ("credentials", "configurations")


@dataclass(frozen=True, slots=True)
class Own:
    """A value that stands in the base only where it is the same in all environments."""

    value: Tree


@dataclass(frozen=True, slots=True, kw_only=True)
class Folded:
    """One block.

    Attributes:
        base: its keys and values, overlays left out.
        overlays: what differs, by environment; an empty one where nothing does.
    """

    base: dict[str, Tree]
    overlays: dict[str, dict[str, Tree]]


def folded(blocks: Mapping[str, Mapping[str, Any]]) -> Folded:
    """One block of what an integration is in each environment.

    Args:
        blocks: by environment, in their order; ``credentials`` and ``configurations`` are folded
            key by key, everything else as a whole.
    """
    overlays: dict[str, dict[str, Tree]] = {name: {} for name in blocks}
    base = _folded(blocks, overlays)
    return Folded(base=base, overlays=overlays)


def _folded(
    blocks: Mapping[str, Mapping[str, Any]], overlays: Mapping[str, dict[str, Tree]]
) -> dict[str, Tree]:
    base: dict[str, Tree] = {}
    for key in _keys(list(blocks.values())):
        values = {name: block[key] for name, block in blocks.items() if key in block}
        if key in _KEYED and len(values) == len(blocks):
            inner: dict[str, dict[str, Tree]] = {name: {} for name in values}
            shared = _folded(values, inner)
            if shared:
                base[key] = shared
            for name, own in inner.items():
                if own or not shared:
                    overlays[name][key] = own
            continue
        common = _common(values, len(blocks))
        if common is not None:
            base[key] = _opened(values[common])
        for name, value in values.items():
            if common is None or not _same(value, values[common]):
                overlays[name][key] = _opened(value)
    return base


def _common(values: Mapping[str, Any], environments: int) -> str | None:
    """Whose value stands in the base: one that most have, of those the last."""
    count = {
        name: sum(_same(value, other) for other in values.values())
        for name, value in values.items()
    }
    owned = any(isinstance(each, Own) for each in values.values())
    if len(values) < environments or (owned and min(count.values()) < environments):
        return None
    return max(reversed(count), key=lambda name: count[name])


def _keys(blocks: Sequence[Mapping[str, Any]]) -> list[str]:
    """Every key of several blocks, in an order that fits that of each as far as there is one."""
    keys: list[str] = []
    for block in blocks:
        at = 0
        for key in block:
            if key in keys:
                at = keys.index(key) + 1
            else:
                keys.insert(at, key)
                at += 1
    return keys


def _opened(value: Any) -> Tree:  # noqa: ANN401 - a tree with parts that an environment owns
    if isinstance(value, dict):
        return {key: _opened(each) for key, each in value.items()}
    return value.value if isinstance(value, Own) else value


def _same(one: Any, other: Any) -> bool:  # noqa: ANN401 - as above
    one, other = _opened(one), _opened(other)
    if isinstance(one, Noted) or isinstance(other, Noted):
        return bool(one == other)
    return canonical(one) == canonical(other)
