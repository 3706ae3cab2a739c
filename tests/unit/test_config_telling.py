"""Problems become findings, with what was written where that may be shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from reconciler.config.layers import Spot
from reconciler.config.objections import Problem
from reconciler.config.telling import told
from reconciler.findings import Location, Severity

if TYPE_CHECKING:
    from reconciler.findings import Finding

HERE = Location(file="a.yaml", line=3, column=5)
NOT_TEXT = Problem(path=("name",), code="NS204", detail="It is a number.")


def finding(problem: Problem, unquoted: str | None, *path: str) -> Finding:
    return told(problem, Spot(HERE, "/x", unquoted), path)


def test_a_finding_has_the_place_the_words_and_the_weight_of_its_problem() -> None:
    problem = Problem(path=(), code="NS210", detail="Unknown.", severity=Severity.WARNING)
    made = finding(problem, None)
    assert (made.location, made.pointer, made.code) == (HERE, "/x", "NS210")
    assert (made.detail, made.severity) == ("Unknown.", Severity.WARNING)


def test_a_number_where_text_belongs_is_shown_as_it_should_be_written() -> None:
    assert finding(NOT_TEXT, "0x1F", "name").detail.endswith(' As it is meant, it is `"0x1F"`.')


@pytest.mark.parametrize("field", ["credentials", "configurations", "apiKey"])
def test_what_may_be_secret_is_not_shown(field: str) -> None:
    assert finding(NOT_TEXT, "4711", field, "x").detail == "It is a number."


@pytest.mark.parametrize("unquoted", [None, "", "4" * 41])
def test_what_is_in_quotes_empty_or_long_is_not_shown(unquoted: str | None) -> None:
    assert finding(NOT_TEXT, unquoted, "name").detail == "It is a number."


def test_no_other_problem_shows_what_was_written() -> None:
    problem = Problem(path=(), code="NS202", detail="It is wrong.")
    assert finding(problem, "4711", "name").detail == "It is wrong."
