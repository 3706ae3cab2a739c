from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest
from support.inprocess import ask

from reconciler.errors import FileError, UsageError
from reconciler.sandbox.application import Sandbox
from reconciler.sandbox.faults import Drop, Fault
from reconciler.sandbox.rate_limit import RateLimit
from reconciler.sandbox.wire import Dropped, Request, Response

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

DEVELOPMENT = {"authorization": "ApiKey sandbox-development"}
BODY = {"providerId": "slack", "channel": "chat"}
THREADS = 4


def test_each_environment_tells_its_own_id_and_no_key() -> None:
    with Sandbox() as sandbox:
        mine = ask(sandbox, "GET", "/v1/environments/me")
        other = ask(sandbox, "GET", "/v1/environments/me", key="sandbox-production")
        assert mine.data["_id"] == sandbox.environment_id("development")
        assert other.data["_id"] == sandbox.environment_id("production")
    assert (mine.data["name"], other.data["name"]) == ("Development", "Production")
    assert other.data["_parentId"] == mine.data["_id"]
    assert "sandbox-" not in str((mine.body, other.body))


def test_keys_can_be_chosen() -> None:
    with Sandbox(api_keys={"production": "chosen"}) as sandbox:
        assert sandbox.api_keys == {"development": "sandbox-development", "production": "chosen"}
        assert ask(sandbox, "GET", "/v1/environments/me", key="chosen").status == 200
        assert ask(sandbox, "GET", "/v1/environments/me", key="sandbox-production").status == 401


@pytest.mark.parametrize(
    "keys",
    [
        {"staging": "key"},
        {"development": ""},
        {"development": "two words"},
        {"development": "schlüssel"},
        {"development": "same", "production": "same"},
    ],
)
def test_keys_that_cannot_work_are_refused_without_being_shown(keys: dict[str, str]) -> None:
    with pytest.raises(UsageError) as caught:
        Sandbox(api_keys=keys)
    assert caught.value.mend
    assert "same" not in caught.value.summary


def test_an_unknown_generation_is_refused() -> None:
    with pytest.raises(UsageError, match="2019-01"):
        Sandbox(generation="2019-01")


def test_a_file_outlives_the_sandbox(tmp_path: Path) -> None:
    path = tmp_path / "novu.sqlite"
    with Sandbox(data=path) as first:
        made = ask(first, "POST", "/v1/integrations", BODY).data
        ids = [first.environment_id(name) for name in first.api_keys]
    with Sandbox(data=path, api_keys={"development": "another"}) as second:
        listed = ask(second, "GET", "/v1/integrations", key="another").data
        assert [second.environment_id(name) for name in second.api_keys] == ids
    assert made["_id"] in [row["_id"] for row in listed]
    assert sum(row["providerId"] == "novu" for row in listed) == 1


def test_a_file_that_cannot_be_used_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileError):
        Sandbox(data=tmp_path / "missing" / "novu.sqlite")


def test_unknown_routes_are_refused_before_the_key_is_looked_at() -> None:
    with Sandbox() as sandbox:
        answer = ask(sandbox, "GET", "/v1/nothing?x=1", key="wrong")
    assert (answer.status, answer.message) == (404, "Cannot GET /v1/nothing?x=1")
    assert answer.body["path"] == "/v1/nothing?x=1"


@pytest.mark.parametrize("path", ["/v1/integrations/in-app/status", "/v1/integrations/sms/limit"])
def test_routes_of_the_dashboard_are_closed_to_keys(path: str) -> None:
    with Sandbox() as sandbox:
        answer = ask(sandbox, "GET", path)
    assert (answer.status, answer.message) == (401, "API endpoint not accessible")


def test_a_head_is_a_get_without_a_body() -> None:
    with Sandbox() as sandbox:
        for path in ("/v1/integrations", "/"):
            answer = ask(sandbox, "HEAD", path)
            assert (answer.status, answer.body) == (200, "")


def test_a_body_that_is_nested_too_deep_to_be_read_is_a_fault_of_the_server() -> None:
    body = b'{"a":' * 20_000
    headers = DEVELOPMENT | {"content-type": "application/json"}
    request = Request(method="POST", path="/v1/integrations", headers=headers, body=body)
    with Sandbox() as sandbox:
        outcome = sandbox.handle(request)
    assert isinstance(outcome, Response)
    assert outcome.status == 500


