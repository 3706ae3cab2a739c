import json

import pytest

from reconciler.errors import ApiKeyError, ConflictError, NovuSyncError, ResponseError, StatusError
from reconciler.transport.answers import Answer, Reply, unwrapped

PLANTED = "sk_live_planted"
JSON = {"content-type": "application/json; charset=utf-8"}


def read(status: int, body: bytes, **headers: str) -> Answer | NovuSyncError:
    reply = Reply(status=status, headers=JSON | headers, body=body)
    return unwrapped(reply, name="GET /v1/integrations", place="novu.example")


def error(status: int, body: object = None, **headers: str) -> NovuSyncError:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    result = read(status, raw, **headers)
    assert isinstance(result, NovuSyncError)
    assert PLANTED not in f"{result} {result.mend} {vars(result)}"
    return result


def test_the_envelope_is_taken_off() -> None:
    answer = read(200, b'{"data":[{"name":"SES"}]}')
    assert answer == Answer(status=200, data=[{"name": "SES"}], headers=JSON)


def test_an_answer_without_a_body_holds_nothing() -> None:
    answer = read(204, b"")
    assert isinstance(answer, Answer)
    assert answer.data is None


def test_bodies_are_never_shown() -> None:
    reply = Reply(status=200, headers=JSON, body=json.dumps({"data": PLANTED}).encode())
    answer = unwrapped(reply, name="GET /", place="novu.example")
    assert PLANTED not in f"{reply!r} {answer!r}"


@pytest.mark.parametrize(
    ("body", "headers", "what"),
    [
        (b"<!doctype html><p>sk_live_planted", {}, "HTML instead of JSON"),
        (b"Welcome sk_live_planted", {"content-type": "text/html"}, "HTML instead of JSON"),
        (b'{"data":[{"apiKey":"sk_live_planted', {}, "JSON that breaks off or is malformed"),
        (b'{"data":sk_live_planted}', {}, "JSON that breaks off or is malformed"),
        (b"[" * 100_000, {}, "JSON that breaks off or is malformed"),
        (b'{"data":"\xff\xfe"}', {}, "JSON that breaks off or is malformed"),
        (b"sk_live_planted", {}, "something that is not JSON"),
        (b"   ", {}, "something that is not JSON"),
        (b'["sk_live_planted"]', {}, "JSON without the `data`"),
        (b'{"items":["sk_live_planted"]}', {}, "JSON without the `data`"),
        (b"null", {}, "JSON without the `data`"),
    ],
)
def test_an_answer_that_is_not_novus_is_told_in_one_line(
    body: bytes, headers: dict[str, str], what: str
) -> None:
    result = error(200, body, **headers)
    assert isinstance(result, ResponseError)
    assert what in result.summary
    assert "novu.example answered GET /v1/integrations" in result.summary
    assert "\n" not in result.summary
    assert "apiUrl" in result.mend


@pytest.mark.parametrize("location", ["https://eu.novu.example/v1?token=sk_live_planted", ""])
def test_a_redirect_is_not_followed_and_tells_the_host_alone(location: str) -> None:
    result = error(302, b"", location=location)
    assert isinstance(result, ResponseError)
    assert "redirected" in result.summary
    assert ("to eu.novu.example" in result.summary) is bool(location)
    assert "/v1?" not in result.summary


def test_a_redirect_to_nowhere_is_told_as_well() -> None:
    assert "redirected" in error(307, b"", location="https://[").summary


def test_a_rejected_key_says_what_to_check() -> None:
    result = error(401, {"message": f'Invalid authentication scheme: "{PLANTED}"'})
    assert isinstance(result, ApiKeyError)
    assert "novu.example rejected the API key" in result.summary
    for hint in ("this environment", "https://api.novu.co", "https://eu.api.novu.co", "your own"):
        assert hint in result.mend


@pytest.mark.parametrize("status", [400, 402, 403, 404, 408, 409, 413, 418, 422, 429, 500, 503])
def test_an_error_status_carries_what_novu_says_where_it_may_be_shown(status: int) -> None:
    result = error(status, {"message": ["name must be a string", f"{PLANTED} is bad"]})
    assert isinstance(result, StatusError)
    assert result.status == status
    assert result.server_message == "name must be a string"
    assert f"with {status}: name must be a string" in result.summary


@pytest.mark.parametrize("status", [400, 403, 404, 418, 500])
def test_words_that_may_repeat_what_was_sent_are_withheld(status: int) -> None:
    result = error(status, {"message": f"{PLANTED} is bad", "errors": {"x": {"value": PLANTED}}})
    assert isinstance(result, StatusError)
    assert result.server_message == ""
    assert "withheld" in result.mend


@pytest.mark.parametrize(("status", "conflict"), [(409, True), (400, False)])
def test_a_taken_identifier_is_an_error_of_its_own(status: int, *, conflict: bool) -> None:
    result = error(status, {"message": "Integration with identifier already exists"})
    assert isinstance(result, ConflictError) is conflict


def test_an_error_page_of_something_before_novu_is_called_so() -> None:
    result = error(404, b"<html>sk_live_planted")
    assert isinstance(result, StatusError)
    assert result.summary.endswith("with 404 and HTML instead of JSON")
    assert "apiUrl" in result.mend


def test_an_error_without_a_body_is_told_by_its_status() -> None:
    result = error(502, b"")
    assert result.summary == "novu.example answered GET /v1/integrations with 502"
    assert "withheld" not in result.mend


def test_every_error_says_what_to_do() -> None:
    for status in (400, 401, 402, 403, 404, 408, 409, 413, 422, 429, 500, 502, 503, 504, 301, 418):
        assert error(status, {}).mend
