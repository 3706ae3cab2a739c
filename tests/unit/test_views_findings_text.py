from __future__ import annotations

from reconciler.findings import Finding, Location, Severity
from reconciler.views.findings_text import closing_line, render
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
