from __future__ import annotations

from typing import Any

import pytest

from reconciler.sandbox.fields import is_object_id, problems_of_create, problems_of_update
from reconciler.sandbox.generations import NEWEST, named_generation

GENERATION = named_generation(NEWEST)
SES = {"providerId": "ses", "channel": "email"}
CHANNELS = "channel must be one of the following values: in_app, email, sms, chat, push, tool"


def test_an_object_id_has_24_hexadecimal_digits() -> None:
    assert is_object_id("64b0c0ffee64b0c0ffee64B0")
    assert not is_object_id("64b0c0ffee64b0c0ffee64b")
    assert not is_object_id("64b0c0ffee64b0c0ffee64bz")


@pytest.mark.parametrize(
    "body",
    [
        SES,
        {"providerId": "", "channel": "tool"},
        {"providerId": "anthropic", "kind": "agent"},
        SES | {"name": None, "identifier": None, "credentials": None, "active": None},
        SES | {"credentials": []},
        SES | {"credentials": {"secure": "true", "requireTls": "", "tlsOptions": '{"a":1}'}},
        SES | {"credentials": {"tlsOptions": {}, "apiKey": None, "unknown": 5}},
        SES | {"conditions": [{}, []], "rules": {}, "configurations": {}},
    ],
)
def test_bodies_of_the_right_shape_have_no_problems(body: dict[str, Any]) -> None:
    assert problems_of_create(body, GENERATION) == []


@pytest.mark.parametrize(
    ("more", "problems"),
    [
        ({"name": 5}, ["name must be a string"]),
        ({"identifier": ["a"]}, ["identifier must be a string"]),
        ({"_environmentId": "abc"}, ["_environmentId must be a mongodb id"]),
        ({"_environmentId": 5}, ["_environmentId must be a mongodb id"]),
        ({"providerId": 5}, ["providerId must be a string"]),
        ({"channel": "fax"}, [CHANNELS]),
        ({"kind": "human"}, ["kind must be one of the following values: delivery, agent"]),
        ({"active": "true"}, ["active must be a boolean value"]),
        ({"check": 1}, ["check must be a boolean value"]),
        ({"rules": []}, ["rules must be an object"]),
        ({"configurations": "x"}, ["configurations must be an object"]),
        (
            {"credentials": "x"},
            ["nested property credentials must be either object or array"],
        ),
        (
            {"credentials": ["x"]},
            ["credentials.nested property credentials must be either object or array"],
        ),
        ({"credentials": {"port": 587}}, ["credentials.port must be a string"]),
        ({"credentials": {"hmac": "true"}}, ["credentials.hmac must be a boolean value"]),
        ({"credentials": {"secure": "yes"}}, ["credentials.secure must be a boolean value"]),
        ({"credentials": {"tlsOptions": "x"}}, ["credentials.tlsOptions must be an object"]),
        ({"credentials": {"tlsOptions": "[1]"}}, ["credentials.tlsOptions must be an object"]),
        ({"credentials": {"tlsOptions": 5}}, ["credentials.tlsOptions must be an object"]),
        ({"conditions": {}}, ["conditions must be an array"]),
        (
            {"conditions": "x"},
            [
                "conditions must be an array",
                "each value in nested property conditions must be either object or array",
            ],
        ),
        (
            {"conditions": ["x"]},
            ["conditions.each value in nested property conditions must be either object or array"],
        ),
    ],
)
def test_wrong_shapes_are_named(more: dict[str, Any], problems: list[str]) -> None:
    assert problems_of_create(SES | more, GENERATION) == problems
    if not more.keys() & {"providerId", "channel", "kind"}:
        assert problems_of_update(more, GENERATION) == problems


def test_a_create_must_name_provider_and_channel() -> None:
    assert problems_of_create({}, GENERATION) == [
        "providerId should not be null or undefined",
        "providerId must be a string",
        "channel should not be null or undefined",
        CHANNELS,
    ]


def test_an_update_looks_at_neither() -> None:
    assert problems_of_update({"providerId": 5, "channel": "fax"}, GENERATION) == []
