"""The pacer against a server whose token bucket is known, in simulated time."""

from __future__ import annotations

import heapq
import random
from functools import partial
from itertools import count
from typing import TYPE_CHECKING

import pytest

from reconciler.transport.pacing import RESERVE, Limit, Pacer, Ticket, limit_of

if TYPE_CHECKING:
    from collections.abc import Callable

NOVU = '150;w=5;burst=165;comment="token bucket";category="global";cost="single"'


class Clock:
    """Time that passes only where somebody waits."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        """Seconds since the beginning."""
        return self.now

    def rest(self, seconds: float) -> bool:
        """Let time pass."""
        self.now += seconds
        return True


class Server:
    """A token bucket like Novu's: `rate` tokens a second, never more than `burst`."""

    def __init__(self, rate: float, burst: int, policy: str) -> None:
        self.rate, self.burst, self.policy = rate, burst, policy
        self.tokens, self.at, self.refused = float(burst), 0.0, 0

    def answer(self, now: float) -> tuple[bool, dict[str, str]]:
        """Whether a request that arrives now is let in, and the headers it is answered with."""
        self.tokens = min(self.burst, self.tokens + self.rate * (now - self.at))
        self.at = now
        let_in = self.tokens >= 1
        if let_in:
            self.tokens -= 1
        else:
            self.refused += 1
        return let_in, {
            "ratelimit-policy": self.policy,
            "ratelimit-remaining": str(int(self.tokens)),
        }


class World:
    """Workers that send requests through a pacer to a server, in simulated time.

    Args:
        server: counts and refuses.
        workers: how many requests are in flight at most.
        way: how long a request takes to the server, and its answer back: from, to.
        seed: of all that is random.
    """

    def __init__(
        self,
        server: Server,
        *,
        workers: int = 10,
        way: tuple[float, float] = (0.001, 0.004),
        seed: int = 1,
    ) -> None:
        self.server, self.way, self.workers = server, way, workers
        self.chance = random.Random(seed)  # noqa: S311 - a simulation
        self.clock = Clock()
        self.pacer = Pacer(self.clock)
        self.order = count()
        self.events: list[tuple[float, int, Callable[[], None]]] = []
        self.left = 0

    def later(self, seconds: float, what: Callable[[], None]) -> None:
        """Let something happen in so many seconds."""
        heapq.heappush(self.events, (self.clock.now + seconds, next(self.order), what))

    def send(self, requests: int) -> float:
        """Send so many, those that are refused again; seconds until the last was let in."""
        self.left = requests
        for _ in range(self.workers):
            self.later(0, self.work)
        while self.left:
            self.clock.now, _, what = heapq.heappop(self.events)
            what()
        return self.clock.now

    def work(self) -> None:
        """One worker sends, or waits as long as the pacer says."""
        waits: list[float] = []

        def note(seconds: float) -> bool:
            waits.append(seconds)
            return False

        ticket = self.pacer.enter(note)
        if ticket is None:
            self.later(waits[0], self.work)
        else:
            self.later(self.chance.uniform(*self.way), partial(self.arrive, ticket))

    def arrive(self, ticket: Ticket) -> None:
        """The server counts a request."""
        let_in, headers = self.server.answer(self.clock.now)
        back = partial(self.answered, ticket, headers, let_in=let_in)
        self.later(self.chance.uniform(*self.way), back)

    def answered(self, ticket: Ticket, headers: dict[str, str], *, let_in: bool) -> None:
        """A worker learns from its answer and goes on."""
        self.pacer.leave(ticket, headers)
        self.left -= let_in
        self.later(0, self.work)

    def disturb(self, rate: float) -> None:
        """Somebody else sends with the same key, so many requests a second, for ever."""
        self.server.answer(self.clock.now)
        self.later(1 / rate, partial(self.disturb, rate))


def never(seconds: float) -> bool:
    """For where nobody should wait."""
    raise AssertionError(f"waited {seconds} s")


def test_without_rate_limit_headers_nothing_is_paced() -> None:
    clock = Clock()
    pacer = Pacer(clock)
    for _ in range(1000):
        ticket = pacer.enter(never)
        assert ticket is not None
        pacer.leave(ticket, {"content-type": "application/json"})
    assert not pacer.knows_limit


