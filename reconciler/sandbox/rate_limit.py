"""Novu's rate limit: a token bucket for each environment, told in ``RateLimit-*`` headers."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reconciler.sandbox.refusals import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable

_ROUNDING = 1e-6
_FORM = re.compile(r"(\d+)/(\d*)s(?::(\d+))?")


@dataclass(frozen=True, slots=True, kw_only=True)
class RateLimit:
    """How many requests an environment may make.

    Attributes:
        limit: requests that become possible in one window.
        window: seconds.
        burst: requests that are possible at once after a pause.
    """

    limit: int
    window: int = 1
    burst: int

    @classmethod
    def parse(cls, text: str) -> RateLimit:
        """Read a limit as the command line spells it.

        Args:
            text: ``30/s`` is 30 a second, ``30/s:33`` with 33 at once, ``150/5s:165`` is what
                Novu's free plan allows. Without a burst it is a tenth above the limit, as Novu's.

        Raises:
            ValueError: it is spelled otherwise.
        """
        found = _FORM.fullmatch(text.strip())
        limit, window = (int(found[1]), int(found[2] or 1)) if found else (0, 0)
        burst = int(found[3]) if found and found[3] else limit * 11 // 10
        if not (limit and window and burst):
            raise ValueError(
                f"{text!r} is no rate limit: write how many requests in how many seconds, and how"
                " many at once, like 30/s, 30/s:33 or 150/5s:165"
            )
        return cls(limit=limit, window=window, burst=burst)


class Limiter:
    """Counts requests; not thread-safe."""

    def __init__(self, limit: RateLimit, clock: Callable[[], float] = time.time) -> None:
        """Start with full buckets.

        Args:
            limit: of every environment.
            clock: seconds since 1970; reset times are told in whole seconds of it.
        """
        self._limit = limit
        self._clock = clock
        self._buckets: dict[str, tuple[float, float]] = {}

    def spend(self, name: str) -> dict[str, str]:
        """Take a token from an environment's bucket.

        Returns:
            The headers that tell what is left.

        Raises:
            Refusal: the bucket is empty.
        """
        limit, now = self._limit, self._clock()
        rate = limit.limit / limit.window
        tokens, filled_at = self._buckets.get(name, (float(limit.burst), now))
        tokens = min(float(limit.burst), tokens + (now - filled_at) * rate)
        allowed = tokens >= 1 - _ROUNDING
        tokens = max(0.0, tokens - allowed)
        self._buckets[name] = (tokens, now)
        # Novu counts to the next token in whole seconds of the clock: 0 within one of them.
        reset = int(now + max(0.0, 1 - tokens) / rate) - int(now)
        headers = {
            "ratelimit-remaining": str(int(tokens + _ROUNDING)),
            "ratelimit-limit": str(limit.limit),
            "ratelimit-reset": str(reset),
            "ratelimit-policy": f"{limit.limit};w={limit.window};burst={limit.burst};"
            'comment="token bucket";category="global";cost="single";serviceLevel="free"',
        }
        if allowed:
            return headers
        message = "API rate limit exceeded"
        raise Refusal(429, message, context={}, headers=headers | {"retry-after": str(reset)})
