"""How Novu says no: the error bodies, as its servers spell them.

A refusal says what is wrong; a spelling says how a server of some generation puts it.
"""

from __future__ import annotations

import json
import uuid
from http import HTTPStatus
from typing import TYPE_CHECKING, TypeAlias

from reconciler.sandbox.wire import json_response

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from reconciler.sandbox.wire import Document, Response
    from reconciler.secret import Json

Spelling: TypeAlias = "Callable[[Refusal], tuple[int, Document]]"
"""The status and body of a refusal, time and path aside."""

_CRASH = "Internal server error, contact support and provide them with the errorId"


class Refusal(Exception):  # noqa: N818 - a refusal is an answer like any other
    """The request is answered with an error status. What was written before stays written."""

    def __init__(  # noqa: PLR0913 - the parts of an answer, all of them named
        self,
        status: int,
        message: str | Document,
        *,
        context: Document | None,
        more: Document | None = None,
        problems: Sequence[str] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """Describe an answer.

        Args:
            status: the HTTP status.
            message: what went wrong, in Novu's words.
            context: ``ctx``, whose members stand in the body itself too; `None` leaves it out.
            more: members that stand at the end of the body.
            problems: what is wrong with the values that were sent, one by one.
            headers: of the answer.
        """
        super().__init__(message)
        self.status = status
        self.message = message
        self.context = context
        self.more = more or {}
        self.problems = tuple(problems)
        self.headers = headers or {}

    def with_headers(self, headers: Mapping[str, str]) -> Refusal:
        """The same refusal with more headers."""
        return Refusal(
            self.status,
            self.message,
            context=self.context,
            more=self.more,
            problems=self.problems,
            headers={**self.headers, **headers},
        )

    def response(self, target: str, time: str, spelling: Spelling | None = None) -> Response:
        """The answer.

        Args:
            target: path and query of the request.
            time: as Novu spells times.
            spelling: how the server puts it; `None` is how newer ones do.
        """
        status, said = (spelling or with_context)(self)
        body = {"statusCode": status, "timestamp": time, "path": target} | said
        return json_response(status, compact(body)).with_headers(self.headers)


def with_context(refusal: Refusal) -> tuple[int, Document]:
    """How servers since 2025 put it: ``ctx`` beside the message, problems under ``errors``."""
    body: Document = {**(refusal.context or {}), "message": refusal.message}
    if refusal.context is not None:
        body["ctx"] = refusal.context
    return refusal.status, body | refusal.more


def without_context(refusal: Refusal) -> tuple[int, Document]:
    """How servers of 2024 put it: problems are the message, and their status is 400."""
    if refusal.problems:
        return 400, {"message": list(refusal.problems), "error": HTTPStatus(400).phrase}
    said = {"message": refusal.message} | {
        key: value for key, value in (refusal.context or {}).items() if key != "statusCode"
    }
    return refusal.status, said | refusal.more


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
    more = {"errors": errors}
    return Refusal(status, "Validation Error", context={}, more=more, problems=messages)


def invalid_command(command: str, field: str, messages: Sequence[str], **told: Json) -> Refusal:
    """A value that a use case refuses.

    Args:
        command: the use case's name.
        field: which value.
        messages: what is wrong with it.
        told: ``value``, where Novu repeats it.
    """
    values = {field: told["value"]} if told else {}
    return invalid_commands(command, {field: messages}, values)


def invalid_commands(
    command: str, problems: Mapping[str, Sequence[str]], values: Mapping[str, Json]
) -> Refusal:
    """Values that a use case refuses.

    Args:
        command: the use case's name.
        problems: what is wrong with each of them.
        values: what they are; `None` is not repeated.
    """
    wrong = {field: list(messages) for field, messages in problems.items() if messages}
    told = "; ".join(f"{field}: {', '.join(messages)}" for field, messages in wrong.items())
    errors: Document = {field: {"messages": messages} for field, messages in wrong.items()}
    for field in wrong:
        if values.get(field) is not None:
            errors[field]["value"] = values[field]
    return Refusal(
        422,
        f"Validation failed for {command}: {told}",
        context={},
        more={"errors": errors},
        problems=[message for messages in wrong.values() for message in messages],
    )


def crashed() -> Refusal:
    """A fault of the server's own, with an id for its log."""
    return Refusal(500, _CRASH, context=None, more={"errorId": str(uuid.uuid4())})