def test_every_answer_tells_the_date() -> None:
    with Sandbox() as sandbox:
        answers = [ask(sandbox, "GET", path) for path in ("/", "/nope", "/v1/integrations")]
        refused = sandbox.handle(Request(method="GET", path="/"), fault=Fault(status=503))
    assert isinstance(refused, Response)
    dates = [each.headers["date"] for each in answers] + [refused.headers["date"]]
    assert all(each.endswith(" GMT") for each in dates)


def test_limits_are_told_and_kept_with_refusals_too() -> None:
    with Sandbox(rate_limit=RateLimit(limit=1, burst=2), clock=lambda: 1_795_000_000.0) as sandbox:
        first = ask(sandbox, "PUT", "/v1/integrations/64b0c0ffee64b0c0ffee64b0", {})
        unknown = ask(sandbox, "GET", "/v1/nothing")
        stranger = ask(sandbox, "GET", "/v1/integrations", key="wrong")
        second = ask(sandbox, "POST", "/v1/integrations", BODY)
        third = ask(sandbox, "GET", "/v1/integrations")
    assert [first.status, second.status, third.status] == [404, 201, 429]
    assert first.headers["ratelimit-remaining"] == "1"
    assert second.headers["ratelimit-remaining"] == "0"
    assert "ratelimit-limit" not in {**unknown.headers, **stranger.headers}
    assert third.message == "API rate limit exceeded"


def test_a_refused_write_leaves_behind_what_it_wrote_before() -> None:
    """Novu has no transactions: the primary has moved up although the create failed."""
    with Sandbox(builtins=False) as sandbox:
        body = {"providerId": "ses", "channel": "email", "active": True}
        ask(sandbox, "POST", "/v1/integrations", body | {"identifier": "first"})
        broken = body | {"conditions": [{"children": ["x"]}]}
        assert ask(sandbox, "POST", "/v1/integrations", broken).status == 400
        (row,) = ask(sandbox, "GET", "/v1/integrations").data
    assert (row["identifier"], row["priority"]) == ("first", 2)


def test_faults_strike_as_they_are_told() -> None:
    fault = Fault(method="POST", path="/v1/integrations", nth=2, drop=Drop.AFTER)
    request = Request(
        method="POST",
        path="/v1/integrations",
        headers=DEVELOPMENT | {"content-type": "application/json"},
        body=b'{"providerId":"slack","channel":"chat"}',
    )
    with Sandbox(builtins=False, faults=[fault]) as sandbox:
        first, second = sandbox.handle(request), sandbox.handle(request)
        listed = ask(sandbox, "GET", "/v1/integrations").data
    assert isinstance(first, Response)
    assert second == Dropped(carried_out=True)
    assert len(listed) == 2


def test_a_fault_of_one_request_comes_before_the_hook_and_the_hook_before_the_list() -> None:
    request = Request(method="GET", path="/v1/integrations", headers=DEVELOPMENT)
    hooks = iter([Fault(status=502), Fault(status=502), None, None])
    listed = Fault(status=503, nth=1, times=3)
    with Sandbox(faults=[listed], hook=lambda _: next(hooks)) as sandbox:
        outcomes = [sandbox.handle(request, fault=Fault(status=501))]
        outcomes += [sandbox.handle(request) for _ in range(3)]
    statuses = [each.status for each in outcomes if isinstance(each, Response)]
    assert statuses == [501, 502, 503, 200]


def test_threads_do_not_get_in_each_other_s_way() -> None:
    """Creates that overlap may each succeed, as with Novu; what is told is what is there."""
    body = BODY | {"identifier": "one"}
    with Sandbox(builtins=False) as sandbox:
        statuses = from_threads(lambda: ask(sandbox, "POST", "/v1/integrations", body).status)
        made = len(ask(sandbox, "GET", "/v1/integrations").data)
    assert set(statuses) <= {201, 409}
    assert statuses.count(201) == made
    assert 1 <= made <= THREADS  # a thread's own later creates see its first one


def test_of_many_contexts_from_threads_exactly_one_is_made() -> None:
    """Contexts have the index that integrations lack, so that a lock can be built on them."""
    body = {"type": "lock", "id": "x"}
    with Sandbox(builtins=False) as sandbox:
        statuses = from_threads(lambda: ask(sandbox, "POST", "/v2/contexts", body).status)
        made = len(ask(sandbox, "GET", "/v2/contexts").data)
    assert set(statuses) <= {201, 409, 500}
    assert (statuses.count(201), made) == (1, 1)


def from_threads(send: Callable[[], int]) -> list[int]:
    """The statuses of a request that several threads send again and again."""
    statuses: list[int] = []

    def work() -> None:
        statuses.extend(send() for _ in range(10))

    threads = [threading.Thread(target=work) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(statuses) == 10 * THREADS
    return statuses
