"""Forms are filled in: values in the place of references, secrets as `Secret`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.written import form

from reconciler.config.filling import Filler
from reconciler.config.reading import MAX_DEPTH
from reconciler.config.references import Resolver
from reconciler.config.sources import Variables
from reconciler.model import Channel, Kind
from reconciler.secret import Secret, reveal

if TYPE_CHECKING:
    from reconciler.findings import Finding
    from reconciler.model import Integration


def filled(
    text: str, provider: str = "slack", **variables: str
) -> tuple[Integration, list[Finding]]:
    """An integration of some lines, and what was wrong with values from outside."""
    lines = "\n    ".join(text.split("\n"))
    made = form(f"integrations:\n  - identifier: a\n    providerId: {provider}\n    {lines}\n")
    filler = Filler(Resolver("development", {"env": Variables(variables)}))
    return filler.integration(made), filler.findings


def integration(text: str, provider: str = "slack", **variables: str) -> Integration:
    made, findings = filled(text, provider, **variables)
    assert findings == []
    return made


def refused(text: str, provider: str = "slack", **variables: str) -> Finding:
    _, (finding,) = filled(text, provider, **variables)
    return finding


def test_what_is_written_is_what_is_declared() -> None:
    made = integration(
        "name: Slack\nactive: true\nprimary: false\ncheck: true\nprotect: true\n"
        "previousIdentifiers: [b, 'c-${environment}']\nignoreChanges: [name]\n"
        "credentialsVersion: 3\nrules: {'!': [0]}\nconfigurations: {inboxCount: unread}"
    )
    assert (made.identifier, made.provider_id) == ("a", "slack")
    assert (made.channel, made.kind) == (Channel.CHAT, Kind.DELIVERY)
    assert (made.name, made.active, made.primary) == ("Slack", True, False)
    assert (made.check, made.protect, made.credentials_version) == (True, True, 3)
    assert made.previous_identifiers == ("b", "c-development")
    assert made.ignore_changes == {"name"}
    assert made.rules == {"!": [0]}
    assert made.configurations == {"inboxCount": "unread"}
    assert made.referenced == frozenset()
    assert str(made.location) == "novu-sync.yaml:7:5"
    assert str(made.lines["name"]) == "novu-sync.yaml:9:5"


def test_what_is_left_out_is_not_managed() -> None:
    made = integration("environments: {development: }")
    assert (made.check, made.protect) == (False, False)
    assert (made.previous_identifiers, made.ignore_changes) == ((), frozenset())
    fields = (made.name, made.active, made.primary, made.credentials, made.conditions)
    assert fields == (None,) * 5
    assert (made.rules, made.configurations, made.credentials_version) == (None, None, None)


def test_null_is_an_empty_value() -> None:
    made = integration("credentials: null\nconditions: null\nrules: null\nconfigurations: null")
    assert (made.credentials, made.conditions) == ({}, [])
    assert (made.rules, made.configurations) == ({}, {})


def test_an_agent_has_no_channel_and_a_provider_unknown_is_a_delivery() -> None:
    agent = integration("name: A", "anthropic")
    assert (agent.channel, agent.kind) == (None, Kind.AGENT)
    assert integration("channel: push", "nobody").kind is Kind.DELIVERY
    assert integration("kind: agent", "nobody").kind is Kind.AGENT


def test_a_value_from_outside_is_secret_in_every_field() -> None:
    made = integration(
        "name: Slack ${env:N}\nconditions: [{children: [{on: tenant, value: '${env:T}'}]}]\n"
        "rules: {'==': [{var: x}, '${env:T}']}",
        N="planted-n",
        T="planted-t",
    )
    assert "planted" not in repr(made)
    assert isinstance(made.name, Secret)
    assert made.name.reveal() == "Slack planted-n"
    assert reveal(made.rules) == {"==": [{"var": "x"}, "planted-t"]}
    assert made.referenced == {"name", "conditions", "rules"}


def test_the_environments_name_is_no_secret() -> None:
    made = integration("name: Slack ${environment}")
    assert made.name == "Slack development"
    assert made.referenced == frozenset()


def test_what_the_catalogue_calls_secret_is_one_wherever_it_came_from() -> None:
    made = integration("credentials: {secretKey: planted, applicationId: shown, hmm: planted}")
    assert made.credentials is not None
    assert isinstance(made.credentials["secretKey"], Secret)
    assert isinstance(made.credentials["hmm"], Secret)
    assert made.credentials["applicationId"] == "shown"
    assert "planted" not in repr(made)


def test_a_secret_object_is_one_secret() -> None:
    made = integration("credentials: {tlsOptions: {ca: '${env:CA}', x: [1]}}", "nodemailer", CA="c")
    assert made.credentials is not None
    options = made.credentials["tlsOptions"]
    assert isinstance(options, Secret)
    assert options.reveal() == {"ca": "c", "x": [1]}


@pytest.mark.parametrize(("text", "value"), [("true", True), ("False", False), ("TRUE", True)])
def test_a_switch_from_outside_is_true_or_false(text: str, value: bool) -> None:  # noqa: FBT001 - a parameter
    made = integration("credentials: {secure: '${env:S}'}", "nodemailer", S=text)
    assert reveal(dict(made.credentials or {})) == {"secure": value}


def test_whether_it_is_active_may_come_from_outside_and_acts() -> None:
    made = integration("active: ${env:ON}", ON="true")
    assert made.active is True
    assert made.referenced == {"active"}


def test_a_primary_that_turns_out_inactive_is_told() -> None:
    text = "primary: true\nactive: ${env:ON}"
    assert refused(text, "ses", ON="false").code == "NS406"
    assert filled(text, "ses", ON="true")[1] == []


def test_an_object_from_outside_is_read() -> None:
    made = integration("credentials: {tlsOptions: '${env:T}'}", "nodemailer", T='{"a": [1]}')
    assert reveal(dict(made.credentials or {})) == {"tlsOptions": {"a": [1]}}


@pytest.mark.parametrize(
    "text",
    [
        "planted",
        "[1]",
        '"planted"',
        "{planted: 1}",
        '{"a": NaN}',
        '{"a": Infinity}',
        '{"a":' + "[" * 100 + "]" * 100 + "}",
        '{"a":' * 100_000,
    ],
    ids=lambda text: text[:12],
)
def test_an_object_from_outside_that_is_none_is_told_without_its_text(text: str) -> None:
    finding = refused("credentials: {tlsOptions: '${env:T}'}", "nodemailer", T=text)
    assert finding.code == "NS308"
    assert "planted" not in finding.detail


def test_an_object_from_outside_may_be_nested_as_deep_as_one_in_a_file() -> None:
    lists = MAX_DEPTH - 1  # the object around them is one
    for more, codes in ((0, []), (1, ["NS308"])):
        text = f'{{"a": {"[" * (lists + more)}{"]" * (lists + more)}}}'
        _, findings = filled("credentials: {tlsOptions: '${env:T}'}", "nodemailer", T=text)
        assert [each.code for each in findings] == codes


@pytest.mark.parametrize("text", ["yes", "1", "on", "planted"])
def test_a_switch_from_outside_that_is_none_is_told_without_its_text(text: str) -> None:
    finding = refused("credentials: {secure: '${env:S}'}", "nodemailer", S=text)
    assert finding.code == "NS308"
    assert finding.detail.startswith("The value that `secure` refers to is not `true` or `false`")


def test_a_word_from_outside_is_one_of_those_allowed() -> None:
    credentials = "credentials: {region: '${env:R}'}"
    assert filled(credentials, "sendgrid", R="eu")[1] == []
    finding = refused(credentials, "sendgrid", R="planted")
    assert finding.code == "NS308"
    assert "`global`, `eu`" in finding.detail
    assert "planted" not in finding.detail


def test_a_value_that_cannot_be_had_is_told_at_its_line() -> None:
    finding = refused("credentials:\n  secretKey: ${env:PLANTED}")
    assert (finding.code, str(finding.location)) == ("NS305", "novu-sync.yaml:10:7")
    assert finding.pointer == "/integrations/0/credentials/secretKey"


def test_a_placeholder_from_outside_is_told() -> None:
    finding = refused("credentials: {secretKey: '${env:A}'}", A="<CHANGE_ME>")
    assert finding.code == "NS311"
    assert finding.detail.startswith("`secretKey` holds a placeholder")
    assert filled("name: ${env:A}", A="<CHANGE_ME>")[1] == []


@pytest.mark.parametrize(
    ("text", "provider", "key"),
    [
        ("name: ${env:A:-}", "slack", "name"),
        ("active: true\ncredentials: {region: '${env:A:-}'}", "ses", "region"),
    ],
)
def test_an_empty_default_is_no_value_where_one_is_needed(
    text: str, provider: str, key: str
) -> None:
    finding = refused(text, provider)
    assert finding.code == "NS305"
    assert finding.detail.startswith(f"`{key}` is needed")


def test_an_empty_default_is_a_value_where_none_is_needed() -> None:
    made = integration("credentials: {senderName: '${env:A:-}'}", "ses")
    assert reveal(dict(made.credentials or {})) == {"senderName": ""}
