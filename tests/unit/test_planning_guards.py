from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from planning_values import declared, ledger, planned, project, remembered, row, server

from reconciler.model import Applied, Channel, Guards
from reconciler.planning.guards import GUARDS, refusals
from reconciler.planning.options import Options

if TYPE_CHECKING:
    from reconciler.model import Desired, Integration, Observed, ObservedIntegration
    from reconciler.planning.guards import Refusal

CHAT = {"provider_id": "slack", "channel": Channel.CHAT}
GATE = [{"type": "GROUP", "value": "AND", "children": []}]


def refused(
    desired: Desired, observed: Observed, applied: Applied | None = None, **options: object
) -> tuple[Refusal, ...]:
    known = applied or Applied()
    plan = planned(desired, observed, known, **options)
    return refusals(plan, desired, observed, known, Options(**options))


def names(found: tuple[Refusal, ...]) -> list[str]:
    return [each.guard for each in found]


def gone(count: int) -> tuple[tuple[ObservedIntegration, ...], Applied]:
    """Chat rows that were applied earlier and are declared no more."""
    old = [f"old-{at}" for at in range(count)]
    rows = [row(each, active=False, **CHAT) for each in old]
    return tuple(rows), ledger(*(remembered(declared(each, **CHAT)) for each in old))


def pruned(
    count: int, *, stay: int | None = None, limits: Guards | None = None, **options: object
) -> tuple[Refusal, ...]:
    """Refusals of a plan that deletes so many beside so many that stay, by default four times."""
    rows, known = gone(count)
    names = [f"stays-{at}" for at in range(max(1, 4 * count) if stay is None else stay)]
    desired = project(*(declared(each, **CHAT) for each in names))
    limited = replace(desired.environment, guards=limits or Guards())
    desired = replace(desired, environment=limited)
    observed = server(*(row(each, **CHAT) for each in names), *rows)
    return refused(desired, observed, known, prune=True, **options)


def test_an_empty_plan_is_never_refused() -> None:
    assert refused(project(declared()), server(row())) == ()


@pytest.mark.parametrize("count", [*range(10), 100, 1000])
def test_one_delete_is_allowed_and_no_more_however_many_there_are(count: int) -> None:
    assert names(pruned(count)) == (["deletes"] if count > 1 else [])


@pytest.mark.parametrize(
    ("limit", "allowed", "refuses"),
    [
        (0, None, True),
        (3, None, False),
        (2, None, True),
        (0, 3, False),
        (5, 1, False),
        (None, 2, True),
    ],
)
def test_the_limit_is_the_projects_and_is_lifted_by_number(
    limit: int | None, allowed: int | None, *, refuses: bool
) -> None:
    found = pruned(3, limits=Guards(max_deletes=limit), allow_deletes=allowed)

    assert names(found) == (["deletes"] if refuses else [])


def test_a_refusal_says_which_how_many_and_what_to_do() -> None:
    (refusal,) = pruned(3)

    assert refusal.identifiers == ("old-0", "old-1", "old-2")
    assert "3 to delete and at most 1" in refusal.detail
    assert "--allow deletes=3" in refusal.mend


def test_without_prune_no_delete_is_allowed() -> None:
    rows, known = gone(1)
    desired, observed = project(declared(**CHAT)), server(row(**CHAT), *rows)
    plan = planned(desired, observed, known, prune=True)
    share = Options(allow_delete_percent=50)

    assert names(refusals(plan, desired, observed, known, share)) == ["deletes"]


@pytest.mark.parametrize("total", [*range(1, 12), 99, 100, 1000])
def test_the_share_of_deletes_is_held_however_few_rows_there_are(total: int) -> None:
    """Three in ten may go, of one row as of a thousand; the next one may not."""
    may_go = 3 * total // 10
    for count in {may_go, may_go + 1, total}:
        found = pruned(count, stay=total - count, allow_deletes=1000, allow_empty=("development",))
        assert names(found) == (["delete-percent"] if count > may_go else []), count


@pytest.mark.parametrize(
    ("limit", "allowed", "refuses"),
    [(0, None, True), (49, None, True), (50, None, False), (0, 50, False), (0, 49, True)],
)
def test_the_share_is_the_projects_and_is_lifted_by_number(
    limit: int, allowed: int | None, *, refuses: bool
) -> None:
    found = pruned(1, stay=1, limits=Guards(max_delete_percent=limit), allow_delete_percent=allowed)

    assert names(found) == (["delete-percent"] if refuses else [])


