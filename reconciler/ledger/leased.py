"""Novu's integrations for as long as the lock is held, and not a write longer."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from reconciler.model import Integration, ObservedIntegration, Patch
    from reconciler.novu.integrations import Integrations


class Leased:
    """As `Integrations`, but that nothing is written once the lock is lost.

    Every method that writes raises `LockedError` then, before anything is sent.
    """

    def __init__(self, api: Integrations, check: Callable[[], None]) -> None:
        """Look before each write.

        Args:
            api: the integrations.
            check: raises `LockedError` where the lock is not held any more.
        """
        self._api = api
        self._check = check

    def list(self) -> tuple[ObservedIntegration, ...]:
        """Every integration of this environment."""
        return self._api.list()

    def create(self, desired: Integration) -> ObservedIntegration:
        """Create a row."""
        self._check()
        return self._api.create(desired)

    def update(self, row_id: str, patch: Patch) -> ObservedIntegration:
        """Change fields of a row."""
        self._check()
        return self._api.update(row_id, patch)

    def set_primary(self, row_id: str) -> ObservedIntegration | None:
        """Make a row its channel's primary."""
        self._check()
        return self._api.set_primary(row_id)

    def delete(self, row_id: str) -> None:
        """Delete a row."""
        self._check()
        self._api.delete(row_id)
