from __future__ import annotations

import re

import pytest
from golden import values as cases
from golden.rows import ENVIRONMENT_ID, row, ses, slack
from support.commonmark import markup

from reconciler.applying.report import Outcome, Report, Result
from reconciler.findings import Finding, Severity
from reconciler.planning.guards import Refusal
from reconciler.planning.plan import Create, Delete, Plan, Replace
from reconciler.planning.plan import Reason as Why
from reconciler.views import findings_markdown, plan_markdown, report_markdown
from reconciler.views.markdown import LIMIT, Part, Section, code, marker, page
from reconciler.views.style import Look
from reconciler.views.subjects import Reviewed, Unplanned

PAGES = [each for each in cases.folders() if cases.load(each).subject != "providers"]
MARK = "<!-- novu-sync:plan environment=production -->"


def plan(*changes: Create | Delete | Replace, **more: object) -> Plan:
    given: dict[str, object] = {"environment": "production", "environment_id": ENVIRONMENT_ID}
    return Plan(changes=changes, **{**given, **more})  # type: ignore[arg-type]


def shown(*plans: Plan, look: Look | None = None) -> str:
    return plan_markdown.render([Reviewed(plan=each) for each in plans], (), look or Look())


def gone(number: int, length: int = 0) -> Delete:
    return Delete(observed=row(f"gone-{number:05}{'x' * length}"))


def new(number: int, length: int = 0) -> Create:
    return Create(desired=slack(f"new-{number:05}{'x' * length}"))


@pytest.mark.parametrize(
    "text", ["a", "`", "``", "a`b", "`a", "a``b`c", " ", "", "a\nb", "a ", "``a`"]
)
def test_a_code_span_holds_any_text_and_ends_where_it_should(text: str) -> None:
    assert markup(f"x {code(text)} y") == "x  y"


@pytest.mark.parametrize("name", ["markup", "hostile-names"])
def test_no_name_and_no_message_is_markup(name: str) -> None:
    """What is left beside spans and fences is ours: no tag but the fold's, no link, no mention."""
    case = cases.load(cases.ROOT / name)
    rest = markup(cases.rendered(case)["plain.md"]).partition("\n")[2]
    rest = re.sub(r"</?(details|summary)>", "", rest)
    assert not set("<>[]@&_~#$\\`") & set(rest.replace("### ", ""))
    assert "evil" not in rest
    assert "forged" not in rest


def test_the_marker_is_the_same_whatever_the_page_says_and_differs_by_subject_and_place() -> None:
    look = Look(project="acme")
    one, other = (shown(plan(*changes), look=look) for changes in ((), (gone(1),)))
    mark = "<!-- novu-sync:plan project=acme environment=production -->"
    assert one.split("\n")[0] == other.split("\n")[0] == mark
    assert len({mark, marker("report", ["production"], look), marker("plan", ["a"], look)}) == 3
    assert marker("findings", (), Look()) == "<!-- novu-sync:findings -->"


@pytest.mark.parametrize("name", ["a -->", "a,b", "a b", "--!>", "a=b", "é"])
def test_no_name_ends_the_marker_or_looks_like_another_one(name: str) -> None:
    mark = marker("plan", [name], Look(project=name))
    assert re.fullmatch(r"<!-- novu-sync:plan project=[\w%.-]+ environment=[\w%.-]+ -->", mark)
    assert mark.count("-->") == 1


def test_deletes_and_replacements_come_before_everything_and_outside_of_every_fold() -> None:
    replaced = Replace(
        desired=slack("swapped"), observed=row("swapped"), fields=(), reason=Why.PROVIDER_CHANGED
    )
    finding = Finding(severity=Severity.ERROR, code="NS501", summary="bad", detail="told")
    text = plan_markdown.render(
        [
            Reviewed(
                plan=plan(new(1), gone(1), replaced, findings=(finding,)),
                refusals=(Refusal(guard="deletes", identifiers=(), detail="no", mend="yes"),),
            )
        ],
        (),
        Look(),
    )
    places = [
        text.index(each) for each in ("- gone-", "-/+ swapped", "! deletes", "NS501", "<details>")
    ]
    assert places == sorted(places)
    assert text.index("+ new-") > text.index("<details>")


def test_credentials_are_named_by_key() -> None:
    text = shown(plan(Create(desired=ses())))
    assert "credentials: apiKey, from, region, secretKey" in text
    assert "us-east-2" not in text


