from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pytest

from reconciler.errors import (
    ApiKeyError,
    ConflictError,
    NetworkError,
    ResponseError,
    StatusError,
)
from reconciler.model import Channel, Integration, Patch
from reconciler.novu.environments import OwnEnvironment, own
from reconciler.novu.integrations import Integrations
from reconciler.novu.observe import observe
from reconciler.secret import Secret
from reconciler.transport.answers import Answer
from reconciler.transport.messages import PROVIDER_REFUSED

if TYPE_CHECKING:
    from reconciler.errors import NovuSyncError

ME = "/v1/environments/me"
LIST = "/v1/integrations"


class FakeSession:
    """Answers by method and path, and remembers what was asked."""

    def __init__(self, **answers: object) -> None:
        self.answers: dict[str, object] = answers
        self.asked: list[tuple[str, str, object, bool | None]] = []
        self.lock = threading.Lock()

    def request(
        self, method: str, path: str, body: object = None, *, retry: bool | None = None
    ) -> Answer:
        """Like a session's."""
        with self.lock:
            self.asked.append((method, path, body, retry))
        data: Any = self.answers[f"{method} {path}"]
        if isinstance(data, BaseException):
            raise data
        return Answer(status=200, data=data, headers={})


def row(name: str | None, environment: str = "dev", id_: str | None = None) -> dict[str, object]:
    return {
        "_id": id_ or f"id-{name}",
        "_environmentId": environment,
        "identifier": name,
        "providerId": "slack",
        "channel": "chat",
    }


def refused(status: int, words: str = "") -> StatusError:
    kind = ConflictError if status == 409 else StatusError
    return kind(f"novu.example answered {status}", "Mend.", status=status, server_message=words)


def integrations(**answers: object) -> tuple[Integrations, FakeSession]:
    session = FakeSession(**answers)
    return Integrations(session, "dev"), session  # type: ignore[arg-type]


DESIRED = Integration(
    identifier="a",
    provider_id="slack",
    channel=Channel.CHAT,
    credentials={"apiKey": Secret("planted")},
)


def test_an_environment_is_an_id_and_a_name() -> None:
    session: Any = FakeSession(**{f"GET {ME}": {"_id": "dev", "name": "Development", "x": 1}})
    assert own(session) == OwnEnvironment(id="dev", name="Development")


def test_an_environment_may_lack_a_name() -> None:
    session: Any = FakeSession(**{f"GET {ME}": {"_id": "dev", "name": None}})
    assert own(session).name == ""


@pytest.mark.parametrize("data", [None, [], "dev", {}, {"_id": ""}, {"_id": 5}])
def test_an_answer_that_names_no_environment_is_refused(data: object) -> None:
    session: Any = FakeSession(**{f"GET {ME}": data})
    with pytest.raises(ResponseError, match="does not name an environment"):
        own(session)


def test_a_missing_api_is_told_with_what_to_check() -> None:
    session: Any = FakeSession(**{f"GET {ME}": refused(404)})
    with pytest.raises(StatusError, match="there is no Novu API at that address") as caught:
        own(session)
    assert caught.value.status == 404
    assert "/v1" in caught.value.mend
    assert "path prefix" in caught.value.mend


def test_other_refusals_stay_as_they_are() -> None:
    session: Any = FakeSession(**{f"GET {ME}": refused(500)})
    with pytest.raises(StatusError, match=r"^novu.example answered 500$"):
        own(session)


def test_a_list_holds_this_environments_rows_in_order() -> None:
    rows = [row("b"), row("a", id_="2"), row("c", "prod"), row("a", id_="1"), row(None, id_="0")]
    api, _ = integrations(**{f"GET {LIST}": rows})
    assert [(each.identifier, each.id) for each in api.list()] == [
        (None, "0"),
        ("a", "1"),
        ("a", "2"),
        ("b", "id-b"),
    ]


def test_a_create_is_left_to_http_to_be_sent_once() -> None:
    api, session = integrations(**{f"POST {LIST}": row("a")})
    assert api.create(DESIRED).id == "id-a"
    body = {
        "providerId": "slack",
        "channel": "chat",
        "identifier": "a",
        "credentials": {"apiKey": "planted"},
        "check": False,
    }
    assert session.asked == [("POST", LIST, body, None)]


def test_an_update_goes_to_the_row() -> None:
    api, session = integrations(**{f"PUT {LIST}/id-a": row("a")})
    assert api.update("id-a", Patch(name="x")).identifier == "a"
    assert session.asked == [("PUT", f"{LIST}/id-a", {"name": "x", "check": False}, None)]


