"""Keeps requests below the server's rate limit, once the server has told it.

Novu limits with a token bucket for each environment (150 requests in 5 seconds on its free plan,
165 at once) and tells it in ``RateLimit-*`` headers; self-hosted servers tell nothing and are not
paced. All threads of a session share one estimate of the server's bucket.
"""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

RESERVE = 2.0
"""Tokens left in the bucket on purpose: requests overtake each other on their way, and the server
counts when they arrive. Costs 67 ms once at 30 requests a second."""

_WINDOW = re.compile(r";\s*w\s*=\s*(\d+)")
_BURST = re.compile(r";\s*burst\s*=\s*(\d+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """A server's rate limit.

    Attributes:
        rate: tokens that come back, per second.
        capacity: tokens that a full bucket holds.
    """

    rate: float
    capacity: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """One request's right to be sent.

    Attributes:
        sent_at: by the pacer's clock, in seconds.
        answered_before: how many answers had come in by then; the server has surely counted
            those requests before this one.
    """

    sent_at: float
    answered_before: int


def limit_of(headers: Mapping[str, str]) -> Limit | None:
    """The limit that an answer's headers tell; `None` where they tell none that can be used.

    Args:
        headers: with names in lower case.
    """
    return _limit(headers.get("ratelimit-policy", ""), headers.get("ratelimit-limit", ""))


@lru_cache(maxsize=8)
def _limit(policy: str, limit: str) -> Limit | None:
    window = _WINDOW.search(policy)
    quota = _whole(policy.partition(";")[0]) or _whole(limit)
    if window is None or not quota or not int(window[1]):
        return None
    burst = _BURST.search(policy)
    return Limit(
        rate=quota / int(window[1]),
        capacity=max(quota, int(burst[1]) if burst else 0),
    )


def _whole(text: str) -> int | None:
    text = text.strip()
    return int(text) if text.isascii() and text.isdecimal() else None


class Pacer:
    """Lets requests through at the pace the server allows; shared by threads.

    Args:
        clock: seconds that only grow.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._door = threading.Lock()
        self._limit: Limit | None = None
        self._tokens = 0.0
        self._counted_at = 0.0
        self._closed_until = float("-inf")
        self._sent = 0
        self._answered = 0

    @property
    def knows_limit(self) -> bool:
        """Whether the server has told its limit."""
        return self._limit is not None

    def enter(self, rest: Callable[[float], bool]) -> Ticket | None:
        """Wait until a request may be sent.

        Args:
            rest: waits that many seconds; false when the wait was cut short for good.

        Returns:
            To be handed to `leave` with the answer; `None` when the wait was cut short.
        """
        # One thread waits for the next token, the others for the door: no crowd wakes up at once.
        with self._door:
            while True:
                ticket = self._take()
                if isinstance(ticket, Ticket):
                    return ticket
                if not rest(ticket):
                    return None

    def leave(self, ticket: Ticket, headers: Mapping[str, str]) -> None:
        """Learn from an answer, or from there being none.

        Args:
            ticket: of the request.
            headers: with names in lower case; empty where no answer came.
        """
        limit = limit_of(headers)
        remaining = _whole(headers.get("ratelimit-remaining", ""))
        with self._lock:
            self._answered += 1
            if limit is None or remaining is None:
                return
            now = self._clock()
            # What the server had left once it had counted this request is known. Since then
            # it may have counted every other request not answered before this one was sent, and
            # tokens have come back for as long as this one took. The truth lies in between.
            others = self._sent - ticket.answered_before - 1
            low = remaining - others
            high = remaining + limit.rate * (now - ticket.sent_at)
            tokens = self._now_left(now, limit) if limit == self._limit else low
            self._limit = limit
            self._tokens = min(max(tokens, low), high, limit.capacity)
            self._counted_at = now

    def close(self, seconds: float) -> None:
        """Let nothing through for so long: the server said so."""
        with self._lock:
            self._closed_until = max(self._closed_until, self._clock() + seconds)

    def _take(self) -> Ticket | float:
        """A ticket, or how many seconds to wait before asking again."""
        with self._lock:
            now = self._clock()
            if now < self._closed_until:
                return self._closed_until - now
            limit = self._limit
            if limit is not None:
                self._tokens = self._now_left(now, limit)
                self._counted_at = now
                lacking = min(1.0 + RESERVE, limit.capacity) - self._tokens
                if lacking > 0:
                    # Rounding must not leave a wait too short for the clock to notice.
                    return max(lacking / limit.rate, 0.001)
                self._tokens -= 1.0
            self._sent += 1
            return Ticket(sent_at=now, answered_before=self._answered)

    def _now_left(self, now: float, limit: Limit) -> float:
        return min(self._tokens + limit.rate * (now - self._counted_at), limit.capacity)
