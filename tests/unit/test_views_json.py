"""The JSON documents: what their numbers and words say of the values that they show."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from golden.providers import AGENT, BARE, GRAND
from golden.rows import ENVIRONMENT_ID, keep, row, ses, slack, update

from reconciler.applying.report import Divergence, Outcome, Report, Result
from reconciler.findings import Finding, Location, Severity
from reconciler.model import Patch
from reconciler.planning.guards import Refusal
from reconciler.planning.plan import Create, Delete, Plan, Rename, SetPrimary
from reconciler.views import (
    findings_json,
    plan_json,
    provider_json,
    providers_json,
    report_json,
)
from reconciler.views.style import Look
from reconciler.views.subjects import Reviewed, Unplanned

if TYPE_CHECKING:
    from reconciler.planning.plan import Planned


def planned(*changes: Planned, **more: Any) -> Plan:  # noqa: ANN401 - any field
    return Plan(environment="development", environment_id=ENVIRONMENT_ID, changes=changes, **more)


def plan_document(*plans: Plan, unplanned: tuple[Unplanned, ...] = ()) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(
        plan_json.render([Reviewed(plan=each) for each in plans], unplanned, Look())
    )
    return document


def change_document(change: Planned) -> dict[str, Any]:
    document: dict[str, Any] = plan_document(planned(change))["environments"][0]["changes"][0]
    return document


def report_of(*results: Result, **more: Any) -> Report:  # noqa: ANN401 - any field
    outcomes = tuple(Outcome(change=Create(desired=slack()), result=each) for each in results)
    return Report(
        environment="development", environment_id=ENVIRONMENT_ID, outcomes=outcomes, **more
    )


def test_a_plan_counts_every_kind_and_adds_environments_up() -> None:
    first = planned(Create(desired=slack()), keep("a"), unmanaged=(row("b"),))
    second = planned(Delete(observed=row()), SetPrimary(desired=ses(), observed=None), keep("a"))
    document = plan_document(first, second)
    assert document["environments"][1]["summary"]["setPrimary"] == 1
    assert document["summary"] == {
        "create": 1,
        "update": 0,
        "delete": 1,
        "rename": 0,
        "setPrimary": 1,
        "replace": 0,
        "keep": 2,
        "unmanaged": 1,
    }


def test_a_plan_is_empty_when_nothing_is_to_do_in_any_environment() -> None:
    assert plan_document(planned(keep("a")), planned())["empty"] is True
    assert plan_document(planned(), planned(update()))["empty"] is False


def test_an_environment_that_could_not_be_planned_is_told_and_not_called_empty() -> None:
    document = plan_document(unplanned=(Unplanned(environment="a", summary="b", mend="c"),))
    assert document["unplanned"] == [
        {"environment": "a", "summary": "b", "mend": "c", "findings": []}
    ]
    assert document["environments"] == []
    assert document["empty"] is False


def test_changes_stand_in_the_order_of_the_plan() -> None:
    changes = plan_document(planned(update(), keep("z"), Create(desired=slack("a"))))
    identifiers = [each["identifier"] for each in changes["environments"][0]["changes"]]
    assert identifiers == ["ses-development", "z", "a"]


def test_every_change_has_the_same_keys() -> None:
    rename = Rename(desired=ses(), observed=row("old"), patch=Patch(), fields=())
    deleted, created = Delete(observed=row()), Create(desired=ses(), becomes_primary=True)
    promoted = SetPrimary(desired=ses(), observed=row(), previous="old")
    documents = [change_document(each) for each in (rename, deleted, created, promoted, keep("a"))]
    assert len({tuple(each) for each in documents}) == 1
    assert [each["previousIdentifier"] for each in documents] == ["old", None, None, None, None]
    assert [each["becomesPrimary"] for each in documents] == [False, False, True, False, False]
    assert [each["previousPrimary"] for each in documents] == [None, None, None, "old", None]
    assert [each["id"] is None for each in documents] == [False, False, True, False, False]
    assert [each["location"] is None for each in documents] == [False, True, False, False, False]
    assert [each["stage"] for each in documents] == [
        "rename",
        "delete",
        "create",
        "set-primary",
        None,
    ]


def test_refusals_name_their_integrations() -> None:
    refusal = Refusal(guard="deletes", identifiers=("a", "b"), detail="c", mend="d")
    document = json.loads(
        plan_json.render([Reviewed(plan=planned(), refusals=(refusal,))], (), Look())
    )
    assert document["environments"][0]["refusals"] == [
        {"guard": "deletes", "identifiers": ["a", "b"], "detail": "c", "mend": "d"}
    ]


def test_a_report_tells_what_was_done_and_what_was_not() -> None:
    reports = [
        report_of(Result.DONE, Result.FAILED),
        report_of(Result.NOT_ATTEMPTED, divergences=(Divergence(identifier="a", fields=()),)),
    ]
    document = json.loads(report_json.render(reports, Look()))
    assert document["complete"] is False
    summary = document["summary"]
    assert (summary["created"], summary["failed"], summary["notAttempted"]) == (1, 1, 1)
    assert document["environments"][1]["divergences"] == [
        {"identifier": "a", "remembered": False, "fields": []}
    ]


def test_a_report_of_nothing_but_done_is_complete() -> None:
    assert json.loads(report_json.render([report_of(Result.DONE)], Look()))["complete"] is True


def test_findings_are_sorted_and_counted_once() -> None:
    place = Location(file="a.yaml", line=1, column=1)
    warning = Finding(
        severity=Severity.WARNING, code="NS401", summary="a", detail="b", location=place
    )
    error = Finding(severity=Severity.ERROR, code="NS301", summary="a", detail="b")
    document = json.loads(findings_json.render([error, warning, error], Look()))
    assert [each["code"] for each in document["findings"]] == ["NS401", "NS301"]
    assert document["summary"] == {"errors": 1, "warnings": 1, "files": 1}


def test_providers_are_sorted_and_shown_like_one() -> None:
    document = json.loads(providers_json.render([AGENT, GRAND, BARE], Look()))
    assert [each["id"] for each in document["providers"]] == ["bare-chat", "grand-mail", "thinker"]
    one = json.loads(provider_json.render(GRAND, Look()))
    assert one["provider"] == document["providers"][1]
    assert document["providers"][2]["channel"] is None
