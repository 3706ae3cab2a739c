"""The lock inside Novu, against a sandbox whose clock is the test's."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from support.breaking import Broken
from support.inprocess import ask
from support.time import PatientTime

from reconciler.errors import LockedError, WorldError
from reconciler.ledger import lock as locks
from reconciler.ledger.contexts import listed
from reconciler.ledger.holder import Holder
from reconciler.ledger.lock import BEAT, LEASE, RESERVE, ContextLock, Lease, latest
from reconciler.ledger.novu_home import NovuHome
from reconciler.novu.contexts import Context, Contexts
from reconciler.sandbox.application import Sandbox
from reconciler.secret import Secret
from reconciler.transport.session import Session

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ANNA = Holder(name="anna", host="laptop", nonce="a" * 32)
CI = Holder(name="ci", host="runner-7", run="https://ci.example/runs/7", nonce="c" * 32)
START = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


class Clocked(httpx.BaseTransport):
    """A sandbox that says the time of the test, and moves it with the client's waits."""

    def __init__(self, inner: httpx.BaseTransport, time: PatientTime, began: float) -> None:
        self._inner = inner
        self._time = time
        self._began = began

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answer with the test's time."""
        answer = self._inner.handle_request(request)
        now = START + timedelta(seconds=self._time.now - self._began)
        answer.headers["date"] = format_datetime(now, usegmt=True)
        return answer


class Scene:
    """One Novu, and runs that want its lock."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.time = PatientTime()
        self.began = self.time.now
        self.waits: list[float] = []
        self.on_wait: Callable[[], object] = lambda: None
        self._locks: list[ContextLock] = []

    def contexts(self, **how: Any) -> Contexts:  # noqa: ANN401 - as `Broken`
        """As one run sees them."""
        transport = Clocked(Broken(self.sandbox, **how), self.time, self.began)
        session = Session(
            "http://127.0.0.1:9",
            Secret("sandbox-development"),
            transport=transport,
            sleep=self.time.sleep,
            clock=self.time.clock,
        )
        return Contexts(session, "novu-sync")

    def lock(self, holder: Holder = ANNA, **how: Any) -> ContextLock:  # noqa: ANN401 - as `Broken`
        """One run's."""
        made = ContextLock(self.contexts(**how), holder, clock=self.time.clock, sleep=self.wait)
        self._locks.append(made)
        return made

    def take(self, holder: Holder = ANNA, *, timeout: float = 0.0, **how: Any) -> ContextLock:  # noqa: ANN401 - as `Broken`
        """Take it as a run does."""
        made = self.lock(holder, **how)
        made.take(listed(self.contexts()), timeout=timeout)
        return made

    def wait(self, seconds: float) -> None:
        """What a run does where another holds it."""
        self.waits.append(seconds)
        self.on_wait()
        self.time.sleep(seconds)

    @property
    def there(self) -> Lease:
        """What Novu holds."""
        found = latest(listed(self.contexts()).contexts)
        assert found is not None
        return found

    @property
    def ids(self) -> list[str]:
        """Of all contexts."""
        return [each.id for each in listed(self.contexts()).contexts]

    def end(self) -> None:
        """No thread outlives its test."""
        for each in self._locks:
            each._over.set()


@pytest.fixture
def scene() -> Iterator[Scene]:
    with Sandbox() as sandbox:
        made = Scene(sandbox)
        yield made
        made.end()


def test_a_lock_that_is_taken_says_who_and_until_when(scene: Scene) -> None:
    scene.take(CI)
    assert scene.there == Lease(number=1, holder=CI, expires=START + timedelta(seconds=LEASE))


def test_a_second_run_is_told_who_holds_it(scene: Scene) -> None:
    scene.take(CI)
    with pytest.raises(LockedError) as caught:
        scene.take(ANNA)
    assert "ci on runner-7 (https://ci.example/runs/7), until 10:04:00 UTC" in caught.value.summary
    assert "novu-sync unlock" in caught.value.mend


def test_it_is_free_again_once_it_was_let_go_of_and_one_context_stays(scene: Scene) -> None:
    for number in (1, 2, 3):
        held = scene.take()
        held.let_go()
        held.let_go()
        assert scene.there.released
        assert scene.ids == [f"lock-{number}"]


