"""Creates rows, once each, also where Novu's answers get lost.

A create cannot simply be sent again: Novu has no unique index, and a second one may make a second
row. So after a lost answer the list is read until the row appears or has had time enough to.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reconciler.applying.problems import is_ambiguous, taken_elsewhere
from reconciler.errors import ConflictError, InterruptedRunError, StatusError, WorldError
from reconciler.model import Patch, Readback
from reconciler.planning.credentials import compare
from reconciler.planning.diff import field_changes, identity_changes
from reconciler.planning.fingerprints import withheld_configurations
from reconciler.planning.paths import split

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable

    from reconciler.applying.listing import Listing
    from reconciler.applying.ports import IntegrationsApi
    from reconciler.fingerprint import Fingerprinter
    from reconciler.model import Integration, ObservedIntegration

_FIRST_PAUSE = 0.1
"""Seconds between the first two looks at the list; each pause is twice the one before."""

_AGAIN = "Apply again: it goes on from what the server has."


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A row that exists now.

    Attributes:
        note: what was unusual about it, for people; empty where nothing was.
    """

    row: ObservedIntegration
    note: str = ""


class Creator:
    """Creates integrations, each at most once.

    Args:
        api: Novu.
        listing: reads the list.
        fingerprinter: of the environment.
        stop: set when the run is to end; nothing is sent a second time then.
        settle: seconds that a row may take to appear after its answer was lost.
        clock: seconds, never going back.
        sleep: waits that many seconds, or less once the run is to end.
    """

    def __init__(  # noqa: PLR0913 - time is handed in so that tests need none
        self,
        api: IntegrationsApi,
        listing: Listing,
        fingerprinter: Fingerprinter,
        *,
        stop: threading.Event,
        settle: float,
        clock: Callable[[], float],
        sleep: Callable[[float], object],
    ) -> None:
        self._api = api
        self._listing = listing
        self._fingerprinter = fingerprinter
        self._stop = stop
        self._settle = settle
        self._clock = clock
        self._sleep = sleep

    def create(self, desired: Integration) -> Made:
        """Create a row, or adopt the one that a lost answer was about.

        Raises:
            InterruptedRunError: stopped before anything was sent.
            NovuSyncError: it was not created, or nobody can tell.
        """
        try:
            return Made(row=self._api.create(desired))
        except ConflictError:
            raise self._refused(desired) from None
        except WorldError as error:
            if not is_ambiguous(error):
                raise
        try:
            return self._after_a_lost_answer(desired)
        except InterruptedRunError:
            raise _untold(desired) from None

    def _after_a_lost_answer(self, desired: Integration) -> Made:
        row = self._appeared(desired)
        if row is not None:
            return self._adopted(desired, row)
        if self._stop.is_set():
            raise _untold(desired)
        try:
            # Had the first one landed after all, Novu would refuse this one.
            return Made(row=self._api.create(desired), note="sent twice, since Novu lost the first")
        except WorldError as error:
            if is_ambiguous(error):
                row = self._appeared(desired)
            elif isinstance(error, StatusError):
                row = self._look(desired)
            else:
                raise
            if row is not None:
                return self._adopted(desired, row)
            if isinstance(error, ConflictError):
                raise taken_elsewhere(desired.identifier) from None
            if not is_ambiguous(error):
                raise
        raise WorldError(
            f"nobody can tell whether {desired.identifier!r} was created: the server's answers were"
            " lost twice, and its list does not show it",
            f"When the server is well again: {_AGAIN[0].lower()}{_AGAIN[1:]}",
        )

    def _appeared(self, desired: Integration) -> ObservedIntegration | None:
        """Look until the row is there, or the time it may take is over."""
        end = self._clock() + self._settle
        pause = _FIRST_PAUSE
        while True:
            row = self._look(desired)
            left = end - self._clock()
            if row is not None or left <= 0 or self._stop.is_set():
                return row
            self._sleep(min(pause, left))
            pause *= 2

    def _look(self, desired: Integration) -> ObservedIntegration | None:
        try:
            return self._listing.find(desired)
        except WorldError as error:
            raise WorldError(
                f"nobody can tell whether {desired.identifier!r} was created: the answer was lost,"
                f" and then {error.summary}",
                f"{error.mend} {_AGAIN}".strip(),
            ) from None

    def _adopted(self, desired: Integration, row: ObservedIntegration) -> Made:
        """Make the row as declared: it is ours, or else somebody made the same one."""
        if identity_changes(desired, row):
            raise _appeared_since(desired)
        patch = self._patch(desired, row)
        adopted = row if patch is None else self._api.update(row.id, patch)
        return Made(row=adopted, note="adopted: the answer was lost, and the server had it")

    def _patch(self, desired: Integration, row: ObservedIntegration) -> Patch | None:
        """What is sent to a row that was found; `None` where all of it is seen to be as declared.

        No more than that is sent: conditions sent again would take the primary from the row.
        """
        names = {str(split(each.path)[0]) for each in field_changes(desired, row)}
        if desired.credentials is not None and (
            row.credentials.readback is not Readback.READABLE
            or compare(desired, row.credentials, None, self._fingerprinter)
        ):
            names.add("credentials")
        if withheld_configurations(desired).keys():
            names.add("configurations")
        if not names:
            return None
        sent = {name: getattr(desired, name) for name in names}
        return Patch(**sent, check=desired.check and "credentials" in sent)

    def _refused(self, desired: Integration) -> WorldError:
        """Why Novu says that the identifier is taken."""
        found = self._listing.find(desired)
        return taken_elsewhere(desired.identifier) if found is None else _appeared_since(desired)


def _appeared_since(desired: Integration) -> WorldError:
    return WorldError(
        f"{desired.identifier!r} appeared on the server since the plan was made",
        "Somebody else made it. Plan again and look at what differs.",
    )


def _untold(desired: Integration) -> WorldError:
    return WorldError(
        f"interrupted before it was known whether {desired.identifier!r} was created", _AGAIN
    )
