from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from reconciler.sandbox.refusals import (
    compact,
    crashed,
    invalid,
    invalid_command,
    refused,
    refused_plainly,
)

if TYPE_CHECKING:
    from reconciler.sandbox.refusals import Refusal

COMMON = {"timestamp": "now", "path": "/p?q=1"}


@pytest.mark.parametrize(
    ("refusal", "body"),
    [
        (
            refused(404, "gone"),
            {
                "error": "Not Found",
                "statusCode": 404,
                "message": "gone",
                "ctx": {"error": "Not Found", "statusCode": 404},
            },
        ),
        (
            refused_plainly(401, "Unauthorized"),
            {"statusCode": 401, "message": "Unauthorized", "ctx": {"statusCode": 401}},
        ),
        (
            invalid(422, ["a", "b"]),
            {
                "statusCode": 422,
                "message": "Validation Error",
                "ctx": {},
                "errors": {"general": {"messages": ["a", "b"], "value": "No Value Recorded"}},
            },
        ),
        (
            invalid_command("Do", "limit", ["a", "b"], value=0),
            {
                "statusCode": 422,
                "message": "Validation failed for Do: limit: a, b",
                "ctx": {},
                "errors": {"limit": {"messages": ["a", "b"], "value": 0}},
            },
        ),
    ],
)
def test_refusals_are_spelled_as_novu_spells_them(
    refusal: Refusal, body: dict[str, object]
) -> None:
    response = refusal.response("/p?q=1", "now")
    assert response.status == body["statusCode"]
    assert json.loads(response.body) == body | COMMON


def test_a_fault_of_the_server_has_an_id_of_its_own() -> None:
    one, other = (json.loads(crashed().response("/", "now").body) for _ in range(2))
    assert one["errorId"] != other["errorId"]
    assert "ctx" not in one


def test_json_is_compact_and_readable() -> None:
    assert compact({"ü": [1, None]}) == '{"ü":[1,null]}'
