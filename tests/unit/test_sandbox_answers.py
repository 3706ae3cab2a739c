from __future__ import annotations

from typing import Any

from reconciler.sandbox.answers import echoed, listed
from reconciler.sandbox.generations import NEWEST, named_generation

GENERATION = named_generation(NEWEST)


def row(**more: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON
    return {"_id": "r", "conditions": [], "credentials": {"apiKey": "recognisable"}, **more}


def test_lists_hold_secrets_back() -> None:
    configurations = {"inboundWebhookSigningKey": "recognisable", "inboxCount": "none"}
    shown = listed(row(configurations=configurations), GENERATION)
    assert shown["credentials"] == {}
    assert shown["configurations"] == {"inboxCount": "none"}


def test_lists_show_configurations_that_are_nothing_as_they_are() -> None:
    assert listed(row(configurations=None), GENERATION)["configurations"] is None
    assert listed(row(configurations={}), GENERATION)["configurations"] == {}


def test_an_echo_has_an_id_beside_every_own_one() -> None:
    conditions = [{"_id": "g", "children": [{"_id": "c"}, None]}, {"_id": "h", "children": None}]
    shown = echoed(row(conditions=conditions), GENERATION)
    assert shown["id"] == "r"
    assert shown["conditions"] == [
        {"_id": "g", "id": "g", "children": [{"_id": "c", "id": "c"}, None]},
        {"_id": "h", "id": "h", "children": None},
    ]


def test_an_echo_leaves_empty_configurations_out() -> None:
    assert "configurations" not in echoed(row(configurations={}), GENERATION)
    assert echoed(row(conditions=None), GENERATION)["conditions"] is None
