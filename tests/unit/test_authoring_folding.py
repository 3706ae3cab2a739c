from __future__ import annotations

from typing import Any

from reconciler.authoring.folding import Own, folded
from reconciler.authoring.writing import Noted


def fold(**blocks: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    result = folded(blocks)
    return result.base, result.overlays


def test_what_is_the_same_stands_in_the_base() -> None:
    assert fold(d={"a": 1}, p={"a": 1}) == ({"a": 1}, {"d": {}, "p": {}})


def test_one_environment_has_no_overlay_of_its_own() -> None:
    assert fold(d={"a": 1, "credentials": {"b": 2}}) == (
        {"a": 1, "credentials": {"b": 2}},
        {"d": {}},
    )


def test_the_last_stands_in_the_base_where_none_is_in_the_majority() -> None:
    assert fold(d={"a": 1}, p={"a": 2}) == ({"a": 2}, {"d": {"a": 1}, "p": {}})
    assert fold(d={"a": 1}, s={"a": 1}, p={"a": 2}) == ({"a": 1}, {"d": {}, "s": {}, "p": {"a": 2}})


def test_true_is_not_one() -> None:
    assert fold(d={"a": 1}, p={"a": True}) == ({"a": True}, {"d": {"a": 1}, "p": {}})


def test_what_is_somewhere_only_stands_there() -> None:
    assert fold(d={"a": 1}, p={"b": 2}) == ({}, {"d": {"a": 1}, "p": {"b": 2}})


def test_credentials_are_folded_key_by_key_and_conditions_as_a_whole() -> None:
    assert fold(
        d={"credentials": {"from": "d", "region": "eu"}, "conditions": [1]},
        p={"credentials": {"from": "p", "region": "eu"}, "conditions": [2]},
    ) == (
        {"credentials": {"from": "p", "region": "eu"}, "conditions": [2]},
        {"d": {"credentials": {"from": "d"}, "conditions": [1]}, "p": {}},
    )


def test_credentials_of_one_environment_stay_there() -> None:
    assert fold(d={"credentials": {"a": 1}}, p={}) == (
        {},
        {"d": {"credentials": {"a": 1}}, "p": {}},
    )
    assert fold(d={"credentials": {}}, p={}) == ({}, {"d": {"credentials": {}}, "p": {}})


def test_references_that_differ_stand_in_overlays_only() -> None:
    assert fold(d={"credentials": {"a": Own("x")}}, p={"credentials": {"a": Own("y")}}) == (
        {},
        {"d": {"credentials": {"a": "x"}}, "p": {"credentials": {"a": "y"}}},
    )
    assert fold(d={"a": Own("x")}, p={"a": Own("x")}, s={"a": Own("y")}) == (
        {},
        {"d": {"a": "x"}, "p": {"a": "x"}, "s": {"a": "y"}},
    )


def test_a_reference_that_all_share_stands_in_the_base() -> None:
    assert fold(d={"a": Own("x")}, p={"a": Own("x")}) == ({"a": "x"}, {"d": {}, "p": {}})


def test_remarked_values_are_the_same_where_their_remarks_are() -> None:
    one, other = Noted(value="x", remark="1"), Noted(value="x", remark="2")
    assert fold(d={"a": one}, p={"a": one}) == ({"a": one}, {"d": {}, "p": {}})
    assert fold(d={"a": one}, p={"a": other}) == ({"a": other}, {"d": {"a": one}, "p": {}})


def test_keys_keep_the_order_that_all_environments_agree_on() -> None:
    base, overlays = fold(
        d={"credentials": {"a": 1, "c": 3, "d": 4}}, p={"credentials": {"a": 1, "b": 2, "d": 4}}
    )
    assert list(base["credentials"]) == ["a", "d"]
    assert overlays == {"d": {"credentials": {"c": 3}}, "p": {"credentials": {"b": 2}}}
