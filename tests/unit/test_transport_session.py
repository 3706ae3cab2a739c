from __future__ import annotations

import json
import threading
from typing import TYPE_CHECKING

import httpx
import pytest

from reconciler import __version__
from reconciler.errors import (
    ApiKeyError,
    ConflictError,
    GuardError,
    InterruptedRunError,
    NetworkError,
    NovuSyncError,
    ResponseError,
    StatusError,
    UsageError,
)
from reconciler.secret import Secret
from reconciler.transport.session import Exchange, Session

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

KEY = "nv_planted_key"
POLICY = "30;w=1;burst=33"


class Clock:
    """Time that passes only where somebody waits."""

    def __init__(self) -> None:
        self.now = 0.0
        self.waits: list[float] = []

    def __call__(self) -> float:
        """Seconds since the beginning."""
        return self.now

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        self.waits.append(seconds)
        self.now += seconds


class Novu(httpx.BaseTransport):
    """Answers in turn what it was given: answers, or exceptions to raise; the last one stays."""

    def __init__(self, *answers: httpx.Response | Exception) -> None:
        self.answers = list(answers)
        self.requests: list[httpx.Request] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Remember the request and answer the next thing."""
        self.requests.append(request)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        if not answer.is_closed:
            return answer
        # Made anew, since one may be given several times, and unread as from the network.
        stream = httpx.ByteStream(answer.content)
        return httpx.Response(answer.status_code, headers=answer.headers, stream=stream)


def data(status: int = 200, /, **headers: str) -> httpx.Response:
    return httpx.Response(status, json={"data": {"_id": "1"}}, headers=headers)


def refusal(status: int, message: str = "", /, **headers: str) -> httpx.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx.Response(status, json={"message": message}, headers=named)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def open_session(clock: Clock) -> Iterator[Callable[..., Session]]:
    opened = []

    def open_(novu: httpx.BaseTransport, **options: object) -> Session:
        everything = {"sleep": clock.sleep, "clock": clock} | options
        session = Session(
            "http://localhost:3000/novu",
            Secret(KEY),
            transport=novu,
            **everything,  # type: ignore[arg-type]
        )
        opened.append(session)
        return session

    yield open_
    for each in opened:
        each.close()


def test_a_request_says_who_asks_and_as_whom(open_session: Callable[..., Session]) -> None:
    novu = Novu(data(201))
    answer = open_session(novu).request("POST", "/v1/integrations", {"name": "Ä"})
    request = novu.requests[0]
    assert str(request.url) == "http://localhost:3000/novu/v1/integrations"
    assert request.headers["Authorization"] == f"ApiKey {KEY}"
    assert request.headers["User-Agent"] == f"novu-sync/{__version__}"
    assert request.headers["Content-Type"] == "application/json"
    assert json.loads(request.content) == {"name": "Ä"}
    assert answer.status == 201
    assert answer.data == {"_id": "1"}
    assert answer.headers["content-type"] == "application/json"


def test_a_request_without_a_body_sends_none(open_session: Callable[..., Session]) -> None:
    novu = Novu(data())
    open_session(novu).request("GET", "/v1/integrations")
    assert "Content-Type" not in novu.requests[0].headers
    assert novu.requests[0].content == b""


@pytest.mark.parametrize(
    "fault",
    [
        httpx.ConnectError("x"),
        httpx.ConnectTimeout("x"),
        httpx.ReadTimeout("x"),
        httpx.ReadError("x"),
        httpx.RemoteProtocolError("x"),
        *map(refusal, (408, 429, 502, 503, 504)),
    ],
)
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_passing_faults_are_overcome(
    open_session: Callable[..., Session],
    clock: Clock,
    fault: httpx.Response | Exception,
    method: str,
) -> None:
    novu = Novu(fault, fault, data())
    assert open_session(novu).request(method, "/v1/x").status == 200
    assert len(novu.requests) == 3
    assert len(clock.waits) == 2


@pytest.mark.parametrize("fault", [httpx.ReadTimeout("x"), httpx.ReadError("x")])
def test_a_create_whose_answer_is_lost_is_not_sent_twice(
    open_session: Callable[..., Session], fault: Exception
) -> None:
    novu = Novu(fault, data())
    with pytest.raises(NetworkError) as caught:
        open_session(novu).request("POST", "/v1/integrations", {})
    assert caught.value.ambiguous
    assert len(novu.requests) == 1


@pytest.mark.parametrize("status", [408, 502, 503, 504])
def test_a_create_that_a_gateway_gave_up_on_is_not_sent_twice(
    open_session: Callable[..., Session], status: int
) -> None:
    novu = Novu(refusal(status), data())
    with pytest.raises(StatusError) as caught:
        open_session(novu).request("POST", "/v1/integrations", {})
    assert caught.value.ambiguous
    assert len(novu.requests) == 1


@pytest.mark.parametrize("fault", [httpx.ConnectError("x"), refusal(429)])
def test_a_create_that_surely_did_not_happen_is_sent_again(
    open_session: Callable[..., Session], fault: httpx.Response | Exception
) -> None:
    novu = Novu(fault, data(201))
    assert open_session(novu).request("POST", "/v1/integrations", {}).status == 201


def test_a_post_that_may_be_carried_out_twice_is_sent_again(
    open_session: Callable[..., Session],
) -> None:
    novu = Novu(httpx.ReadError("x"), data())
    assert open_session(novu).request("POST", "/v1/x/set-primary", retry=True).status == 200


@pytest.mark.parametrize("status", [400, 402, 403, 404, 409, 413, 422, 500])
def test_a_refusal_is_final(open_session: Callable[..., Session], status: int) -> None:
    novu = Novu(refusal(status, "name must be a string"))
    with pytest.raises(StatusError) as caught:
        open_session(novu).request("PUT", "/v1/x", {})
    assert caught.value.server_message == "name must be a string"
    assert isinstance(caught.value, ConflictError) is (status == 409)
    assert len(novu.requests) == 1


def test_attempts_end_with_the_last_failure(open_session: Callable[..., Session]) -> None:
    novu = Novu(httpx.ConnectError("x"))
    with pytest.raises(NetworkError, match="no connection could be made"):
        open_session(novu).request("GET", "/v1/x")
    assert len(novu.requests) == 5


def test_retry_after_is_waited_for(open_session: Callable[..., Session], clock: Clock) -> None:
    novu = Novu(refusal(429, retry_after="7"), refusal(503, retry_after="9"), data())
    open_session(novu).request("GET", "/v1/x")
    assert clock.waits == [7, 9]


def test_a_wait_beyond_the_deadline_is_not_begun(
    open_session: Callable[..., Session], clock: Clock
) -> None:
    session = open_session(Novu(refusal(429, retry_after="500")))
    with pytest.raises(StatusError, match="429"):
        session.request("POST", "/v1/x")
    assert clock.waits == []
    with pytest.raises(NetworkError, match="longer than the deadline") as caught:
        session.request("GET", "/v1/x")
    assert not caught.value.ambiguous


def test_without_a_deadline_any_wait_is_kept(
    open_session: Callable[..., Session], clock: Clock
) -> None:
    novu = Novu(refusal(429, retry_after="500"), data())
    open_session(novu, deadline=None).request("GET", "/v1/x")
    assert clock.waits == [500]


def test_retries_end_with_the_deadline(open_session: Callable[..., Session], clock: Clock) -> None:
    novu = Novu(refusal(503, retry_after="50"))
    with pytest.raises(StatusError, match="503"):
        open_session(novu, deadline=120).request("GET", "/v1/x")
    assert clock.now == 100


def test_an_answer_that_trickles_in_ends_with_the_deadline(
    open_session: Callable[..., Session], clock: Clock
) -> None:
    def trickle() -> Iterator[bytes]:
        while True:
            clock.now += 20
            yield b"x"

    novu = Novu(httpx.Response(200, content=trickle()))
    with pytest.raises(NetworkError, match="no answer") as caught:
        open_session(novu, deadline=60).request("POST", "/v1/x")
    assert caught.value.ambiguous


def test_a_time_out_is_never_longer_than_what_the_deadline_leaves(
    open_session: Callable[..., Session],
) -> None:
    novu = Novu(refusal(503, retry_after="55"), data())
    open_session(novu, timeout=30, deadline=60).request("GET", "/v1/x")
    first, second = (each.extensions["timeout"] for each in novu.requests)
    assert first == {"connect": 10, "read": 30, "write": 30, "pool": None}
    assert second == {"connect": 5, "read": 5, "write": 5, "pool": None}


def test_a_delete_that_was_done_by_a_lost_attempt_is_done(
    open_session: Callable[..., Session],
) -> None:
    novu = Novu(httpx.ReadError("x"), refusal(429), refusal(404, "gone"))
    answer = open_session(novu).request("DELETE", "/v1/x")
    assert (answer.status, answer.data) == (404, None)


@pytest.mark.parametrize("fault", [refusal(429), httpx.ConnectError("x")])
def test_a_404_counts_only_after_an_attempt_that_may_have_deleted(
    open_session: Callable[..., Session], fault: httpx.Response | Exception
) -> None:
    with pytest.raises(StatusError, match="404"):
        open_session(Novu(fault, refusal(404))).request("DELETE", "/v1/x")


def test_what_a_delete_answers_is_thrown_away(open_session: Callable[..., Session]) -> None:
    novu = Novu(httpx.Response(200, content=b'{"data":"nvsk.ciphertext, and not even JSON'))
    answer = open_session(novu).request("DELETE", "/v1/x")
    assert answer.data is None


def test_a_page_in_place_of_novu_deletes_nothing(open_session: Callable[..., Session]) -> None:
    """A login page answers 200 to whatever it is asked."""
    page = httpx.Response(200, content=b"<!doctype html><p>Sign in, planted-words</p>" * 99)
    with pytest.raises(ResponseError, match="HTML") as caught:
        open_session(Novu(page)).request("DELETE", "/v1/x")
    assert "planted" not in f"{caught.value!r}{caught.value.mend}"


@pytest.mark.parametrize(
    ("lost", "uncertain"),
    [
        (httpx.ReadError("x"), True),
        (httpx.ReadTimeout("x"), True),
        (refusal(503), True),
        (httpx.ConnectError("x"), False),
        (refusal(429), False),
    ],
)
@pytest.mark.parametrize("last", [400, 401, 409])
def test_a_refusal_after_a_lost_answer_does_not_say_that_nothing_was_done(
    open_session: Callable[..., Session],
    lost: httpx.Response | Exception,
    last: int,
    *,
    uncertain: bool,
) -> None:
    with pytest.raises(NovuSyncError) as caught:
        open_session(Novu(lost, refusal(last))).request("PUT", "/v1/x", {})
    assert caught.value.uncertain is uncertain


def test_a_read_is_never_uncertain(open_session: Callable[..., Session]) -> None:
    with pytest.raises(StatusError) as caught:
        open_session(Novu(httpx.ReadError("x"), refusal(400))).request("GET", "/v1/x")
    assert not caught.value.uncertain


def test_a_refused_delete_is_explained(open_session: Callable[..., Session]) -> None:
    with pytest.raises(StatusError) as caught:
        open_session(Novu(refusal(403, "name must be a string"))).request("DELETE", "/v1/x")
    assert caught.value.server_message == "name must be a string"


@pytest.mark.parametrize(
    "answer",
    [
        httpx.ReadError("x"),
        httpx.Response(200, content=KEY.encode()),
        httpx.Response(200, content=iter([b"[1,"]), headers={"content-encoding": "gzip"}),
        refusal(401, f"Invalid authentication scheme: {KEY}"),
        refusal(403, f"'{KEY}' not a valid key=value pair"),
        refusal(302, location=f"https://elsewhere.example/?key={KEY}"),
    ],
)
def test_no_error_leads_to_the_key_or_to_what_httpx_knows(
    open_session: Callable[..., Session], answer: httpx.Response | Exception
) -> None:
    with pytest.raises(NovuSyncError) as caught:
        open_session(Novu(answer)).request("POST", "/v1/x", {"credentials": {"apiKey": KEY}})
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None
    assert KEY not in f"{caught.value!r} {caught.value.mend} {vars(caught.value)}"


def test_exchanges_are_told_without_bodies_and_queries(
    open_session: Callable[..., Session], clock: Clock
) -> None:
    told: list[Exchange] = []
    novu = Novu(httpx.ReadError("x"), refusal(503, retry_after="2"), data())
    session = open_session(novu, on_exchange=told.append)
    session.request("PUT", f"/v1/x?token={KEY}", {"apiKey": KEY})
    assert [(each.method, each.path, each.status, each.attempt) for each in told] == [
        ("PUT", "/v1/x", None, 1),
        ("PUT", "/v1/x", 503, 2),
        ("PUT", "/v1/x", 200, 3),
    ]
    assert told[0].note.startswith("the connection was dropped, again in ")
    assert told[1].note == "again in 2.00 s"
    assert told[2].note == ""
    assert KEY not in "".join(map(str, told))
    assert clock.waits[1] == 2


@pytest.mark.parametrize(
    ("exchange", "line"),
    [
        (
            Exchange(method="GET", path="/v1/x", status=200, seconds=0.0514, attempt=1),
            "GET /v1/x 200 51 ms",
        ),
        (
            Exchange(method="PUT", path="/v1/x", status=None, seconds=2, attempt=2, note="refused"),
            "PUT /v1/x - 2000 ms (attempt 2) refused",
        ),
    ],
)
def test_an_exchange_is_one_line(exchange: Exchange, line: str) -> None:
    assert str(exchange) == line


def test_the_learnt_rate_paces_what_follows(
    open_session: Callable[..., Session], clock: Clock
) -> None:
    limits = {"RateLimit-Policy": POLICY, "RateLimit-Remaining": "0"}
    refused = httpx.Response(429, json={}, headers=limits | {"Retry-After": "0"})
    told: list[Exchange] = []
    session = open_session(Novu(refused, data(**limits)), on_exchange=told.append)
    session.request("POST", "/v1/x")
    assert clock.now == pytest.approx(0.1)
    assert told[0].note == "again at its pace"
    session.request("POST", "/v1/x")
    assert clock.now == pytest.approx(0.2)


def test_a_stop_ends_a_wait_and_tells_what_had_gone_wrong(
    open_session: Callable[..., Session],
) -> None:
    stop = threading.Event()

    def sleep(_: float) -> None:
        stop.set()

    novu = Novu(refusal(503), data())
    with pytest.raises(StatusError, match="503"):
        open_session(novu, stop=stop, sleep=sleep).request("GET", "/v1/x")


def test_a_stop_while_waiting_for_the_first_time_sends_nothing(
    open_session: Callable[..., Session],
) -> None:
    stop = threading.Event()

    def sleep(_: float) -> None:
        stop.set()

    limits = {"RateLimit-Policy": POLICY, "RateLimit-Remaining": "0"}
    novu = Novu(data(**limits))
    session = open_session(novu, stop=stop, sleep=sleep)
    session.request("GET", "/v1/x")
    with pytest.raises(InterruptedRunError, match="before POST /v1/x was sent"):
        session.request("POST", "/v1/x")
    assert len(novu.requests) == 1


def test_what_begins_after_a_stop_is_carried_through(
    open_session: Callable[..., Session], clock: Clock
) -> None:
    """The ledger's last write and the lock's release come after the signal."""
    stop = threading.Event()
    stop.set()
    novu = Novu(refusal(503, retry_after="1"), data())
    assert open_session(novu, stop=stop).request("PUT", "/v1/x").status == 200
    assert clock.waits == [1]


def test_real_waits_end_with_a_stop_at_once() -> None:
    stop = threading.Event()
    novu = Novu(refusal(503, retry_after="100"))
    threading.Timer(0.05, stop.set).start()
    with (
        Session("http://localhost:1", Secret(KEY), transport=novu, stop=stop) as session,
        pytest.raises(StatusError, match="503"),
    ):
        session.request("GET", "/v1/x")


@pytest.mark.parametrize("key", ["", " ", "nv key", "nv_key\n", "nv_kéy", "nv\x00"])
def test_a_key_that_no_header_can_carry_is_refused_without_being_shown(key: str) -> None:
    with pytest.raises(ApiKeyError) as caught:
        Session("http://localhost:3000", Secret(key))
    assert "nv" not in caught.value.summary.replace("environment", "")
    assert "line break" in caught.value.mend


def test_a_host_that_is_not_allowed_never_sees_a_request() -> None:
    novu = Novu(data())
    with pytest.raises(GuardError):
        Session("https://novu.example.com", Secret(KEY), transport=novu)
    with Session(
        "https://novu.example.com",
        Secret(KEY),
        transport=novu,
        allowed_hosts=["novu.example.com"],
    ) as session:
        session.request("GET", "/v1/x")
    assert len(novu.requests) == 1


def test_a_host_to_allow_must_be_one() -> None:
    with pytest.raises(UsageError):
        Session("https://api.novu.co", Secret(KEY), allowed_hosts=["https://x.example"])


def test_an_answer_that_is_not_novus_is_told(open_session: Callable[..., Session]) -> None:
    with pytest.raises(ResponseError, match="localhost:3000 answered GET /v1/x with HTML"):
        open_session(Novu(httpx.Response(200, html="<p>Hello"))).request("GET", "/v1/x")