def test_a_refused_share_tells_every_number_and_the_one_that_lifts_it() -> None:
    (refusal,) = pruned(1, stay=2)

    assert refusal.identifiers == ("old-0",)
    assert "1 of 3 managed integrations to delete: 34 %, and at most 30 % allowed" in refusal.detail
    assert pruned(1, stay=2, allow_delete_percent=34) == ()
    assert "--allow delete-percent=34." in refusal.mend


def test_new_integrations_make_no_room_for_more_deletes() -> None:
    rows, known = gone(1)
    new = [declared(f"new-{at}", **CHAT) for at in range(9)]

    assert names(
        refused(project(declared(**CHAT), *new), server(row(**CHAT), *rows), known, prune=True)
    ) == ["delete-percent"]


@pytest.mark.parametrize("count", [*range(10), 100])
def test_changes_are_limited_where_the_project_says_so(count: int) -> None:
    named = [f"row-{at}" for at in range(count)]
    desired = project(*(declared(each, name="Another") for each in named), declared("new"))
    observed = server(*(row(each) for each in named))
    limited = replace(
        desired, environment=replace(desired.environment, guards=Guards(max_updates=2))
    )

    assert refused(desired, observed) == ()
    assert names(refused(limited, observed)) == (["updates"] if count > 2 else [])
    assert refused(limited, observed, allow_updates=count) == ()
    for refusal in refused(limited, observed):
        assert f"{count} integrations to change and at most 2" in refusal.detail
        assert f"--allow updates={count}." in refusal.mend
        assert refusal.identifiers == tuple(sorted(named))


def test_a_row_that_is_changed_and_made_primary_counts_once() -> None:
    desired = project(mail("ses", name="Another", primary=True))
    limited = replace(
        desired, environment=replace(desired.environment, guards=Guards(max_updates=0))
    )
    (refusal,) = refused(limited, server(mail_row(), mail_row("b", primary=True)))

    assert (refusal.guard, refusal.identifiers) == ("updates", ("ses",))
    assert "1 integration to change" in refusal.detail


def test_another_environment_than_last_time_is_refused_by_both_ids() -> None:
    moved = Applied(environment_id="f" * 24)
    (refusal,) = refused(project(declared()), server(), moved)

    assert refusal.guard == "environment-id"
    assert "e" * 24 in refusal.detail
    assert "f" * 24 in refusal.detail
    assert f"--allow environment-id={'e' * 24}." in refusal.mend
    assert refused(project(), server(), moved, allow_environment_id=("e" * 24,)) == ()
    assert names(refused(project(), server(), moved, allow_environment_id=("f" * 24,))) == [
        "environment-id"
    ]
    assert refused(project(), server(), Applied(environment_id="e" * 24)) == ()


def test_a_replace_is_refused_until_it_is_allowed_by_name() -> None:
    desired = project(declared(provider_id="sendgrid"), declared("b", provider_id="sendgrid"))
    observed = server(row(), row("b"))
    (refusal,) = refused(desired, observed)
    (other,) = refused(desired, observed, allow_replace=("b",))

    assert refusal.guard == "replace"
    assert refusal.identifiers == ("b", "ses")
    assert "--allow replace=b --allow replace=ses" in refusal.mend
    assert other.identifiers == ("ses",)
    assert refused(desired, observed, allow_replace=("b", "ses")) == ()


def test_a_protected_integration_is_not_replaced_whatever_is_allowed() -> None:
    desired = project(declared(provider_id="sendgrid", protect=True))

    assert names(refused(desired, server(row()), allow_replace=("ses",))) == ["protected"]


def test_protection_outlives_its_block() -> None:
    known = ledger(remembered(declared(protect=True)))
    gone_block = project(declared("other", **CHAT))
    dropped_key = project(declared(provider_id="sendgrid"))

    lifted = {"prune": True, "allow_deletes": 9, "allow_delete_percent": 100}
    assert names(refused(gone_block, server(row()), known, **lifted)) == ["protected"]
    assert names(refused(dropped_key, server(row()), known, allow_replace=("ses",))) == [
        "protected"
    ]


def test_protection_follows_the_row_to_its_new_name_and_stays_with_the_old() -> None:
    known = ledger(remembered(declared("old", protect=True), remote_id="1"))
    renamed = project(declared("new", provider_id="sendgrid", previous_identifiers=("old",)))
    recreated = project(declared("old", provider_id="sendgrid"))

    for desired, name in ((renamed, "old"), (recreated, "old")):
        (refusal,) = refused(
            desired, server(row(name, id="1")), known, allow_replace=("new", "old")
        )
        assert refusal.guard == "protected"


def test_what_is_protected_may_be_updated() -> None:
    assert refused(project(declared(name="x", protect=True)), server(row())) == ()


def mail(identifier: str = "ses", **fields: object) -> Integration:
    return declared(identifier, **{"active": True, **fields})


