"""The published schemas, used as an editor uses them: whole, by an independent validator."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator

from reconciler.config.catalogue import catalogue

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reconciler.config.catalogue import Credential, Provider

SCHEMAS = Path(__file__).parents[2] / "schemas"
PUBLISHED = sorted(each.name for each in SCHEMAS.glob("*.schema.json"))
PROVIDERS = catalogue().providers
ENUMS = [
    (provider, credential)
    for provider in PROVIDERS
    for credential in provider.credentials
    if credential.enum
]
REFERENCE = "${env:NAME}"
WORDS = ("title", "description")
WRONG: dict[str, list[Any]] = {
    "string": [5, True, ["text"], {}],
    "boolean": ["true", "yes", 1, []],
    "object": ["{}", True, []],
}


def by_id(value: object) -> str | None:
    return getattr(value, "id", None) or getattr(value, "key", None)


def load(name: str) -> dict[str, Any]:
    schema: dict[str, Any] = json.loads((SCHEMAS / name).read_text("utf-8"))
    return schema


@cache
def project_schema() -> dict[str, Any]:
    return load("novu-sync.schema.json")


@cache
def project_validator() -> Any:  # noqa: ANN401 - jsonschema's validators are made at run time
    return Draft202012Validator(project_schema())


def project(*integrations: dict[str, Any], **more: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON
    environments = {"development": {"apiKey": "${env:NOVU_DEVELOPMENT_API_KEY}"}}
    return {
        "version": 1,
        "project": "acme",
        "environments": environments,
        "integrations": list(integrations),
        **more,
    }


def accepted(*integrations: dict[str, Any], **more: Any) -> bool:  # noqa: ANN401 - any JSON
    return bool(project_validator().is_valid(project(*integrations, **more)))


def sample(credential: Credential) -> object:
    if credential.enum:
        return credential.enum[0]
    return {"string": "text", "boolean": True, "object": {"servername": "acme.com"}}[
        credential.json_type
    ]


def declared(provider: Provider, **fields: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON
    return {
        "identifier": f"{provider.id}-main",
        "providerId": provider.id,
        "credentials": {each.key: sample(each) for each in provider.credentials},
        **fields,
    }


@pytest.mark.parametrize("name", PUBLISHED)
def test_a_published_schema_is_a_valid_schema_of_draft_2020_12(name: str) -> None:
    schema = load(name)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    Draft202012Validator.check_schema(schema)


@pytest.mark.parametrize("provider", PROVIDERS, ids=by_id)
def test_an_integration_of_the_provider_is_accepted(provider: Provider) -> None:
    channel = {"channel": provider.channel.value} if provider.channel else {}
    assert accepted(declared(provider))
    assert accepted(declared(provider, kind=provider.kind.value, **channel))
    assert accepted(declared(provider, active=REFERENCE, name=f"x-{REFERENCE}"))


@pytest.mark.parametrize("provider", PROVIDERS, ids=by_id)
def test_every_credential_may_be_a_reference_or_taken_out(provider: Provider) -> None:
    keys = [each.key for each in provider.credentials]
    assert accepted(declared(provider, credentials=dict.fromkeys(keys, REFERENCE)))
    assert accepted(declared(provider, credentials=dict.fromkeys(keys, f"a{REFERENCE}b")))
    assert accepted(declared(provider, credentials=dict.fromkeys(keys)))
    assert accepted(declared(provider, credentials=None))
    assert accepted(declared(provider, credentials={}))


@pytest.mark.parametrize("provider", PROVIDERS, ids=by_id)
def test_a_credential_of_another_provider_is_refused(provider: Provider) -> None:
    taken = {each.key for each in provider.credentials}
    foreign = min(set(catalogue().credential_keys) - taken)
    given = declared(provider)["credentials"]
    assert not accepted(declared(provider, credentials=given | {foreign: REFERENCE}))
    overlay = {"development": {"credentials": {foreign: REFERENCE}}}
    assert not accepted(declared(provider, environments=overlay))


@pytest.mark.parametrize("provider", PROVIDERS, ids=by_id)
def test_a_credential_of_the_wrong_type_is_refused(provider: Provider) -> None:
    given = declared(provider)["credentials"]
    for each in provider.credentials:
        for wrong in WRONG[each.json_type]:
            assert not accepted(declared(provider, credentials=given | {each.key: wrong})), each.key


@pytest.mark.parametrize("provider", PROVIDERS, ids=by_id)
def test_another_channel_or_kind_than_the_providers_is_refused(provider: Provider) -> None:
    other = "sms" if provider.channel != "sms" else "email"
    assert not accepted(declared(provider, channel=other))
    assert not accepted(declared(provider, kind="agent" if provider.channel else "delivery"))


@pytest.mark.parametrize(("provider", "credential"), ENUMS, ids=by_id)
def test_a_word_that_the_credential_does_not_know_is_refused(
    provider: Provider, credential: Credential
) -> None:
    given = declared(provider)["credentials"]
    for word in credential.enum:
        assert accepted(declared(provider, credentials=given | {credential.key: word}))
    assert not accepted(declared(provider, credentials=given | {credential.key: "elsewhere"}))


def completions(provider_id: str, *path: str) -> set[str]:
    """The property names that an editor offers at a place in an integration of the provider.

    Follows what language servers follow: `$ref`, `allOf`, `properties`, `additionalProperties` and
    the `then` of every `if` that the integration fulfils.
    """
    root = project_schema()
    instance = {"identifier": "a", "providerId": provider_id}

    def reachable(schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
        yield schema
        if "$ref" in schema:
            yield from reachable(root["$defs"][schema["$ref"].removeprefix("#/$defs/")])
        for each in schema.get("allOf", ()):
            yield from reachable(each)
        if "if" in schema and Draft202012Validator(schema["if"]).is_valid(instance):
            yield from reachable(schema["then"])

    here = list(reachable(root["$defs"]["integration"]))
    for step in path:
        below = [
            each["properties"].get(step, each.get("additionalProperties"))
            if "properties" in each
            else each.get("additionalProperties")
            for each in here
        ]
        here = [found for each in below if isinstance(each, dict) for found in reachable(each)]
    return {key for each in here for key in each.get("properties", ())}


@pytest.mark.parametrize("provider", PROVIDERS, ids=by_id)
def test_an_editor_completes_exactly_the_providers_credentials(provider: Provider) -> None:
    keys = {each.key for each in provider.credentials}
    assert completions(provider.id, "credentials") == keys
    assert completions(provider.id, "environments", "development", "credentials") == keys


def test_an_editor_completes_the_provider_ids() -> None:
    ids = project_schema()["$defs"]["integration"]["properties"]["providerId"]["enum"]
    assert ids == sorted({each.id for each in PROVIDERS} | {"emailjs"})
    assert not accepted({"identifier": "a", "providerId": "sess"})


def test_a_word_without_a_provider_takes_every_credential_that_novu_knows() -> None:
    assert completions("emailjs", "credentials") == set(catalogue().credential_keys)


@pytest.mark.parametrize("channel", ["email", "sms", "chat", "push", "in_app", "tool"])
def test_defaults_take_the_credentials_of_the_channels_providers(channel: str) -> None:
    takes = {
        credential.key
        for provider in PROVIDERS
        if provider.channel == channel
        for credential in provider.credentials
    }
    defaults = project_schema()["$defs"][f"defaults.{channel}"]
    assert set(defaults["properties"]["credentials"]["properties"]) == takes


@pytest.mark.parametrize(
    "more",
    [
        {"include": ["integrations/*.yaml"]},
        {"defaults": {"email": {"credentials": {"senderName": "Acme"}, "active": True}}},
        {"allowUnknownProviders": True},
        {"environment": "production"},
        {"x-anchors": [{"anything": "goes"}]},
        {"environments": {"a": {"apiKey": "k", "ledger": "http"}}},
        {"environments": {"a": {"apiKey": "k", "ledger": {"backend": "novu"}}}},
        {"environments": {"a": {"apiKey": "k", "guards": {"maxDeletes": 0}}}},
        {"environments": {"a": {"apiKey": "k", "ledger": "file"}}},
        {"environments": {"a": {"apiKey": "k", "ownership": {"identifierPrefix": "acme-"}}}},
    ],
    ids=str,
)
def test_a_project_may_say(more: dict[str, Any]) -> None:
    assert accepted(**more)


@pytest.mark.parametrize(
    "more",
    [
        {"version": 2},
        {"version": "1"},
        {"version": True},
        {"project": "two words"},
        {"environments": {}},
        {"environments": {"a": {}}},
        {"environments": {"a": None}},
        {"environments": {"../a": {"apiKey": "k"}}},
        {"environments": {"a": {"apiKey": "k", "ledger": "disk"}}},
        {"environments": {"a": {"apiKey": "k", "ledger": {"address": "https://acme.com"}}}},
        {"environments": {"a": {"apiKey": "k", "guards": {"maxUpdates": -1}}}},
        {"environments": {"a": {"apiKey": "k", "guards": {"maxDelete": 1}}}},
        {"include": "integrations/*.yaml"},
        {"defaults": {"letter": {}}},
        {"integrations": None},
        {"enviroments": {}},
    ],
    ids=str,
)
def test_a_project_may_not_say(more: dict[str, Any]) -> None:
    assert not accepted(**more)


def test_a_file_that_is_included_needs_no_project() -> None:
    assert project_validator().is_valid({"integrations": []})
    assert project_validator().is_valid({"environment": "production", "integrations": []})
    assert not project_validator().is_valid({"defaults": {}, "integrations": []})


def test_a_project_needs_all_that_makes_a_project() -> None:
    for key in ("version", "environments", "project"):
        incomplete = {name: value for name, value in project().items() if name != key}
        if key == "project":
            assert "environments" in incomplete
        assert not project_validator().is_valid(incomplete)


def described(schema: dict[str, Any], path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every property of the schema with its place, through references once."""
    for key, value in schema.get("properties", {}).items():
        if isinstance(value, dict) and "const" not in value and "$ref" not in value:
            yield f"{path}/{key}", value
            yield from described(value, f"{path}/{key}")
    for key in ("items", "additionalProperties"):
        if isinstance(schema.get(key), dict):
            yield from described(schema[key], f"{path}/{key}")


