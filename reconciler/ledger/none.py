"""The ledger that remembers nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.model import Applied

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reconciler.model import Entry


class NoLedger:
    """Remembers nothing: what the server does not tell stays unverifiable, nothing is pruned."""

    def read(self) -> Applied:
        """Always empty."""
        return Applied(note="no ledger: this environment keeps none")

    def begin(self) -> None:
        """Nothing to make ready."""

    def expect(self, writes: Mapping[str, bool]) -> None:
        """Nothing is known that could be in doubt."""

    def mark(self, name: str, value: str | None) -> None:
        """Not remembered."""

    def record(self, entry: Entry) -> None:
        """Not remembered."""

    def forget(self, identifier: str) -> None:
        """Nothing was remembered."""

    def doubt(self, identifier: str) -> None:
        """Nothing was remembered."""

    def close(self) -> None:
        """Nothing to put away."""
