from __future__ import annotations

import json
from typing import Any

import pytest

from reconciler.importing import jsontext
from reconciler.importing.jsontext import JsonText
from reconciler.importing.pieces import Source
from reconciler.importing.rows import PLACEHOLDER, Rows

ROW = {"_id": "a1", "_environmentId": "e1", "identifier": "ses", "providerId": "ses"}
VARIABLE = "\ue000REGION\ue001"


def rows(value: Any) -> Rows:  # noqa: ANN401 - any JSON
    text = value if isinstance(value, str) else json.dumps(value)
    read = jsontext.read(Source("list.json", text).whole)
    assert isinstance(read, JsonText)
    found = Rows()
    found.add(read)
    return found


def told(found: Rows) -> list[tuple[str, str]]:
    return [(each.code, str(each.location)) for each in found.findings]


@pytest.mark.parametrize(
    "value",
    [
        [ROW],
        {"data": [ROW]},
        {"result": [ROW], "headers": {"a": ["b"]}},
        {"result": {"data": [ROW]}},
        {"integrations": [ROW]},
        ROW,
        {"data": ROW},
    ],
)
def test_a_list_is_found_in_whatever_it_was_wrapped(value: object) -> None:
    found = rows(value)
    assert [each.identifier for each in found.rows] == ["ses"]
    assert found.rows[0].environment_id == "e1"
    assert found.findings == []


@pytest.mark.parametrize("value", [{}, {"data": 5}, 7, "null", {"error": "Unauthorized"}])
def test_what_holds_no_integrations_says_so(value: object) -> None:
    assert told(rows(value)) == [("NS351", "list.json:1:1")]


def test_novus_own_libraries_are_understood() -> None:
    """TypeScript's takes the underscores away, Python's writes its own."""
    typescript = {"id": "a1", "environmentId": "e1", "identifier": "x", "providerId": "ses"}
    python = {
        "id": "a1",
        "environment_id": "e1",
        "identifier": "x",
        "provider_id": "ses",
        "credentials": {"secret_key": "s", "region": "r", "tls_options": {}, "odd_key": "o"},
    }
    found = rows([typescript, python])
    assert found.findings == []
    assert [each.environment_id for each in found.rows] == ["e1", "e1"]
    assert found.rows[1].fields["providerId"] == "ses"
    assert found.rows[1].fields["credentials"] == {
        "secretKey": "s",
        "region": "r",
        "tlsOptions": {},
        "odd_key": "o",
    }


def test_what_novu_deleted_is_counted_and_left_out() -> None:
    found = rows([{**ROW, "deleted": True}, {**ROW, "deleted": False}])
    assert (len(found.rows), found.deleted, found.findings) == (1, 1, [])


def test_without_an_identifier_nothing_can_be_paired() -> None:
    found = rows([{**ROW, "identifier": ""}, {**ROW, "identifier": None}, {"providerId": "ses"}])
    assert [code for code, _ in told(found)] == ["NS353"] * 3
    assert found.rows == []


def test_ids_that_are_missing_or_odd_say_nothing() -> None:
    first, second, third, fourth = rows(
        [{**ROW, "_id": None}, {**ROW, "_id": "a/b"}, ROW, ROW]
    ).rows
    assert [each.fields.get("_id") for each in (first, second, third)] == [None, None, "a1"]
    assert third.is_same(fourth)
    assert not first.is_same(second)
    assert not third.is_same(first)


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ('"providerId": 5', "2:40"),
        ('"name": 5', "2:40"),
        ('"active": "true"', "2:40"),
        ('"priority": true', "2:40"),
        ('"credentials": []', "2:40"),
        ('"conditions": {}', "2:40"),
        ('"environment_id": 5', "2:40"),
        ('"name": "\ue000NAME\ue001"', "2:40"),
        ('"conditions": [{"value": "\ue000\ue001"}]', "2:40"),
        ('"rules": {"==": ["\ue000\ue001", 1]}', "2:40"),
    ],
)
def test_a_field_that_cannot_be_is_told_at_its_place(change: str, place: str) -> None:
    found = rows('[\n {"providerId": "s", "identifier": "a",' + change + "}]")
    code, at = told(found)[0]
    assert (code, at) == ("NS352", f"list.json:{place}")
    assert found.rows == []


def test_an_item_that_is_no_object_and_one_without_a_provider_are_told_where_they_begin() -> None:
    found = rows('[5,\n {"identifier": "a"}]')
    assert told(found) == [("NS352", "list.json:1:2"), ("NS352", "list.json:2:2")]


def test_values_that_only_a_shell_knows_become_placeholders_with_their_names() -> None:
    credentials = {"secretKey": f"a{VARIABLE}", "region": VARIABLE, "from": "\ue000\ue001"}
    found = rows({**ROW, "credentials": credentials, "configurations": {"a": {"b": [VARIABLE]}}})
    assert found.rows[0].fields["credentials"] == dict.fromkeys(credentials, PLACEHOLDER)
    assert found.rows[0].fields["configurations"] == {"a": PLACEHOLDER}
    assert [code for code, _ in told(found)] == ["NS355"] * 4
    assert "the variable `REGION`" in found.findings[1].detail
    assert "what a command prints" in found.findings[2].detail


def test_a_row_does_not_show_its_fields() -> None:
    assert "planted" not in repr(rows({**ROW, "credentials": {"secretKey": "planted"}}).rows)
