from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from golden.providers import AGENT, BARE, GRAND
from jsonschema import Draft202012Validator

from reconciler.config.catalogue import catalogue
from reconciler.views.snippet import snippet_lines, variable

if TYPE_CHECKING:
    from reconciler.config.catalogue import Provider

SCHEMA = json.loads(
    (Path(__file__).parents[2] / "schemas" / "novu-sync.schema.json").read_text("utf-8")
)
PROVIDERS = [pytest.param(each, id=each.id) for each in catalogue().providers]


def pasted(provider: Provider) -> dict[str, Any]:
    """The piece as YAML reads it."""
    parsed: dict[str, Any] = yaml.safe_load("\n".join(snippet_lines(provider)))
    return parsed


@pytest.fixture(scope="module")
def project_schema() -> Any:  # noqa: ANN401 - jsonschema's validators are made at run time
    return Draft202012Validator(SCHEMA)


@pytest.mark.parametrize("provider", PROVIDERS)
def test_the_piece_of_every_provider_can_be_pasted(provider: Provider, project_schema: Any) -> None:  # noqa: ANN401
    """The published schema accepts it, required credentials and all."""
    assert [error.json_path for error in project_schema.iter_errors(pasted(provider))] == []


@pytest.mark.parametrize("provider", PROVIDERS)
def test_every_secret_is_a_reference_of_its_own(provider: Provider) -> None:
    given = pasted(provider)["integrations"][0].get("credentials", {})
    secrets = [
        given[each.key] for each in provider.credentials if each.secret and each.key in given
    ]
    assert all(value.startswith("${env:") and value.endswith("}") for value in secrets)
    assert len(set(secrets)) == len(secrets)


def test_required_credentials_are_there_and_only_they() -> None:
    assert pasted(GRAND)["integrations"] == [
        {
            "identifier": "grand-mail-${environment}",
            "name": "Grand Mail: the 2nd",
            "providerId": "grand-mail",
            "channel": "email",
            "active": True,
            "credentials": {
                "apiKey": "${env:GRAND_MAIL_ACCESS_KEY}",
                "secretKey": "${env:GRAND_MAIL_SECRET_KEY}",
                "privateKey": "${env:GRAND_MAIL_PRIVATE_KEY}",
                "from": "no-reply@example.com",
                "port": "587",
                "region": "no",
                "secure": False,
                "account": "${env:GRAND_MAIL_ID}",
            },
        }
    ]


def test_a_provider_without_credentials_shows_none() -> None:
    assert "credentials" not in pasted(BARE)["integrations"][0]


def test_an_agent_has_a_kind_in_place_of_a_channel() -> None:
    piece = pasted(AGENT)["integrations"][0]
    assert piece["kind"] == "agent"
    assert "channel" not in piece


def test_a_credential_without_a_label_is_named_by_its_key() -> None:
    assert variable(AGENT, AGENT.credentials[0]) == "THINKER_API_KEY"


def test_a_word_that_yaml_reads_otherwise_is_quoted() -> None:
    assert pasted(replace(BARE, name="on"))["integrations"][0]["name"] == "on"
