"""What single rows and sets of rows come to, beyond what the whole command's tests go through."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from reconciler.authoring import files
from reconciler.authoring.export import export
from reconciler.errors import ServerStateError
from reconciler.model import (
    Channel,
    Kind,
    Observed,
    ObservedCredentials,
    ObservedIntegration,
    Readback,
)
from reconciler.secret import Secret

if TYPE_CHECKING:
    from reconciler.authoring.export import Exported


def row(identifier: str | None, provider: str = "discord", **more: Any) -> ObservedIntegration:  # noqa: ANN401 - any field
    credentials = more.pop("credentials", None)
    made: dict[str, Any] = {
        "id": f"id-{identifier}",
        "environment_id": "e",
        "identifier": identifier,
        "provider_id": provider,
        "channel": Channel.CHAT,
        "credentials": ObservedCredentials(
            readback=Readback.ABSENT if credentials is None else Readback.READABLE,
            values={key: Secret(value) for key, value in (credentials or {}).items()},
        ),
    }
    return ObservedIntegration(**{**made, **more})


def exported(*rows: ObservedIntegration, **more: ObservedIntegration) -> Exported:
    live = {"development": rows} | {name: (each,) for name, each in more.items()}
    return export(
        {
            name: Observed(environment_id=name, environment_name=name, integrations=tuple(each))
            for name, each in live.items()
        }
    )


def text(*rows: ObservedIntegration, **more: ObservedIntegration) -> str:
    return "\n".join(exported(*rows, **more).parts.values())


def email(identifier: str, **more: Any) -> ObservedIntegration:  # noqa: ANN401 - any field
    return row(identifier, "sendgrid", channel=Channel.EMAIL, active=True, **more)


def test_nothing_becomes_an_empty_list() -> None:
    assert files.integrations(exported(), ["development"]) == (
        "# Exported by novu-sync from development.\nintegrations: []\n"
    )
    assert "API keys" not in files.dotenv(exported(), [])


def test_a_primary_is_told_where_there_is_one_and_may_be() -> None:
    conditions: list[Any] = [{"children": []}]
    assert "primary" not in text(email("a", primary=True, conditions=conditions))
    assert "primary" not in text(email("a"))
    assert "primary" not in text(row("a", primary=True, active=True))
    two = text(email("a", primary=True, priority=1), email("b", primary=True, priority=2))
    assert two.count("primary: true") == 1
    assert two.index("identifier: b") < two.index("primary: true")
    two = text(email("a", primary=True, priority=2), email("b", primary=True, priority=1))
    assert two.index("identifier: b") > two.index("primary: true")


def test_rules_are_told_and_the_conditions_beside_them_are_not() -> None:
    shown = text(
        row("a", conditions=[{"value": "x"}], rules={"==": [{"var": "context.a"}, "${b}"]})
    )
    assert "conditions" not in shown
    assert '- "$${b}"' in shown or "- $${b}" in shown


def test_filters_that_validate_would_refuse_are_left_out_and_told() -> None:
    """Servers store groups of any shape."""
    found = exported(row("a", conditions=[{"children": [{"odd": 1}]}]))
    assert "conditions" not in found.parts["chat"]
    assert [each.code for each in found.findings] == ["NS343"]
    assert "has conditions on the server" in found.findings[0].detail


def test_a_row_without_an_identifier_is_left_out_and_told() -> None:
    found = exported(row(None))
    assert found.parts == {}
    assert [each.code for each in found.findings] == ["NS340"]


def test_two_rows_of_one_identifier_stop_it() -> None:
    with pytest.raises(ServerStateError, match="share the identifier 'a'"):
        exported(row("a"), row("a"))


def test_identifiers_that_look_like_references_are_taken_as_they_are() -> None:
    shown = text(row("a-${x}-development"), production=row("a-${x}-production"))
    assert "identifier: a-$${x}-development" in shown
    assert "identifier: a-$${x}-production" in shown


def test_an_environments_name_inside_of_a_word_is_no_reference() -> None:
    shown = text(row("redevelopment"), production=row("reproduction"))
    assert "${environment}" not in shown


def test_made_up_identifiers_are_paired_by_provider_and_name() -> None:
    one = row("slack-x8", "slack", name="Slack")
    found = exported(one, production=row("slack-k2", "slack", name="Slack"))
    shown = found.parts["chat"]
    assert found.definitions == 1
    assert "identifier: slack-k2" in shown
    assert "        identifier: slack-x8\n" in shown
    assert "${env:SLACK_SECRET_KEY_PRODUCTION}" in shown


def test_names_that_occur_twice_pair_nothing() -> None:
    rows = [row(f"slack-{number}", "slack", name="Slack") for number in range(2)]
    assert exported(*rows, production=row("slack-k2", "slack", name="Slack")).definitions == 3


def test_another_provider_of_the_same_identifier_is_another_definition() -> None:
    found = exported(row("a", "slack"), production=row("a", "line"))
    assert found.definitions == 2
    names = [each.name for each in found.variables]
    assert len(names) == len(set(names))


def test_agents_and_unknown_channels_come_last() -> None:
    found = exported(
        row("agent", "anthropic", channel=None, kind=Kind.AGENT),
        row("odd", "brand-new", channel="pigeon", kind=Kind.AGENT),
        row("none", "brand-new", channel=None),
    )
    assert list(found.parts) == ["agent"]
    assert "kind: agent" in found.parts["agent"]
    assert "channel: pigeon" in found.parts["agent"]
    names = files.by_channel(found, ["development"])
    assert list(names) == ["agents.yaml"]


def test_the_inbox_gets_a_name_that_is_free() -> None:
    inbox = row("novu-in-app-x8", "novu", channel=Channel.IN_APP, active=True)
    assert "identifier: in-app\n" in text(inbox)
    assert "identifier: novu-in-app\n" in text(inbox, row("in-app"))


def test_a_channel_that_is_not_the_providers_is_told() -> None:
    assert "channel: sms" in text(row("a", "sendgrid", channel=Channel.SMS))


def test_credentials_that_a_server_shows_are_filled_in_but_for_secrets() -> None:
    shown = text(
        email(
            "a",
            credentials={"apiKey": "s3cret", "from": "${a}@b", "senderName": "", "region": None},
        )
    )
    assert "apiKey: ${env:A_API_KEY}" in shown
    assert "from: $${a}@b" in shown
    assert "senderName: <CHANGE_ME>" in shown  # an active one cannot send without
    assert "region" not in shown
    assert "s3cret" not in shown


def test_what_an_inactive_integration_lacks_is_not_asked_for() -> None:
    shown = text(
        row("a", "sendgrid", channel=Channel.EMAIL, credentials={"apiKey": "", "from": "x"})
    )
    assert 'apiKey: ""' in shown
    assert "senderName" not in shown


def test_an_integration_without_credentials_is_left_without() -> None:
    assert "credentials" not in text(email("a", credentials={}))


def test_keys_that_novu_makes_or_nobody_takes_are_left_out() -> None:
    found = exported(
        row("a", "whatsapp-business", credentials={"token": "made", "from": None, "phoneNumberIdentification": "1", "apiKey": "x"}),
        row("b", configurations={"inboxCount": "unread", "odd": 1, "inboundWebhookSigningKey": Secret("k")}),
    )  # fmt: skip
    shown = found.parts["chat"]
    assert "token" not in shown
    assert "apiKey" not in shown
    assert 'phoneNumberIdentification: "1"' in shown
    assert "inboundWebhookSigningKey: ${env:B_INBOUND_WEBHOOK_SIGNING_KEY}" in shown
    assert "inboxCount: unread" in shown
    assert [each.code for each in found.findings] == ["NS341", "NS341"]
    assert "credentials.apiKey" in found.findings[0].detail
    assert "configurations.odd" in found.findings[1].detail


def test_of_an_unknown_provider_every_key_that_nobody_knows_is_secret() -> None:
    shown = text(
        row(
            "a",
            "brand-new",
            credentials={"odd": {"a": ["s3cret"]}, "from": "x", "tlsOptions": None},
        )
    )
    assert "odd: ${env:A_ODD}" in shown
    assert "from: x" in shown
    assert "s3cret" not in shown


def test_structured_values_are_told_as_they_are() -> None:
    shown = text(row("a", "brand-new", credentials={"secure": True, "region": ["x"]}))
    assert "secure: true" in shown
    assert "- x" in shown


def test_credentials_that_may_be_set_are_offered_in_remarks() -> None:
    found = exported(row("a", "tool-webhook", channel=Channel.TOOL))
    shown = found.parts["tool"]
    assert "method: <CHANGE_ME>  # " in shown
    assert "# headers: ${env:A_HEADERS}" in shown
    assert [each.optional for each in found.variables] == [True, True]
    assert "# A_HEADERS=\n" in files.dotenv(found, [])


def test_remarks_stand_in_the_overlays_where_the_base_has_no_credentials() -> None:
    one = row("a", "isendpro-sms", channel=Channel.SMS)
    shown = text(one, production=one)
    assert shown.count("# from: <CHANGE_ME>") == 2


def test_nothing_is_offered_where_no_credential_is_needed() -> None:
    assert "credentials" not in text(row("a", "chat-webhook"))


def test_exports_that_differ_in_secrets_alone_are_the_same_bytes() -> None:
    """Which variables are asked for tells nothing either: not even that two secrets are equal."""
    one = email("a", credentials={"apiKey": "one", "from": "x"})
    same = exported(one, production=email("a", credentials={"apiKey": "one", "from": "x"}))
    other = exported(one, production=email("a", credentials={"apiKey": "two", "from": "x"}))
    assert same.parts == other.parts
    assert files.dotenv(same, []) == files.dotenv(other, [])
