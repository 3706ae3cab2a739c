"""What the recordings of April 2026 cannot show: the newest generation, and more than one step."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from support.inprocess import ask

from reconciler.sandbox.application import Sandbox

if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.inprocess import Answer

PRODUCTION = "sandbox-production"
CONDITIONS = [{"value": "AND", "children": [{"on": "tenant", "field": "identifier"}]}]
RULES = {"==": [{"var": "context.tenant.id"}, "acme"]}


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(builtins=False) as made:
        yield made


def post(
    sandbox: Sandbox,
    identifier: str,
    key: str = "sandbox-development",
    **more: Any,  # noqa: ANN401 - any JSON
) -> Answer:
    body = {"providerId": "ses", "channel": "email", "identifier": identifier, **more}
    return ask(sandbox, "POST", "/v1/integrations", body, key=key)


def put(sandbox: Sandbox, row_id: str, **body: Any) -> Answer:  # noqa: ANN401 - any JSON
    return ask(sandbox, "PUT", f"/v1/integrations/{row_id}", body)


def rows(sandbox: Sandbox, key: str = "sandbox-development") -> dict[str, Any]:
    listed = ask(sandbox, "GET", "/v1/integrations", key=key).data
    return {row["identifier"]: row for row in listed}


def stored(sandbox: Sandbox, identifier: str) -> dict[str, Any]:
    """What the page and no API key gets to see."""
    row = sandbox._store.integrations.first(identifier=identifier)
    assert row is not None
    return dict(row)


def ranks(sandbox: Sandbox) -> dict[str, tuple[bool, int]]:
    return {each: (row["primary"], row["priority"]) for each, row in rows(sandbox).items()}


def test_no_answer_holds_a_credential(sandbox: Sandbox) -> None:
    credentials = {"apiKey": "recognisable", "from": "recognisable@acme.com"}
    made = post(sandbox, "ses", credentials=credentials, active=True)
    other = post(sandbox, "other", credentials=credentials)
    path = f"/v1/integrations/{made.data['_id']}"
    answers = [
        made,
        put(sandbox, made.data["_id"], credentials=credentials),
        ask(sandbox, "POST", f"{path}/set-primary"),
        ask(sandbox, "GET", "/v1/integrations"),
        ask(sandbox, "GET", "/v1/integrations/active"),
        ask(sandbox, "DELETE", f"/v1/integrations/{other.data['_id']}"),
        ask(sandbox, "GET", "/"),
    ]
    assert [each.status for each in answers] == [201, 200, 201, 200, 200, 200, 200]
    assert "recognisable" not in str(answers)
    assert stored(sandbox, "ses")["credentials"] == credentials


def test_credentials_are_replaced_as_a_whole(sandbox: Sandbox) -> None:
    row_id = post(sandbox, "ses", credentials={"apiKey": "k", "region": "r"}).data["_id"]
    put(sandbox, row_id, credentials={"apiKey": "l"})
    assert stored(sandbox, "ses")["credentials"] == {"apiKey": "l"}
    put(sandbox, row_id, credentials={})
    assert stored(sandbox, "ses")["credentials"] == {}


def test_whatsapp_credentials_are_merged_and_an_empty_secret_keeps_the_stored_one(
    sandbox: Sandbox,
) -> None:
    row_id = post(
        sandbox,
        "wa",
        providerId="whatsapp-business",
        channel="chat",
        credentials={"apiToken": "t", "phoneNumberIdentification": "1", "secretKey": "s"},
    ).data["_id"]
    put(sandbox, row_id, credentials={"apiToken": "", "phoneNumberIdentification": "2"})
    assert stored(sandbox, "wa")["credentials"] == {
        "apiToken": "t",
        "phoneNumberIdentification": "2",
        "secretKey": "s",
    }


def test_a_null_secret_is_a_fault_of_the_server_and_writes_nothing(sandbox: Sandbox) -> None:
    assert post(sandbox, "ses", credentials={"apiKey": None}).status == 500
    assert rows(sandbox) == {}


def test_lists_hold_the_own_environment_only(sandbox: Sandbox) -> None:
    post(sandbox, "dev")
    post(sandbox, "prod", key=PRODUCTION)
    assert list(rows(sandbox)) == ["dev"]
    assert list(rows(sandbox, PRODUCTION)) == ["prod"]


@pytest.mark.parametrize(
    ("method", "end", "body"),
    [("PUT", "", {"name": "x"}), ("DELETE", "", None), ("POST", "/set-primary", None)],
)
def test_rows_of_the_other_environment_are_forbidden(
    sandbox: Sandbox, method: str, end: str, body: object
) -> None:
    row_id = post(sandbox, "prod", key=PRODUCTION).data["_id"]
    assert ask(sandbox, method, f"/v1/integrations/{row_id}{end}", body).status == 403
    assert rows(sandbox, PRODUCTION)["prod"]["name"] == "SES"


def test_only_the_own_environment_may_be_named(sandbox: Sandbox) -> None:
    own, other = (sandbox.environment_id(name) for name in ("development", "production"))
    assert post(sandbox, "a", _environmentId=own).status == 201
    assert post(sandbox, "b", _environmentId=other).status == 403
    assert post(sandbox, "c", _environmentId="64b0c0ffee64b0c0ffee64b0").status == 404
    row_id = rows(sandbox)["a"]["_id"]
    assert put(sandbox, row_id, _environmentId=own).status == 200
    assert put(sandbox, row_id, _environmentId=other).status == 403


def test_an_identifier_is_free_in_another_environment_to_create_but_not_to_rename(
    sandbox: Sandbox,
) -> None:
    post(sandbox, "taken", key=PRODUCTION)
    row_id = post(sandbox, "mine").data["_id"]
    assert put(sandbox, row_id, identifier="taken").status == 409
    assert post(sandbox, "taken").status == 201


def test_delivery_is_the_kind_of_whatever_does_not_say(sandbox: Sandbox) -> None:
    assert post(sandbox, "ses").data["kind"] == "delivery"


def test_agents_have_no_channel_and_no_primary(sandbox: Sandbox) -> None:
    body = {"providerId": "anthropic", "kind": "agent", "active": True, "identifier": "bot"}
    made = ask(sandbox, "POST", "/v1/integrations", body).data
    assert made["name"] == "Claude (Anthropic)"
    assert "channel" not in made
    path = f"/v1/integrations/{made['_id']}"
    assert ask(sandbox, "POST", f"{path}/set-primary").status == 400
    assert put(sandbox, made["_id"], active=False).data["active"] is False
    assert ask(sandbox, "DELETE", path).data == []


def test_tools_are_a_channel_without_a_primary(sandbox: Sandbox) -> None:
    made = post(sandbox, "pd", providerId="pagerduty", channel="tool", active=True).data
    assert (made["primary"], made["priority"]) == (False, 0)


def test_signing_keys_of_webhooks_are_held_back(sandbox: Sandbox) -> None:
    given = {"inboundWebhookEnabled": True, "inboundWebhookSigningKey": "recognisable"}
    made = post(sandbox, "ses", configurations=given)
    assert made.data["configurations"] == {"inboundWebhookEnabled": True}
    assert stored(sandbox, "ses")["configurations"] == given


def test_a_create_stores_no_empty_configurations_and_an_update_does(sandbox: Sandbox) -> None:
    row_id = post(sandbox, "ses", configurations={"unknown": 1}).data["_id"]
    assert "configurations" not in rows(sandbox)["ses"]
    assert "configurations" not in put(sandbox, row_id, configurations={}).data
    assert rows(sandbox)["ses"]["configurations"] == {}


def test_a_configuration_that_cannot_be_stored_is_400_on_create_and_500_on_update(
    sandbox: Sandbox,
) -> None:
    broken = {"inboundWebhookEnabled": "perhaps"}
    assert post(sandbox, "ses", configurations=broken).status == 400
    row_id = post(sandbox, "ses").data["_id"]
    assert put(sandbox, row_id, configurations=broken).status == 500


def test_rules_are_kept_and_cleared(sandbox: Sandbox) -> None:
    made = post(sandbox, "ses", rules=RULES).data
    assert made["rules"] == RULES
    assert "rules" not in post(sandbox, "bare", rules={}).data
    assert put(sandbox, made["_id"], rules={}).data["rules"] is None
    assert put(sandbox, made["_id"], rules=RULES).data["rules"] == RULES
    assert put(sandbox, made["_id"], rules=None).data["rules"] is None


def test_saving_rules_empties_conditions_on_update_only(sandbox: Sandbox) -> None:
    made = post(sandbox, "ses", rules=RULES, conditions=CONDITIONS).data
    assert len(made["conditions"]) == 1
    assert put(sandbox, made["_id"], rules=RULES).data["conditions"] == []


def test_bad_rules_are_refused(sandbox: Sandbox) -> None:
    assert post(sandbox, "ses", rules={"map": []}).status == 400
    row_id = post(sandbox, "ses").data["_id"]
    assert put(sandbox, row_id, rules={"map": []}).status == 400


@pytest.mark.parametrize("filters", [{"conditions": CONDITIONS}, {"rules": RULES}])
def test_filters_on_a_primary_drop_it_and_promote_nobody(
    sandbox: Sandbox, filters: dict[str, Any]
) -> None:
    first = post(sandbox, "first", active=True).data["_id"]
    post(sandbox, "second", active=True)
    before = rows(sandbox)["second"]["updatedAt"]
    put(sandbox, first, **filters)
    assert ranks(sandbox) == {"first": (False, 2), "second": (False, 1)}
    assert rows(sandbox)["second"]["updatedAt"] > before


def test_filters_that_come_with_a_deactivation_leave_the_row_unranked(sandbox: Sandbox) -> None:
    first = post(sandbox, "first", active=True).data["_id"]
    post(sandbox, "second", active=True)
    put(sandbox, first, conditions=CONDITIONS, active=False)
    assert ranks(sandbox) == {"first": (False, 0), "second": (False, 1)}


def test_set_primary_activates_and_clears_filters(sandbox: Sandbox) -> None:
    post(sandbox, "first", active=True)
    second = post(sandbox, "second", conditions=CONDITIONS, rules=RULES).data["_id"]
    led = ask(sandbox, "POST", f"/v1/integrations/{second}/set-primary").data
    assert (led["active"], led["primary"], led["conditions"], led["rules"]) == (
        True,
        True,
        [],
        None,
    )
    assert ranks(sandbox) == {"first": (False, 1), "second": (True, 2)}
    first = rows(sandbox)["first"]["_id"]
    assert "rules" not in ask(sandbox, "POST", f"/v1/integrations/{first}/set-primary").data
    assert ranks(sandbox) == {"first": (True, 2), "second": (False, 1)}


def test_a_check_sends_nothing_and_succeeds(sandbox: Sandbox) -> None:
    made = post(sandbox, "ses", check=True, credentials={"apiKey": "wrong"})
    assert made.status == 201
    assert put(sandbox, made.data["_id"], name="x", check=True).status == 200
    assert put(sandbox, made.data["_id"], check=True).message == "No properties found for update"


def test_a_check_needs_credentials_and_an_email_provider(sandbox: Sandbox) -> None:
    assert post(sandbox, "a", check=True).status == 422
    assert post(sandbox, "b", check=True, credentials={}, providerId="twilio").status == 400
    assert post(sandbox, "c", check=True, credentials={}, channel="chat").status == 201
    assert post(sandbox, "d", check=True, credentials={}, providerId="emailjs").status == 201


def test_without_builtins_the_demo_providers_cannot_be_created(sandbox: Sandbox) -> None:
    assert post(sandbox, "demo", providerId="novu-email").status == 400
    assert rows(sandbox) == {}


def test_with_builtins_development_begins_with_inbox_and_demo_email() -> None:
    with Sandbox() as sandbox:
        (inbox, email) = rows(sandbox).values()
        (other_inbox,) = rows(sandbox, PRODUCTION).values()
        again = post(sandbox, "demo", providerId="novu-email")
        second_inbox = post(sandbox, "in", providerId="novu", channel="in_app")
    assert (inbox["providerId"], inbox["channel"], inbox["active"]) == ("novu", "in_app", True)
    assert (email["providerId"], email["active"], email["primary"]) == ("novu-email", True, True)
    assert inbox["identifier"].startswith("novu-inbox-")
    assert inbox["identifier"] != other_inbox["identifier"]
    assert again.status == 409
    assert second_inbox.status == 400


def test_an_unknown_provider_is_taken_and_named_after_its_id(sandbox: Sandbox) -> None:
    body = {"providerId": "no-such-provider", "channel": "sms"}
    made = ask(sandbox, "POST", "/v1/integrations", body).data
    assert made["name"] == "No-such-provider"
    assert made["identifier"].startswith("no-such-provider-")


def test_bodies_of_another_shape_are_422(sandbox: Sandbox) -> None:
    refused = post(sandbox, "ses", active="yes")
    assert refused.status == 422
    assert refused.body["errors"]["general"]["messages"] == ["active must be a boolean value"]
    row_id = post(sandbox, "ses").data["_id"]
    assert put(sandbox, row_id, name=5).status == 422


def test_an_identifier_can_be_had_once(sandbox: Sandbox) -> None:
    first = post(sandbox, "one").data["_id"]
    assert post(sandbox, "one").status == 409
    assert put(sandbox, first, identifier="one").message == "No properties found for update"
    assert put(sandbox, first, identifier="one", name="x").status == 200
    assert put(sandbox, first, identifier="two").data["identifier"] == "two"
    assert post(sandbox, "one").status == 201


def test_conditions_get_ids_and_may_be_null(sandbox: Sandbox) -> None:
    (group,) = post(sandbox, "ses", conditions=CONDITIONS).data["conditions"]
    assert group["_id"] == group["id"]
    assert group["children"][0]["_id"] == group["children"][0]["id"]
    assert "id" not in rows(sandbox)["ses"]["conditions"][0]
    bare = post(sandbox, "bare", conditions=None, configurations=None).data
    assert (bare["conditions"], bare["configurations"]) == (None, None)


def test_conditions_that_cannot_be_stored_are_400(sandbox: Sandbox) -> None:
    broken = [{"children": ["x"]}]
    assert post(sandbox, "ses", conditions=broken).status == 400
    row_id = post(sandbox, "ses").data["_id"]
    refused = put(sandbox, row_id, conditions=broken)
    assert refused.status == 400
    assert refused.message == (
        'Cast to embedded failed for value "{"children":["x"]}" (type Object)'
        ' at path "conditions" because of "CastError"'
    )


@pytest.mark.parametrize(
    ("method", "end", "status", "message"),
    [
        ("PUT", "", 404, "Entity with id {} not found"),
        ("DELETE", "", 404, "Entity with id {} not found"),
        ("POST", "/set-primary", 404, "Integration with id {} not found"),
    ],
)
def test_an_unknown_id_is_404(
    sandbox: Sandbox, method: str, end: str, status: int, message: str
) -> None:
    unknown = "64b0c0ffee64b0c0ffee64b0"
    answer = ask(sandbox, method, f"/v1/integrations/{unknown}{end}", {})
    assert (answer.status, answer.message) == (status, message.format(unknown))


@pytest.mark.parametrize(
    ("method", "end", "status"),
    [("PUT", "", 500), ("DELETE", "", 500), ("POST", "/set-primary", 422)],
)
def test_a_malformed_id_is_500_or_422(sandbox: Sandbox, method: str, end: str, status: int) -> None:
    assert ask(sandbox, method, f"/v1/integrations/ses-main{end}", {}).status == status


def test_a_deleted_row_is_gone_and_its_identifier_free(sandbox: Sandbox) -> None:
    row_id = post(sandbox, "ses").data["_id"]
    assert ask(sandbox, "DELETE", f"/v1/integrations/{row_id}").data == []
    assert ask(sandbox, "DELETE", f"/v1/integrations/{row_id}").status == 404
    assert put(sandbox, row_id, name="x").status == 404
    assert post(sandbox, "ses").status == 201


def test_activation_never_leads_and_deactivation_promotes_nobody(sandbox: Sandbox) -> None:
    first = post(sandbox, "first").data["_id"]
    put(sandbox, first, active=True)
    assert ranks(sandbox) == {"first": (False, 1)}
    post(sandbox, "second", active=True)
    assert ranks(sandbox) == {"first": (False, 1), "second": (True, 2)}
    put(sandbox, rows(sandbox)["second"]["_id"], active=None)
    assert ranks(sandbox) == {"first": (False, 1), "second": (False, 0)}
    assert rows(sandbox)["second"]["active"] is None


def test_channels_without_a_primary_are_not_ranked(sandbox: Sandbox) -> None:
    made = post(sandbox, "chat", providerId="slack", channel="chat").data
    assert put(sandbox, made["_id"], active=True).data["priority"] == 0
    path = f"/v1/integrations/{made['_id']}/set-primary"
    assert ask(sandbox, "POST", path).message == "Channel chat does not support primary"


def test_a_primary_that_is_set_primary_stays_as_it_is(sandbox: Sandbox) -> None:
    made = post(sandbox, "ses", active=True).data
    again = ask(sandbox, "POST", f"/v1/integrations/{made['_id']}/set-primary").data
    assert again["updatedAt"] == made["updatedAt"]


@pytest.mark.parametrize(("generation", "priority"), [("2026-04", 3), ("2026-11", 2)])
def test_filters_on_a_primary_close_a_gap_in_the_newest_generation_only(
    generation: str, priority: int
) -> None:
    """A create that fails on its conditions leaves the gap."""
    with Sandbox(generation=generation, builtins=False) as made:
        first = post(made, "first", active=True).data["_id"]
        post(made, "second", active=True)
        assert post(made, "third", active=True, conditions=[{"children": ["x"]}]).status == 400
        assert put(made, first, conditions=CONDITIONS).data["priority"] == priority


@pytest.mark.parametrize(
    ("generation", "active"), [("2024-10", True), ("2026-04", False), ("2026-11", True)]
)
def test_april_2026_lists_inactive_rows_first(generation: str, *, active: bool) -> None:
    with Sandbox(generation=generation, builtins=False) as made:
        post(made, "on", active=True, check=False)
        post(made, "off", check=False)
        assert ask(made, "GET", "/v1/integrations").data[0]["active"] is active


def test_what_older_servers_do_not_know_is_ignored() -> None:
    with Sandbox(generation="2024-10", builtins=False) as made:
        body = {"check": False, "kind": 5, "rules": 5, "configurations": 5}
        row = post(made, "x", **body).data
        assert not {"kind", "rules", "configurations"} & row.keys()
        assert put(made, row["_id"], **body).message == "No properties found for update"
