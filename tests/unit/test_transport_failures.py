import socket
import ssl

import httpx
import pytest

from reconciler.transport.failures import Failure, explain, problem


def caused(error: Exception, cause: BaseException) -> Exception:
    error.__cause__ = cause
    return error


def said(error: Exception) -> Failure:
    return explain(error, timeout=30, connect_timeout=10)


def untrusted() -> ssl.SSLCertVerificationError:
    error = ssl.SSLCertVerificationError("x")
    error.verify_message = "certificate has expired"
    return error


@pytest.mark.parametrize(
    ("error", "words", "sent", "hopeless"),
    [
        (caused(httpx.ConnectError(""), socket.gaierror()), "resolved", False, False),
        (caused(httpx.ConnectError(""), ConnectionRefusedError()), "refused", False, False),
        (caused(httpx.ConnectError(""), untrusted()), "certificate has expired", False, True),
        (caused(httpx.ConnectError(""), ssl.SSLError()), "encrypted", False, True),
        (httpx.ConnectError(""), "no connection could be made", False, False),
        (httpx.ConnectTimeout(""), "no connection within 10 seconds", False, False),
        (httpx.ProxyError(""), "proxy", False, False),
        (httpx.ReadTimeout(""), "no answer within 30 seconds", True, False),
        (httpx.WriteTimeout(""), "no answer within 30 seconds", True, False),
        (httpx.ReadError(""), "dropped", True, False),
        (caused(httpx.ReadError(""), ssl.SSLError()), "dropped", True, False),
        (httpx.RemoteProtocolError(""), "dropped", True, False),
        (httpx.DecodingError(""), "compression", True, False),
        (ConnectionResetError(), "dropped", True, False),
    ],
)
def test_a_failure_is_told_in_words_and_whether_the_request_was_sent(
    error: Exception, words: str, *, sent: bool, hopeless: bool
) -> None:
    failure = said(error)
    assert words in failure.words
    assert (failure.sent, failure.hopeless) == (sent, hopeless)


def test_what_led_to_an_exception_is_found_where_it_was_not_named_as_its_cause() -> None:
    error = httpx.ConnectError("")
    error.__context__ = caused(OSError(), ConnectionRefusedError())
    assert "refused" in said(error).words


@pytest.mark.parametrize(
    ("method", "sent", "ambiguous"),
    [("POST", True, True), ("PUT", True, True), ("POST", False, False), ("GET", True, False)],
)
def test_only_a_write_that_was_sent_ends_ambiguously(
    method: str, *, sent: bool, ambiguous: bool
) -> None:
    failure = Failure(words="the connection was dropped", mend="Look.", sent=sent)
    error = problem(failure, name=f"{method} /v1/x at novu.example", method=method)
    assert error.summary == f"{method} /v1/x at novu.example: the connection was dropped"
    assert error.mend == "Look."
    assert error.ambiguous is ambiguous
