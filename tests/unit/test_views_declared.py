from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from golden.rows import changed, keep, row, secret, ses, slack, update

from reconciler.planning.plan import Create, Delete, SetPrimary, Visibility
from reconciler.views.declared import becomes_primary, fields_of

if TYPE_CHECKING:
    from reconciler.planning.plan import FieldChange


def seen(create: Create) -> dict[str, object]:
    """What a create shows, by path; what it hides has its visibility instead."""
    return {
        each.path: each.after if each.visibility is Visibility.PUBLIC else each.visibility
        for each in fields_of(create)
    }


def test_a_create_shows_its_public_fields_and_names_its_credentials() -> None:
    desired = ses(credentials={"region": "us-east-2", "apiKey": secret()}, conditions=[{}])
    assert seen(Create(desired=desired)) == {
        "name": "Amazon SES",
        "active": True,
        "credentials.apiKey": Visibility.SECRET,
        "credentials.region": Visibility.SECRET,
        "conditions": [{}],
    }


def test_a_create_says_nothing_of_what_is_not_managed_or_empty() -> None:
    desired = slack(name=None, active=None, conditions=[], rules={}, configurations={})
    assert seen(Create(desired=desired)) == {}


@pytest.mark.parametrize("field", ["name", "active", "conditions", "rules", "configurations"])
def test_a_field_out_of_a_reference_is_named_and_not_shown(field: str) -> None:
    desired = ses(
        conditions=[{}], rules={"!": [1]}, configurations={"a": 1}, referenced=frozenset({field})
    )
    assert seen(Create(desired=desired))[field] is Visibility.REFERENCE


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", secret()),
        ("conditions", [{"children": [{"value": secret()}]}]),
        ("rules", {"==": [{"var": "context.a"}, secret()]}),
    ],
)
def test_a_field_with_a_secret_in_it_is_named_and_not_shown(field: str, value: object) -> None:
    assert seen(Create(desired=ses(**{field: value})))[field] is Visibility.REFERENCE


def test_configurations_are_shown_key_by_key() -> None:
    desired = slack(configurations={"odd key": secret(), "enabled": True})
    shown = seen(Create(desired=desired))
    assert shown["configurations.enabled"] is True
    assert shown['configurations["odd key"]'] is Visibility.SECRET


def test_that_a_row_becomes_primary_is_told() -> None:
    assert seen(Create(desired=ses(), becomes_primary=True))["primary"] is True


def test_that_a_row_becomes_primary_is_not_told_where_it_gives_away_whether_it_is_active() -> None:
    create = Create(desired=ses(referenced=frozenset({"active"})), becomes_primary=True)
    assert not becomes_primary(create)
    assert "primary" not in seen(create)


def test_setting_a_primary_is_a_change_of_that_field() -> None:
    (field,) = fields_of(SetPrimary(desired=ses(), observed=row()))
    assert (field.path, field.before, field.after) == ("primary", False, True)


def test_an_update_shows_its_own_fields() -> None:
    fields: tuple[FieldChange, ...] = (changed("name", "a", "b"),)
    assert fields_of(update(*fields)) == fields


def test_deletes_and_keeps_have_no_fields() -> None:
    assert fields_of(Delete(observed=row())) == ()
    assert fields_of(keep("slack")) == ()
