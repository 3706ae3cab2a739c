"""What is wrong with one integration taken by itself, told without secrets."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from support.written import form, told

from reconciler.config import inspection
from reconciler.config.inspection import Leave, inspect, strings
from reconciler.findings import Severity

STRICT = Leave(
    keys=frozenset({("env", "KEY"), ("file", "keys/novu")}), plaintext=False, unknown=False
)
SCHEMA = json.loads(
    (Path(__file__).parents[2] / "schemas" / "novu-sync.schema.json").read_text("utf-8")
)


def findings(text: str, leave: Leave = STRICT, provider: str = "discord") -> list[str]:
    """Code and pointer of what is wrong with an integration of one key."""
    made = form(f"integrations:\n  - identifier: a\n    providerId: {provider}\n    {text}\n")
    return [
        f"{each.code} {each.pointer.removeprefix('/integrations/0')}"
        for each in inspect(made, leave)
    ]


def test_every_string_of_a_value_is_found_with_its_path() -> None:
    value = {"a": "x", "b": [1, "y", {"c": "z"}], "d": None}
    assert list(strings(value)) == [(("a",), "x"), (("b", 1), "y"), (("b", 2, "c"), "z")]
    assert list(strings(5)) == []


def test_every_field_takes_all_references_or_the_environments_or_none() -> None:
    """A new field of the schema has to be put in one of the three."""
    fields = [inspection._OPEN, inspection._NAMES, inspection._CLOSED]
    assert sum(map(len, fields)) == len(frozenset().union(*fields))
    assert frozenset().union(*fields) | {"environments"} == set(
        SCHEMA["$defs"]["shape"]["properties"]
    )


@pytest.mark.parametrize("field", sorted(inspection._OPEN - {"active", "name"}))
def test_an_open_field_takes_references(field: str) -> None:
    assert findings(
        f"{field}: {{x: [['${{env:A}}-${{file:a}}']]}}",
        Leave(keys=(), plaintext=True, unknown=True),
    ) in ([], ["NS211 /credentials/x"], ["NS216 /configurations/x"])


@pytest.mark.parametrize("field", sorted(inspection._CLOSED))
def test_a_closed_field_takes_no_reference(field: str) -> None:
    made = form(f"integrations: [{{identifier: a, {field}: '${{environment}}'}}]")
    assert [each.pointer for each in inspect(made, STRICT) if each.code == "NS304"] == [
        f"/integrations/0/{field}"
    ]


def test_names_take_the_environments_name_alone() -> None:
    assert findings("previousIdentifiers: ['a-${environment}']") == []
    assert findings("previousIdentifiers: ['${env:A}-${environment}']") == [
        "NS304 /previousIdentifiers/0"
    ]


def test_a_key_that_does_not_exist_is_not_told_that_it_takes_no_reference() -> None:
    """Its author would write the value down instead, and it may be a secret."""
    assert findings("secretKey: ${env:A}") == []
    assert findings("secretKey: ${env") == ["NS301 /secretKey"]


def test_a_plain_dollar_brace_is_no_reference() -> None:
    assert findings("check: '$${x}'") == []


@pytest.mark.parametrize("reference", ["${env:KEY}", "${file:keys/novu}", "${file:./keys//novu}"])
def test_an_api_key_may_stand_nowhere_else(reference: str) -> None:
    assert findings(f"name: a-{reference}") == ["NS309 /name"]


def test_a_file_outside_is_told_wherever_it_stands() -> None:
    assert findings("conditions: [{children: [{on: tenant, value: '${file:../x}'}]}]") == [
        "NS306 /conditions/0/children/0/value"
    ]


def test_what_is_no_text_is_a_reference_as_a_whole_or_none() -> None:
    assert findings("active: ${env:A}") == []
    assert findings("active: ${env:A}${env:B}") == ["NS308 /active"]
    assert findings("active: a${environment}") == ["NS308 /active"]


def test_a_secret_is_a_reference_unless_that_is_allowed() -> None:
    assert "NS310 /credentials/secretKey" in findings(
        "credentials: {secretKey: x}", provider="slack"
    )
    allowed = Leave(keys=(), plaintext=True, unknown=False)
    assert "NS310 /credentials/secretKey" not in findings(
        "credentials: {secretKey: x}", allowed, provider="slack"
    )
    assert "NS312 /credentials/secretKey" in findings(
        "credentials: {secretKey: '${env:A:-x}'}", provider="slack"
    )


def test_a_key_that_nobody_knows_is_secret_where_it_is_allowed_at_all() -> None:
    lenient = Leave(keys=(), plaintext=False, unknown=True)
    assert findings("credentials: {novelty: x}", lenient) == [
        "NS211 /credentials/novelty",
        "NS310 /credentials/novelty",
    ]
    assert findings("credentials: {novelty: x}") == ["NS211 /credentials/novelty"]


def test_a_placeholder_is_told_even_where_plain_text_is_allowed() -> None:
    allowed = Leave(keys=(), plaintext=True, unknown=False)
    assert findings("configurations: {inboundWebhookSigningKey: <KEY>}", allowed) == [
        "NS311 /configurations/inboundWebhookSigningKey"
    ]
    assert findings("name: <NAME>") == []


def test_an_empty_secret_is_no_secret_in_plain_text() -> None:
    assert findings("configurations: {inboundWebhookSigningKey: ''}") == []


def test_an_empty_value_would_clear_and_null_is_meant_so() -> None:
    assert findings("rules:") == ["NS411 /rules"]
    assert findings("configurations: {inboxCount: }") == ["NS411 /configurations/inboxCount"]
    for meant in ("null", "~", "{}"):
        assert findings(f"rules: {meant}") == []


@pytest.mark.parametrize("blank", [" ", "\\t", "\\u00a0"])
def test_an_identifier_with_blanks_is_told(blank: str) -> None:
    made = form(f'integrations:\n  - identifier: "a{blank}b"\n    providerId: discord\n')
    (finding,) = inspect(made, STRICT)
    assert told([finding]) == ["NS412 7:5"]
    assert finding.severity is Severity.WARNING


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("{identifier: a, providerId: slack, primary: true}", "NS405"),
        ("{identifier: a, providerId: anthropic, primary: true}", "NS405"),
        ("{identifier: a, providerId: nobody, channel: push, primary: true}", "NS405"),
        ("{identifier: a, providerId: ses, primary: true, active: false}", "NS406"),
        ("{identifier: a, providerId: ses, primary: true, rules: {'!': [0]}}", "NS407"),
        ("{identifier: a, providerId: ses, primary: true, conditions: [{children: []}]}", "NS407"),
        (
            "{identifier: a, providerId: ses, conditions: [{children: []}], rules: {'!': 0}}",
            "NS408",
        ),
    ],
)
def test_what_novu_cannot_do_is_told(text: str, code: str) -> None:
    found = [each.code for each in inspect(form(f"integrations: [{text}]"), STRICT)]
    assert [each for each in found if each.startswith("NS4")] == [code]


@pytest.mark.parametrize(
    "text",
    [
        "{identifier: a, providerId: ses, primary: true}",
        "{identifier: a, providerId: nobody, primary: true}",
        "{identifier: a, providerId: slack, primary: false}",
        "{identifier: a, providerId: ses, primary: true, rules: {}, conditions: []}",
        "{identifier: a, providerId: ses, primary: true, active: '${env:A}'}",
    ],
)
def test_what_novu_can_do_is_fine(text: str) -> None:
    found = [each.code for each in inspect(form(f"integrations: [{text}]"), STRICT)]
    assert [each for each in found if each.startswith("NS4")] == []


def test_an_agents_lack_of_a_primary_is_told_as_an_agents() -> None:
    made = form("integrations: [{identifier: a, providerId: anthropic, primary: true}]")
    details = [each.detail for each in inspect(made, STRICT) if each.code == "NS405"]
    assert details[0].startswith("There is no primary for an agent")