def mail_row(identifier: str = "ses", **fields: object) -> ObservedIntegration:
    return row(identifier, **{"active": True, **fields})


def test_a_channel_may_not_lose_its_primary() -> None:
    observed = server(mail_row(primary=True), mail_row("b"))
    (refusal,) = refused(project(mail(active=False)), observed)

    assert (refusal.guard, refusal.identifiers) == ("primary", ("ses",))
    assert "email" in refusal.detail
    assert names(refused(project(mail(conditions=GATE)), observed)) == ["primary"]


def test_moving_the_primary_is_not_losing_it() -> None:
    observed = server(mail_row(primary=True), mail_row("b"))

    assert refused(project(mail(active=False), mail("b", primary=True)), observed) == ()
    assert refused(project(mail(active=False), mail("new", primary=True)), observed) == ()


def test_a_channel_that_has_no_primary_loses_none() -> None:
    observed = server(mail_row(), mail_row("b"))

    assert refused(project(mail(active=False)), observed) == ()


def test_a_replaced_primary_is_succeeded_by_its_new_row() -> None:
    desired = project(mail(provider_id="sendgrid"))

    assert refused(desired, server(mail_row(primary=True)), allow_replace=("ses",)) == ()


@pytest.mark.parametrize("channel", list(Channel))
def test_the_last_active_integration_of_a_channel_stays(channel: Channel) -> None:
    fields = {"provider_id": "some", "channel": channel}
    off = project(mail(active=False, **fields))
    (refusal,) = refused(off, server(mail_row(**fields)))

    assert (refusal.guard, refusal.identifiers) == ("last-active", ("ses",))
    assert channel in refusal.detail
    assert refused(off, server(mail_row(**fields), mail_row("b", **fields))) == ()
    assert refused(off, server(row(active=False, **fields))) == ()


def test_the_last_active_agent_stays_too() -> None:
    fields = {"provider_id": "anthropic", "channel": None}
    (refusal,) = refused(project(mail(active=False, **fields)), server(mail_row(**fields)))

    assert "agents" in refusal.detail


def test_deleting_the_last_active_integration_is_refused_as_switching_it_off_is() -> None:
    known = ledger(remembered(mail()))
    found = refused(
        project(declared("chat", **CHAT)),
        server(mail_row(primary=True)),
        known,
        prune=True,
        allow_delete_percent=100,
    )

    assert names(found) == ["primary", "last-active"]


def test_a_channel_that_is_given_up_is_allowed_by_name_for_each_guard() -> None:
    observed = server(mail_row(primary=True))
    off = project(mail(active=False))

    assert names(refused(off, observed)) == ["primary", "last-active"]
    assert names(refused(off, observed, allow_primary=("email",))) == ["last-active"]
    assert names(refused(off, observed, allow_last_active=("email",))) == ["primary"]
    assert refused(off, observed, allow_primary=("email",), allow_last_active=("email",)) == ()
    assert len(refused(off, observed, allow_primary=("sms",), allow_last_active=("chat",))) == 2
    fields = {"provider_id": "anthropic", "channel": None}
    agent = project(mail(active=False, **fields))
    assert refused(agent, server(mail_row(**fields)), allow_last_active=("agents",)) == ()


def test_an_integration_that_takes_over_keeps_its_channel_active() -> None:
    desired = project(mail(active=False), mail("new"))

    assert refused(desired, server(mail_row())) == ()


def test_an_empty_project_prunes_nothing_that_is_remembered() -> None:
    known = ledger(remembered(declared()))
    empty = project()

    assert names(refused(empty, server(), known, prune=True)) == ["empty-desired"]
    assert refused(empty, server(), known) == ()
    assert refused(empty, server(), prune=True) == ()
    assert refused(project(declared("b")), server(), known, prune=True) == ()
    assert refused(empty, server(), known, prune=True, allow_empty=("development",)) == ()
    assert names(refused(empty, server(), known, prune=True, allow_empty=("production",)))


def test_an_empty_project_deletes_nothing_by_its_prefix_either() -> None:
    everything = {"allow_deletes": 9, "allow_delete_percent": 100, "prune": True}
    (refusal,) = refused(project(prefix="acme-"), server(row("acme-a", **CHAT)), **everything)

    assert (refusal.guard, refusal.identifiers) == ("empty-desired", ("acme-a",))
    assert "1 would be deleted" in refusal.detail


def test_every_reason_is_told_at_once_in_the_order_of_the_table() -> None:
    rows, known = gone(3)
    found = refused(project(), server(*rows), known, prune=True)

    assert names(found) == ["deletes", "delete-percent", "empty-desired"]
    assert len(GUARDS) == 9
