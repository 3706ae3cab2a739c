"""Environments of Novu: the one that an API key belongs to."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING

from reconciler.errors import ResponseError, StatusError

if TYPE_CHECKING:
    from reconciler.transport.answers import Answer
    from reconciler.transport.session import Session

PATH = "/v1/environments/me"


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnEnvironment:
    """The environment that an API key belongs to.

    Attributes:
        id: Novu's id for it.
        name: Novu's own name for it, like ``Development``; may be empty.
    """

    id: str
    name: str


def own(session: Session) -> OwnEnvironment:
    """The environment of the session's API key (``GET /v1/environments/me``).

    Raises:
        StatusError, ResponseError, ApiKeyError, NetworkError: as `ask` and `read`.
    """
    return read(ask(session))


def ask(session: Session) -> Answer:
    """Novu's answer to ``GET /v1/environments/me``.

    Raises:
        StatusError: 404 where the address is not that of Novu's API; any other error status.
        ResponseError, ApiKeyError, NetworkError: as `Session.request` says.
    """
    try:
        return session.request("GET", PATH)
    except StatusError as error:
        if error.status != HTTPStatus.NOT_FOUND:
            raise
        raise StatusError(
            f"{error.summary}: there is no Novu API at that address",
            "Check apiUrl: no /v1 at its end, the path prefix of a server that has one, and the"
            " API's host (https://api.novu.co, not https://dashboard.novu.co).",
            status=error.status,
            server_message=error.server_message,
        ) from None


def read(answer: Answer) -> OwnEnvironment:
    """The environment that an answer names.

    Raises:
        ResponseError: it names none.
    """
    data = answer.data
    id_ = data.get("_id") if isinstance(data, dict) else None
    name = data.get("name") if isinstance(data, dict) else None
    if not isinstance(id_, str) or not id_:
        raise ResponseError(
            f"Novu's answer to GET {PATH} does not name an environment",
            "Check that apiUrl is the address of Novu's API.",
        )
    return OwnEnvironment(id=id_, name=name if isinstance(name, str) else "")
