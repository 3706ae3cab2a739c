"""The sandbox: a server that answers as Novu does, without a socket.

A request goes through the same doors as in Novu, in the same order: body, route, key, rate limit,
use case. Each request is carried out alone and as a whole, whichever thread it comes from.
"""

from __future__ import annotations

import threading
import time
from contextlib import nullcontext
from dataclasses import replace
from email.utils import formatdate
from functools import partial
from typing import TYPE_CHECKING, Self

from reconciler.errors import UsageError
from reconciler.sandbox.authentication import authenticated
from reconciler.sandbox.bodies import read_body
from reconciler.sandbox.environments import DEFAULT_KEYS, add_environments, stored_environments
from reconciler.sandbox.faults import Faults
from reconciler.sandbox.generations import NEWEST, named_generation
from reconciler.sandbox.idempotency import Idempotency
from reconciler.sandbox.installation import Installation
from reconciler.sandbox.outside import deliver_all
from reconciler.sandbox.overlap import Overlaps
from reconciler.sandbox.page import render
from reconciler.sandbox.parts import Parts
from reconciler.sandbox.rate_limit import Limiter
from reconciler.sandbox.refusals import Refusal, crashed, refused
from reconciler.sandbox.routes import Call, find_route
from reconciler.sandbox.stamps import Stamps
from reconciler.sandbox.store import Store
from reconciler.sandbox.usecases import UseCases
from reconciler.sandbox.wire import Dropped

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    from reconciler.sandbox.faults import Fault
    from reconciler.sandbox.outside import Deliver
    from reconciler.sandbox.overlap import Visit
    from reconciler.sandbox.rate_limit import RateLimit
    from reconciler.sandbox.wire import Document, Request, Response
    from reconciler.secret import Json

# What Novu's cloud puts into a new environment.
_BUILTINS = {
    "development": (
        {"providerId": "novu", "channel": "in_app", "active": True},
        {"providerId": "novu-email", "channel": "email", "active": True},
    ),
    "production": ({"providerId": "novu", "channel": "in_app", "active": True},),
}


