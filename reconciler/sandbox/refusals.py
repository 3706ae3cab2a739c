"""How Novu says no: the error bodies, as its servers spell them."""

from __future__ import annotations

import json
import uuid
from http import HTTPStatus
from typing import TYPE_CHECKING

from reconciler.sandbox.wire import json_response

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from reconciler.sandbox.wire import Document, Response
    from reconciler.secret import Json

_CRASH = "Internal server error, contact support and provide them with the errorId"


class Refusal(Exception):  # noqa: N818 - a refusal is an answer like any other
    """The request is answered with an error status. What was written before stays written."""

    def __init__(
        self,
        status: int,
        message: str,
        *,
        context: Document | None,
        more: Document | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """Describe an answer.

        Args:
            status: the HTTP status.
            message: what went wrong, in Novu's words.
            context: ``ctx``, whose members stand in the body itself too; `None` leaves it out.
            more: members that stand at the end of the body.
            headers: of the answer.
        """
        super().__init__(message)
        self.status = status
        self.message = message
        self.context = context
        self.more = more or {}
        self.headers = headers or {}

    def response(self, target: str, time: str) -> Response:
        """The answer.

        Args:
            target: path and query of the request.
            time: as Novu spells times.
        """
        body: Document = {
            **(self.context or {}),
            "statusCode": self.status,
            "timestamp": time,
            "path": target,
            "message": self.message,
        }
        if self.context is not None:
            body["ctx"] = self.context
        text = compact(body | self.more)
        return json_response(self.status, text).with_headers(self.headers)


def compact(value: object) -> str:
    """JSON without white space, letters beyond ASCII as they are."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def refused(status: int, message: str, error: str = "") -> Refusal:
    """A refusal with the status's usual word, like ``Bad Request``."""
    word = error or HTTPStatus(status).phrase
    return Refusal(status, message, context={"error": word, "statusCode": status})


def refused_plainly(status: int, message: str) -> Refusal:
    """A refusal that says no more than its message."""
    return Refusal(status, message, context={"statusCode": status})


def invalid(status: int, messages: Sequence[str]) -> Refusal:
    """A body or query that is not shaped as it must be."""
    errors = {"general": {"messages": list(messages), "value": "No Value Recorded"}}
    return Refusal(status, "Validation Error", context={}, more={"errors": errors})


def invalid_command(command: str, field: str, messages: Sequence[str], **told: Json) -> Refusal:
    """A value that a use case refuses.

    Args:
        command: the use case's name.
        field: which value.
        messages: what is wrong with it.
        told: ``value``, where Novu repeats it.
    """
    summary = f"Validation failed for {command}: {field}: {', '.join(messages)}"
    errors = {field: {"messages": list(messages), **told}}
    return Refusal(422, summary, context={}, more={"errors": errors})


def crashed() -> Refusal:
    """A fault of the server's own, with an id for its log."""
    return Refusal(500, _CRASH, context=None, more={"errorId": str(uuid.uuid4())})
