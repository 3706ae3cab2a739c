"""The providers that ship with the program."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from reconciler.config.catalogue import catalogue
from reconciler.model import Channel, Kind

if TYPE_CHECKING:
    from reconciler.config.catalogue import Provider


def provider(provider_id: str) -> Provider:
    found = catalogue().get(provider_id)
    assert found is not None
    return found


def test_there_are_87_delivery_providers_and_3_agent_runtimes() -> None:
    kinds = [each.kind for each in catalogue().providers]
    assert kinds.count(Kind.DELIVERY) == 87
    assert kinds.count(Kind.AGENT) == 3


def test_82_of_the_delivery_providers_are_for_clients_to_create() -> None:
    deliveries = [each for each in catalogue().providers if each.kind is Kind.DELIVERY]
    assert sum(not each.novu_owned for each in deliveries) == 82


def test_the_channels_have_as_many_providers_as_novu_lists() -> None:
    channels = [each.channel for each in catalogue().providers]
    assert {each: channels.count(each) for each in Channel} == {
        Channel.IN_APP: 1,
        Channel.EMAIL: 21,
        Channel.SMS: 38,
        Channel.CHAT: 16,
        Channel.PUSH: 8,
        Channel.TOOL: 3,
    }


def test_providers_come_sorted_and_each_is_found_by_its_id() -> None:
    ids = [each.id for each in catalogue().providers]
    assert ids == sorted(ids)
    assert [catalogue().get(each) for each in ids] == list(catalogue().providers)
    assert catalogue().get("nobody") is None


def test_agents_have_no_channel_and_everybody_else_has_one() -> None:
    for each in catalogue().providers:
        assert (each.channel is None) == (each.kind is Kind.AGENT), each.id


def test_a_provider_tells_its_credentials_in_the_order_of_novus_form() -> None:
    ses = provider("ses")
    assert [each.key for each in ses.credentials] == [
        "apiKey",
        "secretKey",
        "region",
        "from",
        "senderName",
    ]
    assert all(each.required for each in ses.credentials)
    assert ses.credential("region") == ses.credentials[2]
    assert ses.credential("port") is None
    assert ses.configurations == ("inboundWebhookEnabled", "configurationSetName")
    assert ses.docs.startswith("https://")


def test_a_port_is_text_on_the_wire() -> None:
    for each in ("nodemailer", "kannel"):
        port = provider(each).credential("port")
        assert port is not None
        assert port.json_type == "string"


def test_seven_credential_keys_are_no_text() -> None:
    keys = catalogue().credential_keys.values()
    assert {each.key: each.json_type for each in keys if each.json_type != "string"} == {
        "secure": "boolean",
        "requireTls": "boolean",
        "ignoreTls": "boolean",
        "hmac": "boolean",
        "authenticateByToken": "boolean",
        "useFromAddressOverride": "boolean",
        "tlsOptions": "object",
    }


def test_what_novu_encrypts_and_what_gives_access_all_the_same_is_secret() -> None:
    keys = catalogue().credential_keys.values()
    encrypted = {"apiKey", "apiToken", "headers", "secretKey", "token", "password"}
    encrypted |= {"serviceAccount", "signingSecret"}
    in_clear = {"tlsOptions", "accessKey", "appSid", "AppIOBearerToken"}
    assert {each.key for each in keys if each.secret} == encrypted | in_clear


def test_a_credential_is_secret_by_its_provider_else_by_its_key_else_in_any_case() -> None:
    known = catalogue()
    assert known.is_secret("ses", "secretKey")
    assert not known.is_secret("ses", "region")
    assert not known.is_secret("nobody", "region")
    assert not known.is_secret("ses", "host")
    assert known.is_secret("nobody", "password")
    assert known.is_secret("ses", "brandNewKey")


def test_every_key_that_a_provider_takes_is_a_key_that_novu_knows_with_the_same_type() -> None:
    known = catalogue().credential_keys
    for each in catalogue().providers:
        for credential in each.credentials:
            assert credential.json_type == known[credential.key].json_type
            assert credential.secret == known[credential.key].secret
        assert set(each.configurations) <= set(catalogue().configuration_keys)


def test_every_credential_says_what_it_is() -> None:
    for each in catalogue().providers:
        for credential in each.credentials:
            assert credential.label, (each.id, credential.key)
            assert credential.description.endswith("."), (each.id, credential.key)


def test_what_novu_fills_in_by_itself_is_never_required() -> None:
    made = [
        (each.id, credential)
        for each in catalogue().providers
        for credential in each.credentials
        if credential.server_made
    ]
    assert [(who, credential.key) for who, credential in made] == [
        ("anthropic", "externalEnvironmentId"),
        ("anthropic-aws", "externalEnvironmentId"),
        ("sendblue", "token"),
        ("whatsapp-business", "token"),
    ]
    assert not any(credential.required for _, credential in made)


def test_enums_hold_text_only() -> None:
    enums = {
        (each.id, credential.key): credential.enum
        for each in catalogue().providers
        for credential in each.credentials
        if credential.enum
    }
    assert enums[("sparkpost", "region")] == ("eu",)
    assert enums[("tool-webhook", "method")] == ("POST", "PUT", "PATCH")
    assert all(isinstance(word, str) for words in enums.values() for word in words)


def test_the_in_app_built_in_is_single_novus_own_and_takes_hmac_alone() -> None:
    built_in = provider("novu")
    assert built_in.channel is Channel.IN_APP
    assert built_in.novu_owned
    assert built_in.single_per_environment
    assert [each.key for each in built_in.credentials] == ["hmac"]


def test_the_signing_key_is_the_one_secret_among_configurations() -> None:
    keys = catalogue().configuration_keys.values()
    assert [each.key for each in keys if each.secret] == ["inboundWebhookSigningKey"]


def test_a_word_without_a_provider_is_known_as_one() -> None:
    assert catalogue().documented_only == {"emailjs": Channel.EMAIL}
    assert catalogue().get("emailjs") is None


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("sess", "ses"),
        ("aws-ses", "ses"),
        ("Amazon SES", "ses"),
        ("send-grid", "sendgrid"),
        ("twilio_sms", "twilio"),
        ("smtp", "nodemailer"),
        ("firebase", "fcm"),
        ("brevo", "brevo-sms"),
        ("novu-inbox", "novu"),
    ],
)
def test_a_provider_is_suggested_by_what_people_call_it(typed: str, meant: str) -> None:
    assert catalogue().suggest(typed) == meant


@pytest.mark.parametrize("typed", ["", "xyzzy", "carrier pigeon"])
def test_nothing_is_suggested_for_what_resembles_nothing(typed: str) -> None:
    assert catalogue().suggest(typed) is None
