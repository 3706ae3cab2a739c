"""Requests to one environment of Novu: retried, paced, explained when they fail."""

from __future__ import annotations

import json
import random
import re
import threading
import time
from dataclasses import dataclass
from functools import partial
from itertools import count
from typing import TYPE_CHECKING, Self

from reconciler.errors import ApiKeyError, InterruptedRunError, NetworkError
from reconciler.transport import answers, failures, hosts, retrying
from reconciler.transport.answers import Answer, Reply
from reconciler.transport.client import LONGEST_CONNECT, open_client
from reconciler.transport.pacing import Pacer

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    import httpx

    from reconciler.errors import NovuSyncError
    from reconciler.secret import Json, Secret
    from reconciler.transport.failures import Failure
    from reconciler.transport.pacing import Ticket

_BEGINNING = 64
"""Bytes of an answer that tell what it is."""

_HEADER_VALUE = re.compile(r"[\x21-\x7e]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One request that was sent and what came of it; without bodies, headers and query.

    Attributes:
        status: the HTTP status; `None` where no answer came.
        seconds: until the whole answer was there, or until it was given up.
        attempt: how often the request had been sent by then, this time included.
        note: what went wrong and what follows; may be empty.
    """

    method: str
    path: str
    status: int | None
    seconds: float
    attempt: int
    note: str = ""

    def __str__(self) -> str:
        what = "-" if self.status is None else str(self.status)
        again = f" (attempt {self.attempt})" if self.attempt > 1 else ""
        note = f" {self.note}" if self.note else ""
        return f"{self.method} {self.path} {what} {self.seconds * 1000:.0f} ms{again}{note}"


class Session:
    """Talks to one Novu server with one API key; may be used by many threads at once.

    Use it as a context manager, or call `close`.

    Args:
        base_url: the server, with a path prefix where it has one, without ``/v1``.
        api_key: the environment's secret key; opened for each request anew.
        allowed_hosts: hosts beside Novu's own and this machine that may receive the key, as
            ``host`` or ``host:port``; never taken from a project's files.
        allow_insecure_http: allow plain http to other machines.
        timeout: seconds to wait for a connection (ten at most) and between two parts of an answer.
        deadline: seconds that a request may take with all its repetitions and waits; `None` for
            no limit.
        parallelism: how many threads will use the session; connections are kept for all.
        on_exchange: told of every single sending, from the thread that sent.
        transport: answers instead of the network, for tests.
        sleep: waits that many seconds.
        clock: seconds that only grow.
        stop: when it is set while a request waits to be sent or repeated, the request is given up.
            A request that begins afterwards is not: it tidies up.

    Raises:
        GuardError: the server may not receive the API key.
        UsageError: `allowed_hosts` holds something that is not a host, or the environment's proxy
            variables cannot be used.
        ApiKeyError: the API key cannot be written in a header.
        FileError: the certificates that ``SSL_CERT_FILE`` names cannot be read.
    """

    def __init__(  # noqa: PLR0913 - the knobs of a connection, all but two of them named
        self,
        base_url: str,
        api_key: Secret[str],
        *,
        allowed_hosts: Collection[str] = (),
        allow_insecure_http: bool = False,
        timeout: float = 30.0,
        deadline: float | None = 120.0,
        parallelism: int = 10,
        on_exchange: Callable[[Exchange], None] | None = None,
        transport: httpx.BaseTransport | None = None,
        sleep: Callable[[float], object] | None = None,
        clock: Callable[[], float] = time.monotonic,
        stop: threading.Event | None = None,
    ) -> None:
        self._address = hosts.parse(base_url)
        hosts.check(
            self._address, allowed_hosts=allowed_hosts, allow_insecure_http=allow_insecure_http
        )
        if not _HEADER_VALUE.fullmatch(api_key.reveal()):
            raise ApiKeyError(
                "the environment's API key is empty or holds white space or characters outside"
                " of ASCII",
                "Copy the secret key anew; a line break at its end is the usual reason.",
            )
        self._api_key = api_key
        self._timeout = timeout
        self._deadline = deadline
        self._on_exchange = on_exchange
        self._clock = clock
        self._stop = stop or threading.Event()
        self._sleep = sleep or time.sleep
        self._sleep_unless_stopped = sleep or self._stop.wait
        self._pacer = Pacer(clock)
        self._client = open_client(self._address, connections=parallelism, transport=transport)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close all connections."""
        self._client.close()

    def request(
        self, method: str, path: str, body: Json | None = None, *, retry: bool | None = None
    ) -> Answer:
        """Send a request and return what Novu answers to it.

        It is repeated, with growing random waits, when the connection fails or the server answers
        408, 429, 502, 503 or 504, as long as the deadline allows. What must not be carried out
        twice is repeated only where it surely was not carried out: no connection came about, or
        the server answered 429.

        What a DELETE answers is thrown away unread, but for a look at how it begins: Novu answers
        the remaining rows with their stored credentials, and a login page deletes nothing.

        Args:
            method: ``GET``, ``POST``, ``PUT``, ``PATCH`` or ``DELETE``.
            path: beginning with a slash, parts from outside percent-encoded.
            body: what to send as JSON, secrets opened; `None` for no body.
            retry: whether it may be carried out twice; `None` for what HTTP says of the method.

        Raises:
            NovuSyncError: any of these. Its `uncertain` says that the request had been sent
                before, and may have been carried out then.
            ApiKeyError: the server does not know the API key (401).
            ConflictError: 409.
            StatusError: any other error status.
            ResponseError: an answer that is not Novu's.
            NetworkError: no answer.
            InterruptedRunError: stopped before it was sent.
        """
        again = method in retrying.IDEMPOTENT if retry is None else retry
        end = None if self._deadline is None else self._clock() + self._deadline
        rest = partial(self._rest, heed=not self._stop.is_set(), end=end)
        content = None if body is None else json.dumps(body).encode()
        problem: NovuSyncError | None = None
        uncertain = False
        for attempt in count(1):
            ticket = self._pacer.enter(rest)
            if ticket is None:
                raise problem or self._unsent(method, path)
            outcome = self._send(method, path, content, end=end)
            self._pacer.leave(ticket, outcome.headers if isinstance(outcome, Reply) else {})
            wait = retrying.wait_before_retry(
                outcome,
                attempt=attempt,
                again=again,
                paced=self._pacer.knows_limit,
                jitter=random.random(),  # noqa: S311 - spreads waits, protects nothing
            )
            self._tell(method, path, outcome, ticket, attempt=attempt, wait=wait)
            result = self._result(method, path, outcome, uncertain=uncertain)
            if isinstance(result, Answer):
                return result
            problem = result
            problem.uncertain = uncertain and method not in {"GET", "HEAD"}
            if wait is None:
                raise problem
            uncertain = uncertain or retrying.may_have_been_carried_out(outcome)
            if isinstance(outcome, Reply) and outcome.status == retrying.TOO_MANY:
                self._pacer.close(wait)
            elif not rest(wait):
                raise problem
        raise AssertionError  # pragma: no cover - count() never ends

    def _rest(self, seconds: float, *, heed: bool, end: float | None) -> bool:
        """Wait; false at once where the deadline would pass, or as soon as `stop` is set."""
        if end is not None and self._clock() + seconds > end:
            return False
        if not heed:
            self._sleep(seconds)
            return True
        self._sleep_unless_stopped(seconds)
        return not self._stop.is_set()

    def _send(
        self, method: str, path: str, content: bytes | None, *, end: float | None
    ) -> Reply | Failure:
        import httpx  # noqa: PLC0415 - imported late: costs 55 ms

        left = self._timeout if end is None else min(self._timeout, end - self._clock())
        timeout = max(left, 0.001)
        connect_timeout = min(timeout, LONGEST_CONNECT)
        try:
            # Nothing of this is kept: request and response hold the key and the body.
            with self._client.stream(
                method,
                self._address.url + path,
                content=content,
                headers={
                    "Authorization": f"ApiKey {self._api_key.reveal()}",
                    **({} if content is None else {"Content-Type": "application/json"}),
                },
                timeout=httpx.Timeout(timeout, connect=connect_timeout, pool=None),
            ) as response:
                body = self._read(response, end=end, unread=method == "DELETE")
                return Reply(
                    status=response.status_code, headers=dict(response.headers.items()), body=body
                )
        except (httpx.HTTPError, OSError) as error:
            return failures.explain(error, timeout=timeout, connect_timeout=connect_timeout)

    def _read(self, response: httpx.Response, *, end: float | None, unread: bool) -> bytes:
        """The whole body; of one to be left unread what shows that it is not Novu's."""
        import httpx  # noqa: PLC0415 - imported already

        parts = []
        drop, begins = unread and response.is_success, True
        for part in response.iter_bytes():
            if not drop:
                parts.append(part)
            elif begins and not part.startswith(b"{"):
                parts.append(part[:_BEGINNING])
            begins = False
            if end is not None and self._clock() > end:
                # A server that sends a little now and then never runs into httpx's time-outs.
                raise httpx.ReadTimeout("")
        return b"".join(parts)

    def _result(
        self, method: str, path: str, outcome: Reply | Failure, *, uncertain: bool
    ) -> Answer | NovuSyncError:
        name = f"{method} {_shown(path)}"
        if not isinstance(outcome, Reply):
            return failures.problem(outcome, name=f"{name} at {self._address.place}", method=method)
        if uncertain and method == "DELETE" and outcome.status == 404:  # noqa: PLR2004 - HTTP's own
            # An earlier attempt did it, and its answer was lost.
            return Answer(status=404, data=None, headers=outcome.headers)
        return answers.unwrapped(outcome, name=name, place=self._address.place)

    def _unsent(self, method: str, path: str) -> NovuSyncError:
        name = f"{method} {_shown(path)}"
        if self._stop.is_set():
            return InterruptedRunError(f"stopped before {name} was sent")
        return NetworkError(
            f"{name} was not sent: {self._address.place} asked to wait longer than the deadline",
            "Its rate limit is used up. Try again later, or with a smaller --parallelism.",
            ambiguous=False,
        )

    def _tell(  # noqa: PLR0913 - the sides of an exchange
        self,
        method: str,
        path: str,
        outcome: Reply | Failure,
        ticket: Ticket,
        *,
        attempt: int,
        wait: float | None,
    ) -> None:
        if self._on_exchange is None:
            return
        status, what = (outcome.status, "") if isinstance(outcome, Reply) else (None, outcome.words)
        next_ = "" if wait is None else f"again in {wait:.2f} s" if wait else "again at its pace"
        self._on_exchange(
            Exchange(
                method=method,
                path=_shown(path),
                status=status,
                seconds=self._clock() - ticket.sent_at,
                attempt=attempt,
                note=", ".join(note for note in (what, next_) if note),
            )
        )


def _shown(path: str) -> str:
    return path.partition("?")[0]
