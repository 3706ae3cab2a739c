from __future__ import annotations

import pytest

from reconciler.sandbox.rate_limit import Limiter, RateLimit
from reconciler.sandbox.refusals import Refusal


class Clock:
    """A clock that stands still until it is set."""

    def __init__(self) -> None:
        self.now = 1_795_430_005.5


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        ("30/s", RateLimit(limit=30, window=1, burst=33)),
        ("30/s:40", RateLimit(limit=30, window=1, burst=40)),
        (" 150/5s:165 ", RateLimit(limit=150, window=5, burst=165)),
        ("1/s", RateLimit(limit=1, window=1, burst=1)),
    ],
)
def test_limits_are_read(text: str, limit: RateLimit) -> None:
    assert RateLimit.parse(text) == limit


@pytest.mark.parametrize("text", ["", "30", "30/m", "0/s", "30/0s", "30/s:0", "30/s:x", "-1/s"])
def test_what_is_no_limit_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match="30/s:33"):
        RateLimit.parse(text)


def test_a_burst_is_let_through_and_then_one_for_each_token_that_comes_back() -> None:
    clock = Clock()
    limiter = Limiter(RateLimit(limit=10, burst=2), lambda: clock.now)
    assert limiter.spend("development")["ratelimit-remaining"] == "1"
    assert limiter.spend("development")["ratelimit-remaining"] == "0"
    with pytest.raises(Refusal):
        limiter.spend("development")
    clock.now += 0.1
    limiter.spend("development")
    with pytest.raises(Refusal):
        limiter.spend("development")


def test_a_bucket_holds_no_more_than_its_burst() -> None:
    clock = Clock()
    limiter = Limiter(RateLimit(limit=10, burst=2), lambda: clock.now)
    limiter.spend("development")
    clock.now += 3600
    assert limiter.spend("development")["ratelimit-remaining"] == "1"


def test_environments_are_counted_apart() -> None:
    limiter = Limiter(RateLimit(limit=1, burst=1), lambda: 0.0)
    limiter.spend("development")
    limiter.spend("production")


def test_the_policy_is_told() -> None:
    headers = Limiter(RateLimit(limit=30, window=5, burst=33), lambda: 0.0).spend("development")
    assert headers["ratelimit-limit"] == "30"
    assert headers["ratelimit-policy"].startswith("30;w=5;burst=33;comment=")


@pytest.mark.parametrize(("now", "seconds"), [(5.5, "0"), (5.95, "1")])
def test_the_wait_is_told_in_whole_seconds_of_the_clock(now: float, seconds: str) -> None:
    limiter = Limiter(RateLimit(limit=10, burst=1), lambda: now)
    limiter.spend("development")
    with pytest.raises(Refusal) as caught:
        limiter.spend("development")
    assert caught.value.status == 429
    assert caught.value.headers["retry-after"] == seconds
    assert caught.value.headers["ratelimit-reset"] == seconds
