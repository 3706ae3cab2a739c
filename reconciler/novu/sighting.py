"""What one API key shows of its server, read in three requests that write nothing.

Nothing here asks for a version: what a server can do is seen in what it answers.
"""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from reconciler.errors import ApiKeyError, StatusError
from reconciler.model import Readback
from reconciler.novu import environments, integrations, wire
from reconciler.transport.pacing import limit_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from reconciler.model import ObservedIntegration
    from reconciler.novu.environments import OwnEnvironment
    from reconciler.secret import Json
    from reconciler.transport.answers import Answer
    from reconciler.transport.session import Session

CONTEXTS = "/v2/contexts?limit=1"

_NEWER_FIELDS = ("configurations", "kind", "rules")
"""Fields of an integration that Novu's servers learnt one after the other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """What was seen with one API key.

    Attributes:
        own: the environment that the key belongs to.
        integrations: how many rows of it the list shows.
        foreign: how many rows of other environments of the organization the list shows.
        duplicates: identifiers that several rows of the environment bear, sorted.
        readback: what the list tells of credentials; `None` where it holds no row.
        fields: newer fields of an integration that rows of the list have.
        contexts: whether the server keeps contexts, in which a ledger can lie.
        skew: seconds by which this machine's clock is ahead of the server's; `None` where the
            server tells no time. Servers tell whole seconds, so half a second means nothing.
        limit: requests that the server allows, ``150 in 5 s``; empty where it tells no limit.
        remaining: requests that are left of it now.
    """

    own: OwnEnvironment
    integrations: int
    foreign: int
    duplicates: tuple[str, ...]
    readback: Readback | None
    fields: tuple[str, ...]
    contexts: bool
    skew: float | None
    limit: str
    remaining: int | None


def look(session: Session, *, now: Callable[[], float] = time.time) -> Sighting:
    """See what the session's API key shows.

    Args:
        session: with the environment's API key.
        now: this machine's clock, in seconds since 1970.

    Raises:
        ApiKeyError: the key was rejected.
        StatusError, ResponseError, NetworkError: as `Session.request` says.
    """
    before = now()
    answer = environments.ask(session)
    after = now()
    own = environments.read(answer)
    listed = session.request("GET", integrations.PATH)
    rows = wire.read_list(listed.data)
    mine = integrations.of_environment(rows, own.id)
    contexts, last = _contexts(session, listed)
    limit, remaining = _limit(last.headers)
    return Sighting(
        own=own,
        integrations=len(mine),
        foreign=len(rows) - len(mine),
        duplicates=_duplicates(mine),
        readback=_readback(rows),
        fields=_fields(listed.data),
        contexts=contexts,
        skew=_skew(answer.headers.get("date", ""), (before + after) / 2),
        limit=limit,
        remaining=remaining,
    )


def _contexts(session: Session, before: Answer) -> tuple[bool, Answer]:
    """Whether the server keeps contexts, and the last answer that tells what is left to ask."""
    try:
        return True, session.request("GET", CONTEXTS)
    except (StatusError, ApiKeyError):
        # A key that has just been taken is not wrong: Novu answers 401, too, where keys may not go.
        return False, before


def _duplicates(rows: tuple[ObservedIntegration, ...]) -> tuple[str, ...]:
    names = Counter(row.identifier for row in rows if row.identifier)
    return tuple(sorted(name for name, number in names.items() if number > 1))


def _readback(rows: tuple[ObservedIntegration, ...]) -> Readback | None:
    """The most that any row tells."""
    told = {row.credentials.readback for row in rows}
    for each in (Readback.READABLE, Readback.OPAQUE, Readback.ABSENT):
        if each in told:
            return each
    return None


def _fields(data: Json) -> tuple[str, ...]:
    rows = data if isinstance(data, list) else []
    return tuple(
        name for name in _NEWER_FIELDS if any(isinstance(row, dict) and name in row for row in rows)
    )


def _skew(date: str, local: float) -> float | None:
    try:
        told = parsedate_to_datetime(date)
    except ValueError:
        return None
    # A time without a zone is UTC, as RFC 9110 has it; a whole second began half of one ago.
    server = (told if told.tzinfo else told.replace(tzinfo=UTC)).timestamp() + 0.5
    return local - server


def _limit(headers: Mapping[str, str]) -> tuple[str, int | None]:
    limit = limit_of(headers)
    remaining = headers.get("ratelimit-remaining", "").strip()
    left = int(remaining) if remaining.isascii() and remaining.isdecimal() else None
    return ("", left) if limit is None else (f"{limit.rate:g} a second", left)
