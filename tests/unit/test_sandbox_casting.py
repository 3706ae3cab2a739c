from __future__ import annotations

from typing import Any

import pytest

from reconciler.sandbox.casting import (
    CastError,
    cast_conditions,
    cast_configurations,
    cast_credentials,
)
from reconciler.sandbox.stamps import Stamps

TYPES = {"inboundWebhookEnabled": "boolean", "inboxCount": "string"}
CREDENTIALS = {"apiKey": "string", "secure": "boolean", "tlsOptions": "object"}
OWN_ID = "64B0C0FFEE64B0C0FFEE64B0"


def cast(*groups: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - any JSON
    return cast_conditions(list(groups), Stamps(lambda: 0.0))


def problem(*groups: Any) -> str:  # noqa: ANN401 - any JSON
    with pytest.raises(CastError) as caught:
        cast(*groups)
    return str(caught.value)


def test_groups_and_children_get_ids_and_lose_what_is_unknown() -> None:
    ((group),) = cast(
        {"value": "AND", "extra": 1, "children": [{"on": "tenant", "value": [1], "step": "x"}]}
    )
    (child,) = group["children"]
    assert {len(each.pop("_id")) for each in (group, child)} == {24}
    assert child == {"on": "tenant", "value": [1]}
    assert group == {"value": "AND", "children": [child]}


def test_an_id_that_is_given_is_kept() -> None:
    (group,) = cast({"_id": OWN_ID, "children": [{"_id": OWN_ID}]})
    assert group["_id"] == group["children"][0]["_id"] == OWN_ID.lower()


def test_another_id_cannot_be_cast() -> None:
    assert problem({"_id": "x"}).startswith("conditions.0._id: Cast to ObjectId failed")


@pytest.mark.parametrize(("children", "stored"), [(None, None), ([], []), ([None], [None])])
def test_children_may_be_nothing(children: Any, stored: Any) -> None:  # noqa: ANN401 - any JSON
    (group,) = cast({"children": children})
    assert group["children"] == stored


def test_one_object_counts_as_a_list_of_one_and_a_list_as_an_empty_object() -> None:
    one, other, bare = cast({"children": {"on": "tenant"}}, {"children": [[]]}, [])
    assert [child["on"] for child in one["children"]] == ["tenant"]
    assert [list(child) for child in other["children"]] == [["_id"]]
    assert bare["children"] == []


def test_strings_and_booleans_are_made_of_what_can_be_made_into_them() -> None:
    (group,) = cast({"isNegated": "yes", "type": 5, "value": True, "children": []})
    assert (group["isNegated"], group["type"], group["value"]) == (True, "5", "true")
    (group,) = cast({"isNegated": 0, "type": None})
    assert (group["isNegated"], group["type"]) == (False, None)


EMBEDDED = ' at path "children" because of "ObjectParameterError"'


@pytest.mark.parametrize(
    ("group", "path", "says"),
    [
        ({"children": "x"}, "children", f'embedded failed for value "x" (type string){EMBEDDED}'),
        ({"children": [5]}, "children", f'embedded failed for value "5" (type number){EMBEDDED}'),
        (
            {"children": True},
            "children",
            f'embedded failed for value "true" (type boolean){EMBEDDED}',
        ),
        (
            {"children": [{"field": ["a"]}]},
            "children.0.field",
            'string failed for value "["a"]" (type Array) at path "field"',
        ),
        (
            {"value": {"a": 1}},
            "value",
            'string failed for value "{"a":1}" (type Object) at path "value"',
        ),
        (
            {"isNegated": "x"},
            "isNegated",
            'Boolean failed for value "x" (type string) at path "isNegated" because of "CastError"',
        ),
    ],
)
def test_what_cannot_be_cast_is_named(group: dict[str, Any], path: str, says: str) -> None:
    assert problem(group) == f"conditions.0.{path}: Cast to {says}"


def test_configurations_keep_what_is_known() -> None:
    given = {"inboundWebhookEnabled": "true", "inboxCount": 3, "unknown": 1}
    assert cast_configurations(given, TYPES) == {"inboundWebhookEnabled": True, "inboxCount": "3"}


def test_a_configuration_that_cannot_be_cast_is_named_with_its_whole_path() -> None:
    with pytest.raises(CastError, match=r'at path "configurations\.inboxCount"$'):
        cast_configurations({"inboxCount": {}}, TYPES)


def test_credentials_keep_what_is_known() -> None:
    given: Any = {"apiKey": "", "secure": "true", "tlsOptions": '{"a":1}', "unknown": "x"}
    assert cast_credentials(given, CREDENTIALS, worded_objects=True) == {
        "apiKey": "",
        "secure": True,
        "tlsOptions": {"a": 1},
    }
    false: Any = {"secure": "false"}
    assert cast_credentials(false, CREDENTIALS, worded_objects=True) == {"secure": False}
    assert cast_credentials([], CREDENTIALS, worded_objects=True) == {}


def test_what_stands_for_no_credential_is_left_out() -> None:
    given: Any = {"apiKey": None, "secure": "", "tlsOptions": None}
    assert cast_credentials(given, CREDENTIALS, worded_objects=True) == {"apiKey": None}
    older = cast_credentials(given, CREDENTIALS, worded_objects=False)
    assert older == {"apiKey": None, "tlsOptions": None}
