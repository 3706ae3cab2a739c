"""The ledger on a server of Terraform's state protocol; what holds of every ledger is elsewhere."""

from __future__ import annotations

import json
import threading
from contextlib import ExitStack
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from support.states import serving
from support.time import PatientTime

from reconciler.errors import (
    ApiKeyError,
    GuardError,
    LockedError,
    NetworkError,
    ResponseError,
    ServerStateError,
    StatusError,
    WorldError,
)
from reconciler.fingerprint import Fingerprinter
from reconciler.ledger import state as states_module
from reconciler.ledger.contexts import FLUSH_EVERY
from reconciler.ledger.document import Owner
from reconciler.ledger.holder import Holder
from reconciler.ledger.http import HttpLedger
from reconciler.ledger.http_home import HttpHome
from reconciler.ledger.lock import LEASE, RESERVE
from reconciler.ledger.state import LockedState
from reconciler.model import Entry, LedgerAddress
from reconciler.secret import Secret
from reconciler.transport.state import State, StateServer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.states import States

KEY = Secret("sandbox-development")
FINGERPRINTER = Fingerprinter(KEY, "env-1")
OWNER = Owner(
    project="acme", environment="development", environment_id="env-1", key_id=FINGERPRINTER.key_id
)
SES = Entry(identifier="ses", remote_id="row-1", credentials={"apiKey": "aa" * 32})
FCM = Entry(identifier="fcm", remote_id="row-2", credentials={"apiKey": "bb" * 32})
ANNA = Holder(name="anna", host="laptop", run="https://ci.example/7", nonce="a" * 32)
CI = Holder(name="ci", nonce="c" * 32)


class Scene:
    """One server, and runs that use it."""

    def __init__(self, states: States, stack: ExitStack) -> None:
        self.states = states
        self.time = PatientTime()
        self.waits: list[float] = []
        self._stack = stack

    def server(self, **how: Any) -> StateServer:  # noqa: ANN401 - of an address
        """As a run sees it."""
        gitlab = self.states.gitlab
        address = LedgerAddress(
            address=self.states.url,
            lock_address=f"{self.states.url}/lock" if gitlab else "",
            lock_method="POST" if gitlab else "LOCK",
            unlock_method="DELETE" if gitlab else "UNLOCK",
        )
        made = StateServer(replace(address, **how), sleep=lambda _: None)
        self._stack.callback(made.close)
        return made

    def sleep(self, seconds: float) -> None:
        """Time goes by, on the server too."""
        self.waits.append(seconds)
        self.pass_by(seconds)

    def pass_by(self, seconds: float) -> None:
        """So many seconds."""
        self.time.now += seconds
        self.states.ahead += seconds

    def lock(self, holder: Holder = ANNA) -> LockedState:
        """One run's."""
        made = LockedState(self.server(), holder, clock=self.time.clock, sleep=self.sleep)
        self._stack.callback(made._over.set)
        return made

    def take(self, holder: Holder = ANNA, *, timeout: float = 0) -> LockedState:
        """Take it as a run does."""
        made = self.lock(holder)
        made.take(timeout=timeout)
        return made

    def ledger(self, locked: LockedState | None) -> HttpLedger:
        """The ledger of one run."""
        found = None if locked is None else locked.document
        if locked is None and self.states.body:
            found = json.loads(self.states.body)["novuSync"]
        return HttpLedger(found, OWNER, FINGERPRINTER, locked=locked, clock=self.time.clock)

    def entries(self) -> dict[str, Entry]:
        """What another run reads."""
        return dict(self.ledger(None).read().entries)

    def applied(self, *entries: Entry) -> None:
        """A whole run."""
        locked = self.take(CI)
        ledger = self.ledger(locked)
        for each in entries:
            ledger.record(each)
        ledger.close()
        locked.let_go()


@pytest.fixture(params=[False, True], ids=["terraform", "gitlab"])
def scene(request: pytest.FixtureRequest) -> Iterator[Scene]:
    with serving(gitlab=request.param) as states, ExitStack() as stack:
        yield Scene(states, stack)


