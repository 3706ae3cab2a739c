from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from reconciler.sandbox.application import Sandbox
from reconciler.sandbox.installation import Installation
from reconciler.sandbox.wire import Request, Response

if TYPE_CHECKING:
    from reconciler.sandbox.overlap import Visit

TOLD = Installation(idempotency=True)
GOOD = {"type": "lock", "id": "x"}


def send(
    sandbox: Sandbox,
    key: str,
    body: object = GOOD,
    method: str = "POST",
    path: str = "/v2/contexts",
    visit: Visit | None = None,
) -> Response:
    headers = {
        "authorization": "ApiKey sandbox-development",
        "content-type": "application/json",
        "idempotency-key": key,
    }
    sent = json.dumps(body).encode()
    request = Request(method=method, path=path, headers=headers, body=sent)
    outcome = sandbox.handle(request, visit=visit)
    assert isinstance(outcome, Response)
    return outcome


def test_the_same_request_is_answered_as_before() -> None:
    with Sandbox(installation=TOLD) as sandbox:
        first, again = send(sandbox, "k"), send(sandbox, "k")
    assert (first.status, again.status) == (201, 201)
    assert first.body == again.body
    assert "idempotency-replay" not in first.headers
    assert again.headers["idempotency-key"] == "k"
    assert again.headers["idempotency-replay"] == "true"


def test_a_key_belongs_to_one_body() -> None:
    with Sandbox(installation=TOLD) as sandbox:
        send(sandbox, "k")
        other = send(sandbox, "k", {"type": "lock", "id": "y"})
    assert other.status == 422
    assert "link" in other.headers


def test_a_key_that_is_in_use_has_to_wait() -> None:
    with Sandbox(installation=TOLD) as sandbox:
        with sandbox.visit() as first, sandbox.visit() as second:
            assert send(sandbox, "k", visit=first).status == 201
            busy = send(sandbox, "k", visit=second)
        assert (busy.status, busy.headers["retry-after"]) == (409, "1")
        assert send(sandbox, "k").status == 201


def test_a_key_may_be_as_long_as_255_characters() -> None:
    with Sandbox(installation=TOLD) as sandbox:
        assert send(sandbox, "x" * 256).status == 400
        assert send(sandbox, "x" * 255).status == 201


@pytest.mark.parametrize(("generation", "status"), [("2026-04", 503), ("2024-10", 400)])
def test_a_refusal_is_replayed_by_the_oldest_servers_only(generation: str, status: int) -> None:
    bad: Any = {"channel": "fax"}
    with Sandbox(generation=generation, installation=TOLD) as sandbox:
        first = send(sandbox, "k", bad, path="/v1/integrations")
        again = send(sandbox, "k", bad, path="/v1/integrations")
    assert first.status == (422 if generation == "2026-04" else 400)
    assert again.status == status
    assert again.headers["idempotency-replay"] == "true"


def test_a_fault_of_the_server_is_replayed_with_an_object_for_a_message() -> None:
    crashing: Any = {"providerId": "ses", "channel": "email", "credentials": {"apiKey": None}}
    crashing["check"] = False
    with Sandbox(generation="2024-10", installation=TOLD) as sandbox:
        send(sandbox, "k", crashing, path="/v1/integrations")
        again = send(sandbox, "k", crashing, path="/v1/integrations")
    assert again.status == 500
    assert json.loads(again.body)["message"] == {
        "message": "Internal Server Error",
        "statusCode": 500,
    }


def test_other_methods_and_other_servers_look_at_no_key() -> None:
    with Sandbox(installation=TOLD) as sandbox:
        send(sandbox, "k")
        path = "/v2/contexts/lock/x"
        assert send(sandbox, "k", {}, "DELETE", path).status == 204
        assert send(sandbox, "k", {}, "DELETE", path).status == 404
    with Sandbox() as sandbox:
        assert [send(sandbox, "k").status for _ in range(2)] == [201, 409]
