"""What a server answered: unwrapped where it is Novu's, explained where it is not."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from reconciler.errors import ApiKeyError, ConflictError, ResponseError, StatusError
from reconciler.transport import messages

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reconciler.errors import NovuSyncError
    from reconciler.secret import Json

_WITHHELD = "The server's own words are withheld, since they may repeat what was sent."

_MENDS = {
    400: "Compare the integration with what `novu-sync providers ID` says of its provider.",
    402: "The plan of the Novu organization does not include this.",
    403: "An API key reaches its own environment only; check that it is this environment's.",
    404: "It was deleted meanwhile, or apiUrl leads to another server. Plan again.",
    408: "Try again later.",
    409: "Another integration bears the identifier. Novu compares a new name with every"
    " environment of the organization, those that this API key cannot see included.",
    413: "Novu takes about 100 kB in a request.",
    422: "Compare the integration with what `novu-sync providers ID` says of its provider.",
    429: "Try again later, or with a smaller --parallelism.",
}
_ANY_MEND = "Try again later; the server's log tells more. A second apply carries on."


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """A server's answer as it came, its body unpacked but unread.

    Attributes:
        headers: names in lower case.
        body: not shown, it may hold credentials.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What Novu answered to a request that succeeded.

    Attributes:
        status: the HTTP status, 200 to 299; 404 only for a row that this request had deleted.
        data: without the ``{"data": …}`` around it; `None` where there is no body.
        headers: names in lower case.
        beside: what stands beside ``data``: the cursors of a list that comes in pages.
    """

    status: int
    data: Json = field(repr=False)
    headers: Mapping[str, str]
    beside: Mapping[str, Json] = field(default_factory=dict, repr=False)


def unwrapped(reply: Reply, *, name: str, place: str) -> Answer | NovuSyncError:
    """What is in an answer, or the error to raise for it.

    Errors are returned and not raised, so that none has an exception as its context that holds
    a part of the body.

    Args:
        reply: what came.
        name: of the request, for people: ``GET /v1/integrations``.
        place: the server's host and port.
    """
    if 300 <= reply.status < 400:  # noqa: PLR2004 - HTTP's own numbers
        return _redirect(reply, name=name, place=place)
    body, fault = _read(reply)
    if not 200 <= reply.status < 300:  # noqa: PLR2004 - as above
        return _refusal(reply, messages.shown(body), fault, name=name, place=place)
    if not reply.body:
        return Answer(status=reply.status, data=None, headers=reply.headers)
    if isinstance(body, dict) and "data" in body:
        data = body.pop("data")
        return Answer(status=reply.status, data=data, headers=reply.headers, beside=body)
    what = fault or "JSON without the `data` that Novu puts around its answers"
    return ResponseError(
        f"{place} answered {name} with {what}",
        "Check that apiUrl is the address of Novu's API (not of its dashboard), without /v1, and"
        " that no proxy or login page answers in its place.",
    )


def _read(reply: Reply) -> tuple[Json, str]:
    """The body as JSON, and what it is instead where it is not."""
    if not reply.body:
        return None, ""
    try:
        return json.loads(reply.body), ""
    except (ValueError, RecursionError):
        return None, _not_json(reply)


def _not_json(reply: Reply) -> str:
    start = reply.body[:64].lstrip().lower()
    if "html" in reply.headers.get("content-type", "").lower() or start.startswith(b"<"):
        return "HTML instead of JSON"
    if start.startswith((b"{", b"[")):
        return "JSON that breaks off or is malformed"
    return "something that is not JSON"


def _redirect(reply: Reply, *, name: str, place: str) -> ResponseError:
    try:
        # The host only: the rest of a location may hold tokens.
        target = urlsplit(reply.headers.get("location", "")).hostname
    except ValueError:
        target = None
    towards = f" to {target}" if target else ""
    return ResponseError(
        f"{place} redirected {name}{towards} ({reply.status})",
        "The API key does not follow redirects. Write the final address in apiUrl, with https://.",
    )


def _refusal(
    reply: Reply, words: str, fault: str, *, name: str, place: str
) -> ApiKeyError | StatusError:
    status = reply.status
    if status == 401:  # noqa: PLR2004 - HTTP's own number
        return ApiKeyError(
            f"{place} rejected the API key (401)",
            "Check that it is the secret key of this environment and was not regenerated since,"
            " and that apiUrl is where it belongs: https://api.novu.co (US),"
            " https://eu.api.novu.co (EU) or your own server.",
        )
    mend = _MENDS.get(status, _ANY_MEND)
    summary = f"{place} answered {name} with {status}"
    if fault:
        summary = f"{summary} and {fault}"
        mend = f"{mend} Novu answers JSON: check apiUrl and what stands before the server."
    elif words:
        summary = f"{summary}: {words}"
    elif reply.body:
        mend = f"{mend} {_WITHHELD}"
    kind = ConflictError if status == 409 else StatusError  # noqa: PLR2004 - as above
    return kind(summary, mend, status=status, server_message=words)