def test_a_lock_is_told_in_the_words_of_the_protocol_and_released(scene: Scene) -> None:
    held = scene.take()
    info = scene.states.lock
    assert info is not None
    assert (info["ID"], info["Who"], info["Operation"]) == (ANNA.nonce, "anna@laptop", "apply")
    held.check()
    held.let_go()
    held.let_go()
    assert scene.states.lock is None


def test_a_second_run_is_told_who_holds_it_and_until_when(scene: Scene) -> None:
    scene.take(ANNA)
    with pytest.raises(LockedError) as caught:
        scene.take(CI)
    assert "anna on laptop (https://ci.example/7), until " in caught.value.summary
    with pytest.raises(LockedError):
        scene.take(CI, timeout=12)
    assert sum(scene.waits) > 11


def test_one_that_waits_goes_on_when_the_other_has_ended(scene: Scene) -> None:
    first, waiting = scene.take(ANNA), scene.lock(CI)
    begun = threading.Event()
    waiting._sleep = lambda _: (begun.set(), first.let_go())
    assert waiting.take(timeout=60) == ""
    assert begun.is_set()


def test_a_lock_whose_time_has_passed_is_taken_over_and_told(scene: Scene) -> None:
    scene.take(ANNA)
    scene.pass_by(LEASE - 5)
    with pytest.raises(LockedError):
        scene.take(CI)
    scene.pass_by(10)
    assert scene.lock(CI).take() == (
        "took over the lock of anna on laptop (https://ci.example/7), whose time had passed"
    )


def test_a_renewal_keeps_it_for_longer(scene: Scene) -> None:
    held = scene.take(ANNA)
    scene.pass_by(100)
    held.renew()
    scene.pass_by(LEASE - RESERVE - 5)
    held.check()
    scene.pass_by(50)
    with pytest.raises(LockedError, match="unless renewed"):
        scene.take(CI)
    with pytest.raises(LockedError, match="could not be renewed in time"):
        held.check()


def test_a_lock_of_something_else_is_never_taken_over(scene: Scene) -> None:
    scene.states.lock = {"ID": "theirs", "Who": "bob@desk", "Info": ""}
    with pytest.raises(LockedError, match=r"bob@desk$"):
        scene.take()
    scene.states.lock = {"ID": "theirs", "Info": "[1]"}
    with pytest.raises(LockedError, match="somebody"):
        scene.take()


