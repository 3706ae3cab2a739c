"""Talks to a sandbox without a socket: quick enough for properties that need many runs."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import httpx

from reconciler.sandbox.wire import Dropped, Request, Response

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reconciler.sandbox.application import Sandbox
    from reconciler.sandbox.faults import Fault


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a sandbox said.

    Attributes:
        body: the JSON, or the text where it is none.
    """

    status: int
    headers: Mapping[str, str]
    body: Any

    @property
    def data(self) -> Any:  # noqa: ANN401 - any JSON
        """What the envelope holds."""
        return self.body["data"]

    @property
    def message(self) -> str:
        """What a refusal says."""
        return str(self.body["message"])


def ask(
    sandbox: Sandbox,
    method: str,
    target: str,
    body: object = None,
    *,
    key: str = "sandbox-development",
) -> Answer:
    """Send one request to a sandbox.

    Args:
        sandbox: answers.
        method: in capitals.
        target: the path, with or without a query.
        body: as JSON; `None` sends none.
        key: the API key.
    """
    path, _, query = target.partition("?")
    headers = {"authorization": f"ApiKey {key}", "content-type": "application/json"}
    sent = b"" if body is None else json.dumps(body, ensure_ascii=False).encode()
    outcome = sandbox.handle(
        Request(method=method, path=path, query=query, headers=headers, body=sent)
    )
    assert isinstance(outcome, Response)
    text = outcome.body.decode()
    is_json = outcome.headers.get("content-type", "").startswith("application/json") and text
    return Answer(
        status=outcome.status, headers=outcome.headers, body=json.loads(text) if is_json else text
    )


class InProcess(httpx.BaseTransport):
    """An httpx transport that hands every request to a sandbox.

    Held-back answers cost no time: one that comes later than the client would wait is a time-out
    at once.

    Attributes:
        requests: method and path of every request so far, in order.
    """

    def __init__(
        self, sandbox: Sandbox, *, fault: Fault | None = None, at: int | None = None
    ) -> None:
        """Talk to a sandbox.

        Args:
            sandbox: answers; it is not closed.
            fault: what goes wrong, once; its own `method`, `path`, `nth` and `times` do not count.
            at: at which request of this transport it does, from 1.
        """
        self._sandbox = sandbox
        self._fault = fault
        self._at = at
        self.requests: list[tuple[str, str]] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answer a request.

        Raises:
            httpx.RemoteProtocolError: the sandbox drops the connection.
            httpx.ReadTimeout: the answer comes later than the client waits.
        """
        path, _, query = request.url.raw_path.decode("ascii").partition("?")
        self.requests.append((request.method, path))
        outcome = self._sandbox.handle(
            Request(
                method=request.method,
                path=path,
                query=query,
                headers={name.lower(): value for name, value in request.headers.items()},
                body=request.read(),
            ),
            fault=self._fault if len(self.requests) == self._at else None,
        )
        patience = request.extensions.get("timeout", {}).get("read")
        if patience is not None and outcome.delay > patience:
            raise httpx.ReadTimeout("timed out", request=request)
        if isinstance(outcome, Dropped):
            message = "Server disconnected without sending a response."
            raise httpx.RemoteProtocolError(message, request=request)
        headers = {**outcome.headers, "content-length": str(len(outcome.body))}
        return httpx.Response(outcome.status, headers=headers, content=outcome.body)
