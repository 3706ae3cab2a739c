from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from golden.rows import ENVIRONMENT_ID, keep, row, ses, slack

from reconciler.findings import Finding, Severity
from reconciler.planning.guards import Refusal
from reconciler.planning.plan import Create, Plan
from reconciler.views.plan_text import render
from reconciler.views.style import Look
from reconciler.views.subjects import Reviewed, Unplanned

if TYPE_CHECKING:
    from reconciler.planning.plan import Planned

STAGING = Unplanned(environment="staging", summary="no answer came", mend="Look at the network.")


def plan(*changes: Planned, severity: Severity | None = None) -> Plan:
    findings = (
        (Finding(severity=severity, code="NS599", summary="a thing", detail="Look at it."),)
        if severity
        else ()
    )
    return Plan(
        environment="development",
        environment_id=ENVIRONMENT_ID,
        changes=changes,
        findings=findings,
    )


def shown(*plans: Plan, look: Look | None = None, unplanned: tuple[Unplanned, ...] = ()) -> str:
    return render([Reviewed(plan=each) for each in plans], unplanned, look or Look())


def test_an_empty_plan_is_said_in_a_sentence_before_the_counts() -> None:
    assert shown(plan(keep("slack"))) == (
        f"development  (Novu environment {ENVIRONMENT_ID})\n"
        "\n"
        "No changes: development is as declared.\n"
        "Plan: 0 to create, 0 to update, 0 to delete; 1 unchanged, 0 unmanaged\n"
    )


def test_where_the_memory_lies_is_told_under_the_heading() -> None:
    told = replace(plan(), ledger_note="ledger: none, 0 entries")
    assert shown(told).splitlines()[1] == "ledger: none, 0 entries"


def test_a_plan_without_changes_but_with_an_error_is_not_called_as_declared() -> None:
    assert "as declared" not in shown(plan(severity=Severity.ERROR))
    assert "as declared" in shown(plan(severity=Severity.WARNING))


def test_what_is_kept_is_listed_for_readers_who_ask_for_it() -> None:
    assert "slack-kept" not in shown(plan(keep("slack-kept")))
    assert "slack-kept" in shown(plan(keep("slack-kept")), look=Look(verbose=True))


def test_the_summary_line_ends_the_block() -> None:
    last = shown(plan(Create(desired=slack()))).splitlines()[-1]
    assert last == "Plan: 1 to create, 0 to update, 0 to delete; 0 unchanged, 0 unmanaged"


def test_what_to_run_next_comes_last() -> None:
    text = shown(plan(Create(desired=slack())), look=Look(next_step="novu-sync apply"))
    assert text.endswith("\n\nNext: novu-sync apply\n")


def test_several_environments_are_added_up() -> None:
    text = shown(plan(Create(desired=slack())), plan(Create(desired=ses()), keep("slack")))
    assert text.endswith(
        "\n2 environments: 2 to create, 0 to update, 0 to delete; 1 unchanged, 0 unmanaged\n"
    )
    assert text.count("\nPlan: 1 to create") == 2


def test_an_environment_without_a_plan_is_named_beside_the_others() -> None:
    text = shown(plan(), unplanned=(STAGING,))
    assert "\nstaging could not be planned: no answer came\n" in text
    assert "\n2 environments, 1 not planned: 0 to create" in text


def test_where_nothing_was_planned_there_is_nothing_to_show() -> None:
    assert shown(unplanned=(STAGING,)) == ""


def test_refusals_are_told_with_their_mend() -> None:
    refusals = (
        Refusal(guard="deletes", identifiers=("a",), detail="2 to delete.", mend="Allow them."),
        Refusal(guard="primary", identifiers=("a",), detail="None is left.", mend=""),
    )
    text = render([Reviewed(plan=plan(), refusals=refusals)], (), Look())
    assert (
        "Refused by 2 guards: nothing is written\n"
        "  ! deletes: 2 to delete.\n"
        "      Allow them.\n"
        "  ! primary: None is left.\n"
    ) in text


def test_unmanaged_rows_are_listed_with_what_can_be_done() -> None:
    unmanaged = Plan(
        environment="development",
        environment_id=ENVIRONMENT_ID,
        changes=(),
        unmanaged=(row("mailgun", name=None),),
    )
    text = shown(unmanaged)
    assert "    mailgun  (ses, email, active)\n" in text
    assert "--prune" in text


def test_a_large_plan_shows_every_change() -> None:
    text = shown(plan(*(Create(desired=slack(f"slack-{number}")) for number in range(500))))
    assert all(f"  + slack-{number}  (slack, chat)\n" in text for number in range(500))
