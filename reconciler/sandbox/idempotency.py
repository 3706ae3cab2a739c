"""Idempotency keys: the same POST or PATCH again is answered as before, and not carried out.

A key belongs to the organization, whatever the environment and the path; only the body must be
the same, down to the order of its members.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reconciler.sandbox.refusals import Refusal, compact, crashed, refused

if TYPE_CHECKING:
    from collections.abc import Callable

    from reconciler.sandbox.overlap import Visit
    from reconciler.sandbox.wire import Request, Response
    from reconciler.secret import Json

_HEADER = "idempotency-key"
_LONGEST = 255
_METHODS = ("POST", "PATCH")
_HELP = {"link": "https://docs.novu.co/additional-resources/idempotency"}


@dataclass(slots=True)
class _Known:
    body: str
    visit: Visit
    outcome: Response | Refusal


class Idempotency:
    """Remembers answers by key, for as long as the sandbox runs."""

    def __init__(self, replayed: Callable[[Refusal], Refusal]) -> None:
        """Begin with no key.

        Args:
            replayed: what a refusal is answered as when it is asked for again.
        """
        self._replayed = replayed
        self._known: dict[str, _Known] = {}

    def answer(
        self, request: Request, body: Json, visit: Visit, work: Callable[[], Response]
    ) -> Response:
        """Carry a request out, unless its key is known.

        Args:
            request: with or without a key.
            body: what it holds.
            visit: the request's time in the server.
            work: carries it out.

        Raises:
            Refusal: what it was refused with, the key is too long, was sent with another body, or
                is in use.
        """
        key = request.headers.get(_HEADER)
        if not key or request.method not in _METHODS:
            return work()
        if len(key) > _LONGEST:
            problem = f"has exceeded the maximum allowed length of {_LONGEST} characters"
            raise refused(400, f'idempotencyKey "{key}" {problem}')
        echo, known = {_HEADER: key}, self._known.get(key)
        if known is None:
            return self._first_time(key, compact(body), visit, work)
        if known.body != compact(body):
            message = f'Request with key "{key}" is being reused for a different body'
            raise refused(422, message).with_headers(echo | _HELP)
        if known.visit.overlaps(visit):
            told = "is currently being processed. Please retry after 1 second"
            message = f'Request with key "{key}" {told}'
            raise refused(409, message).with_headers(echo | _HELP | {"retry-after": "1"})
        echo["idempotency-replay"] = "true"
        if isinstance(known.outcome, Refusal):
            raise self._replayed(known.outcome).with_headers(echo)
        return known.outcome.with_headers(echo)

    def _first_time(
        self, key: str, body: str, visit: Visit, work: Callable[[], Response]
    ) -> Response:
        known = self._known[key] = _Known(body, visit, crashed())
        try:
            known.outcome = work()
        except Refusal as refusal:
            known.outcome = refusal
            raise refusal.with_headers({_HEADER: key}) from None
        return known.outcome.with_headers({_HEADER: key})
