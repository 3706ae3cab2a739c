"""Which integrations of several environments are one definition.

By identifier; by identifier with the environment's name in it (``ses-development`` and
``ses-production`` are ``ses-${environment}``), since older servers want identifiers that are unique
in the whole organization; Novu's own by provider; and where Novu's dashboard made the identifiers
up, by provider and name. Only ever one of each side.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable

    from reconciler.model import Kind

_REFERENCE = "${environment}"


class Named(Protocol):
    """What is paired."""

    @property
    def environment(self) -> str:
        """Where it is; a name that may be a part of its identifier."""

    @property
    def side(self) -> str:
        """What tells it from the ones it may be paired with: its environment mostly."""

    @property
    def identifier(self) -> str:
        """What it is called there."""

    @property
    def provider_id(self) -> str:
        """Novu's provider."""

    @property
    def channel(self) -> str | None:
        """Its channel; absent on agents."""

    @property
    def kind(self) -> Kind:
        """Delivery or agent."""

    @property
    def title(self) -> str | None:
        """Its display name, where that is known."""

    @property
    def is_built_in(self) -> bool:
        """Whether Novu makes one such integration in every environment."""


One = TypeVar("One", bound=Named)


def paired(integrations: Iterable[One]) -> list[tuple[tuple[One, ...], str | None]]:
    """All definitions, each with the identifier that its members share, if they do.

    Args:
        integrations: of all environments, in the order of the environments.
    """
    rest = list(integrations)
    found: list[tuple[tuple[One, ...], str | None]] = []
    gathered: set[int] = set()

    def gather(key: Callable[[One], Hashable | None], shared: Callable[[One], str | None]) -> None:
        groups: dict[Hashable, list[One]] = {}
        for each in rest:
            own = key(each)
            if own is not None:
                groups.setdefault(own, []).append(each)
        for group in groups.values():
            if 1 < len(group) == len({each.side for each in group}):
                found.append((tuple(group), shared(group[0])))
                gathered.update(map(id, group))
        rest[:] = [each for each in rest if id(each) not in gathered]

    gather(lambda each: _nature(each) if each.is_built_in else None, lambda _: None)
    gather(lambda each: (*_nature(each), each.identifier), lambda each: each.identifier)
    gather(
        lambda each: (*_nature(each), shared) if (shared := templated(each)) else None, templated
    )
    gather(lambda each: (*_nature(each), each.title) if each.title else None, lambda _: None)
    return [*found, *(((each,), each.identifier) for each in rest)]


def templated(each: Named) -> str | None:
    """The identifier with a reference in the place of the environment's name."""
    pattern = rf"(?<![^\W_]){re.escape(each.environment)}(?![^\W_])"
    text, count = re.subn(pattern, lambda _: _REFERENCE, each.identifier)
    return text if count and "${" not in each.identifier else None


def _nature(each: Named) -> tuple[str, str | None, str]:
    return each.provider_id, each.channel, str(each.kind)
