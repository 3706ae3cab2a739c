"""What a parser objects to, said for the author: the same for the parser in C and in Python."""

from __future__ import annotations

import pytest
import yaml
from support.written import told

from reconciler.config.documents import Document
from reconciler.config.syntax import _CAUSES, explained

CASES = [
    ("a: b\n\tc: d\n", "2:1", "indented with a tab"),
    ("a: @b\n", "1:4", "cannot begin with a character that YAML keeps"),
    ("a: `b`\n", "1:4", "Put it in quotes"),
    ('a: "b\nc: d\n', "1:4", "The quote that opens here is never closed"),
    ("a: 'b\n", "1:4", "The quote that opens here is never closed"),
    ("a: b: c\n", "1:5", "a text holds a colon and a blank"),
    ("a: [b c: d, e: f\n", "2:1", "It opens in line 1, column 4"),
    ("a:\n  - b\n  c: d\n", "3:3", "items begin with `- `, keys end with `:`"),
    ("a:\n  b: c\n - d\n", "3:2", "Align it with its neighbours"),
    ("- a\nb: c\n", "2:1", "Align it with its neighbours"),
    ("a: b\nc\nd: e\n", "2:1", "A key has no colon behind it"),
    ("a: - b\n", "1:4", "does not continue what stands above it"),
    ('a: "\\q"\n', "1:5", "Use single quotes, or write the backslash twice"),
    ('a: "\\xZZ"\n', "1:7", "lacks its hexadecimal digits"),
    ("a: ]\n", "1:4", "A value is missing here, or a bracket"),
    ("a: 'b\n---\nc'\n", "1:4", "The quote that opens here is never closed"),
    ("a: !<b c\n", "1:7", "Tags (`!…`) mean nothing"),
    ("a: *\n", "1:5", "An alias (`*…`) begins here without a name"),
    ("a: &\n", "1:5", "An anchor (`&…`) begins here without a name"),
    ("a: | b\n", "1:6", "Begin the text on the next line"),
    ("a: |0\n  b\n", "1:5", "Behind `|` or `>` nothing may stand"),
    ("%a\n", "1:3", ""),
    ("%YAML x\n---\na: b\n", "1:7", "A line that begins with `%` is for YAML itself"),
    ("%YAML 2.0\n---\na: b\n", "1:1", "a version of YAML that is not known"),
    ("a: b\n... c\n", "2:5", "Something follows after the end of the document"),
]


@pytest.mark.parametrize(("text", "place", "says"), CASES)
def test_what_is_wrong_is_told_where_the_author_has_to_look(
    text: str, place: str, says: str
) -> None:
    (finding,) = Document(text.encode(), "a.yaml", loader=yaml.CSafeLoader).findings
    assert says in finding.detail
    assert told([finding]) == [f"NS101 {place}"]


@pytest.mark.parametrize(("text", "place", "says"), [each for each in CASES if each[2]])
def test_the_parser_in_python_leads_to_the_same_words_on_the_same_line(
    text: str, place: str, says: str
) -> None:
    """The two begin to object a few characters apart, and in words of their own."""
    (finding,) = Document(text.encode(), "a.yaml", loader=yaml.SafeLoader).findings
    assert says in finding.detail
    assert finding.location is not None
    assert str(finding.location.line) == place.partition(":")[0]


def test_words_that_no_parser_had_so_far_are_told_in_general() -> None:
    error = yaml.MarkedYAMLError(problem="something new")
    detail, place = explained(error, "", "a.yaml")
    assert "cannot be read as YAML" in detail
    assert str(place) == "a.yaml:1:1"
    assert explained(yaml.MarkedYAMLError(), "", "a.yaml") == (detail, place)


def test_a_list_that_does_not_say_where_it_opens_is_told_all_the_same() -> None:
    detail, _ = explained(yaml.MarkedYAMLError(problem="did not find expected ','"), "", "a.yaml")
    assert "lacks a comma" in detail
    assert "It opens" not in detail


def test_every_cause_that_is_known_has_a_case() -> None:
    known = {ours for _, ours in _CAUSES}
    details = {
        finding.detail.partition(" It opens in")[0]
        for text, _, _ in CASES
        for finding in Document(text.encode(), "a.yaml").findings
    }
    assert known <= details
