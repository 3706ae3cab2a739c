"""Faults on demand: what a network and a server can do to a client, at a chosen request."""

from __future__ import annotations

import fnmatch
from dataclasses import dataclass, replace
from enum import StrEnum
from http import HTTPStatus
from typing import TYPE_CHECKING

from reconciler.sandbox.refusals import refused
from reconciler.sandbox.wire import Dropped

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from reconciler.sandbox.wire import Request, Response

ALWAYS = 0
"""The `Fault.times` of a fault that never ends."""

_HTML = b"<!doctype html><title>Bad gateway</title><h1>Bad gateway</h1><p>nginx</p>"
_HTML_TYPE = "text/html; charset=utf-8"
_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "*")
_EXAMPLE = "for example: POST /v1/integrations nth=3 status=503"


class Drop(StrEnum):
    """When a connection breaks."""

    BEFORE = "before"
    AFTER = "after"


class Garble(StrEnum):
    """What is answered in place of the right body."""

    HTML = "html"
    HALF = "half"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What goes wrong, and at which requests.

    Attributes:
        method: in capitals, or ``*``.
        path: as in the request line, without the query; ``*`` stands for anything.
        nth: the first request of those that match which it hits, from 1.
        times: how many of them in a row it hits; `ALWAYS` for all from there on.
        status: answer this status instead of doing the work.
        retry_after: seconds for the ``Retry-After`` header; needs a status.
        written: do the work all the same before answering the status.
        drop: break the connection before or after the work is done.
        delay: seconds to hold the answer back after the work was done.
        garble: answer HTML, or the first half of the body.
    """

    method: str = "*"
    path: str = "*"
    nth: int = 1
    times: int = 1
    status: int | None = None
    retry_after: int | None = None
    written: bool = False
    drop: Drop | None = None
    delay: float = 0.0
    garble: Garble | None = None

    @classmethod
    def parse(cls, text: str) -> Fault:
        """Read a fault as the command line spells it.

        Args:
            text: ``METHOD PATH`` and ``key=value`` pairs: ``nth``, ``times`` (a number or
                ``always``), ``status``, ``retry-after`` (seconds), ``written=yes``, ``drop``
                (before, after), ``delay`` (milliseconds), ``body`` (html, half).

        Raises:
            ValueError: it is spelled otherwise; the message says how to.
        """
        words = text.split()
        if len(words) < 3 or words[0] not in _METHODS or not words[1].startswith(("/", "*")):  # noqa: PLR2004 - method, path, effect
            raise ValueError(
                f"{text!r} is no fault: write a method ({', '.join(_METHODS)}), a path and what"
                f" goes wrong, {_EXAMPLE}"
            )
        fault = cls(method=words[0], path=words[1])
        for word in words[2:]:
            key, equals, value = word.partition("=")
            if not equals or key not in _READERS:
                known = ", ".join(_READERS)
                raise ValueError(f"a fault knows no {word!r}: it takes {known}, {_EXAMPLE}")
            fault = _READERS[key](fault, value)
        if problem := fault.problem:
            raise ValueError(f"{text!r} {problem}, {_EXAMPLE}")
        return fault

    @property
    def problem(self) -> str:
        """Why the parts do not go together; empty where they do."""
        if not (self.status or self.drop or self.delay or self.garble):
            return "says not what goes wrong: add status=, drop=, delay= or body="
        if self.drop and (self.status or self.garble):
            return "drops the connection and answers: one of them"
        if not self.status and (self.retry_after is not None or self.written):
            return "has retry-after= or written= without a status="
        return ""

    def matches(self, request: Request) -> bool:
        """Whether a request is of the kind that the fault waits for."""
        fits = self.method in ("*", request.method)
        return fits and fnmatch.fnmatchcase(request.path, self.path)

    def befall(
        self, request: Request, time: str, work: Callable[[Request], Response]
    ) -> Response | Dropped:
        """Let it happen.

        Args:
            request: the request that it hits.
            time: as Novu spells times.
            work: carries the request out.
        """
        if self.drop is Drop.BEFORE:
            return Dropped(carried_out=False, delay=self.delay)
        if self.status is None:
            response = work(request)
        else:
            if self.written:
                work(request)
            phrase = HTTPStatus(self.status).phrase
            response = refused(self.status, phrase).response(request.target, time)
        if self.drop is Drop.AFTER:
            return Dropped(carried_out=True, delay=self.delay)
        if self.retry_after is not None:
            response = response.with_headers({"retry-after": str(self.retry_after)})
        if self.garble is Garble.HTML:
            response = replace(response, body=_HTML).with_headers({"content-type": _HTML_TYPE})
        elif self.garble is Garble.HALF:
            response = replace(response, body=response.body[: len(response.body) // 2])
        return replace(response, delay=self.delay)


class Faults:
    """The faults of one sandbox, and how often each has been met; not thread-safe."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        """Wait for requests; of several faults that are due the first one strikes."""
        self._faults = tuple(faults)
        self._met = [0] * len(self._faults)

    def due(self, request: Request) -> Fault | None:
        """The fault that hits a request, where one does. Every fault counts what matches it."""
        struck = None
        for at, fault in enumerate(self._faults):
            if fault.matches(request):
                self._met[at] += 1
                over = self._met[at] - fault.nth
                if over >= 0 and (fault.times == ALWAYS or over < fault.times):
                    struck = struck or fault
        return struck


def _whole(key: str, value: str) -> int:
    if not (value.isascii() and value.isdecimal() and int(value) > 0):
        raise ValueError(f"{key}={value} needs a whole number above 0, {_EXAMPLE}")
    return int(value)


def _choice(key: str, value: str, choices: type[Drop | Garble]) -> str:
    if value not in list(choices):
        raise ValueError(f"{key}={value} needs one of {', '.join(choices)}, {_EXAMPLE}")
    return value


def _status(fault: Fault, value: str) -> Fault:
    status = _whole("status", value)
    if status not in set(HTTPStatus) or status < HTTPStatus.MULTIPLE_CHOICES:
        raise ValueError(f"status={value} is no HTTP status from 300 to 599, {_EXAMPLE}")
    return replace(fault, status=status)


def _written(fault: Fault, value: str) -> Fault:
    if value not in ("yes", "no"):
        raise ValueError(f"written={value} needs yes or no, {_EXAMPLE}")
    return replace(fault, written=value == "yes")


_READERS: dict[str, Callable[[Fault, str], Fault]] = {
    "nth": lambda fault, value: replace(fault, nth=_whole("nth", value)),
    "times": lambda fault, value: replace(
        fault, times=ALWAYS if value == "always" else _whole("times", value)
    ),
    "status": _status,
    "retry-after": lambda fault, value: replace(fault, retry_after=_whole("retry-after", value)),
    "written": _written,
    "drop": lambda fault, value: replace(fault, drop=Drop(_choice("drop", value, Drop))),
    "delay": lambda fault, value: replace(fault, delay=_whole("delay", value) / 1000),
    "body": lambda fault, value: replace(fault, garble=Garble(_choice("body", value, Garble))),
}
