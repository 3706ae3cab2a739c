"""What one declared integration comes to, in the environments in which it lives."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.written import form, project

from reconciler.config.forms import default_forms, forms
from reconciler.model import Channel

if TYPE_CHECKING:
    from reconciler.config.forms import Form


def integration(text: str, defaults: str = "") -> Form:
    """The form of an integration of some keys, in development."""
    return form(f"{defaults}\nintegrations:\n  - {{identifier: a, {text}}}\n")


def test_the_channel_of_a_known_provider_is_filled_in() -> None:
    assert integration("providerId: ses").value["channel"] == "email"
    assert integration("providerId: ses, channel: null").value["channel"] == "email"
    assert integration("providerId: ses, channel: sms").value["channel"] == "sms"
    assert integration("providerId: anthropic").value.get("channel") is None
    assert "channel" not in integration("providerId: nobody").value
    assert "channel" not in integration("name: x").value


def test_a_form_knows_its_provider() -> None:
    known = integration("providerId: ses").provider
    assert known is not None
    assert known.channel is Channel.EMAIL
    assert integration("providerId: 5").provider is None


def test_defaults_of_the_channel_lie_under_the_integration() -> None:
    defaults = "defaults: {email: {check: true, active: true}, chat: {protect: true}}"
    value = integration("providerId: ses, active: false", defaults).value
    assert (value["check"], value["active"]) == (True, False)
    assert "protect" not in value
    assert "check" not in integration("providerId: twilio", defaults).value
    assert "check" not in integration("providerId: nobody", defaults).value


def test_default_credentials_are_for_integrations_that_have_some() -> None:
    """Credentials that are left out are not managed, and a default must not make them so."""
    defaults = "defaults: {email: {credentials: {senderName: Acme, host: h}}}"
    given = integration("providerId: ses, credentials: {region: r}", defaults)
    assert given.value["credentials"] == {"senderName": "Acme", "region": "r"}
    assert "credentials" not in integration("providerId: ses", defaults).value
    assert integration("providerId: ses, credentials: null", defaults).value["credentials"] is None


def test_default_credentials_that_a_provider_does_not_take_are_not_meant_for_it() -> None:
    defaults = "defaults: {chat: {credentials: {apiKey: k, applicationId: a}}}"
    known = integration("providerId: slack, credentials: {}", defaults)
    assert known.value["credentials"] == {"applicationId": "a"}
    unknown = integration("providerId: nobody, channel: chat, credentials: {}", defaults)
    assert unknown.value["credentials"] == {"apiKey": "k", "applicationId": "a"}


def test_defaults_of_the_wrong_shape_do_no_harm() -> None:
    assert integration("providerId: ses", "defaults: {email: [x]}").value["channel"] == "email"
    credentials = "defaults: {email: {credentials: x}}"
    given = integration("providerId: ses, credentials: {region: r}", credentials)
    assert given.value["credentials"] == {"region": "r"}


def test_null_takes_a_key_out_and_is_remembered() -> None:
    cleared = integration(
        "providerId: ses, credentials: {region: null, from: a}, rules: null, conditions: [null],"
        " configurations: {inboxCount: null}, name: null"
    )
    assert cleared.value["credentials"] == {"from": "a"}
    assert cleared.value["configurations"] == {}
    assert cleared.value["rules"] is None
    assert cleared.cleared == (
        ("credentials", "region"),
        ("configurations", "inboxCount"),
        ("rules",),
    )


def test_environments_without_an_overlay_share_a_form() -> None:
    written = project("""
        integrations:
          - {identifier: a, providerId: slack, environments: {development: , production: {}}}
          - {identifier: b, providerId: slack, environments: {development: {name: B}}}
          - {identifier: c, providerId: slack, environments: {development: {name: C}, production: }}
          - {identifier: d, providerId: slack, environments: {}}
    """)
    assert [
        [(each.environments, each.value.get("name")) for each in forms(written, declaration)]
        for declaration in written.declarations
    ] == [
        [(("development", "production"), None)],
        [(("development",), "B")],
        [(("production",), None), (("development",), "C")],
        [((), None)],
    ]


def test_where_an_integration_lives_is_no_field_of_it() -> None:
    living = integration("providerId: ses, environments: {development: {name: A}}")
    assert "environments" not in living.value
    assert living.value["name"] == "A"


@pytest.mark.parametrize(
    ("path", "json_type", "secret", "needed"),
    [
        (("active",), "boolean", False, False),
        (("name",), "string", False, True),
        (("credentials", "password"), "string", True, False),
        (("credentials", "host"), "string", False, True),
        (("credentials", "secure"), "boolean", False, False),
        (("credentials", "tlsOptions"), "object", True, False),
        (("credentials", "tlsOptions", "ca"), "string", True, False),
        (("credentials", "region"), "string", False, False),
        (("credentials", "novelty"), "string", True, False),
        (("configurations", "inboundWebhookEnabled"), "boolean", False, False),
        (("configurations", "inboundWebhookSigningKey"), "string", True, False),
        (("configurations", "novelty"), "string", True, False),
        (("conditions", 0, "value"), "string", False, False),
    ],
)
def test_a_form_knows_what_the_catalogue_says_of_a_value(
    path: tuple[str | int, ...],
    json_type: str,
    secret: bool,  # noqa: FBT001 - a parameter
    needed: bool,  # noqa: FBT001 - a parameter
) -> None:
    smtp = integration("providerId: nodemailer, active: true")
    assert smtp.json_type(path) == json_type
    assert smtp.is_secret(path) is secret
    assert smtp.needs(path) is needed


def test_an_inactive_integration_needs_no_credential_yet() -> None:
    assert not integration("providerId: ses").needs(("credentials", "region"))
    assert not integration("providerId: ses, active: false").needs(("credentials", "region"))
    assert integration("providerId: ses, active: '${env:A}'").needs(("credentials", "region"))


def test_a_credential_of_an_unknown_provider_is_judged_by_its_key() -> None:
    unknown = integration("providerId: nobody")
    assert unknown.is_secret(("credentials", "password"))
    assert not unknown.is_secret(("credentials", "region"))


def test_the_defaults_of_a_channel_are_a_form_of_their_own() -> None:
    """What is wrong with them is wrong whether an integration uses them or not."""
    written = project(
        "defaults: {sms: {credentials: {password: x}}, email: {active: true}, chat: }"
    )
    assert [(each.value, each.environments) for each in default_forms(written)] == [
        ({"active": True}, ()),
        ({"credentials": {"password": "x"}}, ()),
    ]
    assert list(default_forms(project(""))) == []
