from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from support.inprocess import InProcess, ask

from reconciler.errors import NetworkError, ResponseError
from reconciler.model import Readback
from reconciler.novu.sighting import look
from reconciler.sandbox.application import Sandbox
from reconciler.sandbox.faults import Fault
from reconciler.secret import Secret
from reconciler.transport.session import Session

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reconciler.novu.sighting import Sighting

SLACK = {"identifier": "a", "name": "A", "providerId": "slack", "channel": "chat", "check": False}
WITH_KEY = {**SLACK, "credentials": {"applicationId": "A1"}}


def seen(transport: httpx.BaseTransport, **how: Any) -> Sighting:  # noqa: ANN401 - of `look`
    key = Secret("sandbox-development")
    with Session("http://127.0.0.1:9", key, transport=transport, sleep=lambda _: None) as session:
        return look(session, **how)


@pytest.mark.parametrize(
    ("generation", "foreign", "readback", "fields", "contexts"),
    [
        ("2024-10", 1, Readback.READABLE, (), False),
        ("2026-04", 1, Readback.READABLE, (), True),
        ("2026-11", 0, Readback.ABSENT, ("kind",), True),
    ],
)
def test_the_generations_show_themselves_by_their_answers(
    generation: str,
    foreign: int,
    readback: Readback,
    fields: tuple[str, ...],
    contexts: bool,  # noqa: FBT001 - a parameter
) -> None:
    with Sandbox(generation=generation, builtins=False) as sandbox:
        ask(sandbox, "POST", "/v1/integrations", WITH_KEY)
        elsewhere = {**WITH_KEY, "identifier": "b"}
        ask(sandbox, "POST", "/v1/integrations", elsewhere, key="sandbox-production")
        transport = InProcess(sandbox)
        sighting = seen(transport)
    assert sighting.own.name == "Development"
    assert (sighting.integrations, sighting.foreign) == (1, foreign)
    assert sighting.readback is readback
    assert sighting.fields == fields
    assert sighting.contexts is contexts
    assert {method for method, _ in transport.requests} == {"GET"}
    assert len(transport.requests) == 3


def test_an_empty_environment_says_nothing_of_credentials() -> None:
    with Sandbox(builtins=False) as sandbox:
        assert seen(InProcess(sandbox)).readback is None


def test_a_401_for_contexts_alone_is_a_server_without_them() -> None:
    with Sandbox(builtins=False) as sandbox:
        transport = InProcess(sandbox, fault=Fault(status=401), at=3)
        assert seen(transport).contexts is False


OWN = {"_id": "e1", "name": "Development"}
ROW = {"_id": "r", "_environmentId": "e1", "providerId": "slack", "identifier": "a"}


def answering(headers: Mapping[str, str], rows: object = ()) -> httpx.MockTransport:
    def answer(request: httpx.Request) -> httpx.Response:
        data = OWN if request.url.path.endswith("/me") else rows
        return httpx.Response(200, content=json.dumps({"data": data}), headers=headers)

    return httpx.MockTransport(answer)


NOON = datetime(2026, 11, 26, 12, 0, 0, tzinfo=UTC).timestamp()


@pytest.mark.parametrize(
    ("date", "skew"),
    [
        ("Thu, 26 Nov 2026 11:59:00 GMT", 59.5),
        ("Thu, 26 Nov 2026 13:00:00 GMT", -3600.5),
        ("Thu, 26 Nov 2026 12:00:00 -0000", -0.5),
        ("Thu, 26 Nov 2026 14:00:00 +0200", -0.5),
        ("yesterday", None),
        ("", None),
    ],
)
def test_the_clock_is_held_against_the_date_of_the_answer(date: str, skew: float | None) -> None:
    headers = {"Date": date} if date else {}
    assert seen(answering(headers), now=lambda: NOON).skew == skew


@pytest.mark.parametrize(
    ("headers", "limit", "remaining"),
    [
        ({}, "", None),
        (
            {"RateLimit-Policy": "150;w=5;burst=165", "RateLimit-Remaining": "149"},
            "30 a second",
            149,
        ),
        ({"RateLimit-Policy": "7;w=2", "RateLimit-Remaining": "soon"}, "3.5 a second", None),
    ],
)
def test_the_rate_limit_is_read_from_headers(
    headers: dict[str, str], limit: str, remaining: int | None
) -> None:
    sighting = seen(answering(headers))
    assert (sighting.limit, sighting.remaining) == (limit, remaining)


def test_identifiers_that_several_rows_bear_are_named_once_and_those_without_one_are_not() -> None:
    rows = [
        ROW,
        {**ROW, "_id": "s"},
        {**ROW, "_id": "t", "identifier": "b"},
        {**ROW, "_id": "u", "identifier": None},
        {**ROW, "_id": "v", "identifier": None},
        {**ROW, "_id": "w", "_environmentId": "e2"},
    ]
    sighting = seen(answering({}, rows))
    assert sighting.duplicates == ("a",)
    assert (sighting.integrations, sighting.foreign) == (5, 1)


def test_rows_of_all_ages_show_what_the_newest_knows() -> None:
    rows = [ROW, {**ROW, "_id": "s", "rules": {}, "kind": "delivery", "configurations": {}}]
    assert seen(answering({}, rows)).fields == ("configurations", "kind", "rules")


def test_a_list_that_is_none_and_a_server_that_is_gone_are_told() -> None:
    with pytest.raises(ResponseError):
        seen(answering({}, {"no": "list"}))

    def gone(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("", request=request)

    with pytest.raises(NetworkError):
        seen(httpx.MockTransport(gone))
