from __future__ import annotations

import re

import pytest
from golden import values as cases
from golden.rows import ENVIRONMENT_ID, changed, hidden, row, ses, slack, update

from reconciler.applying.report import Divergence, Outcome, Report, Result
from reconciler.findings import Finding, Location, Severity
from reconciler.planning.plan import Create, Delete, Plan
from reconciler.views import findings_github, plan_github, report_github
from reconciler.views.github import Level, annotation
from reconciler.views.style import Look
from reconciler.views.subjects import Reviewed

COMMAND = re.compile(
    r"::(error|warning|notice) ((?:[a-z]+=[^,:\n]*)(?:,[a-z]+=[^,:\n]*)*)::([^\n]*)"
)
BLOCK = Location(file="novu-sync.yaml", line=14, column=5)
NAME = Location(file="novu-sync.yaml", line=15, column=11)


def read(line: str) -> tuple[str, dict[str, str], str]:
    """An annotation as GitHub's runner reads it."""
    found = COMMAND.fullmatch(line)
    assert found, line

    def plain(text: str) -> str:
        for escaped, character in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ",")):
            text = text.replace(escaped, character)
        return text.replace("%25", "%")

    properties = dict(each.split("=", 1) for each in found[2].split(","))
    return found[1], {key: plain(value) for key, value in properties.items()}, plain(found[3])


def planned(*changes: object, look: Look | None = None) -> list[tuple[str, dict[str, str], str]]:
    plan = Plan(environment="production", environment_id=ENVIRONMENT_ID, changes=changes)  # type: ignore[arg-type]
    text = plan_github.render([Reviewed(plan=plan)], (), look or Look())
    return [read(line) for line in text.splitlines()]


@pytest.mark.parametrize("name", ["markup", "hostile-names"])
def test_no_name_ends_its_line_its_property_or_the_command(name: str) -> None:
    text = cases.rendered(cases.load(cases.ROOT / name))["plain.github"]
    for line in text.removesuffix("\n").split("\n"):
        level, properties, _ = read(line)
        assert level in list(Level)
        assert set(properties) <= {"file", "line", "col", "title"}


def test_what_is_escaped_reads_as_it_was() -> None:
    line = annotation(
        Level.ERROR,
        "100%: a, b",
        ["50% :: x,", "next"],
        Look(),
        Location(file="a,b:%.yaml", line=1, column=2),
    )
    assert read(line) == (
        "error",
        {"file": "a,b:%.yaml", "line": "1", "col": "2", "title": "100%: a, b"},
        "50% :: x,\nnext",
    )


@pytest.mark.parametrize(
    ("folder", "file", "named"),
    [
        ("", "novu-sync.yaml", "novu-sync.yaml"),
        (".", "integrations/a.yaml", "integrations/a.yaml"),
        ("deploy/novu", "novu-sync.yaml", "deploy/novu/novu-sync.yaml"),
        ("deploy", "../novu/novu-sync.yaml", "novu/novu-sync.yaml"),
        ("deploy", "/checkout/novu-sync.yaml", "/checkout/novu-sync.yaml"),
    ],
)
def test_files_are_named_from_the_root_of_the_repository(
    folder: str, file: str, named: str
) -> None:
    line = annotation(
        Level.NOTICE, "t", ["m"], Look(folder=folder), Location(file=file, line=1, column=1)
    )
    assert read(line)[1]["file"] == named


def test_a_change_of_one_field_stands_at_its_line_and_any_other_at_its_block() -> None:
    desired = slack(location=BLOCK, lines={"name": NAME, "credentials": BLOCK})
    one = update(changed("name", "a", "b"), desired=desired)
    two = update(changed("name", "a", "b"), changed("active", "a", "b"), desired=desired)
    inside = update(hidden("credentials.token"), desired=desired)
    lines = [int(each[1]["line"]) for each in planned(one, two, inside)[:-1]]
    assert lines == [15, 14, 14]


def test_a_create_stands_at_its_block_and_a_delete_at_no_line() -> None:
    delete, create, summary = planned(Create(desired=ses()), Delete(observed=row("gone")))
    assert create[0] == "notice"
    assert create[1]["line"] == "14"
    assert delete[0] == "warning"
    assert set(delete[1]) == {"title"}
    assert summary[2] == "Plan: 1 to create, 0 to update, 1 to delete; 0 unchanged, 0 unmanaged"


def test_no_value_of_a_credential_is_in_an_annotation() -> None:
    text = cases.rendered(cases.load(cases.ROOT / "secrets"))["plain.github"]
    assert "credentials: an odd key" not in text
    assert "us-east-2" not in text


def test_errors_come_first_since_only_ten_of_a_level_are_shown() -> None:
    findings = [
        Finding(severity=severity, code="NS501", summary="s", detail="d", location=BLOCK)
        for severity in (Severity.WARNING, Severity.ERROR)
    ]
    text = findings_github.render(findings, Look())
    assert [each.partition(" ")[0] for each in text.splitlines()] == ["::error", "::warning"]


def test_without_findings_a_notice_says_so() -> None:
    assert findings_github.render((), Look()) == "::notice title=novu-sync::No findings.\n"


def test_what_did_not_end_well_is_told_and_what_did_is_counted() -> None:
    report = Report(
        environment="production",
        environment_id=ENVIRONMENT_ID,
        outcomes=(
            Outcome(change=Create(desired=slack("good")), result=Result.DONE),
            Outcome(
                change=Create(desired=ses("bad")), result=Result.FAILED, problem="422", mend="Mend."
            ),
            Outcome(change=Create(desired=slack("late")), result=Result.NOT_ATTEMPTED),
        ),
        divergences=(
            Divergence(identifier="one", fields=(changed("name", "a", "b"),)),
            Divergence(identifier="two", fields=(hidden("credentials.a"),), remembered=True),
        ),
        interrupted=True,
        aborted="it rained",
    )
    lines = [read(line) for line in report_github.render([report], Look()).splitlines()]
    assert [(each[0], each[1]["title"]) for each in lines] == [
        ("error", "production: stopped"),
        ("error", "production: interrupted"),
        ("error", "production: create bad: failed"),
        ("error", "production: not as declared when read again"),
        ("warning", "production: create late: not-attempted"),
        ("warning", "production: not kept by Novu"),
        ("notice", "Apply to production"),
    ]
    assert lines[2][1]["line"] == "14"
    assert lines[2][2] == "422\nMend."
