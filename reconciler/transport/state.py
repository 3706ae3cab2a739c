"""Terraform's HTTP state protocol: one document under one address, with a lock beside it."""

from __future__ import annotations

import base64
import json
import random
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from reconciler.errors import GuardError, ResponseError, StatusError
from reconciler.transport import failures, hosts, retrying
from reconciler.transport.answers import Reply
from reconciler.transport.client import LONGEST_CONNECT, open_client

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    import httpx

    from reconciler.errors import WorldError
    from reconciler.model import LedgerAddress
    from reconciler.secret import Json
    from reconciler.transport.failures import Failure
    from reconciler.transport.hosts import Address

_HELD = frozenset({409, 412, 423})
_NOTHING = frozenset({204, 404})


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What lies at the address.

    Attributes:
        body: the document; empty where there is none.
        date: the server's time, as its ``Date`` header says it; may be empty.
    """

    body: bytes = field(default=b"", repr=False)
    date: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """Another holds the lock.

    Attributes:
        info: what the server tells of it; may be empty.
        date: the server's time; may be empty.
    """

    info: Mapping[str, Json]
    date: str = ""


class StateServer:
    """Talks to one server of states; may be used by several threads at once.

    Every method raises `NetworkError` where no answer came, `StatusError` for any other refusal,
    and `ResponseError` for a redirect.
    """

    def __init__(  # noqa: PLR0913 - the knobs of a connection, each named
        self,
        places: LedgerAddress,
        *,
        allowed_hosts: Collection[str] = (),
        allow_insecure_http: bool = False,
        timeout: float = 30.0,
        transport: httpx.BaseTransport | None = None,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        """Know a server.

        Args:
            places: its addresses.
            allowed_hosts: hosts beside this machine that may be spoken to; see `hosts.check`.
            allow_insecure_http: allow plain http to other machines.
            timeout: seconds to wait for an answer.
            transport: answers instead of the network, for tests.
            sleep: waits that many seconds.

        Raises:
            GuardError: an address cannot be used, or its host is not allowed.
            UsageError, FileError: as `open_client`.
        """
        lock = places.lock_address or places.address
        self._urls = {
            "state": _parsed(places.address),
            "lock": _parsed(lock),
            "unlock": _parsed(places.unlock_address or lock),
        }
        for each in self._urls.values():
            hosts.check(
                each,
                allowed_hosts=allowed_hosts,
                allow_insecure_http=allow_insecure_http,
                what="the password of the ledger",
                where="ledger.address",
                own=(),
            )
        self._places = places
        self._timeout = timeout
        self._sleep = sleep
        self._clients = {
            each.url: open_client(each, connections=2, transport=transport)
            for each in self._urls.values()
        }

    def close(self) -> None:
        """Close all connections."""
        for each in self._clients.values():
            each.close()

    def get(self) -> State:
        """The document."""
        reply = self._ask("GET", "state")
        if reply.status in _NOTHING:
            return State(date=_date(reply))
        return State(body=self._good(reply, "GET", "state").body, date=_date(reply))

    def put(self, body: bytes, lock_id: str) -> str:
        """Write the document while the lock of that id is held; returns the server's time."""
        method = self._places.update_method
        reply = self._ask(method, "state", body, lock_id=lock_id)
        return _date(self._good(reply, method, "state"))

    def lock(self, info: Mapping[str, Json]) -> Held | None:
        """Take the lock; what is told of its holder where another has it."""
        method = self._places.lock_method
        reply = self._ask(method, "lock", json.dumps(info).encode())
        if reply.status in _HELD:
            told = _info(reply.body)
            # An earlier sending may have taken it, and its answer was lost.
            return None if told.get("ID") == info["ID"] else Held(info=told, date=_date(reply))
        self._good(reply, method, "lock")
        return None

    def unlock(self, info: Mapping[str, Json]) -> None:
        """Release the lock of that id; one that is not held any more is as good as released."""
        method = self._places.unlock_method
        reply = self._ask(method, "unlock", json.dumps(info).encode(), lock_id=str(info["ID"]))
        if reply.status not in _NOTHING:
            self._good(reply, method, "unlock")

    def _ask(self, method: str, where: str, body: bytes = b"", *, lock_id: str = "") -> Reply:
        """Send a request; all of them may be carried out twice."""
        attempt = 0
        while True:
            attempt += 1
            outcome = self._send(method, self._urls[where], body, lock_id)
            wait = retrying.wait_before_retry(
                outcome,
                attempt=attempt,
                again=True,
                paced=False,
                jitter=random.random(),  # noqa: S311 - spreads waits, protects nothing
            )
            if wait is None or attempt >= retrying.ATTEMPTS:
                if isinstance(outcome, Reply):
                    return outcome
                name = f"{method} of the ledger at {self._urls[where].place}"
                raise failures.problem(outcome, name=name, method=method)
            self._sleep(wait)

    def _send(self, method: str, address: Address, body: bytes, lock_id: str) -> Reply | Failure:
        import httpx  # noqa: PLC0415 - imported late: costs 55 ms

        places = self._places
        headers = {"Content-Type": "application/json"} if body else {}
        if places.password is not None:
            pair = f"{places.username}:{places.password.reveal()}".encode()
            headers["Authorization"] = f"Basic {base64.b64encode(pair).decode()}"
        connect_timeout = min(self._timeout, LONGEST_CONNECT)
        try:
            # Nothing of this is kept: request and response hold the password.
            response = self._clients[address.url].request(
                method,
                address.url,
                params={"ID": lock_id} if lock_id else None,
                content=body or None,
                headers=headers,
                timeout=httpx.Timeout(self._timeout, connect=connect_timeout, pool=None),
            )
            return Reply(
                status=response.status_code,
                headers=dict(response.headers.items()),
                body=response.content,
            )
        except (httpx.HTTPError, OSError) as error:
            return failures.explain(error, timeout=self._timeout, connect_timeout=connect_timeout)

    def _good(self, reply: Reply, method: str, where: str) -> Reply:
        if 200 <= reply.status < 300:  # noqa: PLR2004 - HTTP's own numbers
            return reply
        raise self._refused(reply, method, self._urls[where].place)

    @staticmethod
    def _refused(reply: Reply, method: str, place: str) -> WorldError:
        # Its own words are not shown: it may repeat what it was sent.
        summary = f"{place}, where the ledger lies, answered {method} with {reply.status}"
        if 300 <= reply.status < 400:  # noqa: PLR2004 - as above
            return ResponseError(
                f"{summary}: a redirect", "Write the final address in ledger.address."
            )
        mend = _MENDS.get(reply.status, "Try again later; the server's log tells more.")
        return StatusError(summary, mend, status=reply.status, server_message="")


_MENDS = {
    401: "Check ledger.username and ledger.password.",
    403: "Check ledger.username and ledger.password, and what that account may do.",
    405: "Check ledger.lockMethod, ledger.unlockMethod and ledger.updateMethod: GitLab wants POST,"
    " DELETE and POST.",
    409: "Another run holds the lock of this ledger. Plan again.",
    423: "Another run holds the lock of this ledger. Plan again.",
}


def _parsed(url: str) -> Address:
    try:
        return hosts.parse(url)
    except GuardError as error:
        told = error.summary.rpartition(": ")[2]
        raise GuardError(
            f"an address of the ledger cannot be used: {told}",
            "Write it like https://gitlab.com/api/v4/projects/1/terraform/state/novu-sync.",
        ) from None


def _info(body: bytes) -> Mapping[str, Json]:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _date(reply: Reply) -> str:
    return reply.headers.get("date", "")
