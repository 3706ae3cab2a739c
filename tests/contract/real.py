"""A server over HTTP to hold cases with, whatever runs there."""

from __future__ import annotations

import json
from http.client import HTTPConnection, HTTPSConnection
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

from contract.servers import Answer, authorized

from reconciler.sandbox.wire import Request

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from types import TracebackType

    from contract.cases import Case

_TIMEOUT = 30.0
_WITH_BODY = ("POST", "PUT", "PATCH")


class Real:
    """A server whose two environments can be emptied."""

    def __init__(self, url: str, api_keys: Mapping[str, str]) -> None:
        """Connect to a server.

        Args:
            url: where it is.
            api_keys: of its development and its production environment.
        """
        parts = urlsplit(url)
        kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
        self._keys = api_keys
        self._prefix = parts.path.rstrip("/")
        self._connection = kind(parts.hostname or "", parts.port, timeout=_TIMEOUT)
        # Older servers show every environment of the organization; the others' rows stay.
        own = {name: self._environment(name) for name in api_keys}
        self._others = {
            row["_id"]
            for name in api_keys
            for row in self._own("GET", "/v1/integrations", name)["data"]
            if row["_environmentId"] not in own.values()
        }

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._connection.close()

    @property
    def ids(self) -> Mapping[str, str]:
        """The symbols of the environments and the organization."""
        known: dict[str, str] = {}
        for name in self._keys:
            own = self._own("GET", "/v1/environments/me", name)["data"]
            known |= {own["_id"]: f"<{name}>", own["_organizationId"]: "<organization>"}
        return known

    def send(self, request: Request, case: Case) -> Answer:
        """Send a request as it stands."""
        return self._send(authorized(request, self._keys[case.who]) if case.who else request)

    def make(self, body: Any) -> None:  # noqa: ANN401 - any JSON
        """Make a context that is there before the scenario begins."""
        self._own("POST", "/v2/contexts", "development", json.dumps(body).encode())

    def empty(self) -> None:
        """Delete all integrations and contexts of both environments, and what cases made."""
        for name in self._keys:
            for row in self._own("GET", "/v1/integrations", name)["data"]:
                if row["_id"] not in self._others:
                    self._own("DELETE", f"/v1/integrations/{row['_id']}", name)
            for row in self._contexts(name):
                self._own("DELETE", f"/v2/contexts/{row['type']}/{row['id']}", name)

    def _environment(self, name: str) -> str:
        return str(self._own("GET", "/v1/environments/me", name)["data"]["_id"])

    def _contexts(self, name: str) -> Iterator[Any]:
        while page := self._own("GET", "/v2/contexts?limit=100", name).get("data"):
            yield from page

    def _own(self, method: str, target: str, name: str, body: bytes = b"") -> Any:  # noqa: ANN401
        path, _, query = target.partition("?")
        headers = {"content-type": "application/json"}
        request = Request(method=method, path=path, query=query, headers=headers, body=body)
        return self._send(authorized(request, self._keys[name])).body

    def _send(self, request: Request) -> Answer:
        # Not a client that would tidy the request up.
        connection = self._connection
        connection.putrequest(
            request.method, self._prefix + request.target, skip_accept_encoding=True
        )
        for name, value in request.headers.items():
            connection.putheader(name, value)
        if request.body or request.method in _WITH_BODY:
            connection.putheader("content-length", str(len(request.body)))
        connection.endheaders(request.body)
        response = connection.getresponse()
        headers = {name.lower(): value for name, value in response.getheaders()}
        return Answer(status=response.status, headers=headers, body=_json(response.read()))


def _json(body: bytes) -> Any:  # noqa: ANN401 - any JSON
    try:
        return json.loads(body) if body else ""
    except ValueError:
        return body.decode("utf-8", "replace")