@pytest.mark.parametrize("name", ["novu-sync.schema.json", "novu-integration.schema.json"])
def test_every_key_has_title_description_and_example_for_an_editor_to_show(name: str) -> None:
    schema = load(name)
    # `provider.…` and the integration with all of them only narrow what `shape` describes.
    narrowing = {each for each in schema["$defs"] if each.startswith("provider.")}
    narrowing |= {"integration"} if "shape" in schema["$defs"] else set()
    whole = {key: value for key, value in schema["$defs"].items() if key not in narrowing}
    fields = [each for key, value in whole.items() for each in described(value, key)]
    lacking = [
        *(f"{key}: {word}" for key in whole for word in WORDS if word not in whole[key]),
        *(f"{key}: {word}" for key, value in fields for word in WORDS if word not in value),
        *(
            f"{key}: examples"
            for key, value in [*fields, *described(schema)]
            # On the wire a secret is what it is, and no example could be one.
            if "examples" not in value and not value.get("writeOnly")
        ),
    ]
    assert not lacking


def test_the_examples_of_the_schema_are_right_by_the_schema() -> None:
    schema = project_schema()
    wrong = []
    for definition, value in schema["$defs"].items():
        for place, field in [(definition, value), *described(value, definition)]:
            # A rule cannot be judged apart from its definitions, so all keep the whole in reach.
            judge = project_validator().evolve(schema=field)
            wrong += [place for each in field.get("examples", ()) if not judge.is_valid(each)]
    assert not wrong


def test_secrets_are_marked_as_such_for_other_tools() -> None:
    for provider in PROVIDERS:
        fields = project_schema()["$defs"][f"credentials.{provider.id}"]["properties"]
        for each in provider.credentials:
            assert fields[each.key].get("writeOnly", False) == each.secret