@pytest.mark.parametrize(
    ("headers", "limit"),
    [
        ({}, None),
        ({"ratelimit-policy": NOVU}, Limit(rate=30, capacity=165)),
        ({"ratelimit-policy": "30;w=1;burst=33"}, Limit(rate=30, capacity=33)),
        ({"ratelimit-policy": "100; w=60"}, Limit(rate=100 / 60, capacity=100)),
        ({"ratelimit-policy": "x;w=5", "ratelimit-limit": " 150 "}, Limit(rate=30, capacity=150)),
        ({"ratelimit-limit": "150"}, None),
        ({"ratelimit-policy": "150;w=0"}, None),
        ({"ratelimit-policy": "0;w=5"}, None),
        ({"ratelimit-policy": "-1;w=5"}, None),
        ({"ratelimit-policy": "x;w=5"}, None),
    ],
)
def test_the_limit_is_read_from_the_policy(headers: dict[str, str], limit: Limit | None) -> None:
    assert limit_of(headers) == limit


def test_a_limit_without_what_remains_teaches_nothing() -> None:
    pacer = Pacer(Clock())
    ticket = pacer.enter(never)
    assert ticket is not None
    pacer.leave(ticket, {"ratelimit-policy": NOVU})
    assert not pacer.knows_limit


@pytest.mark.parametrize("way", [(0.0, 0.0), (0.001, 0.004), (0.02, 0.03), (0.005, 0.08)])
@pytest.mark.parametrize("seed", range(5))
def test_a_hundred_creates_take_what_the_limit_allows_and_are_not_refused(
    way: tuple[float, float], seed: int
) -> None:
    server = Server(rate=30, burst=33, policy="30;w=1;burst=33")
    seconds = World(server, way=way, seed=seed).send(103)
    assert server.refused == 0
    assert seconds <= 1.2 * (103 - 33) / 30


def test_novus_free_plan_lets_its_burst_through_at_once() -> None:
    server = Server(rate=30, burst=165, policy=NOVU)
    assert World(server).send(160) < 1.0
    assert server.refused == 0


@pytest.mark.parametrize("seed", range(5))
def test_somebody_else_with_the_same_key_costs_time_and_few_refusals(seed: int) -> None:
    server = Server(rate=30, burst=33, policy="30;w=1;burst=33")
    world = World(server, seed=seed)
    world.disturb(10)
    seconds = world.send(200)
    assert server.refused <= 20
    assert seconds <= 1.3 * (200 - 33) / 20


def test_a_bucket_smaller_than_the_reserve_still_lets_requests_through() -> None:
    server = Server(rate=1, burst=1, policy="1;w=1")
    assert World(server, workers=2).send(4) < 6


def test_what_answers_tell_late_does_not_make_the_estimate_too_high() -> None:
    """An answer that comes in last may be about the first request: others were counted since."""
    clock = Clock()
    pacer = Pacer(clock)
    tickets = [pacer.enter(never) for _ in range(30)]
    assert all(tickets)
    for number, ticket in reversed(list(enumerate(tickets))):
        assert isinstance(ticket, Ticket)
        headers = {"ratelimit-policy": "30;w=1;burst=33", "ratelimit-remaining": str(32 - number)}
        pacer.leave(ticket, headers)
    through = 0
    while pacer.enter(lambda _: False):
        through += 1
    assert through == max(0, 3 - RESERVE)


def test_a_limit_that_changes_is_learnt_anew() -> None:
    clock = Clock()
    pacer = Pacer(clock)
    for policy in ("30;w=1", "10;w=1"):
        ticket = pacer.enter(clock.rest)
        assert ticket is not None
        pacer.leave(ticket, {"ratelimit-policy": policy, "ratelimit-remaining": "0"})
    before = clock.now
    assert pacer.enter(clock.rest)
    assert clock.now - before == pytest.approx((1 + RESERVE) / 10)


def test_nothing_passes_while_the_server_wants_rest() -> None:
    clock = Clock()
    pacer = Pacer(clock)
    pacer.close(3)
    pacer.close(2)
    assert pacer.enter(clock.rest)
    assert clock.now == 3


def test_a_wait_that_is_cut_short_sends_nothing() -> None:
    pacer = Pacer(Clock())
    pacer.close(3)
    assert pacer.enter(lambda _: False) is None
