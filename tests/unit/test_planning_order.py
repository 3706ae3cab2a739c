from __future__ import annotations

from planning_values import declared, row

from reconciler.model import Channel, Patch
from reconciler.planning.order import in_order
from reconciler.planning.plan import Create, Delete, Keep, Reason, Rename, SetPrimary, Update

RENAME = Rename(desired=declared("renamed"), observed=row("old"), patch=Patch(), fields=())
CREATE = Create(desired=declared("created"))
UPDATE = Update(
    desired=declared("updated"),
    observed=row("updated"),
    patch=Patch(name="x"),
    fields=(),
    reason=Reason.FIELD_DIFFERS,
)
DEACTIVATION = Update(
    desired=declared("deactivated"),
    observed=row("deactivated", active=True),
    patch=Patch(active=False),
    fields=(),
    reason=Reason.FIELD_DIFFERS,
)
PRIMARY = SetPrimary(desired=declared("primary"), observed=None)
DELETE = Delete(observed=row("gone"))
KEEP = Keep(desired=declared("kept"), observed=row("kept"))


def test_stages_follow_each_other_and_what_is_kept_comes_last() -> None:
    expected = (RENAME, CREATE, UPDATE, PRIMARY, DEACTIVATION, DELETE, KEEP)

    assert in_order(reversed(expected)) == expected


def test_in_a_channel_the_declared_primary_is_created_first_and_the_declined_one_last() -> None:
    names = ["d", "c", "b", "a"]
    wishes = {"a": None, "b": True, "c": False, "d": None}
    creates = [Create(desired=declared(name, primary=wishes[name])) for name in names]

    assert [each.identifier for each in in_order(creates)] == ["b", "a", "d", "c"]


def test_channels_stay_together_and_agents_come_first() -> None:
    creates = [
        Create(desired=declared("a", channel=Channel.SMS)),
        Create(desired=declared("b", channel=Channel.EMAIL)),
        Create(desired=declared("c", channel=None)),
        Create(desired=declared("d", channel=Channel.EMAIL)),
    ]

    assert [each.identifier for each in in_order(creates)] == ["c", "b", "d", "a"]


def test_deletes_are_sorted_by_channel_and_name() -> None:
    deletes = [
        Delete(observed=row("b", channel="sms")),
        Delete(observed=row("c")),
        Delete(observed=row("a", channel=None)),
        Delete(observed=row("a2")),
    ]

    assert [each.identifier for each in in_order(deletes)] == ["a", "a2", "c", "b"]
