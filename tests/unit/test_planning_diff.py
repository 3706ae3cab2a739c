from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from planning_values import declared, row

from reconciler.model import Channel, Kind
from reconciler.planning.diff import field_changes, identity_changes
from reconciler.planning.plan import FieldAction, Reason, Visibility
from reconciler.secret import Secret

if TYPE_CHECKING:
    from reconciler.planning.plan import FieldChange

ADD, CHANGE, REMOVE = FieldAction.ADD, FieldAction.CHANGE, FieldAction.REMOVE


def group(*children: object, **fields: object) -> dict[str, Any]:
    return {
        "isNegated": False,
        "type": "GROUP",
        "value": "AND",
        "children": list(children),
        **fields,
    }


def child(value: object, field: str = "identifier") -> dict[str, Any]:
    return {"field": field, "value": value, "operator": "EQUAL", "on": "tenant"}


def brief(changes: list[FieldChange]) -> list[tuple[Any, ...]]:
    return [(each.path, each.action, each.before, each.after) for each in changes]


def test_what_is_not_declared_is_not_compared() -> None:
    observed = row(
        name="Else",
        active=True,
        conditions=[group()],
        rules={"==": [1, 1]},
        configurations={"a": 1},
    )

    assert field_changes(declared(), observed) == []


def test_name_and_activity_show_both_values() -> None:
    changes = field_changes(declared(name="Mail", active=True), row(name="Post", active=False))

    assert brief(changes) == [("name", CHANGE, "Post", "Mail"), ("active", CHANGE, False, True)]
    assert {each.reason for each in changes} == {Reason.FIELD_DIFFERS}


def test_equal_values_give_no_change() -> None:
    one = declared(
        name="Mail",
        active=False,
        conditions=[group(child("acme"))],
        rules={"==": [{"var": "a"}, 1.0]},
        configurations={"inboxCount": "none"},
    )
    observed = row(
        name="Mail",
        active=False,
        conditions=[group(child("acme"))],
        rules={"==": [{"var": "a"}, 1]},
        configurations={"inboxCount": "none"},
    )

    # Rules that match make conditions moot, so those are looked at by themselves too.
    without_rules = declared(conditions=[group(child("acme"))])

    assert field_changes(one, observed) == []
    assert field_changes(without_rules, observed) == []


def test_ignored_fields_are_not_compared() -> None:
    fields = ("name", "active", "conditions", "rules", "configurations")
    one = declared(
        name="Mail",
        active=True,
        conditions=[group()],
        rules={"==": [1, 1]},
        configurations={"a": 1},
        ignore_changes=frozenset(fields),
    )

    assert field_changes(one, row()) == []


def test_nested_objects_give_the_place_that_differs() -> None:
    one = declared(conditions=[group(child("acme"), child("new"))])
    observed = row(conditions=[group(child("acme"), child("old"))])

    assert brief(field_changes(one, observed)) == [
        ("conditions[0].children[1].value", CHANGE, "old", "new")
    ]


def test_added_and_removed_parts_are_told_from_changed_ones() -> None:
    one = declared(rules={"==": [{"var": "a"}, "x"], "!": 1})
    observed = row(rules={"==": [{"var": "a"}, "x", "y"], "or": [1]})

    assert {each.path: each.action for each in field_changes(one, observed)} == {
        'rules["!"]': ADD,
        'rules["=="][2]': REMOVE,
        "rules.or": REMOVE,
    }


@pytest.mark.parametrize(
    "sent",
    [
        {"type": "GROUP", "value": "AND", "children": [child("acme")]},
        {"isNegated": False, "type": "GROUP", "value": "AND", "children": [child("acme")]},
    ],
)
def test_a_missing_negation_is_none(sent: dict[str, Any]) -> None:
    assert field_changes(declared(conditions=[sent]), row(conditions=[group(child("acme"))])) == []


def test_servers_add_an_empty_list_of_children() -> None:
    sent = {"type": "GROUP", "value": "AND"}
    stored = {"type": "GROUP", "value": "AND", "children": []}

    assert field_changes(declared(conditions=[sent]), row(conditions=[stored])) == []


def test_a_group_that_is_no_object_is_compared_as_it_is() -> None:
    assert field_changes(declared(conditions=["x"]), row(conditions=["x"])) == []


@pytest.mark.parametrize("nothing", [None, {}])
def test_what_a_server_does_not_tell_counts_as_empty(nothing: dict[str, Any] | None) -> None:
    observed = row(
        conditions=None if nothing is None else [], rules=nothing, configurations=nothing
    )

    assert field_changes(declared(conditions=[], rules={}, configurations={}), observed) == []
    assert brief(field_changes(declared(configurations={"inboxCount": "none"}), observed)) == [
        ("configurations.inboxCount", ADD, None, "none")
    ]


def test_rules_that_are_stored_make_conditions_moot() -> None:
    one = declared(conditions=[group(child("acme"))], rules={"==": [1, 1]})

    assert field_changes(one, row(conditions=[], rules={"==": [1, 1]})) == []
    assert {each.path for each in field_changes(one, row(conditions=[], rules=None))} == {
        "conditions[0]",
        'rules["=="]',
    }


def test_true_is_not_one() -> None:
    changes = field_changes(declared(rules={"in": [True]}), row(rules={"in": [1]}))

    assert brief(changes) == [("rules", CHANGE, {"in": [1]}, {"in": [True]})]


def test_configurations_are_compared_key_by_key() -> None:
    one = declared(configurations={"a": {"b": 1}, "c": "x", "none": None})
    observed = row(configurations={"a": {"b": 2}, "d": "y", "nothing": None})

    assert brief(field_changes(one, observed)) == [
        ("configurations.a.b", CHANGE, 2, 1),
        ("configurations.c", ADD, None, "x"),
        ("configurations.d", REMOVE, "y", None),
    ]