class Sandbox:
    """One Novu-compatible server with two environments, `development` and `production`.

    Close it, or use it in a ``with`` statement.

    Attributes:
        api_keys: by environment.
    """

    def __init__(  # noqa: PLR0913 - one for each thing that a user can choose, all of them named
        self,
        *,
        data: Path | None = None,
        generation: str = NEWEST,
        installation: Installation | None = None,
        api_keys: Mapping[str, str] | None = None,
        builtins: bool = True,
        rate_limit: RateLimit | None = None,
        faults: Sequence[Fault] = (),
        hook: Callable[[Request], Fault | None] | None = None,
        deliver: Deliver = deliver_all,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """A server with nothing but the built-ins, or with what an earlier one left in a file.

        Args:
            data: the SQLite file; `None` keeps everything in memory.
            generation: which of Novu's servers it behaves as, like ``2026-11``.
            installation: how it was set up; as servers of the generation are unless told.
            api_keys: keys by environment, in place of ``sandbox-development`` and
                ``sandbox-production``.
            builtins: begin with Novu's own integrations and let clients create its demo
                providers, as on Novu's cloud; without, neither, as on a self-hosted server.
            rate_limit: how many requests an environment may make; `None` counts none.
            faults: what goes wrong, and when.
            hook: asked at every request; a fault that it returns comes before the others.
            deliver: sends the mail of ``check: true``; every provider takes it unless told.
            clock: seconds since 1970.

        Raises:
            UsageError: no such generation or environment, or keys that cannot be told apart.
            FileError: the file cannot be used.
        """
        self._generation = named_generation(generation)
        self.api_keys = DEFAULT_KEYS | dict(api_keys or {})
        _check_keys(self.api_keys)
        self._stamps = Stamps(clock)
        self._overlaps = Overlaps()
        self._store = Store(data, self._overlaps)
        installation = installation or Installation()
        self._use_cases = UseCases.of(
            Parts(
                generation=self._generation,
                installation=installation,
                store=self._store,
                stamps=self._stamps,
                overlaps=self._overlaps,
                api_keys=self.api_keys,
                offers_demo=builtins,
                deliver=deliver,
            )
        )
        self._idempotency = (
            Idempotency(self._generation.replayed) if installation.idempotency else None
        )
        self._environments = self._open(_BUILTINS if builtins else {})
        self._limiter = Limiter(rate_limit, clock) if rate_limit else None
        self._faults = Faults(faults)
        self._hook = hook
        self._lock = threading.Lock()

    def _open(self, builtins: Mapping[str, Sequence[Document]]) -> dict[str, Document]:
        self._stamps.tick()
        with self._store.transaction():
            if stored := stored_environments(self._store):
                return stored
            add_environments(self._store, self._stamps)
            stored = stored_environments(self._store)
            for name, bodies in builtins.items():
                for body in bodies:
                    self._use_cases.integrations.create(stored[name], body | {"check": False})
            return stored

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the data; what was only in memory is gone."""
        with self._lock:
            self._store.close()

    def environment_id(self, name: str) -> str:
        """Novu's id of `development` or `production`."""
        environment_id: str = self._environments[name]["_id"]
        return environment_id

    @property
    def organization_id(self) -> str:
        """Novu's id of the organization that both environments belong to."""
        organization_id: str = self._environments["development"]["_organizationId"]
        return organization_id

    def visit(self) -> AbstractContextManager[Visit]:
        """A request's time in the server, for callers that answer later than `handle` does.

        Requests whose visits overlap do not see what the other one writes.
        """
        return self._overlaps.visit()

    def handle(
        self, request: Request, *, fault: Fault | None = None, visit: Visit | None = None
    ) -> Response | Dropped:
        """Answer a request, from whichever thread.

        Args:
            request: as it came.
            fault: what happens to this one, whatever else is due.
            visit: the request's time in the server; `None` is this call.
        """
        with self.visit() if visit is None else nullcontext(visit) as present, self._lock:
            self._overlaps.current = present
            hooked = self._hook(request) if self._hook else None
            due = self._faults.due(request)
            struck = fault or hooked or due
            if struck is None:
                outcome: Response | Dropped = self._answer(request)
            else:
                outcome = struck.befall(request, self._stamps.time, self._answer)
        if isinstance(outcome, Dropped):
            return outcome
        if request.method == "HEAD":
            outcome = replace(outcome, body=b"")
        return outcome.with_headers({"date": formatdate(usegmt=True)})

    def _answer(self, request: Request) -> Response:
        self._stamps.tick(writes=request.method != "GET")
        try:
            return self._carry_out(request)
        except Refusal as refusal:
            return self._said(refusal, request)
        except RecursionError:
            return self._said(crashed(), request)

    def _said(self, refusal: Refusal, request: Request) -> Response:
        return refusal.response(request.target, self._stamps.time, self._generation.spelling)

    def _carry_out(self, request: Request) -> Response:
        if request.path == "/" and request.method in ("GET", "HEAD"):
            return render(self._store, self._environments)
        body = read_body(request, self._generation)
        found = find_route(request.method, request.path, self._generation.areas)
        if found is None:
            raise refused(404, f"Cannot {request.method} {request.target}")
        route, parameters = found
        name = authenticated(request.headers.get("authorization"), self.api_keys)
        if route.carry_out is None:
            raise refused(401, self._generation.closed_route)
        told = self._limiter.spend(name) if self._limiter else {}
        call = Call(
            environment=self._environments[name],
            parameters=parameters,
            body=body if isinstance(body, dict) else {},
            query=request.query,
            use=self._use_cases,
        )
        work = partial(route.carry_out, call)
        with self._store.transaction():
            try:
                response = self._once(request, body, work)
            except Refusal as refusal:
                # What was written before the refusal stays, as in Novu.
                response = self._said(refusal, request)
        return response.with_headers(told)

    def _once(self, request: Request, body: Json, work: Callable[[], Response]) -> Response:
        visit = self._overlaps.current
        if self._idempotency is None or visit is None:
            return work()
        return self._idempotency.answer(request, body, visit, work)


def _check_keys(keys: Mapping[str, str]) -> None:
    if unknown := sorted(keys.keys() - DEFAULT_KEYS.keys()):
        raise UsageError(
            f"the sandbox has no environment {unknown[0]!r}",
            f"Choose one of: {', '.join(DEFAULT_KEYS)}.",
        )
    unusable = any(
        not key or not key.isascii() or key != "".join(key.split()) for key in keys.values()
    )
    if unusable or len(set(keys.values())) < len(keys):
        raise UsageError(
            "the sandbox's API keys cannot be told apart or sent in a header",
            "Give each environment a key of its own, of visible ASCII characters.",
        )