def test_a_run_waits_as_long_as_it_was_told(scene: Scene) -> None:
    scene.take(CI)
    with pytest.raises(LockedError):
        scene.take(ANNA, timeout=60)
    assert 59 < sum(scene.waits) <= 60
    assert max(scene.waits) == 5


def test_a_run_that_waits_goes_on_as_soon_as_the_other_has_ended(scene: Scene) -> None:
    other = scene.take(CI)
    scene.on_wait = other.let_go
    held = scene.take(ANNA, timeout=60)
    held.check()
    assert scene.waits == [5]
    assert held.note == ""


def test_a_lock_whose_time_has_passed_is_taken_over_and_told(scene: Scene) -> None:
    """A run that was killed strands nobody for longer than its lease."""
    scene.take(CI)
    scene.time.now += LEASE - 2
    with pytest.raises(LockedError):
        scene.take(ANNA)
    scene.time.now += 4
    held = scene.take(ANNA)
    assert held.note == (
        "took over the lock of ci on runner-7 (https://ci.example/runs/7), whose time had passed"
    )
    assert scene.there.number == 2


def test_a_run_that_lost_its_lock_writes_nothing_more(scene: Scene) -> None:
    old = scene.take(CI)
    scene.time.now += LEASE + 1
    scene.take(ANNA)
    with pytest.raises(LockedError, match="could not be renewed in time"):
        old.check()
    old.let_go()
    assert scene.there.holder == ANNA
    assert not scene.there.released


def test_no_write_begins_that_could_outlast_the_lease(scene: Scene) -> None:
    held = scene.take()
    scene.time.now += LEASE - RESERVE - 1
    held.check()
    scene.time.now += 2
    with pytest.raises(LockedError, match="no longer holds the lock"):
        held.check()


def test_a_beat_moves_the_time_until_which_it_is_held(scene: Scene) -> None:
    held = scene.take()
    scene.time.now += 100
    held.renew()
    assert scene.there.expires == START + timedelta(seconds=100 + LEASE)
    scene.time.now += LEASE - RESERVE - 1
    held.check()


def take_over(scene: Scene) -> None:
    data = Lease(number=2, holder=CI, expires=START + timedelta(hours=1)).encode()
    scene.contexts().create("lock-2", data)


def replace_it(scene: Scene) -> None:
    data = Lease(number=1, holder=CI, expires=START + timedelta(hours=1)).encode()
    scene.contexts().replace("lock-1", data)


def lift_it(scene: Scene) -> None:
    locks.lift(scene.contexts(), scene.there)


def remove_it(scene: Scene) -> None:
    scene.contexts().delete("lock-1")


@pytest.mark.parametrize(
    ("what", "told"),
    [
        (take_over, "ci on runner-7 (https://ci.example/runs/7) took it over"),
        (replace_it, "took it over"),
        (lift_it, "somebody lifted it"),
        (remove_it, "somebody removed it"),
    ],
)
def test_a_beat_notices_what_became_of_it(scene: Scene, what: Any, told: str) -> None:  # noqa: ANN401 - a function
    held = scene.take(ANNA)
    what(scene)
    held.renew()
    with pytest.raises(LockedError) as caught:
        held.check()
    assert told in caught.value.summary
    before = scene.ids
    held.renew()
    held.let_go()
    assert scene.ids == before


def test_who_looks_at_the_contexts_before_a_write_notices_it_too(scene: Scene) -> None:
    held = scene.take(ANNA)
    held.watch(listed(scene.contexts()))
    take_over(scene)
    with pytest.raises(LockedError, match="took it over"):
        held.watch(listed(scene.contexts()))


