from __future__ import annotations

import json

import pytest

from reconciler.sandbox.faults import ALWAYS, Drop, Fault, Faults, Garble
from reconciler.sandbox.wire import Dropped, Request, Response

GET = Request(method="GET", path="/v1/integrations")
POST = Request(method="POST", path="/v1/integrations")
PUT = Request(method="PUT", path="/v1/integrations/64b0c0ffee64b0c0ffee64b0")


class Work:
    """Counts how often the work was done."""

    def __init__(self) -> None:
        self.done = 0

    def do(self, _: Request) -> Response:
        """Do it."""
        self.done += 1
        return Response(status=201, body=b'{"data":1}')


def befall(fault: Fault) -> tuple[Response | Dropped, int]:
    work = Work()
    return fault.befall(POST, "now", work.do), work.done


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (
            "POST /v1/integrations nth=3 status=503",
            Fault(method="POST", path="/v1/integrations", nth=3, status=503),
        ),
        ("* * drop=before", Fault(drop=Drop.BEFORE)),
        (
            "PUT /v1/integrations/* drop=after times=always",
            Fault(method="PUT", path="/v1/integrations/*", drop=Drop.AFTER, times=ALWAYS),
        ),
        ("GET * delay=500 times=2", Fault(method="GET", delay=0.5, times=2)),
        ("GET * body=html status=502", Fault(method="GET", garble=Garble.HTML, status=502)),
        ("GET * body=half", Fault(method="GET", garble=Garble.HALF)),
        ("POST * status=429 retry-after=2", Fault(method="POST", status=429, retry_after=2)),
        ("POST * status=504 written=yes", Fault(method="POST", status=504, written=True)),
        ("POST * status=504 written=no", Fault(method="POST", status=504)),
        ("GET * status=302", Fault(method="GET", status=302)),
    ],
)
def test_faults_are_read(text: str, fault: Fault) -> None:
    assert Fault.parse(text) == fault


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "write a method"),
        ("POST /v1/integrations", "write a method"),
        ("FETCH /v1/integrations status=503", "write a method"),
        ("POST v1/integrations status=503", "write a method"),
        ("POST * nth=2 times=3", "says not what goes wrong"),
        ("POST * status=200", "no HTTP status from 300"),
        ("POST * status=999", "no HTTP status from 300"),
        ("POST * status=often", "whole number"),
        ("POST * nth=0 status=503", "whole number"),
        ("POST * drop=during", "before, after"),
        ("POST * body=xml", "html, half"),
        ("POST * drop=before status=503", "one of them"),
        ("POST * drop=before body=half", "one of them"),
        ("POST * drop=after retry-after=2", "without a status"),
        ("POST * drop=after written=yes", "without a status"),
        ("POST * status=503 written=perhaps", "yes or no"),
        ("POST * status=503 colour=red", "knows no 'colour=red'"),
        ("POST * status", "knows no 'status'"),
    ],
)
def test_what_is_no_fault_is_refused_with_an_example(text: str, says: str) -> None:
    with pytest.raises(ValueError, match="POST /v1/integrations nth=3 status=503") as caught:
        Fault.parse(text)
    assert says in str(caught.value)


def test_a_fault_waits_for_the_nth_request_that_matches() -> None:
    faults = Faults([Fault.parse("POST /v1/integrations nth=2 status=503")])
    assert [faults.due(each) is not None for each in (POST, GET, PUT, POST, POST)] == [
        False,
        False,
        False,
        True,
        False,
    ]


def test_a_fault_may_strike_several_times_in_a_row() -> None:
    faults = Faults([Fault(status=503, nth=2, times=2)])
    assert [faults.due(GET) is not None for _ in range(5)] == [False, True, True, False, False]


def test_a_fault_may_never_end() -> None:
    faults = Faults([Fault(status=503, nth=2, times=ALWAYS)])
    assert [faults.due(GET) is not None for _ in range(4)] == [False, True, True, True]


def test_of_two_faults_the_first_strikes_and_both_count() -> None:
    first, second = Fault(status=503), Fault(status=502, times=2)
    faults = Faults([first, second])
    assert [faults.due(GET) for _ in range(3)] == [first, second, None]


def test_paths_may_have_wildcards() -> None:
    fault = Fault(method="PUT", path="/v1/integrations/*", status=503)
    assert fault.matches(PUT)
    assert not fault.matches(POST)
    assert not fault.matches(Request(method="PUT", path="/v2/contexts/a/b"))


def test_a_status_is_answered_in_place_of_the_work() -> None:
    response, done = befall(Fault(status=503, retry_after=2))
    assert isinstance(response, Response)
    assert (response.status, done) == (503, 0)
    assert response.headers["retry-after"] == "2"
    assert json.loads(response.body) == {
        "error": "Service Unavailable",
        "statusCode": 503,
        "timestamp": "now",
        "path": "/v1/integrations",
        "message": "Service Unavailable",
        "ctx": {"error": "Service Unavailable", "statusCode": 503},
    }


def test_a_status_may_come_after_the_work() -> None:
    response, done = befall(Fault(status=504, written=True))
    assert isinstance(response, Response)
    assert (response.status, done) == (504, 1)


def test_a_connection_breaks_before_the_work_or_after_it() -> None:
    assert befall(Fault(drop=Drop.BEFORE)) == (Dropped(carried_out=False), 0)
    assert befall(Fault(drop=Drop.AFTER, delay=1.0)) == (Dropped(carried_out=True, delay=1.0), 1)


def test_an_answer_may_be_held_back() -> None:
    response, done = befall(Fault(delay=0.5))
    assert response == Response(status=201, body=b'{"data":1}', delay=0.5)
    assert done == 1


def test_html_may_come_in_place_of_json() -> None:
    response, done = befall(Fault(garble=Garble.HTML))
    assert isinstance(response, Response)
    assert (response.status, done) == (201, 1)
    assert response.body.startswith(b"<!doctype html>")
    assert response.headers["content-type"].startswith("text/html")


def test_half_a_body_may_come() -> None:
    response, done = befall(Fault(garble=Garble.HALF))
    assert isinstance(response, Response)
    assert (response.body, done) == (b'{"dat', 1)
