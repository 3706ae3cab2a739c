import pytest

from reconciler.transport.answers import Reply
from reconciler.transport.failures import Failure
from reconciler.transport.retrying import (
    ATTEMPTS,
    LONGEST_WAIT,
    may_have_been_carried_out,
    retry_after,
    wait_before_retry,
)

UNSENT = Failure(words="refused", sent=False)
LOST = Failure(words="dropped", sent=True)
HOPELESS = Failure(words="not trusted", sent=False, hopeless=True)


def reply(status: int, **headers: str) -> Reply:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(status=status, headers=named, body=b"")


def wait(
    outcome: Reply | Failure,
    *,
    attempt: int = 1,
    again: bool = True,
    paced: bool = False,
    jitter: float = 1.0,
) -> float | None:
    return wait_before_retry(outcome, attempt=attempt, again=again, paced=paced, jitter=jitter)


@pytest.mark.parametrize("outcome", [UNSENT, LOST, *map(reply, (408, 502, 503, 504))])
def test_what_may_be_carried_out_twice_is_tried_again(outcome: Reply | Failure) -> None:
    assert wait(outcome) == 0.25


@pytest.mark.parametrize("outcome", [LOST, *map(reply, (408, 502, 503, 504))])
def test_what_may_not_is_left_at_an_uncertain_end(outcome: Reply | Failure) -> None:
    assert wait(outcome, again=False) is None


def test_what_surely_was_not_carried_out_is_always_tried_again() -> None:
    assert wait(UNSENT, again=False) == 0.25
    assert wait(reply(429), again=False) == 0.25


@pytest.mark.parametrize("status", [200, 201, 204, 301, 400, 401, 402, 403, 404, 409, 422, 500])
def test_other_answers_are_final(status: int) -> None:
    assert wait(reply(status)) is None


def test_a_certificate_does_not_become_trusted_by_asking_again() -> None:
    assert wait(HOPELESS) is None


@pytest.mark.parametrize("outcome", [UNSENT, LOST, reply(503)])
def test_attempts_are_limited(outcome: Reply | Failure) -> None:
    assert wait(outcome, attempt=ATTEMPTS - 1) is not None
    assert wait(outcome, attempt=ATTEMPTS) is None


def test_a_server_that_asks_to_slow_down_may_ask_often() -> None:
    assert wait(reply(429), attempt=1000) == LONGEST_WAIT


def test_waits_double_up_to_a_limit_and_are_drawn_from_their_full_length() -> None:
    assert [wait(reply(429), attempt=n) for n in range(1, 8)] == [0.25, 0.5, 1, 2, 4, 8, 8]
    assert wait(reply(503), jitter=0.5) == 0.125
    assert wait(reply(503), jitter=0.0) == 0.0


def test_the_servers_own_wish_counts() -> None:
    assert wait(reply(429, retry_after="3"), jitter=0.0) == 3
    assert wait(reply(503, retry_after="3"), jitter=0.0) == 3
    assert wait(reply(503, retry_after="0")) == 0.25


def test_where_the_limit_is_known_the_pacer_finds_the_time() -> None:
    assert wait(reply(429, retry_after="0"), paced=True) == 0.0
    assert wait(reply(429, retry_after="0"), paced=False) == 0.25
    assert wait(reply(429, retry_after="2"), paced=True) == 2


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "17"}, 17.0),
        ({"retry-after": " 0 "}, 0.0),
        ({"retry-after": "-1"}, None),
        ({"retry-after": "1.5"}, None),
        ({"retry-after": "²"}, None),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "Mon, 23 Nov 2026 10:00:30 GMT"}, None),
        (
            {
                "retry-after": "Mon, 23 Nov 2026 10:00:30 GMT",
                "date": "Mon, 23 Nov 2026 10:00:00 GMT",
            },
            30.0,
        ),
        (
            {
                "retry-after": "Mon, 23 Nov 2026 09:00:00 GMT",
                "date": "Mon, 23 Nov 2026 10:00:00 GMT",
            },
            0.0,
        ),
        (
            {
                "retry-after": "Mon, 23 Nov 2026 10:00:30 -0000",
                "date": "Mon, 23 Nov 2026 10:00:00 GMT",
            },
            None,
        ),
    ],
)
def test_retry_after_is_seconds_or_a_date(headers: dict[str, str], seconds: float | None) -> None:
    assert retry_after(headers) == seconds


def test_only_lost_answers_leave_it_open_whether_something_happened() -> None:
    assert may_have_been_carried_out(LOST)
    assert may_have_been_carried_out(reply(504))
    assert not may_have_been_carried_out(UNSENT)
    assert not may_have_been_carried_out(reply(429))
