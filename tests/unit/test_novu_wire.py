from __future__ import annotations

import json
from typing import Any

import pytest

from reconciler.errors import ResponseError
from reconciler.model import (
    Channel,
    Integration,
    Kind,
    ObservedCredentials,
    Patch,
    Readback,
)
from reconciler.novu.wire import (
    create_body,
    is_built_in_inbox,
    read_list,
    read_row,
    update_body,
)
from reconciler.secret import Secret

BARE = {"_id": "64b0", "_environmentId": "dev", "providerId": "ses"}
FULL = BARE | {
    "_organizationId": "org",
    "identifier": "ses-dev",
    "name": "Amazon SES",
    "channel": "email",
    "kind": "delivery",
    "active": True,
    "primary": True,
    "priority": 3,
    "credentials": {"apiKey": "planted", "secure": False},
    "configurations": {"inboundWebhookEnabled": True, "inboundWebhookSigningKey": "planted"},
    "conditions": [
        {
            "_id": "1",
            "id": "1",
            "isNegated": False,
            "type": "GROUP",
            "value": "AND",
            "children": [{"_id": "2", "id": "2", "field": "identifier", "value": {"id": "kept"}}],
        }
    ],
    "rules": {"==": [{"var": "context.tenant.id"}, None]},
    "deleted": False,
    "createdAt": "2026-11-23T10:33:15.558Z",
    "updatedAt": "2026-11-23T10:33:16.558Z",
    "__v": 0,
    "somethingNew": [1],
}


def test_a_row_is_read_whole() -> None:
    row = read_row(FULL)
    assert (row.id, row.environment_id, row.identifier) == ("64b0", "dev", "ses-dev")
    assert (row.name, row.provider_id, row.channel) == ("Amazon SES", "ses", Channel.EMAIL)
    assert isinstance(row.channel, Channel)
    assert (row.kind, row.active, row.primary, row.priority) == (Kind.DELIVERY, True, True, 3)
    assert row.credentials.readback is Readback.READABLE
    assert row.credentials.values == {"apiKey": Secret("planted"), "secure": Secret(False)}
    assert row.rules == {"==": [{"var": "context.tenant.id"}, None]}
    assert row.updated_at == "2026-11-23T10:33:16.558Z"


def test_ids_that_the_server_made_are_left_out_of_conditions_alone() -> None:
    assert read_row(FULL).conditions == [
        {
            "isNegated": False,
            "type": "GROUP",
            "value": "AND",
            "children": [{"field": "identifier", "value": {"id": "kept"}}],
        }
    ]


def test_conditions_of_an_odd_shape_are_kept_as_they_are() -> None:
    odd = ["x", {"children": "x"}, {"children": ["x"]}, {}]
    assert read_row(BARE | {"conditions": odd}).conditions == odd


def test_no_secret_of_a_row_can_be_shown() -> None:
    row = read_row(FULL)
    assert "planted" not in repr(row)
    assert row.configurations == {
        "inboundWebhookEnabled": True,
        "inboundWebhookSigningKey": Secret("planted"),
    }


def test_a_signing_key_that_is_withheld_stays_so() -> None:
    configurations = {"inboundWebhookEnabled": True, "inboundWebhookSigningKey": None}
    assert read_row(BARE | {"configurations": configurations}).configurations == configurations


def test_a_bare_row_tells_nothing_else() -> None:
    row = read_row(BARE)
    assert (row.identifier, row.name, row.channel, row.updated_at) == (None, None, None, None)
    assert (row.active, row.primary, row.priority, row.kind) == (False, False, 0, Kind.DELIVERY)
    assert (row.conditions, row.rules, row.configurations) == (None, None, None)
    assert row.credentials == ObservedCredentials(readback=Readback.ABSENT)


def test_nulls_tell_as_little_as_missing_fields() -> None:
    assert read_row(dict.fromkeys(FULL) | BARE) == read_row(BARE)


def test_an_id_without_an_underscore_will_do() -> None:
    row = {key: value for key, value in BARE.items() if key != "_id"}
    assert read_row(row | {"id": "64b1"}).id == "64b1"


def test_channels_and_kinds_of_the_future_do_no_harm() -> None:
    row = read_row(BARE | {"channel": "pigeon", "kind": "pigeon", "priority": "high"})
    assert (row.channel, row.kind, row.priority) == ("pigeon", Kind.DELIVERY, 0)
    assert read_row(BARE | {"kind": "agent"}).kind is Kind.AGENT


def readbacks(*credentials: Any) -> list[str]:  # noqa: ANN401 - whatever a server answers
    rows = [BARE | ({} if each is None else {"credentials": each}) for each in credentials]
    return [row.credentials.readback.value for row in read_list(rows)]


@pytest.mark.parametrize(
    ("credentials", "told"),
    [
        (({}, {}), ["absent", "absent"]),
        ((None, {}), ["absent", "absent"]),
        (({"apiKey": "x"}, {}, None), ["readable", "readable", "readable"]),
        (({"apiKey": "nvsk.x"}, {}), ["opaque", "absent"]),
        (({"apiKey": "nvsk.x", "from": "a@b"}, {"from": "a@b"}, {}), ["opaque"] + 2 * ["readable"]),
        (({"hmac": False}, {}), ["readable", "readable"]),
        (({"tlsOptions": {"ca": "nvsk."}}, {}), ["readable", "readable"]),
    ],
)
def test_what_an_empty_object_means_is_decided_for_the_answer_as_a_whole(
    credentials: tuple[Any, ...], told: list[str]
) -> None:
    assert readbacks(*credentials) == told


