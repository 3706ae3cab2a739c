"""Why no answer came: from httpx's exceptions to words.

httpx's exceptions hold the request, with the API key and the body in it. None of them leaves this
package, not even as the context of another exception.
"""

from __future__ import annotations

import socket
import ssl
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reconciler.errors import NetworkError

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A request without an answer.

    Attributes:
        words: what happened, to follow the request's name: ``the connection was refused``.
        mend: what the user can do about it.
        sent: whether the server may have received the request, or a part of it.
        hopeless: trying again cannot help.
    """

    words: str
    mend: str = ""
    sent: bool
    hopeless: bool = False


def explain(error: Exception, *, timeout: float, connect_timeout: float) -> Failure:
    """What happened, from the exception that httpx raised.

    Args:
        error: httpx's, or an operating system's that slipped through it.
        timeout: seconds that were allowed between two parts of an answer.
        connect_timeout: seconds that were allowed for a connection.
    """
    # Imported by the session already, which alone calls this.
    import httpx  # noqa: PLC0415 - imported late: costs 55 ms

    # httpx raises these before a byte of the request has left.
    sent = not isinstance(
        error, (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)
    )
    for cause in _causes(error):
        known = _from_cause(cause, sent=sent)
        if known is not None:
            return known
    if isinstance(error, httpx.ProxyError):
        return Failure(
            words="the proxy did not let it through",
            mend="Check the proxy variables of the environment, like HTTPS_PROXY.",
            sent=sent,
        )
    if isinstance(error, httpx.TimeoutException):
        answer, connection = (
            f"answer within {timeout:.3g}",
            f"connection within {connect_timeout:.3g}",
        )
        return Failure(
            words=f"no {answer if sent else connection} seconds",
            mend="Try again later, or allow more with --timeout.",
            sent=sent,
        )
    if isinstance(error, httpx.DecodingError):
        return Failure(words="the answer's compression is broken", sent=sent)
    return Failure(
        words="the connection was dropped" if sent else "no connection could be made",
        mend="Check the network and the server's log.",
        sent=sent,
    )


def _from_cause(cause: BaseException, *, sent: bool) -> Failure | None:
    """What is known of an exception of the operating system or of the TLS library."""
    if isinstance(cause, ssl.SSLCertVerificationError):
        return Failure(
            words=f"the server's certificate is not trusted ({cause.verify_message})",
            mend="Check the host in apiUrl. For a private authority, name its certificate in the"
            " variable SSL_CERT_FILE.",
            sent=sent,
            hopeless=True,
        )
    if isinstance(cause, ssl.SSLError) and not sent:
        return Failure(
            words="no encrypted connection could be made",
            mend="Check scheme and port in apiUrl: is it really https?",
            sent=sent,
            hopeless=True,
        )
    if isinstance(cause, socket.gaierror):
        return Failure(
            words="the host's name cannot be resolved",
            mend="Check the host in apiUrl and this machine's network.",
            sent=sent,
        )
    if isinstance(cause, ConnectionRefusedError):
        return Failure(
            words="the connection was refused",
            mend="Check host and port in apiUrl, and that the server is running.",
            sent=sent,
        )
    return None


def problem(failure: Failure, *, name: str, method: str) -> NetworkError:
    """The error to raise for it.

    Args:
        failure: what happened.
        name: of the request, for people.
        method: of the request; what only reads is never half done.
    """
    return NetworkError(
        f"{name}: {failure.words}",
        failure.mend,
        ambiguous=failure.sent and method not in {"GET", "HEAD"},
    )


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The exception and what led to it, the nearest first."""
    each: BaseException | None = error
    while each is not None:
        yield each
        each = each.__cause__ or each.__context__
