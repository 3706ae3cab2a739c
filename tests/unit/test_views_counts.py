from __future__ import annotations

from golden.rows import ENVIRONMENT_ID, keep, row, ses, slack

from reconciler.applying.report import Outcome, Report, Result
from reconciler.planning.plan import Create, Delete, Plan, SetPrimary
from reconciler.views.counts import carried_out_line, counted, planned_line


def plan(*changes: Create | Delete | SetPrimary, kept: int = 0, unmanaged: int = 0) -> Plan:
    return Plan(
        environment="development",
        environment_id=ENVIRONMENT_ID,
        changes=(*changes, *(keep(f"slack-{number}") for number in range(kept))),
        unmanaged=tuple(row(f"mailgun-{number}") for number in range(unmanaged)),
    )


def report(*results: Result) -> Report:
    outcomes = tuple(Outcome(change=Create(desired=slack()), result=each) for each in results)
    return Report(environment="development", environment_id=ENVIRONMENT_ID, outcomes=outcomes)


def test_the_line_of_a_plan_always_begins_with_the_three_counts() -> None:
    assert (
        planned_line([plan()]) == "0 to create, 0 to update, 0 to delete; 0 unchanged, 0 unmanaged"
    )


def test_other_changes_follow_the_three_where_there_are_any() -> None:
    planned = plan(Create(desired=ses()), SetPrimary(desired=ses(), observed=None), kept=7)
    assert planned_line([planned]) == (
        "1 to create, 0 to update, 0 to delete, 1 to set primary; 7 unchanged, 0 unmanaged"
    )


def test_the_numbers_of_several_plans_are_added_up() -> None:
    plans = iter([plan(Create(desired=ses()), unmanaged=2), plan(Delete(observed=row()), kept=1)])
    assert planned_line(plans) == (
        "1 to create, 0 to update, 1 to delete; 1 unchanged, 2 unmanaged"
    )


def test_only_what_was_done_counts_as_done() -> None:
    reports = iter([report(Result.DONE, Result.FAILED), report(Result.DONE, Result.NOT_ATTEMPTED)])
    assert carried_out_line(reports) == (
        "2 created, 0 updated, 0 deleted; 1 failed, 1 not attempted"
    )


def test_one_is_singular() -> None:
    assert [counted(number, "guard") for number in (0, 1, 2)] == ["0 guards", "1 guard", "2 guards"]
