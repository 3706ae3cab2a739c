"""What is tried again, and when: decided from what became of a request, without a clock."""

from __future__ import annotations

from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from reconciler.transport.failures import Failure

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from reconciler.transport.answers import Reply

ATTEMPTS = 5
"""How often a request is sent at most; a server that asks to slow down (429) may ask more often."""

FIRST_WAIT = 0.25
LONGEST_WAIT = 8.0

IDEMPOTENT = frozenset({"GET", "HEAD", "PUT", "DELETE"})
"""What may be carried out twice. Novu's PUT replaces, its second DELETE answers 404."""

TOO_MANY = 429
_UNCERTAIN = frozenset({408, 502, 503, 504})


def wait_before_retry(
    outcome: Reply | Failure, *, attempt: int, again: bool, paced: bool, jitter: float
) -> float | None:
    """How many seconds to wait before a request is sent again; `None` to leave it at that.

    Args:
        outcome: what became of it.
        attempt: how often it has been sent, from 1.
        again: whether it may be carried out twice. If not, it is only repeated where the server
            has surely not seen it, or has said that it did not look at it.
        paced: whether the rate limit is known, so that the pacer finds the time by itself.
        jitter: from 0 to 1. Waits grow exponentially and are drawn from their full length, so
            that many clients that failed together do not come back together.
    """
    backoff = min(LONGEST_WAIT, FIRST_WAIT * 2.0 ** min(attempt - 1, 16)) * jitter
    if isinstance(outcome, Failure):
        safe = (again or not outcome.sent) and not outcome.hopeless
        return backoff if safe and attempt < ATTEMPTS else None
    asked = retry_after(outcome.headers)
    if outcome.status == TOO_MANY:
        return asked or (0.0 if paced else backoff)
    if outcome.status in _UNCERTAIN and again and attempt < ATTEMPTS:
        return max(asked or 0.0, backoff)
    return None


def may_have_been_carried_out(outcome: Reply | Failure) -> bool:
    """Whether the server may have done what was asked, although its answer does not say so."""
    if isinstance(outcome, Failure):
        return outcome.sent
    return outcome.status in _UNCERTAIN


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds that the server asks to wait; `None` where it asks for nothing that can be read.

    Args:
        headers: with names in lower case. ``Retry-After`` holds seconds or a date (RFC 9110,
            section 10.2.3); a date counts from the answer's own ``Date``, so that a clock that
            is wrong here does no harm.
    """
    text = headers.get("retry-after", "").strip()
    if text.isascii() and text.isdecimal():
        return float(text)
    then, now = _date(text), _date(headers.get("date", ""))
    if then is None or now is None:
        return None
    return max(0.0, (then - now).total_seconds())


def _date(text: str) -> datetime | None:
    try:
        date = parsedate_to_datetime(text)
    except ValueError:
        return None
    # A date in an unknown zone cannot be subtracted from one in a known zone.
    return date if date.tzinfo else None