def test_set_primary_may_be_sent_again() -> None:
    api, session = integrations(**{f"POST {LIST}/id-a/set-primary": row("a")})
    answered = api.set_primary("id-a")
    assert answered is not None
    assert answered.id == "id-a"
    assert session.asked == [("POST", f"{LIST}/id-a/set-primary", None, True)]


@pytest.mark.parametrize("data", [None, {}, True])
def test_set_primary_needs_no_row_in_its_answer(data: object) -> None:
    api, _ = integrations(**{f"POST {LIST}/id-a/set-primary": data})
    assert api.set_primary("id-a") is None


def test_a_row_that_novu_says_is_gone_is_as_good_as_deleted() -> None:
    api, session = integrations(**{f"DELETE {LIST}/id-a": refused(404, "integration not found")})
    api.delete("id-a")
    assert session.asked == [("DELETE", f"{LIST}/id-a", None, None)]


@pytest.mark.parametrize("error", [refused(404), refused(403, "no"), refused(500)])
def test_any_other_refusal_of_a_delete_is_one(error: StatusError) -> None:
    api, _ = integrations(**{f"DELETE {LIST}/id-a": error})
    with pytest.raises(StatusError):
        api.delete("id-a")


CHECKED = Integration(identifier="a", provider_id="ses", channel=Channel.EMAIL, check=True)


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (refused(400), f"answered 400, probably because {PROVIDER_REFUSED}"),
        (refused(500), f"answered 500, probably because {PROVIDER_REFUSED}"),
        (refused(400, PROVIDER_REFUSED), "answered 400"),
    ],
)
def test_a_refusal_while_credentials_are_tried_is_explained(error: StatusError, says: str) -> None:
    api, _ = integrations(**{f"POST {LIST}": error, f"PUT {LIST}/id-a": error})
    for write in (
        lambda: api.create(CHECKED),
        lambda: api.update("id-a", Patch(credentials={}, check=True)),
    ):
        with pytest.raises(StatusError) as caught:
            write()
        assert caught.value.summary.endswith(says)
        assert caught.value.status == error.status
        assert "check: false" in caught.value.mend


@pytest.mark.parametrize(
    ("desired", "error"),
    [
        (DESIRED, refused(400)),
        (CHECKED, refused(400, "name must be a string")),
        (CHECKED, refused(409, "Integration with identifier already exists")),
        (CHECKED, NetworkError("dropped", ambiguous=True)),
    ],
)
def test_other_failures_of_a_create_stay_as_they_are(
    desired: Integration, error: NovuSyncError
) -> None:
    api, _ = integrations(**{f"POST {LIST}": error})
    with pytest.raises(type(error)) as caught:
        api.create(desired)
    assert caught.value is error


def world(rows: object = ()) -> Any:  # noqa: ANN401 - stands in for a session
    return FakeSession(**{f"GET {ME}": {"_id": "dev", "name": "D"}, f"GET {LIST}": rows})


def test_what_is_observed_is_this_environment_and_the_names_of_others() -> None:
    session = world([row("b"), row("a"), row("c", "prod"), row(None, "prod", "x")])
    observed = observe(session)
    assert (observed.environment_id, observed.environment_name) == ("dev", "D")
    assert [each.identifier for each in observed.integrations] == ["a", "b"]
    assert observed.foreign == frozenset({"c"})
    assert not observed.shares_identifiers
    assert sorted(each[1] for each in session.asked) == [ME, LIST]


def test_an_identifier_in_two_environments_shows_that_the_server_shares_them() -> None:
    assert observe(world([row("a"), row("a", "prod")])).shares_identifiers
    assert not observe(world([row("a"), row("a"), row(None, "prod", "x")])).shares_identifiers


def test_a_key_of_the_pinned_environment_will_do() -> None:
    assert observe(world([]), pinned="dev").environment_id == "dev"


def test_a_key_of_another_environment_is_refused_by_name() -> None:
    with pytest.raises(ApiKeyError) as caught:
        observe(world([]), pinned="prod")
    assert "dev" in caught.value.summary
    assert "prod" in caught.value.summary


@pytest.mark.parametrize("path", [ME, LIST])
def test_a_failure_of_either_request_is_the_failure(path: str) -> None:
    session = world([])
    session.answers[f"GET {path}"] = NetworkError("dropped", ambiguous=False)
    with pytest.raises(NetworkError):
        observe(session)


def test_a_thread_that_ends_in_any_way_leaves_nobody_waiting() -> None:
    class Over(BaseException):
        """No `Exception`: as `SystemExit` and `KeyboardInterrupt` are none."""

    session = world([])
    session.answers[f"GET {LIST}"] = Over()
    with pytest.raises(Over):
        observe(session)
