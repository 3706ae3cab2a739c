"""What a team's own rules say, where they hold, and who breaks them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from support.published import SCHEMAS
from support.written import project

from reconciler.config.policy import policy_of
from reconciler.config.resolve import check, resolve
from reconciler.findings import Severity

if TYPE_CHECKING:
    from reconciler.findings import Finding

PAGE = (Path(__file__).parents[2] / "docs" / "policy.md").read_text("utf-8")
SLACK = "{identifier: %s, providerId: slack, name: x}"
HEAD = """\
version: 1
project: acme
environments:
  development: {apiKey: "${env:A}"%s}
  production: {apiKey: "${env:B}"%s}
"""


def told(
    policy: str, *integrations: str, development: str = "", production: str = ""
) -> list[tuple[str, str, str]]:
    """Code, severity and environment of every breach."""
    inside = [f", policy: {each}" if each else "" for each in (development, production)]
    text = f"policy: {policy}\n" if policy else ""
    text += "integrations:\n" + "".join(f"  - {each}\n" for each in integrations)
    return [
        (each.code, str(each.severity), each.environment)
        for each in check(project(text, head=HEAD % tuple(inside)))
    ]


def test_without_a_policy_nobody_minds() -> None:
    assert told("", SLACK % "slack") == []


def test_an_identifier_begins_with_its_environments_name_or_the_prefix_given() -> None:
    rule = "{identifierPrefix: {}}"
    assert told(rule, SLACK % '"${environment}-slack"') == []
    assert told(rule, SLACK % "production-slack") == [("NS601", "error", "development")]
    assert told("{identifierPrefix: {prefix: acme-}}", SLACK % "acme-slack") == []
    assert told("{identifierPrefix: {prefix: acme-}}", SLACK % "slack-acme") == [
        ("NS601", "error", "development"),
        ("NS601", "error", "production"),
    ]


def test_what_novu_names_itself_needs_no_prefix() -> None:
    inbox = "{identifier: inbox, providerId: novu, name: x}"
    assert [each for each in told("{identifierPrefix: {}}", inbox) if each[0] == "NS601"] == []


SES = "{identifier: %s, providerId: mailersend, channel: email, active: %s%s}"


@pytest.mark.parametrize(
    ("integrations", "breached"),
    [
        ((SES % ("a", "true", ""),), True),
        ((SES % ("a", "true", ", primary: true"),), False),
        ((SES % ("a", "true", ""), SES % ("b", "true", ", primary: true")), False),
        ((SES % ("a", "false", ""),), False),
        ((SES % ("a", '"${env:ON}"', ""),), False),
        ((SES % ("a", "true", ", primary: false"),), True),
        ((SLACK % "a",), False),
    ],
)
def test_a_used_channel_declares_its_primary(
    integrations: tuple[str, ...], *, breached: bool
) -> None:
    codes = {each[0] for each in told("{onePrimary: {level: error}}", *integrations)}
    assert ("NS602" in codes) is breached


def test_providers_are_those_that_are_allowed() -> None:
    assert told("{allowedProviders: {providers: [slack]}}", SLACK % "a") == []
    assert {each[0] for each in told("{allowedProviders: {providers: [ses]}}", SLACK % "a")} == {
        "NS604"
    }
    assert {each[0] for each in told("{allowedProviders: {}}", SLACK % "a")} == {"NS604"}


def test_an_environment_is_stricter_or_milder_than_the_project_rule_by_rule_and_key_by_key() -> (
    None
):
    rule = "{identifierPrefix: {level: warning, prefix: acme-}}"
    found = told(
        rule,
        SLACK % "slack",
        development='{identifierPrefix: {level: "off"}}',
        production="{identifierPrefix: {level: error}}",
    )
    assert found == [("NS601", "error", "production")]
    (mild,) = told(rule, SLACK % "slack", production='{identifierPrefix: {level: "off"}}')
    assert mild == ("NS601", "warning", "development")
    assert told("", SLACK % "a", production="{allowedProviders: {}}") == [
        ("NS604", "error", "production")
    ]


def breach(text: str) -> Finding:
    (found,) = resolve(project(text), "production", variables={}).findings
    return found


def test_a_breach_is_told_with_the_line_that_breaks_the_rule() -> None:
    found = breach(
        """
        policy: {allowedProviders: {providers: [ses]}}
        integrations:
          - identifier: a
            providerId: slack
        """
    )
    assert str(found.location) == "novu-sync.yaml:9:5"
    assert found.detail == "The policy does not allow `slack` here. It allows `ses`."


def test_what_the_schema_objects_to_is_no_rule_and_breaks_nothing() -> None:
    codes = {each[0] for each in told("[identifierPrefix]", "{identifier: 5, providerId: 5}")}
    assert not {each for each in codes if each.startswith("NS6")}
    rule = "{identifierPrefix: 5, allowedProviders: {providers: 5}, onePrimary: {level: bad}}"
    codes = {each[0] for each in told(rule, "{identifier: 5, providerId: 5}")}
    assert not {each for each in codes if each.startswith("NS6")}


def test_a_level_that_readers_of_yaml_disagree_on_has_to_be_quoted() -> None:
    codes = {each[0] for each in told("{onePrimary: {level: off}}", SLACK % "a")}
    assert codes
    assert "NS602" not in codes


def test_how_bad_it_is_to_be_inactive_for_long_is_known_to_the_environment() -> None:
    text = "policy: {longInactive: {level: warning}}\nintegrations: []\n"
    written = project(text)
    assert policy_of(written, "production").inactive_level is Severity.WARNING
    keys = {"NOVU_DEVELOPMENT_API_KEY": "a", "NOVU_PRODUCTION_API_KEY": "b"}
    desired = resolve(written, "production", variables=keys).desired
    assert desired is not None
    assert desired.environment.inactive_policy is Severity.WARNING


def test_the_page_shows_a_project_that_is_valid() -> None:
    text = PAGE.partition("```yaml\n")[2].partition("```")[0]
    assert check(project(text, head="")) == ()


def test_what_the_rego_of_the_page_asks_for_is_in_a_plan() -> None:
    rego = PAGE.partition("```rego\n")[2].partition("```")[0]
    schema = (SCHEMAS / "plan.schema.json").read_text("utf-8")
    asked = set(re.findall(r"\b(?:input|environment|change|field)\.(\w+)", rego))
    assert asked == {
        "environments", "environment", "changes", "action", "channel", "identifier", "fields",
        "path", "visibility", "after",
    }  # fmt: skip
    assert not {each for each in asked if f'"{each}"' not in schema}
