"""What a sandbox is made of, for its use cases to work with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reconciler.sandbox.generation import Generation
    from reconciler.sandbox.installation import Installation
    from reconciler.sandbox.outside import Deliver
    from reconciler.sandbox.overlap import Overlaps
    from reconciler.sandbox.stamps import Stamps
    from reconciler.sandbox.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """The parts of one sandbox.

    Attributes:
        generation: how it answers.
        installation: how it was set up.
        store: holds everything.
        stamps: makes ids and times.
        overlaps: which requests are under way.
        api_keys: by the sandbox's word for an environment.
        offers_demo: whether Novu's own demo providers can be created, as on its cloud.
        deliver: sends the mail of a check.
    """

    generation: Generation
    installation: Installation
    store: Store
    stamps: Stamps
    overlaps: Overlaps
    api_keys: Mapping[str, str]
    offers_demo: bool
    deliver: Deliver

    @property
    def indexed(self) -> bool:
        """Whether the database has its indexes."""
        told = self.installation.indexes
        return self.generation.indexed if told is None else told

    @property
    def has_tenants(self) -> bool:
        """Whether tenants can be used."""
        told = self.installation.tenants
        return self.generation.tenants if told is None else told
