"""The ledger that remembers nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.ledger.open import opened
from reconciler.model import Applied

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reconciler.fingerprint import Fingerprinter
    from reconciler.ledger.holder import Holder
    from reconciler.ledger.open import OpenLedger
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


class NoHome:
    """Nowhere."""

    def hold(
        self,
        holder: Holder,  # noqa: ARG002 - as every home
        *,
        timeout: float = 0.0,  # noqa: ARG002 - as every home
    ) -> str:
        """Nothing to keep anybody from."""
        return ""

    def check(self) -> None:
        """Nothing is held that could be lost."""

    def wipe(self) -> None:
        """Nothing is there."""

    def held_by(self) -> Holder | None:
        """Nobody."""
        return None

    def lift(self) -> None:
        """Nothing is held."""

    def open(
        self,
        environment_id: str,  # noqa: ARG002 - as every home
        fingerprinter: Fingerprinter,  # noqa: ARG002 - as every home
        *,
        writing: bool = False,  # noqa: ARG002 - as every home
    ) -> OpenLedger:
        """The ledger that remembers nothing."""
        return opened(NoLedger(), "none", writing=False)

    def let_go(self) -> None:
        """Nothing is held."""
