"""What applying needs of the world: Novu's integrations and a memory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reconciler.model import Entry, Integration, ObservedIntegration, Patch


class IntegrationsApi(Protocol):
    """Novu's integrations of one environment. Several threads call it at once.

    Every method raises `WorldError` (`NetworkError`, `StatusError`, `ConflictError`,
    `ResponseError`) or `ApiKeyError`, and retries by itself what may safely be retried.
    """

    def list(self) -> tuple[ObservedIntegration, ...]:
        """Every integration of this environment."""

    def create(self, desired: Integration, /) -> ObservedIntegration:
        """Create a row. Sent once: what becomes of a lost answer is decided here."""

    def update(self, row_id: str, patch: Patch, /) -> ObservedIntegration:
        """Change fields of a row."""

    def set_primary(self, row_id: str, /) -> ObservedIntegration | None:
        """Make a row its channel's primary; `None` where the answer does not tell the row."""

    def delete(self, row_id: str, /) -> None:
        """Delete a row; one that is gone already is as good as deleted."""


class Ledger(Protocol):
    """The memory of what was applied. One thread calls it at a time.

    Every method raises `FileError` (or another `WorldError`) where nothing can be written.
    """

    def expect(self, writes: Mapping[str, bool], /) -> None:
        """These integrations are about to be written: whether each is to be protected.

        Called once, before the first write. A backend that cannot keep up with every single
        step notes here, durably, whose values are in doubt until it has caught up.
        """

    def record(self, entry: Entry, /) -> None:
        """Remember an integration as applied."""

    def forget(self, identifier: str, /) -> None:
        """Drop an integration that is gone."""

    def doubt(self, identifier: str, /) -> None:
        """Values are about to be sent: until `record` nobody knows which ones the server has."""
