from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx
import pytest
from support.breaking import Broken
from support.inprocess import ask
from support.time import PatientTime

from reconciler.errors import ConflictError, NetworkError, ResponseError, StatusError
from reconciler.novu.contexts import Context, Contexts
from reconciler.sandbox.application import Sandbox
from reconciler.secret import Secret
from reconciler.transport.session import Session

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

DATA = {"nonce": "mine"}


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as made:
        yield made


def contexts(transport: httpx.BaseTransport) -> Contexts:
    time = PatientTime()
    session = Session(
        "http://127.0.0.1:9",
        Secret("sandbox-development"),
        transport=transport,
        sleep=time.sleep,
        clock=time.clock,
    )
    return Contexts(session, "novu-sync")


def of(sandbox: Sandbox, **how: Any) -> Contexts:  # noqa: ANN401 - as `Broken`
    return contexts(Broken(sandbox, **how))


def found(sandbox: Sandbox) -> tuple[Context, ...]:
    listing = of(sandbox).list()
    assert listing is not None
    return listing.contexts


def answering(answer: Callable[[httpx.Request], httpx.Response]) -> Contexts:
    return contexts(httpx.MockTransport(answer))


def test_what_is_made_is_listed_replaced_and_deleted(sandbox: Sandbox) -> None:
    there = of(sandbox)
    there.create("a", DATA)
    assert there.get("a") == Context(id="a", data=DATA)
    there.replace("a", {"x": 1})
    assert found(sandbox) == (Context(id="a", data={"x": 1}),)
    there.delete("a")
    there.delete("a")
    assert there.get("a") is None
    assert found(sandbox) == ()


def test_a_list_goes_on_over_its_pages_the_oldest_first(sandbox: Sandbox) -> None:
    there = of(sandbox)
    for number in range(230):
        there.create(f"c{number}", {})
    ask(sandbox, "POST", "/v2/contexts", {"type": "theirs", "id": "x"})
    assert [each.id for each in found(sandbox)] == [f"c{number}" for number in range(230)]


def test_a_list_tells_the_time_of_the_server(sandbox: Sandbox) -> None:
    listing = of(sandbox).list()
    assert listing is not None
    assert listing.date.endswith(" GMT")


def test_a_page_behind_a_context_that_was_deleted_meanwhile_is_not_taken_for_the_end(
    sandbox: Sandbox,
) -> None:
    """Novu answers an empty page then, and says nothing."""
    for number in range(101):
        of(sandbox).create(f"c{number}", {})

    def delete_the_cursor() -> None:
        ask(sandbox, "DELETE", "/v2/contexts/novu-sync/c99")

    listing = of(sandbox, meanwhile={2: delete_the_cursor}).list()
    assert listing is not None
    assert len(listing.contexts) == 100


def test_a_list_that_never_comes_whole_is_taken_as_it_is() -> None:
    rows = [{"id": "a", "data": {}}]
    there = answering(lambda _: httpx.Response(200, json={"data": rows, "totalCount": 2}))
    listing = there.list()
    assert listing is not None
    assert [each.id for each in listing.contexts] == ["a"]


def test_a_novu_without_contexts_has_no_list() -> None:
    with Sandbox(generation="2024-10") as old:
        assert of(old).list() is None


@pytest.mark.parametrize("kind", ["404-page", "500-before", "400-before"])
def test_whatever_else_is_refused_does_not_mean_that_there_are_none(
    sandbox: Sandbox, kind: str
) -> None:
    with pytest.raises(StatusError):
        of(sandbox, breaks={1: kind}).list()
    with pytest.raises(StatusError):
        of(sandbox, breaks={1: kind}).get("a")
    with pytest.raises(StatusError):
        of(sandbox, breaks={1: kind}).delete("a")


@pytest.mark.parametrize("kind", ["409-after", "500-after", "timeout-after", "half-after"])
def test_a_context_whose_answer_was_lost_is_read_back(sandbox: Sandbox, kind: str) -> None:
    of(sandbox, breaks={1: kind}).create("a", DATA)
    assert found(sandbox) == (Context(id="a", data=DATA),)


@pytest.mark.parametrize("kind", ["500-before", "timeout-before", "timeout-late", "page-before"])
def test_a_context_that_was_not_made_is_made_again(sandbox: Sandbox, kind: str) -> None:
    of(sandbox, breaks={1: kind}).create("a", DATA)
    assert found(sandbox) == (Context(id="a", data=DATA),)


def test_one_that_somebody_else_made_is_a_conflict(sandbox: Sandbox) -> None:
    of(sandbox).create("a", {"nonce": "theirs"})
    for breaks in ({}, {1: "500-after"}):
        with pytest.raises(ConflictError, match="another run"):
            of(sandbox, breaks=breaks).create("a", DATA)
    assert found(sandbox) == (Context(id="a", data={"nonce": "theirs"}),)


def test_a_server_that_never_answers_is_given_up(sandbox: Sandbox) -> None:
    with pytest.raises(NetworkError):
        of(sandbox, breaks={1: "writes-timeout-before-on"}).create("a", DATA)
    with pytest.raises(StatusError):
        of(sandbox, breaks={1: "400-before"}).create("a", DATA)


@pytest.mark.parametrize("body", [{"data": {}}, {"data": ["a"]}, {"data": [{"id": 7}]}])
def test_an_answer_that_is_no_list_of_contexts_is_told(body: object) -> None:
    with pytest.raises(ResponseError, match="not a context"):
        answering(lambda _: httpx.Response(200, json=body)).list()


def test_a_context_without_data_is_an_empty_one() -> None:
    there = answering(lambda _: httpx.Response(200, json={"data": [{"id": "a", "data": None}]}))
    listing = there.list()
    assert listing is not None
    assert (listing.contexts, listing.date) == ((Context(id="a", data={}),), "")