def test_a_signing_key_that_the_server_withholds_is_left_to_the_ledger() -> None:
    one = declared(configurations={"inboundWebhookSigningKey": Secret("k"), "a": 1})

    assert field_changes(one, row(configurations={"a": 1})) == []


def test_a_signing_key_that_the_server_shows_is_compared_and_never_shown() -> None:
    one = declared(configurations={"inboundWebhookSigningKey": Secret("new")})
    observed = row(configurations={"inboundWebhookSigningKey": Secret("old"), "a": 1})
    same = row(configurations={"inboundWebhookSigningKey": Secret("new")})

    hidden, shown = field_changes(one, observed)[::-1]
    assert (hidden.path, hidden.visibility) == (
        "configurations.inboundWebhookSigningKey",
        Visibility.SECRET,
    )
    assert (hidden.before, hidden.after) == (None, None)
    assert shown.visibility is Visibility.PUBLIC
    assert field_changes(one, same) == []


def test_a_secret_of_the_server_that_is_to_go_is_not_shown() -> None:
    (change,) = field_changes(
        declared(configurations={}), row(configurations={"inboundWebhookSigningKey": Secret("old")})
    )

    assert (change.action, change.visibility, change.before) == (REMOVE, Visibility.SECRET, None)


def test_a_name_from_a_reference_is_compared_and_never_shown() -> None:
    one = declared(name=Secret("hush-1"), referenced=frozenset({"name"}))
    (change,) = field_changes(one, row(name="hush-0"))

    assert change.visibility is Visibility.REFERENCE
    assert (change.before, change.after) == (None, None)
    assert field_changes(one, row(name="hush-1")) == []


def test_activity_from_a_reference_is_not_shown() -> None:
    (change,) = field_changes(
        declared(active=True, referenced=frozenset({"active"})), row(active=False)
    )

    assert change.visibility is Visibility.REFERENCE
    assert (change.before, change.after) == (None, None)


def test_nothing_of_a_field_that_holds_a_secret_is_shown_but_places() -> None:
    one = declared(conditions=[group(child(Secret("hush-1")), child("open"))])
    observed = row(conditions=[group(child("hush-0"), child("public"))])
    changes = field_changes(one, observed)

    assert [each.path for each in changes] == [
        "conditions[0].children[0].value",
        "conditions[0].children[1].value",
    ]
    assert {each.visibility for each in changes} == {Visibility.REFERENCE}
    assert "hush" not in repr(changes)
    assert "public" not in repr(changes)


def test_secrets_that_are_stored_already_are_no_change() -> None:
    one = declared(conditions=[group(child(Secret("hush-1")), child("open"))])
    changes = field_changes(one, row(conditions=[group(child("hush-1"), child("public"))]))

    assert [each.path for each in changes] == ["conditions[0].children[1].value"]


def test_two_secrets_that_changed_places_are_told_apart() -> None:
    one = declared(rules={"in": [Secret("hush-1"), Secret("hush-2")]})
    changes = field_changes(one, row(rules={"in": ["hush-2", "hush-1"]}))

    assert changes
    assert {each.path.startswith("rules.in") for each in changes} == {True}
    assert "hush" not in repr(changes)


def test_a_secret_that_the_server_lacks_and_one_that_it_has_besides_stay_hidden() -> None:
    added = field_changes(declared(rules={"in": [Secret("hush-1")]}), row(rules={"var": "hush-0"}))
    longer = field_changes(
        declared(rules={"in": [1, {"a": Secret("hush-1")}]}), row(rules={"in": [1, 2, "hush-0"]})
    )

    assert {each.visibility for each in added + longer} == {Visibility.REFERENCE}
    assert "hush" not in repr(added + longer)


def test_a_field_that_is_wholly_from_a_reference_hides_the_servers_value() -> None:
    one = declared(rules={"in": [True]}, referenced=frozenset({"rules"}))
    (change,) = field_changes(one, row(rules={"in": [1]}))

    assert (change.path, change.visibility, change.before, change.after) == (
        "rules",
        Visibility.REFERENCE,
        None,
        None,
    )


def test_another_provider_or_channel_is_told_with_both_values() -> None:
    one = declared(provider_id="twilio", channel=Channel.SMS)

    assert brief(identity_changes(one, row())) == [
        ("channel", CHANGE, "email", "sms"),
        ("providerId", CHANGE, "ses", "twilio"),
    ]
    assert identity_changes(declared(), row()) == []


def test_a_channel_that_either_side_leaves_open_is_not_compared() -> None:
    assert identity_changes(declared(channel=None), row()) == []
    assert identity_changes(declared(), row(channel=None)) == []


def test_the_kind_is_not_compared_since_older_servers_tell_none() -> None:
    agent = declared(provider_id="anthropic", channel=None, kind=Kind.AGENT)

    assert identity_changes(agent, row(provider_id="anthropic", channel=None)) == []


def test_deepdiff_is_not_loaded_where_nothing_differs() -> None:
    code = (
        "import sys\n"
        "from reconciler.planning import planner\n"
        "from reconciler.planning.diff import field_changes\n"
        "from planning_values import declared, row\n"
        "assert field_changes(declared(name='A', conditions=[]), row(name='A')) == []\n"
        "assert len(field_changes(declared(name='A'), row(name='B'))) == 1\n"
        "assert 'deepdiff' not in sys.modules\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        check=False,
        capture_output=True,
        text=True,
        env={"PYTHONPATH": ":".join(sys.path)},
    )

    assert done.stderr == ""
    assert done.returncode == 0