def test_the_heart_beats_by_itself_and_a_beat_that_fails_is_no_end(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(states_module, "BEAT", 0.001)
    beaten = threading.Event()
    beats: list[int] = []

    def beat(_: LockedState) -> None:
        beats.append(1)
        if len(beats) == 1:
            raise WorldError("the network is away for a moment")
        beaten.set()

    monkeypatch.setattr(LockedState, "renew", beat)
    held = scene.take()
    assert beaten.wait(10)
    held.let_go()


def test_what_is_written_while_the_lock_is_held_is_read_and_keeps_its_number(scene: Scene) -> None:
    scene.applied(SES)
    scene.applied(SES, FCM)
    assert scene.entries() == {"ses": SES, "fcm": FCM}
    found = json.loads(scene.states.body)
    assert (found["version"], found["serial"], found["resources"]) == (4, 2, [])


def test_a_write_whose_answer_was_lost_is_not_taken_for_somebody_else_s(scene: Scene) -> None:
    held = scene.take()
    ledger = scene.ledger(held)
    scene.states.after["POST"] = [400]
    with pytest.raises(StatusError):
        ledger.mark("plan/1", "used")
    ledger.mark("plan/2", "used")
    assert scene.ledger(None).read().marks == {"plan/1": "used", "plan/2": "used"}


def test_what_somebody_else_wrote_meanwhile_is_not_written_over(scene: Scene) -> None:
    held = scene.take()
    scene.states.body = json.dumps({"serial": 77}).encode()
    ledger = scene.ledger(held)
    ledger.record(SES)
    with pytest.raises(LockedError, match="something else was written"):
        ledger.close()
    assert json.loads(scene.states.body) == {"serial": 77}
    held.let_go()


@pytest.mark.parametrize(
    "body", [b"noise", b"[]", b'{"resources": [{"type": "aws"}]}', b"[" * 9999]
)
def test_what_is_no_ledger_is_left_alone(scene: Scene, body: bytes) -> None:
    scene.states.body = body
    with pytest.raises(ServerStateError, match="not a ledger"):
        scene.take()
    assert scene.states.lock is None
    assert scene.states.body == body


def test_what_is_going_to_be_written_is_in_doubt_on_the_server_before(scene: Scene) -> None:
    scene.applied(SES, FCM)
    held = scene.take()
    ledger = scene.ledger(held)
    ledger.expect({"ses": True, "new": False})
    assert scene.entries() == {"ses": replace(SES.doubted(), protected=True), "fcm": FCM}
    before = scene.states.versions
    ledger.doubt("ses")
    ledger.doubt("new")
    assert scene.states.versions == before
    ledger.doubt("fcm")
    assert scene.entries()["fcm"] == FCM.doubted()
    ledger.record(SES)
    ledger.forget("fcm")
    ledger.close()
    assert scene.entries() == {"ses": SES}


def test_a_long_run_writes_now_and_then(scene: Scene) -> None:
    scene.applied(SES, FCM)
    held = scene.take()
    ledger = scene.ledger(held)
    ledger.expect({"ses": False, "fcm": False})
    scene.pass_by(FLUSH_EVERY)
    changed = replace(SES, credentials={})
    ledger.record(changed)
    assert scene.entries() == {"ses": changed, "fcm": FCM.doubted()}
    scene.pass_by(FLUSH_EVERY)
    scene.states.refuse["GET"] = [400]
    ledger.record(FCM)
    ledger.close()
    assert scene.entries() == {"ses": changed, "fcm": FCM}


def test_without_the_lock_nothing_is_written(scene: Scene) -> None:
    ledger = scene.ledger(None)
    ledger.record(SES)
    ledger.close()
    assert not scene.states.body


def test_the_ledger_of_another_is_refused(scene: Scene) -> None:
    scene.applied(SES)
    found = json.loads(scene.states.body)["novuSync"]
    for owner, error, told in (
        (replace(OWNER, project="other"), ServerStateError, "of another project"),
        (
            replace(OWNER, environment="production", environment_id="env-2"),
            ServerStateError,
            "of another environment",
        ),
        (replace(OWNER, environment="production"), ApiKeyError, "applied as development"),
    ):
        with pytest.raises(error, match=told):
            HttpLedger(found, owner, FINGERPRINTER)


def test_unlock_says_who_holds_it_and_lifts_it(scene: Scene) -> None:
    home = HttpHome(scene.server(), project="acme", environment="development")
    assert home.held_by() is None
    home.lift()
    home.check()
    assert scene.states.lock is None
    scene.take(ANNA)
    assert home.held_by() == ANNA
    home.lift()
    assert home.held_by() is None


def test_a_home_that_is_held_looks_before_each_write(scene: Scene) -> None:
    home = HttpHome(scene.server(), project="acme", environment="development")
    assert home.hold(ANNA) == ""
    home.check()
    home.let_go()
    assert scene.states.lock is None


@pytest.mark.parametrize("method", ["GET", "LOCK", "POST", "UNLOCK"])
def test_a_server_that_fails_for_a_moment_is_asked_again(method: str) -> None:
    with serving(refuse={method: [503, 502]}) as states, ExitStack() as stack:
        Scene(states, stack).applied(SES)
        assert states.lock is None
        assert states.versions == 1


@pytest.mark.parametrize("answer", [503, 504])
def test_a_lock_that_was_taken_although_the_answer_failed_is_ours(answer: int) -> None:
    with serving(after={"LOCK": [answer]}) as states, ExitStack() as stack:
        Scene(states, stack).applied(SES)
        assert states.lock is None


@pytest.mark.parametrize(
    ("status", "mend"),
    [
        (401, "ledger.username"),
        (403, "what that account may do"),
        (405, "GitLab wants POST"),
        (500, "Try again later"),
        (503, "Try again later"),
    ],
)
def test_a_refusal_is_told_without_the_words_of_the_server(status: int, mend: str) -> None:
    with serving(refuse={"GET": [status] * 9}) as states, ExitStack() as stack:
        with pytest.raises(StatusError) as caught:
            Scene(states, stack).server().get()
        assert f"answered GET with {status}" in caught.value.summary
        assert mend in caught.value.mend
        assert "planted" not in caught.value.summary + caught.value.mend


def test_a_redirect_is_not_followed_and_an_unlock_that_is_refused_is_told() -> None:
    with serving(refuse={"GET": [302], "UNLOCK": [409]}) as states, ExitStack() as stack:
        server = Scene(states, stack).server()
        with pytest.raises(ResponseError, match="a redirect"):
            server.get()
        with pytest.raises(StatusError):
            server.unlock({"ID": "x"})


def test_a_server_that_does_not_answer_is_told_with_its_host() -> None:
    server = StateServer(LedgerAddress(address="http://127.0.0.1:1/x"), sleep=lambda _: None)
    with pytest.raises(NetworkError, match=r"GET of the ledger at 127\.0\.0\.1:1"):
        server.get()
    server.close()


def test_a_password_goes_with_every_request_and_is_never_shown() -> None:
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, json={})

    address = LedgerAddress(
        address="http://127.0.0.1:9/x", username="ci-ü", password=Secret("planted")
    )
    server = StateServer(address, transport=httpx.MockTransport(answer))
    assert server.get() == State(body=b"{}")
    server.put(b"{}", "id 1")
    assert {each.headers["authorization"] for each in seen} == {"Basic Y2ktw7w6cGxhbnRlZA=="}
    assert seen[1].url.query == b"ID=id+1"
    assert "planted" not in repr(address)
    assert "planted" not in repr(server)


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("https://state.example/x", "the password of the ledger is not sent to state.example"),
        ("https://user:pw@state.example/x", "an address of the ledger cannot be used"),
        ("https://api.novu.co/x", "is not sent to api.novu.co"),
    ],
)
def test_the_host_of_a_ledger_must_be_allowed_by_who_runs_it(address: str, told: str) -> None:
    """A pull request must not be able to send its password away."""
    with pytest.raises(GuardError) as caught:
        StateServer(LedgerAddress(address=address))
    assert told in caught.value.summary
    assert "pw" not in caught.value.summary


