"""Every key, enum and type of Novu's documentation page is covered by the published schemas."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from reconciler.config.catalogue import catalogue

SCHEMAS = Path(__file__).parents[2] / "schemas"
PAGE: dict[str, Any] = yaml.safe_load((SCHEMAS / "facts/documentation.yaml").read_text("utf-8"))
PROJECT: dict[str, Any] = json.loads((SCHEMAS / "novu-sync.schema.json").read_text("utf-8"))
WIRE: dict[str, Any] = json.loads((SCHEMAS / "novu-integration.schema.json").read_text("utf-8"))

CREDENTIALS = sorted(PAGE["credentials"].items())
SAMPLES: dict[str, Any] = {"string": "587", "boolean": True, "object": {"rejectUnauthorized": True}}
CONDITION_WORDS = [
    *(("type", word) for word in PAGE["conditions"]["type"]),
    *(("value", word) for word in PAGE["conditions"]["value"]),
]
CHILD_WORDS = [
    (key, word) for key, words in PAGE["conditions"]["children"].items() for word in words
]


def accepts(schema: dict[str, Any], definition: str, value: object) -> bool:
    whole = Draft202012Validator(schema)
    return whole.evolve(schema=schema["$defs"][definition]).is_valid(value)


def integration(**fields: object) -> dict[str, object]:
    return {"identifier": "a", "providerId": "ses", **fields}


def test_the_page_is_as_long_as_we_know_it() -> None:
    """So that a fact that got lost from our notes does not go unnoticed."""
    assert len(PAGE["credentials"]) == 26
    assert len(PAGE["channels"]) == 5
    assert len(PAGE["conditions"]["type"]) == 8
    assert len(PAGE["conditions"]["children"]["operator"]) == 14
    assert len(PAGE["response"]["fields"]) == 13


@pytest.mark.parametrize("key", PAGE["request"]["body"])
def test_every_key_of_the_request_is_a_key_of_a_declared_integration(key: str) -> None:
    assert key in PROJECT["$defs"]["shape"]["properties"]
    assert key in WIRE["$defs"]["createRequest"]["properties"]


@pytest.mark.parametrize("key", PAGE["response"]["fields"])
def test_every_key_of_the_answer_is_described(key: str) -> None:
    assert key in WIRE["$defs"]["integration"]["properties"]


def test_the_answer_comes_in_the_documented_envelope() -> None:
    assert list(WIRE["$defs"]["createResponse"]["properties"]) == [PAGE["response"]["envelope"]]


@pytest.mark.parametrize("channel", PAGE["channels"])
def test_every_channel_is_accepted(channel: str) -> None:
    assert accepts(PROJECT, "shape", integration(channel=channel))
    assert accepts(WIRE, "createRequest", {"providerId": "x", "channel": channel})
    assert channel in PROJECT["properties"]["defaults"]["properties"]


@pytest.mark.parametrize(("key", "json_type"), CREDENTIALS)
def test_every_credential_is_accepted_with_its_type_and_no_other(key: str, json_type: str) -> None:
    right = {key: SAMPLES[json_type]}
    assert accepts(PROJECT, "credentials", right)
    assert accepts(WIRE, "createRequest", {"providerId": "x", "credentials": right})
    for wrong in (587, ["587"], *(SAMPLES[each] for each in SAMPLES if each != json_type)):
        assert not accepts(PROJECT, "credentials", {key: wrong})
        assert not accepts(WIRE, "createRequest", {"providerId": "x", "credentials": {key: wrong}})


@pytest.mark.parametrize(("key", "json_type"), CREDENTIALS)
def test_the_catalogue_has_every_credential_with_its_type(key: str, json_type: str) -> None:
    assert catalogue().credential_keys[key].json_type == json_type


@pytest.mark.parametrize("key", sorted(PAGE["credentials"]))
def test_every_credential_is_taken_by_some_provider(key: str) -> None:
    assert any(each.credential(key) for each in catalogue().providers)


@pytest.mark.parametrize(("key", "word"), CONDITION_WORDS)
def test_every_word_of_a_group_of_conditions_is_accepted(key: str, word: str) -> None:
    for schema in (PROJECT, WIRE):
        assert accepts(schema, "conditionGroup", {key: word, "children": []})
        assert not accepts(schema, "conditionGroup", {key: word.lower(), "children": []})


@pytest.mark.parametrize(("key", "word"), CHILD_WORDS)
def test_every_word_of_a_condition_is_accepted(key: str, word: str) -> None:
    child = {"on": "payload", "field": "plan", "operator": "EQUAL", "value": "pro"}
    for schema in (PROJECT, WIRE):
        assert accepts(schema, "condition", child | {key: word})
        assert not accepts(schema, "condition", child | {key: word.swapcase()})


def test_the_example_of_the_page_can_be_declared() -> None:
    example = PAGE["example"]
    credentials = dict.fromkeys(example["credentials"], "text")
    assert accepts(PROJECT, "integration", example | {"credentials": credentials})
    assert accepts(WIRE, "createRequest", example | {"credentials": credentials})
