"""The server's list, read once for all who want it at the same time."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from reconciler.errors import WorldError
from reconciler.planning.facts import is_built_in

if TYPE_CHECKING:
    from collections.abc import Callable

    from reconciler.applying.ports import IntegrationsApi
    from reconciler.model import Integration, ObservedIntegration


class Listing:
    """Reads the list for threads that each need it to be no older than their own question.

    When a server drops ten answers at once, ten threads ask; two reads answer them all.
    """

    def __init__(self, api: IntegrationsApi, *, clock: Callable[[], float]) -> None:
        self._api = api
        self._clock = clock
        self._turn = threading.Lock()
        self._begun: float | None = None
        self._rows: tuple[ObservedIntegration, ...] = ()

    def now(self) -> tuple[ObservedIntegration, ...]:
        """The list, from a read that began after this call.

        Raises:
            WorldError: it could not be read.
        """
        asked = self._clock()
        with self._turn:
            if self._begun is None or self._begun <= asked:
                begun = self._clock()
                self._rows = self._api.list()
                self._begun = begun
            return self._rows

    def find(self, desired: Integration) -> ObservedIntegration | None:
        """The row that a create of this integration would have made, where there is one.

        By identifier; Novu's built-ins by provider and channel, since Novu names them.

        Raises:
            WorldError: the list could not be read, or holds several of them.
        """
        found = [row for row in self.now() if _is_of(row, desired)]
        if len(found) > 1:
            raise WorldError(
                f"the server has {len(found)} integrations {desired.identifier!r}",
                "Delete all but one of them in Novu's dashboard, then plan again.",
            )
        return found[0] if found else None


def _is_of(row: ObservedIntegration, desired: Integration) -> bool:
    if is_built_in(desired):
        return row.provider_id == desired.provider_id and row.channel == desired.channel
    return row.identifier == desired.identifier
