"""Servers that cases are held with; here a sandbox without a socket."""

from __future__ import annotations

import itertools
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, Self

from reconciler.sandbox.application import Sandbox
from reconciler.sandbox.installation import Installation
from reconciler.sandbox.outside import Undelivered
from reconciler.sandbox.rate_limit import RateLimit
from reconciler.sandbox.wire import Request, Response

if TYPE_CHECKING:
    from collections.abc import Mapping
    from contextlib import AbstractContextManager
    from types import TracebackType

    from contract.cases import Case

    from reconciler.sandbox.overlap import Visit

API_KEYS = {name: f"{{{name}-api-key}}" for name in ("development", "production")}
INSTALLATIONS = {
    "default": Installation(idempotency=True),
    "demo": Installation(idempotency=True),
    "noidem": Installation(),
    "ratelimit": Installation(idempotency=True),
    "indexes": Installation(idempotency=True, indexes=True),
    "noindexes": Installation(idempotency=True, indexes=False),
    "v2off": Installation(idempotency=True, tenants=True),
    "extra": Installation(idempotency=True),
}
_LITTLE = 1e-5
_UNTOLD = 2
RATE_LIMIT = RateLimit.parse("150/5s:165")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a server said.

    Attributes:
        headers: by name in lower case.
        body: the JSON, or the text where it is none.
    """

    status: int
    headers: Mapping[str, str]
    body: Any


class Server(Protocol):
    """Something to hold cases with."""

    @property
    def ids(self) -> Mapping[str, str]:
        """The symbols of the ids that are known from the start, by id."""

    def send(self, request: Request, case: Case) -> Answer:
        """Send a request.

        Args:
            request: in full.
            case: what it was made of.
        """


def authorized(request: Request, key: str) -> Request:
    """The same request with an API key."""
    headers = {**request.headers, "authorization": f"ApiKey {key}"}
    return Request(
        method=request.method,
        path=request.path,
        query=request.query,
        headers=headers,
        body=request.body,
    )


class Played:
    """A sandbox whose clock and providers do what was recorded."""

    def __init__(self, generation: str, config: str) -> None:
        """Begin empty.

        Args:
            generation: of the sandbox.
            config: how the recorded server was set up.
        """
        self._case: Case | None = None
        self._limited = config == "ratelimit"
        self._ticks = itertools.count(1_795_000_000)
        self._now, self._tokens = float(next(self._ticks)), float(RATE_LIMIT.burst)
        self.sandbox = Sandbox(
            generation=generation,
            installation=INSTALLATIONS[config],
            api_keys=API_KEYS,
            builtins=config == "demo",
            rate_limit=RATE_LIMIT if self._limited else None,
            deliver=self._deliver,
            clock=self._clock,
        )
        if config == "demo":
            self._clear()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.sandbox.close()

    @property
    def ids(self) -> Mapping[str, str]:
        """The symbols of the environments and the organization."""
        known = {self.sandbox.environment_id(name): f"<{name}>" for name in API_KEYS}
        return known | {self.sandbox.organization_id: "<organization>"}

    def visit(self) -> AbstractContextManager[Visit]:
        """The time of a request that is under way together with others."""
        return self.sandbox.visit()

    def send(self, request: Request, case: Case, visit: Visit | None = None) -> Answer:
        """Send a request, at the time and with what providers said when it was recorded."""
        self._case = case
        self._wait_for_tokens(case)
        if case.who:
            request = authorized(request, API_KEYS[case.who])
        outcome = self.sandbox.handle(request, visit=visit)
        assert isinstance(outcome, Response)
        body = json.loads(outcome.body) if outcome.body else ""
        return Answer(status=outcome.status, headers=outcome.headers, body=body)

    def make(self, body: Any) -> None:  # noqa: ANN401 - any JSON
        """Make a context that is there before the scenario begins."""
        self._own("POST", "/v2/contexts", "development", json.dumps(body).encode())

    def _clock(self) -> float:
        return self._now if self._limited else float(next(self._ticks))

    def _wait_for_tokens(self, case: Case) -> None:
        # When a request came is no answer of Novu's: time goes on until as much could be left.
        left = case.told.get("ratelimit-remaining")
        if self._limited and left is not None and case.who == "development":
            wanted = int(left) + (1 if case.status != 429 else 0)
            rate = RATE_LIMIT.limit / RATE_LIMIT.window
            if 0 < self._tokens - wanted <= _UNTOLD and case.status != 429:
                for _ in range(int(self._tokens - wanted)):  # by requests out of their turn
                    self._own("GET", "/v1/environments/me", case.who)
                    self._tokens -= 1
            missing = max(0.0, wanted - self._tokens)
            self._now += missing / rate + (_LITTLE if missing else 0.0)
            self._tokens = max(self._tokens, float(wanted)) - (case.status != 429)

    def _deliver(self, _provider: str, _credentials: Mapping[str, Any]) -> None:
        said = self._case.provider if self._case else None
        if said:
            raise Undelivered(said["said"], unresolved=said.get("unresolved", False))

    def _clear(self) -> None:
        for name in API_KEYS:
            for row in self._own("GET", "/v1/integrations", name):
                self._own("DELETE", f"/v1/integrations/{row['_id']}", name)

    def _own(self, method: str, path: str, name: str, body: bytes = b"") -> Any:  # noqa: ANN401
        headers = {"content-type": "application/json"}
        request = Request(method=method, path=path, headers=headers, body=body)
        outcome = self.sandbox.handle(authorized(request, API_KEYS[name]))
        assert isinstance(outcome, Response)
        return json.loads(outcome.body)["data"]