def test_only_readable_credentials_have_values() -> None:
    opaque, readable = read_list(
        [BARE | {"credentials": {"apiKey": "nvsk.x"}}, BARE | {"credentials": {"apiKey": "x"}}]
    )
    assert opaque.credentials.values == {}
    assert set(readable.credentials.values) == {"apiKey"}


@pytest.mark.parametrize(
    ("field", "value", "empty"),
    [("conditions", [], []), ("rules", None, {}), ("configurations", {"a": 1}, {})],
)
def test_a_field_that_other_rows_show_is_empty_where_it_is_missing(
    field: str, value: object, empty: object
) -> None:
    """A server that knows the field leaves it out of rows that never had one."""
    _, without = read_list([BARE | {field: value}, BARE])
    assert getattr(without, field) == empty
    assert getattr(read_list([BARE])[0], field) is None


def test_rows_of_all_environments_are_read_in_the_servers_order() -> None:
    rows = read_list([FULL, BARE | {"_environmentId": "prod", "identifier": "a"}])
    assert [row.environment_id for row in rows] == ["dev", "prod"]


@pytest.mark.parametrize("data", [None, {}, "x", 5, {"data": []}])
def test_a_list_that_is_not_a_list_is_refused(data: Any) -> None:  # noqa: ANN401 - any JSON
    with pytest.raises(ResponseError, match="is not a list"):
        read_list(data)


@pytest.mark.parametrize(
    ("row", "says"),
    [
        (None, "not an object"),
        ("planted", "not an object"),
        ({}, "without a usable `_id`"),
        (BARE | {"_id": 5}, "without a usable `_id`"),
        (BARE | {"_id": "../environments"}, "without a usable `_id`"),
        (BARE | {"_environmentId": None}, "64b0 without `_environmentId`"),
        (BARE | {"providerId": None}, "64b0 without `providerId`"),
        (BARE | {"name": ["planted"]}, "`name` that is not a text"),
        (BARE | {"channel": 5}, "`channel` that is not a text"),
        (BARE | {"credentials": ["planted"]}, "`credentials` that is not an object"),
        (BARE | {"conditions": {"a": "planted"}}, "`conditions` that is not a list"),
        (BARE | {"rules": ["planted"]}, "`rules` that is not an object"),
        (BARE | {"configurations": "planted"}, "`configurations` that is not an object"),
    ],
)
def test_a_row_of_a_wrong_shape_is_refused_in_one_line(row: Any, says: str) -> None:  # noqa: ANN401 - any JSON
    with pytest.raises(ResponseError) as caught:
        read_list([row])
    assert says in caught.value.summary
    assert "planted" not in caught.value.summary


def test_a_create_sends_what_is_managed_and_opens_its_secrets() -> None:
    body = create_body(
        Integration(
            identifier="ses-dev",
            provider_id="ses",
            channel=Channel.EMAIL,
            name=Secret("Amazon SES"),
            active=True,
            primary=True,
            credentials={"apiKey": Secret("planted"), "region": "us-east-2", "user": None},
            conditions=[{"value": "AND", "children": [{"value": Secret("acme")}]}],
            rules={"==": [{"var": "x"}, None]},
            configurations={"inboundWebhookSigningKey": Secret("k"), "a": Secret(None)},
            check=True,
            protect=True,
        )
    )
    assert body == {
        "providerId": "ses",
        "channel": "email",
        "identifier": "ses-dev",
        "name": "Amazon SES",
        "active": True,
        "credentials": {"apiKey": "planted", "region": "us-east-2"},
        "conditions": [{"value": "AND", "children": [{"value": "acme"}]}],
        "rules": {"==": [{"var": "x"}, None]},
        "configurations": {"inboundWebhookSigningKey": "k"},
        "check": True,
    }
    assert json.loads(json.dumps(body)) == body


def test_what_is_not_managed_is_not_sent_but_check_always_is() -> None:
    desired = Integration(identifier="a", provider_id="slack", channel=Channel.CHAT)
    assert create_body(desired) == {
        "providerId": "slack",
        "channel": "chat",
        "identifier": "a",
        "check": False,
    }
    assert update_body(Patch(active=False)) == {"active": False, "check": False}


def test_cleared_fields_are_sent_empty_and_never_as_null() -> None:
    patch = Patch(credentials={}, conditions=[], rules={}, configurations={})
    assert update_body(patch) == {
        "credentials": {},
        "conditions": [],
        "rules": {},
        "configurations": {},
        "check": False,
    }


def test_a_rename_sends_the_new_identifier() -> None:
    assert update_body(Patch(identifier="new", name="New", check=True)) == {
        "identifier": "new",
        "name": "New",
        "check": True,
    }


def test_the_built_in_inbox_never_sends_its_identifier() -> None:
    inbox = Integration(identifier="inbox", provider_id="novu", channel=Channel.IN_APP)
    assert "identifier" not in create_body(inbox)
    assert is_built_in_inbox(inbox)
    assert is_built_in_inbox(read_row(BARE | {"providerId": "novu", "channel": "in_app"}))
    assert not is_built_in_inbox(read_row(BARE | {"channel": "in_app"}))
    assert not is_built_in_inbox(read_row(BARE | {"providerId": "novu"}))


def test_an_agent_says_that_it_is_one_and_needs_no_channel() -> None:
    agent = Integration(identifier="a", provider_id="openai", channel=None, kind=Kind.AGENT)
    assert create_body(agent) == {
        "providerId": "openai",
        "kind": "agent",
        "identifier": "a",
        "check": False,
    }