def test_the_heart_beats_by_itself_and_a_beat_that_fails_is_no_end(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(locks, "BEAT", 0.001)
    beaten = threading.Event()
    beats = 0

    def beat(_: ContextLock) -> None:
        nonlocal beats
        beats += 1
        if beats == 1:
            raise WorldError("the network is away for a moment")
        beaten.set()

    monkeypatch.setattr(ContextLock, "renew", beat)
    held = scene.take()
    assert beaten.wait(10)
    held.let_go()
    assert BEAT < LEASE - RESERVE


def test_a_renewal_after_the_end_does_nothing(scene: Scene) -> None:
    held = scene.take()
    held.let_go()
    held.renew()
    held.watch(listed(scene.contexts()))
    assert scene.there.released


@pytest.mark.parametrize("kind", ["500-after", "timeout-after", "409-after", "503-after"])
def test_a_lock_whose_answer_was_lost_is_read_back_by_its_nonce(scene: Scene, kind: str) -> None:
    scene.take(ANNA, breaks={1: kind}).check()
    assert scene.there.holder == ANNA


def test_of_two_that_take_the_same_number_one_has_it(scene: Scene) -> None:
    """The one whose create came second finds the other's, and is told."""
    late = scene.lock(ANNA, meanwhile={1: lambda: scene.take(CI)})
    with pytest.raises(LockedError, match="ci on runner-7"):
        late.take(listed(scene.contexts()))
    assert scene.there.holder == CI


def test_where_no_index_keeps_twins_away_the_older_one_holds(scene: Scene) -> None:
    """A Novu without its database's index lets both creates win."""
    rows = scene.sandbox._store.contexts

    def twin() -> None:
        (row,) = rows.find(id="lock-1")
        older = {**row, "_id": "0" * 24, "createdAt": "2000", "data": CI.encode()}
        older["data"]["expires"] = (START + timedelta(hours=1)).isoformat()
        shown = {key: older[key] for key in ("createdAt", "updatedAt", "type", "id", "data")}
        rows.put(older, shown)

    late = scene.lock(ANNA, meanwhile={2: twin})
    with pytest.raises(LockedError, match="ci on runner-7"):
        late.take(listed(scene.contexts()))


def test_where_others_are_quicker_again_and_again_it_is_told(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ContextLock, "_try", lambda *_: None)
    with pytest.raises(LockedError, match="all the time"):
        scene.lock().take(listed(scene.contexts()))


def test_a_lock_that_cannot_be_released_ends_by_itself(scene: Scene) -> None:
    held = scene.lock(ANNA, breaks={3: "400-before"})
    held.take(listed(scene.contexts()))
    held.let_go()
    assert not scene.there.released
    scene.time.now += LEASE + 2
    scene.take(CI)


def test_a_lock_that_says_nothing_plain_is_held() -> None:
    for data in ({}, {"expires": "soon"}, {"expires": "2026-11-23T10:00:00"}, {"released": "yes"}):
        found = latest([Context(id="lock-7", data=data)])
        assert found == Lease(number=7, holder=Holder())
        assert not found.is_free(START)


def test_what_is_no_lock_is_none() -> None:
    for name in ("lock-", "lock-x", "lock-²", "ledger-1", "7"):
        assert latest([Context(id=name, data={})]) is None


def test_without_a_date_of_the_server_this_machine_s_clock_counts() -> None:
    before = datetime.now(UTC)
    for date in ("", "yesterday"):
        assert before <= locks.server_time(date) <= datetime.now(UTC)
    told = locks.server_time("Mon, 23 Nov 2026 10:00:00 -0000")
    assert told == START


def test_older_locks_go_and_what_is_not_a_lock_stays(scene: Scene) -> None:
    for name in ("lock-1", "lock-2", "lock-x", "ledger-y"):
        ask(
            scene.sandbox,
            "POST",
            "/v2/contexts",
            {"type": "novu-sync", "id": name, "data": {"released": True}},
        )
    scene.take().let_go()
    assert scene.ids == ["lock-x", "ledger-y", "lock-3"]


def test_what_was_never_taken_is_let_go_of_in_peace(scene: Scene) -> None:
    scene.lock().let_go()
    assert scene.ids == []


def test_a_home_in_novu_that_nobody_holds_is_nobody_s(scene: Scene) -> None:
    contexts = scene.contexts()
    home = NovuHome(
        contexts, listed(contexts), project="acme", environment="development", parallelism=1
    )
    home.check()
    home.lift()
    home.let_go()
    assert home.held_by() is None
    assert scene.ids == []
