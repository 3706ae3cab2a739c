"""Contexts of one environment (``/v2/contexts``): documents of one type under ids of our own."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import quote

from reconciler.errors import (
    ConflictError,
    NetworkError,
    NovuSyncError,
    ResponseError,
    StatusError,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reconciler.secret import Json
    from reconciler.transport.session import Session

PATH = "/v2/contexts"
PAGE = 100
"""Contexts that Novu lists at once, at most."""

_TRIES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """One context.

    Attributes:
        id: unique among those of its type.
        data: what was put there, as JSON gives it back.
    """

    id: str
    data: Mapping[str, Json]


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """Every context of a type, the oldest first.

    Attributes:
        contexts: as they were read.
        date: the server's time, as its ``Date`` header says it; empty where it has none.
    """

    contexts: tuple[Context, ...]
    date: str = ""


class Contexts:
    """The contexts of one type.

    Every method raises what `Session.request` raises, and `ResponseError` for an answer that is
    not a context.

    Args:
        session: with the environment's API key.
        type: theirs.
    """

    def __init__(self, session: Session, type: str) -> None:  # noqa: A002 - Novu's word
        self._session = session
        self._type = type

    def list(self) -> Listing | None:
        """Every one; `None` where this Novu knows no contexts."""
        tries = 0
        while True:
            tries += 1
            try:
                found, total, date = self._pages()
            except StatusError as error:
                # Words of Novu's own: any other 404 comes from something that stands before it.
                if error.status == HTTPStatus.NOT_FOUND and error.server_message:
                    return None
                raise
            # A page that begins behind a context that was deleted meanwhile is empty.
            if total is None or len(found) >= total or tries == _TRIES:
                return Listing(contexts=found, date=date)

    def get(self, id: str) -> Context | None:  # noqa: A002 - Novu's word
        """One of them; `None` where there is none."""
        try:
            return _context(self._session.request("GET", self._path(id)).data)
        except StatusError as error:
            if error.status == HTTPStatus.NOT_FOUND and error.server_message:
                return None
            raise

    def create(self, id: str, data: Mapping[str, Json]) -> str:  # noqa: A002 - Novu's word
        """Make one. Two that make the same at once are never both told that they did.

        After an end that leaves open whether it was made, it is read back: data that is told
        apart from everybody else's, by a number drawn at random, says whose it is.

        Returns:
            The server's time; empty where the answer got lost.

        Raises:
            ConflictError: somebody else made it.
        """
        body: Json = {"type": self._type, "id": id, "data": dict(data)}
        tries = 0
        while True:
            tries += 1
            try:
                return _date(self._session.request("POST", PATH, body).headers)
            except NovuSyncError as error:
                if not (isinstance(error, ConflictError) or may_have_happened(error)):
                    raise
                found = self.get(id)
                if found is None and tries == _TRIES:
                    raise
            if found is not None:
                if found.data != data:
                    raise _taken()
                return ""

    def replace(self, id: str, data: Mapping[str, Json]) -> str:  # noqa: A002 - Novu's word
        """Replace all that is in one; it may be sent more than once. Returns the server's time."""
        answer = self._session.request("PATCH", self._path(id), {"data": dict(data)}, retry=True)
        return _date(answer.headers)

    def delete(self, id: str) -> None:  # noqa: A002 - Novu's word
        """Delete one; one that is gone already is as good as deleted."""
        try:
            self._session.request("DELETE", self._path(id))
        except StatusError as error:
            if error.status != HTTPStatus.NOT_FOUND or not error.server_message:
                raise

    def _pages(self) -> tuple[tuple[Context, ...], int | None, str]:
        found: list[Context] = []
        after, date = "", ""
        total: int | None = None
        while True:
            query = f"type={self._type}&limit={PAGE}&orderDirection=ASC"
            query += f"&after={quote(after, safe='')}" if after else ""
            answer = self._session.request("GET", f"{PATH}?{query}")
            rows = answer.data if isinstance(answer.data, list) else [None]
            found.extend(map(_context, rows))
            date = date or _date(answer.headers)
            count = answer.beside.get("totalCount")
            total = count if total is None and isinstance(count, int) else total
            cursor = answer.beside.get("next")
            if not isinstance(cursor, str) or not rows or cursor == after:
                return tuple(found), total, date
            after = cursor

    def _path(self, id_: str) -> str:
        return f"{PATH}/{self._type}/{quote(id_, safe='')}"


def _context(row: Json) -> Context:
    if isinstance(row, dict) and isinstance(row.get("id"), str):
        data = row.get("data")
        return Context(id=str(row["id"]), data=data if isinstance(data, dict) else {})
    raise ResponseError(
        f"Novu's answer about {PATH} holds something that is not a context",
        "Check that apiUrl is the address of Novu's API.",
    )


def _date(headers: Mapping[str, str]) -> str:
    return headers.get("date", "")


def _taken() -> ConflictError:
    return ConflictError(
        "another run made the same context in Novu at the same time",
        "Wait until it has ended, then run again.",
        status=HTTPStatus.CONFLICT,
        server_message="",
    )


def may_have_happened(error: NovuSyncError) -> bool:
    """Whether a write may have been carried out although it failed."""
    if isinstance(error, NetworkError | StatusError):
        return error.ambiguous or error.uncertain
    return isinstance(error, ResponseError)
