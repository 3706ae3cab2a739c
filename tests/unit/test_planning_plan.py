from __future__ import annotations

import pytest
from planning_values import declared, row

from reconciler.model import Patch
from reconciler.planning.plan import (
    Action,
    Create,
    Delete,
    Keep,
    Plan,
    Reason,
    Rename,
    Replace,
    SetPrimary,
    Stage,
    Update,
)

GATE = [{"type": "GROUP", "value": "AND", "children": []}]


def update(patch: Patch, **observed: object) -> Update:
    return Update(
        desired=declared(),
        observed=row(**observed),
        patch=patch,
        fields=(),
        reason=Reason.FIELD_DIFFERS,
    )


@pytest.mark.parametrize(
    ("change", "action", "stage"),
    [
        (Create(desired=declared()), Action.CREATE, Stage.CREATE),
        (update(Patch(name="x")), Action.UPDATE, Stage.UPDATE),
        (
            Rename(desired=declared(), observed=row("old"), patch=Patch(), fields=()),
            Action.RENAME,
            Stage.RENAME,
        ),
        (
            SetPrimary(desired=declared(), observed=None),
            Action.SET_PRIMARY,
            Stage.SET_PRIMARY,
        ),
        (
            Replace(desired=declared(), observed=row(), fields=(), reason=Reason.PROVIDER_CHANGED),
            Action.REPLACE,
            Stage.REPLACE,
        ),
        (Delete(observed=row()), Action.DELETE, Stage.DELETE),
    ],
)
def test_every_change_has_its_word_its_stage_and_an_identifier(
    change: Create | Update | Rename | SetPrimary | Replace | Delete, action: Action, stage: Stage
) -> None:
    assert change.action is action
    assert change.stage is stage
    assert change.identifier == "ses"


def test_every_action_has_a_symbol_and_only_what_is_kept_has_none_to_see() -> None:
    assert {each for each in Action if not each.symbol.strip()} == {Action.KEEP}


def test_a_row_without_a_name_is_deleted_by_its_id() -> None:
    assert Delete(observed=row(None, id="6b04")).identifier == "6b04"


def test_activations_and_deactivations_have_stages_of_their_own() -> None:
    assert update(Patch(active=True), active=False).stage is Stage.ACTIVATE
    assert update(Patch(active=False), active=True).stage is Stage.DEACTIVATE
    assert update(Patch(active=False), active=False).stage is Stage.UPDATE
    assert update(Patch(active=True), active=True).stage is Stage.UPDATE


@pytest.mark.parametrize("patch", [Patch(conditions=GATE), Patch(rules={"==": [1, 1]})])
def test_a_primary_that_gets_conditions_or_rules_waits_until_the_primary_moved(
    patch: Patch,
) -> None:
    assert update(patch, active=True, primary=True).stage is Stage.DEACTIVATE
    assert update(patch, active=True).stage is Stage.UPDATE


def test_a_primary_whose_conditions_are_emptied_stays_primary() -> None:
    assert update(Patch(conditions=[]), active=True, primary=True).stage is Stage.UPDATE


def test_a_plan_counts_its_changes_and_is_empty_when_all_is_kept() -> None:
    keep = Keep(desired=declared(), observed=row())
    create = Create(desired=declared("other"))
    empty = Plan(environment="dev", environment_id="e", changes=(keep,))
    full = Plan(environment="dev", environment_id="e", changes=(create, keep))

    assert keep.action is Action.KEEP
    assert keep.identifier == "ses"
    assert empty.is_empty
    assert not full.is_empty
    assert full.writes == (create,)
    assert (full.count(Action.CREATE), full.count(Action.KEEP), full.count(Action.DELETE)) == (
        1,
        1,
        0,
    )
