from __future__ import annotations

import pytest

from reconciler.authoring.writing import Noted, Remarked, flow, item, lines, quoted, scalar
from reconciler.config.documents import Document

BARE = ("Amazon SES", "ses-${environment}", "${env:A_B}", "<CHANGE_ME>", "https://acme.com/a?b".partition("?")[0], "a:b", "no-reply@acme.com", "$${x}")  # fmt: skip
QUOTED = ("", " a", "a ", "yes", "on", "y", "null", "~", "12", "1.5", "0x1", "2024-01-31", ".5", "-a", "a: b", "a:", "a #b", "#a", "*a", "&a", "!a", "%a", "@a", "`a", "[a", "{a", "'a", '"a', "a\nb", "a\tb", "?", "<<", "a,b", "ä\u2028", "\x7f", "\x85", "\ufeff")  # fmt: skip


@pytest.mark.parametrize("text", BARE)
def test_text_that_nobody_can_take_for_anything_else_is_bare(text: str) -> None:
    assert scalar(text) == text


@pytest.mark.parametrize("text", QUOTED)
def test_all_other_text_is_quoted(text: str) -> None:
    assert scalar(text).startswith('"')
    assert scalar(text, flow=True).startswith('"')


@pytest.mark.parametrize("text", [*BARE, *QUOTED, "on", "\U0001f511 {", "\U000e0001"])
def test_what_is_written_reads_back(text: str) -> None:
    for written in (f"a: {scalar(text)}\n", f"a: [{scalar(text, flow=True)}]\n"):
        document = Document(written.encode(), "x.yaml")
        assert document.findings == ()
        assert document.value["a"] in (text, [text])


def test_half_of_a_pair_becomes_the_mark_of_what_cannot_be_read() -> None:
    assert quoted("a\ud800b") == '"a\ufffdb"'


def test_other_values_are_written_as_json_has_them() -> None:
    assert [scalar(each) for each in (True, False, None, 3, 1.5, {}, [])] == [
        "true", "false", "null", "3", "1.5", "{}", "[]",
    ]  # fmt: skip


def test_mappings_and_lists_are_indented_by_two() -> None:
    tree = {"a": {"b": [1, {"c": "d", "e": {}}, [2, {"f": "g h"}]]}, "on": []}
    assert item(tree, 2) == [
        "  - a:",
        "      b:",
        "        - 1",
        "        - c: d",
        "          e: {}",
        "        - [2, { f: g h }]",
        '    "on": []',
    ]  # fmt: skip


def test_remarks_stand_beside_a_value_and_below_a_mapping() -> None:
    tree = {"a": Remarked(entries={"b": Noted(value="x", remark="x or y")}, remarks=["c: d"])}
    assert lines(tree) == ["a:", "  b: x  # x or y", "  # c: d"]


def test_inside_of_brackets_remarks_are_lost() -> None:
    tree = Remarked(entries={"b": Noted(value="x:y", remark="r"), "c": [], "d": {}}, remarks=["r"])
    assert flow(tree) == '{ b: "x:y", c: [], d: {} }'
