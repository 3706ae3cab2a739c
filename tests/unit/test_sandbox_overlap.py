from __future__ import annotations

import pytest
from support.inprocess import ask

from reconciler.sandbox.application import Sandbox
from reconciler.sandbox.installation import Installation
from reconciler.sandbox.overlap import Overlaps
from reconciler.sandbox.store import Store
from reconciler.sandbox.wire import Request, Response

KEY = {"authorization": "ApiKey sandbox-development", "content-type": "application/json"}
BODY = b'{"providerId":"ses","channel":"email","identifier":"x","check":false}'
CONTEXT = b'{"type":"lock","id":"x"}'


def together(sandbox: Sandbox, *requests: tuple[str, str, bytes]) -> list[int]:
    """The statuses of requests that are all there before the first is answered."""
    statuses = []
    visits = [sandbox.visit() for _ in requests]
    present = [visit.__enter__() for visit in visits]
    for (method, path, body), visit in zip(requests, present, strict=True):
        request = Request(method=method, path=path, headers=KEY, body=body)
        outcome = sandbox.handle(request, visit=visit)
        assert isinstance(outcome, Response)
        statuses.append(outcome.status)
    for each in visits:
        each.__exit__(None, None, None)
    return statuses


def listed(sandbox: Sandbox, path: str) -> int:
    answer = ask(sandbox, "GET", path)
    return len(answer.data)


@pytest.mark.parametrize("generation", ["2024-10", "2026-04", "2026-11"])
def test_creates_that_overlap_leave_duplicates(generation: str) -> None:
    """No generation has an index that keeps identifiers unique."""
    create = ("POST", "/v1/integrations", BODY)
    with Sandbox(generation=generation, builtins=False) as sandbox:
        assert together(sandbox, create, create, create) == [201, 201, 201]
        assert listed(sandbox, "/v1/integrations") == 3
        assert together(sandbox, create) == [409]


def test_of_contexts_that_overlap_one_is_made() -> None:
    """The index refuses what the checks let through, which nobody catches: 500."""
    create = ("POST", "/v2/contexts", CONTEXT)
    with Sandbox(builtins=False) as sandbox:
        assert together(sandbox, create, create) == [201, 500]
        assert together(sandbox, create) == [409]
        assert listed(sandbox, "/v2/contexts") == 1


def test_without_the_index_contexts_have_twins_that_go_together() -> None:
    create = ("POST", "/v2/contexts", CONTEXT)
    without = Installation(indexes=False)
    with Sandbox(builtins=False, installation=without) as sandbox:
        assert together(sandbox, create, create) == [201, 201]
        assert listed(sandbox, "/v2/contexts") == 2
        assert together(sandbox, ("DELETE", "/v2/contexts/lock/x", b"")) == [204]
        assert listed(sandbox, "/v2/contexts") == 0


def test_deletes_that_overlap_all_succeed_and_a_change_finds_nothing_left() -> None:
    delete = ("DELETE", "/v2/contexts/lock/x", b"")
    change = ("PATCH", "/v2/contexts/lock/x", b'{"data":{"a":1}}')
    with Sandbox(builtins=False) as sandbox:
        together(sandbox, ("POST", "/v2/contexts", CONTEXT))
        assert together(sandbox, delete, delete, change) == [204, 204, 500]
        assert together(sandbox, delete) == [404]
        assert together(sandbox, change) == [404]


def test_requests_one_after_the_other_see_all_that_was_written() -> None:
    create = ("POST", "/v1/integrations", BODY)
    with Sandbox(builtins=False) as sandbox:
        assert together(sandbox, create) == [201]
        assert together(sandbox, create) == [409]


def test_a_request_sees_its_own_writes_and_those_that_were_done_when_it_came() -> None:
    overlaps = Overlaps()
    rows = Store(None, overlaps).contexts
    with overlaps.visit() as early:
        overlaps.current = early
        rows.put({"_id": "a", "id": "1"}, {})
        assert overlaps.first(rows, id="1") is not None
        with overlaps.visit() as other:
            overlaps.current = other
            assert overlaps.first(rows, id="1") is None
            rows.put({"_id": "b", "id": "2"}, {})
    with overlaps.visit() as late:
        overlaps.current = late
        assert overlaps.first(rows, id="1") is not None
        assert overlaps.first(rows, id="2") is not None


def test_what_others_changed_is_seen_as_it_was() -> None:
    overlaps = Overlaps()
    store = Store(None, overlaps)
    store.contexts.put({"_id": "a", "id": "1"}, {})
    with overlaps.visit() as one, overlaps.visit() as other:
        overlaps.current = one
        store.contexts.put({"_id": "a", "id": "2"}, {})
        store.tenants.put({"_id": "t", "identifier": "1"}, {})
        overlaps.current = other
        assert overlaps.first(store.contexts, id="1") == {"_id": "a", "id": "1"}
        assert overlaps.first(store.contexts, id="2") is None
        assert overlaps.first(store.contexts, id="3") is None
