"""What goes over the wire: requests, responses, and connections that break."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping

Document: TypeAlias = "dict[str, Any]"
"""A JSON object as the server keeps it."""

JSON_TYPE = "application/json; charset=utf-8"


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One HTTP request, no socket attached.

    Attributes:
        method: in capitals.
        path: as it stands in the request line, percent signs and all, without the query.
        query: what follows the question mark, without it.
        headers: by name in lower case.
        body: the bytes as they came.
    """

    method: str
    path: str
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def target(self) -> str:
        """Path and query, as Novu repeats them in its error bodies."""
        return f"{self.path}?{self.query}" if self.query else self.path


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """One HTTP response.

    Attributes:
        headers: by name in lower case.
        delay: seconds that the answer is held back after the work was done.
    """

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    delay: float = 0.0

    def with_headers(self, headers: Mapping[str, str]) -> Response:
        """The same response with more headers."""
        return replace(self, headers={**self.headers, **headers})


@dataclass(frozen=True, slots=True, kw_only=True)
class Dropped:
    """The connection breaks and no answer comes.

    Attributes:
        carried_out: whether the request had been carried out by then.
        delay: seconds until it breaks.
    """

    carried_out: bool
    delay: float = 0.0


def json_response(status: int, text: str) -> Response:
    """A response of compact JSON.

    Args:
        status: the HTTP status.
        text: the JSON.
    """
    return Response(
        status=status, headers={"content-type": JSON_TYPE}, body=text.encode("utf-8", "replace")
    )
