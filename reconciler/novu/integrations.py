"""Integrations of one environment: list, create, update, set primary, delete."""

from __future__ import annotations

from contextlib import contextmanager
from http import HTTPStatus
from typing import TYPE_CHECKING

from reconciler.errors import ResponseError, StatusError
from reconciler.novu import wire
from reconciler.transport.messages import PROVIDER_REFUSED

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from reconciler.model import Integration, ObservedIntegration, Patch
    from reconciler.transport.session import Session

PATH = "/v1/integrations"

_REFUSALS = frozenset({HTTPStatus.BAD_REQUEST, HTTPStatus.INTERNAL_SERVER_ERROR})


class Integrations:
    """The integrations of one environment.

    Every method raises what `Session.request` raises, and `ResponseError` for an answer that is
    not an integration; after a write that one leaves open whether the write happened.

    Args:
        session: with the environment's API key.
        environment_id: rows of other environments, which servers before May 2026 show to any key
            of the organization, are left out.
    """

    def __init__(self, session: Session, environment_id: str) -> None:
        self._session = session
        self._environment_id = environment_id

    def list(self) -> tuple[ObservedIntegration, ...]:
        """Those of this environment, sorted by identifier, then id."""
        rows = wire.read_list(self._session.request("GET", PATH).data)
        return of_environment(rows, self._environment_id)

    def create(self, integration: Integration) -> ObservedIntegration:
        """Create one. It is never sent twice unless the first surely was not looked at.

        Raises:
            NetworkError, StatusError, ResponseError: where ``ambiguous``, it may exist all the
                same: look into the list before it is created again.
        """
        with _trying(check=integration.check):
            answer = self._session.request("POST", PATH, wire.create_body(integration))
        return wire.read_row(answer.data)

    def update(self, id: str, patch: Patch) -> ObservedIntegration:  # noqa: A002 - Novu's word
        """Change the fields that the patch holds; it may be sent more than once."""
        with _trying(check=patch.check):
            answer = self._session.request("PUT", f"{PATH}/{id}", wire.update_body(patch))
        return wire.read_row(answer.data)

    def set_primary(self, id: str) -> ObservedIntegration | None:  # noqa: A002 - Novu's word
        """Make an email or sms integration its channel's primary.

        Novu activates it and clears its conditions on the way. It may be sent more than once.

        Returns:
            The row; `None` where the server answered success without one.
        """
        answer = self._session.request("POST", f"{PATH}/{id}/set-primary", retry=True)
        try:
            return wire.read_row(answer.data)
        except ResponseError:
            return None

    def delete(self, id: str) -> None:  # noqa: A002 - Novu's word
        """Delete one for good; one that Novu says is gone already is as good as deleted.

        What Novu answers, the remaining rows, is not read.
        """
        try:
            self._session.request("DELETE", f"{PATH}/{id}")
        except StatusError as error:
            # Words of Novu's own: any other 404 comes from something that stands before it.
            if error.status != HTTPStatus.NOT_FOUND or not error.server_message:
                raise


def of_environment(
    rows: Iterable[ObservedIntegration], environment_id: str
) -> tuple[ObservedIntegration, ...]:
    """The rows of one environment, sorted by identifier, then id."""
    own = (row for row in rows if row.environment_id == environment_id)
    return tuple(sorted(own, key=lambda row: (row.identifier or "", row.id)))


@contextmanager
def _trying(*, check: bool) -> Iterator[None]:
    """Explain a refusal that comes from the provider, whose words are not shown."""
    try:
        yield
    except StatusError as error:
        if not check or not _is_refusal(error):
            raise
        raise StatusError(
            error.summary
            if error.server_message
            else f"{error.summary}, probably because {PROVIDER_REFUSED}",
            "With `check: true` Novu sends a mail with them before it stores them. Correct the"
            " credentials, or write `check: false`. The provider's own words are withheld, since"
            " they may repeat a credential; its log tells more.",
            status=error.status,
            server_message=error.server_message,
        ) from None


def _is_refusal(error: StatusError) -> bool:
    # Servers of 2024 answer 500 to whatever the provider says, later ones 400 with its words.
    return error.status in _REFUSALS and error.server_message in {"", PROVIDER_REFUSED}