def test_an_allowed_host_may_be_spoken_to_over_https_only() -> None:
    StateServer(
        LedgerAddress(address="https://state.example/x"), allowed_hosts=["state.example"]
    ).close()
    with pytest.raises(GuardError, match="over plain http"):
        StateServer(
            LedgerAddress(address="http://state.example/x"), allowed_hosts=["state.example"]
        )


def test_a_lock_counts_as_held_where_it_says_nothing_of_time(scene: Scene) -> None:
    scene.take(ANNA)
    info = scene.states.lock
    assert info is not None
    told = json.loads(info["Info"])
    assert datetime.fromisoformat(told["expires"]).utcoffset() == timedelta(0)
    info["Info"] = json.dumps({**told, "expires": "never"})
    scene.pass_by(10 * LEASE)
    with pytest.raises(LockedError):
        scene.take(CI)


def test_a_server_that_says_nothing_of_the_holder_is_told_as_it_is() -> None:
    with (
        serving(refuse={"LOCK": [423]}) as states,
        ExitStack() as stack,
        pytest.raises(LockedError, match="somebody"),
    ):
        Scene(states, stack).take()


def test_nothing_is_wiped_without_the_lock(scene: Scene) -> None:
    scene.applied(SES)
    HttpHome(scene.server(), project="acme", environment="development").wipe()
    assert scene.entries() == {"ses": SES}


def test_a_lock_that_is_not_held_any_more_is_as_good_as_released(scene: Scene) -> None:
    scene.server().unlock({"ID": "gone"})
    assert scene.states.lock is None
