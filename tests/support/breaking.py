"""What a network, a server and a kill signal can do to one request of a run.

A `Break` says what the server does with the request and what the client learns of it; `Broken` is
an httpx transport to a sandbox that breaks chosen requests.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

import httpx

from reconciler.sandbox.faults import Drop, Fault, Garble
from reconciler.sandbox.wire import Dropped, Request

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from reconciler.sandbox.application import Sandbox

LONGER_THAN_ANYONE_WAITS = 1e6
"""Seconds that an answer is held back: the client gives up before."""


class Killed(BaseException):
    """The process is gone. No program can catch it, so it is no `Exception`."""


class Works(StrEnum):
    """Whether the server carries the request out."""

    NOT = "not"
    YES = "yes"
    LATER = "later"


@dataclass(frozen=True, slots=True, kw_only=True)
class Break:
    """One way for a request to go wrong.

    Attributes:
        works: what the server does with it; *later* is after it has answered one more request.
        fault: what is answered, as the sandbox plays it; `None` where no answer comes at all.
        refused: no connection comes about.
        kills: the client is killed; it sends nothing any more.
        lasts: every later request of the run breaks in the same way.
        methods: of the requests that break.
    """

    works: Works
    fault: Fault | None = None
    refused: bool = False
    kills: bool = False
    lasts: bool = False
    methods: frozenset[str] = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE"})


def _status(status: int, *, written: bool = False, after: int | None = None) -> Break:
    fault = Fault(status=status, written=written, retry_after=after)
    return Break(works=Works.YES if written else Works.NOT, fault=fault)


_SLOW = LONGER_THAN_ANYONE_WAITS
_ONCE: Mapping[str, Break] = {
    "refused": Break(works=Works.NOT, refused=True),
    "dropped-before": Break(works=Works.NOT, fault=Fault(drop=Drop.BEFORE)),
    "dropped-after": Break(works=Works.YES, fault=Fault(drop=Drop.AFTER)),
    "timeout-before": Break(works=Works.NOT, fault=Fault(drop=Drop.BEFORE, delay=_SLOW)),
    "timeout-after": Break(works=Works.YES, fault=Fault(delay=_SLOW)),
    "timeout-late": Break(works=Works.LATER, fault=Fault(drop=Drop.BEFORE, delay=_SLOW)),
    "dropped-late": Break(works=Works.LATER, fault=Fault(drop=Drop.BEFORE)),
    "400-before": _status(400),
    "401-before": _status(401),
    "404-page": Break(works=Works.NOT, fault=Fault(status=404, garble=Garble.HTML)),
    "408-before": _status(408),
    "408-after": _status(408, written=True),
    "409-before": _status(409),
    "409-after": _status(409, written=True),
    "429-before": _status(429),
    "429-retry-after": _status(429, after=3),
    "500-before": _status(500),
    "500-after": _status(500, written=True),
    "502-before": _status(502),
    "502-after": _status(502, written=True),
    "502-page": Break(works=Works.NOT, fault=Fault(status=502, garble=Garble.HTML)),
    "503-before": _status(503),
    "503-retry-after": _status(503, after=2),
    "503-after": _status(503, written=True),
    "504-before": _status(504),
    "504-after": _status(504, written=True),
    "half-after": Break(works=Works.YES, fault=Fault(garble=Garble.HALF)),
    "page-before": Break(works=Works.NOT, fault=Fault(status=200, garble=Garble.HTML)),
    "page-after": Break(works=Works.YES, fault=Fault(garble=Garble.HTML)),
    "empty-after": Break(works=Works.YES),
    "killed-before": Break(works=Works.NOT, kills=True),
    "killed-after": Break(works=Works.YES, kills=True),
}
_LASTING = (
    "refused",
    "dropped-before",
    "dropped-after",
    "timeout-after",
    "401-before",
    "500-after",
    "503-before",
    "page-before",
)
_READS, _WRITES = frozenset({"GET"}), frozenset({"POST", "PUT", "PATCH", "DELETE"})

BREAKS: Mapping[str, Break] = {
    **_ONCE,
    **{f"{name}-on": replace(_ONCE[name], lasts=True) for name in _LASTING},
    "reads-503-before-on": replace(_ONCE["503-before"], lasts=True, methods=_READS),
    "writes-503-after-on": replace(_ONCE["503-after"], lasts=True, methods=_WRITES),
    "writes-timeout-before-on": replace(_ONCE["timeout-before"], lasts=True, methods=_WRITES),
    "writes-dropped-after-on": replace(_ONCE["dropped-after"], lasts=True, methods=_WRITES),
}
"""Every way by name. *before* and *after* say whether the server had done the work by then, *on*
that it goes on to the end of the run."""


class Broken(httpx.BaseTransport):
    """Hands requests to a sandbox, and breaks some of them; for one run of one process.

    Attributes:
        requests: method, path and body of every request that was sent, in order.
        dead: the process was killed.
    """

    def __init__(
        self,
        sandbox: Sandbox,
        breaks: Mapping[int, str] | None = None,
        meanwhile: Mapping[int, Callable[[], object]] | None = None,
    ) -> None:
        """Talk to a sandbox.

        Args:
            sandbox: answers; it is not closed.
            breaks: names of `BREAKS` by the number of the request, from 1.
            meanwhile: what others do right before a request arrives, by its number.
        """
        self._sandbox = sandbox
        self._meanwhile = dict(meanwhile or {})
        named = sorted((breaks or {}).items(), reverse=True)
        self._breaks = [(number, BREAKS[name]) for number, name in named]
        self._turn = threading.Lock()
        self._late: list[tuple[int, Request]] = []
        self.requests: list[tuple[str, str, bytes]] = []
        self.dead = False

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answer a request, or break it.

        Raises:
            Killed: the process was killed at this request, or before.
            httpx.TransportError: no answer came.
        """
        path, _, query = request.url.raw_path.decode("ascii").partition("?")
        headers = {name.lower(): value for name, value in request.headers.items()}
        asked = Request(
            method=request.method, path=path, query=query, headers=headers, body=request.read()
        )
        with self._turn:
            if self.dead:
                raise Killed
            self.requests.append((asked.method, path, asked.body))
            number = len(self.requests)
            if number in self._meanwhile:
                self._meanwhile[number]()
            struck = self._struck(asked.method, number)
            if struck is not None and struck.works is Works.LATER:
                self._late.append((number, asked))
            try:
                return self._answer(request, asked, struck)
            finally:
                self.catch_up(number)

    def _struck(self, method: str, number: int) -> Break | None:
        for begun, each in self._breaks:
            if (begun == number or (each.lasts and begun < number)) and method in each.methods:
                return each
        return None

    def catch_up(self, number: int | None = None) -> None:
        """Let the server do what it has put off: all of it once the run is over."""
        for put_off, asked in self._late:
            if number is None or put_off < number:
                self._sandbox.handle(asked)
        self._late = [each for each in self._late if number is not None and each[0] >= number]

    def _answer(
        self, request: httpx.Request, asked: Request, struck: Break | None
    ) -> httpx.Response:
        if struck is not None and struck.refused:
            raise httpx.ConnectError("refused", request=request) from ConnectionRefusedError()
        if struck is not None and struck.kills:
            if struck.works is Works.YES:
                self._sandbox.handle(asked)
            self.dead = True
            raise Killed
        outcome = self._sandbox.handle(asked, fault=None if struck is None else struck.fault)
        patience = request.extensions.get("timeout", {}).get("read")
        if patience is not None and outcome.delay > patience:
            raise httpx.ReadTimeout("timed out", request=request)
        if isinstance(outcome, Dropped):
            message = "Server disconnected without sending a response."
            raise httpx.RemoteProtocolError(message, request=request)
        swallowed = struck is not None and struck.fault is None
        body = b"" if swallowed else outcome.body
        told = {**outcome.headers, "content-length": str(len(body))}
        return httpx.Response(outcome.status, headers=told, stream=httpx.ByteStream(body))
