"""The transport that other tests talk to the sandbox through."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest
from support.inprocess import InProcess

from reconciler.sandbox.application import Sandbox
from reconciler.sandbox.faults import Drop, Fault

if TYPE_CHECKING:
    from collections.abc import Iterator

PATH = "/v1/integrations"
BODY = {"providerId": "slack", "channel": "chat"}


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(builtins=False) as made:
        yield made


def client(transport: InProcess) -> httpx.Client:
    headers = {"authorization": "ApiKey sandbox-development"}
    return httpx.Client(
        base_url="http://sandbox", headers=headers, transport=transport, timeout=1.0
    )


def test_requests_arrive_as_they_were_sent(sandbox: Sandbox) -> None:
    transport = InProcess(sandbox)
    with client(transport) as talk:
        assert talk.post(PATH, json=BODY | {"name": "Ü"}).json()["data"]["name"] == "Ü"
        assert talk.get("/v2/contexts", params={"limit": 101}).status_code == 422
        assert talk.get("/v2/contexts/a%2Fb/c").status_code == 404
    assert transport.requests == [
        ("POST", PATH),
        ("GET", "/v2/contexts"),
        ("GET", "/v2/contexts/a%2Fb/c"),
    ]


@pytest.mark.parametrize(("drop", "left"), [(Drop.BEFORE, 1), (Drop.AFTER, 2)])
def test_the_connection_breaks_at_the_chosen_request(
    sandbox: Sandbox, drop: Drop, left: int
) -> None:
    with client(InProcess(sandbox, fault=Fault(drop=drop), at=2)) as talk:
        talk.post(PATH, json=BODY)
        with pytest.raises(httpx.RemoteProtocolError):
            talk.post(PATH, json=BODY)
        assert len(talk.get(PATH).json()["data"]) == left


def test_an_answer_that_comes_too_late_is_a_time_out_at_once(sandbox: Sandbox) -> None:
    with client(InProcess(sandbox, fault=Fault(delay=1.5), at=1)) as talk:
        with pytest.raises(httpx.ReadTimeout):
            talk.post(PATH, json=BODY)
        assert len(talk.get(PATH).json()["data"]) == 1
    with client(InProcess(sandbox, fault=Fault(delay=0.5), at=1)) as talk:
        assert talk.get(PATH).status_code == 200