@pytest.mark.parametrize("length", [0, 50, 3_000, 70_000])
@pytest.mark.parametrize("count", [1, 40, 2_500])
def test_a_page_keeps_the_limit_and_counts_what_it_leaves_out(count: int, length: int) -> None:
    """By whole objects: of everything that is shown all lines are, and the rest is counted."""
    changes = [gone(each, length) for each in range(count)] + [
        new(each, length) for each in range(count)
    ]
    text = shown(plan(*changes))
    assert len(text.encode()) <= LIMIT
    for symbol, word, name in (("-", "to delete", "gone"), ("+", "to create", "new")):
        whole = len(re.findall(rf"^\{symbol} {name}-\d+x{{{length}}}  \(", text, re.MULTILINE))
        told = re.search(rf"Left out here: (\d+) {word}", text)
        assert whole + (int(told[1]) if told else 0) == count
        assert text.count(f"{name}-0") == whole
    markup(text)  # every fence is closed
    assert text.count("<details>") == text.count("</details>")


def test_deletes_are_the_last_to_be_left_out() -> None:
    changes = [new(each, 200) for each in range(400)] + [gone(each, 200) for each in range(200)]
    text = shown(plan(*changes))
    assert text.count("- gone-") == 200
    assert "to create" in text.partition("Left out here")[2]


def test_one_object_that_is_too_large_hides_no_other() -> None:
    text = shown(plan(gone(1, 70_000), gone(2), new(1)))
    assert "- gone-00002" in text
    assert "+ new-00001" in text
    assert "**Left out here: 1 to delete.**" in text


def test_several_environments_share_the_room_and_none_is_forgotten() -> None:
    plans = [
        plan(*(gone(each, 100) for each in range(300)), environment=f"e{number}")
        for number in range(4)
    ]
    text = shown(*plans)
    assert len(text.encode()) <= LIMIT
    assert len(re.findall("### Plan for `e[0-3]`", text)) == 4
    counts = [int(each) for each in re.findall(r"Left out here: (\d+) to delete", text)]
    assert text.count("- gone-") + sum(counts) == 1_200
    assert max(counts) - min(counts) < 40


def test_environments_beyond_the_room_are_counted() -> None:
    names = [f"environment-{each}{'x' * 300}" for each in range(300)]
    unplanned = [
        Unplanned(environment=each, summary="no answer came", mend="Wait.") for each in names
    ]
    text = plan_markdown.render((), unplanned, Look())
    told = text.count("### Plan for")
    assert len(text.encode()) <= LIMIT
    assert f"**{300 - told} more environments are left out here.**" in text
    assert 0 < told < 300


def test_what_one_environment_spares_the_next_one_has() -> None:
    small, large = plan(gone(1)), plan(*(gone(each, 100) for each in range(320)))
    assert shown(small, large).count("- gone-") > 280


def test_errors_come_before_warnings_and_are_left_out_last() -> None:
    findings = [
        Finding(
            severity=severity, code="NS501", summary="s", detail=f"{severity} {number} {'x' * 150}"
        )
        for number in range(250)
        for severity in (Severity.WARNING, Severity.ERROR)
    ]
    text = findings_markdown.render(findings, Look())
    assert text.index("**250 errors**") < text.index("**250 warnings**")
    assert len(re.findall(r"^    error \d+", text, re.MULTILINE)) == 250
    assert re.search(r"\*\*Left out here: \d+ warnings\.\*\*", text)


def test_a_page_without_sections_is_its_marker() -> None:
    assert page(MARK, []) == MARK + "\n"
    assert page(MARK, [Section(head=("a",))]) == f"{MARK}\n\na\n"


def test_a_line_of_backticks_cannot_close_the_block_it_is_in() -> None:
    part = Part(heading="h", objects=(("````",), ("a",)), left_out=str)
    text = page(MARK, [Section(head=("x",), parts=(part,))])
    assert "`````text\n````\na\n`````" in text
    assert "````\na" not in markup(text)


def test_a_report_that_did_not_fit_says_what_of_it_is_missing() -> None:
    outcomes = [
        Outcome(change=new(number), result=result, problem="p" * 400)
        for number in range(80)
        for result in (Result.FAILED, Result.NOT_ATTEMPTED, Result.DONE)
    ]
    text = report_markdown.render(
        [Report(environment="production", environment_id="1", outcomes=tuple(outcomes))], Look()
    )
    assert len(text.encode()) <= LIMIT
    assert text.count("! create") == 80
    assert re.search(r"\*\*Left out here: \d+ changes?\.\*\*", text)
    assert text.startswith("<!-- novu-sync:report environment=production -->\n")


@pytest.mark.parametrize("folder", PAGES, ids=lambda each: each.name)
def test_every_golden_page_is_well_formed(folder: object) -> None:
    files = cases.rendered(cases.load(folder))  # type: ignore[arg-type]
    if "plain.md" in files:
        text = markup(files["plain.md"])
        assert text.count("<details>") == text.count("</details>")
