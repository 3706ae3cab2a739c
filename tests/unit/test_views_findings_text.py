from __future__ import annotations

from dataclasses import replace

from reconciler.findings import Finding, Location, Severity
from reconciler.views.findings_text import closing_line, passing_lines, render
from reconciler.views.style import Look

ERROR = Finding(
    severity=Severity.ERROR,
    code="NS204",
    summary="unknown credential key",
    detail="Novu would drop it.\nDid you mean apiKey?",
    location=Location(file="novu-sync.yaml", line=9, column=7),
)
WARNING = Finding(
    severity=Severity.WARNING,
    code="NS401",
    summary="a thing",
    detail="Look at it.",
    location=Location(file="a.yaml", line=90, column=1),
    environment="production",
)
NOWHERE = Finding(severity=Severity.ERROR, code="NS301", summary="not set", detail="Set it.")


def test_a_finding_begins_with_its_place_and_its_detail_is_indented() -> None:
    assert render([ERROR], Look()) == (
        "novu-sync.yaml:9:7: error NS204 unknown credential key\n"
        "    Novu would drop it.\n"
        "    Did you mean apiKey?\n"
        "\n"
        "1 error in 1 file\n"
    )


def test_findings_are_sorted_by_place_and_told_once() -> None:
    lines = render([NOWHERE, ERROR, WARNING, ERROR], Look()).splitlines()
    heads = [line for line in lines if " NS" in line]
    assert heads == [
        "a.yaml:90:1: warning NS401 a thing  (in production)",
        "novu-sync.yaml:9:7: error NS204 unknown credential key",
        "error NS301 not set",
    ]
    assert lines[-1] == "2 errors, 1 warning in 2 files"


def test_no_findings_are_said_to_be_none() -> None:
    assert render([], Look()) == "No findings.\n"


def test_findings_without_a_place_are_in_no_file() -> None:
    assert closing_line([NOWHERE]) == "1 error"


def test_beside_a_plan_many_warnings_of_a_kind_are_counted_and_errors_never() -> None:
    def many(kind: Finding, number: int) -> list[Finding]:
        return [replace(kind, detail=f"number {each}") for each in range(number)]

    findings = [*many(WARNING, 5), *many(ERROR, 5), *many(NOWHERE, 1)]
    lines = list(passing_lines(findings, Look()))
    assert sum(" warning NS401 " in line for line in lines) == 3
    assert sum(" error NS204 " in line for line in lines) == 5
    assert lines[-1] == "    … and 2 more warnings NS401; -v lists them all"
    whole = list(passing_lines(findings, Look(verbose=True)))
    assert sum(" warning NS401 " in line for line in whole) == 5
    assert "more warning" not in "".join(whole)
    assert "more warning" not in "".join(passing_lines(many(WARNING, 3), Look()))
