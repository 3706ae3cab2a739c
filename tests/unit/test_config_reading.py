"""The events of a parser become values: what works, and what stops or is told."""

from __future__ import annotations

import pytest
from support.written import document, told

from reconciler.config.documents import Document
from reconciler.config.reading import MAX_DEPTH


def value(text: str) -> object:
    read = document(text)
    assert read.findings == ()
    return read.value


def test_an_alias_stands_for_what_its_anchor_names() -> None:
    assert value("a: &x [1]\nb: *x\nc: &t text\nd: *t\ne: &n 5\nf: *n\n") == {
        "a": [1],
        "b": [1],
        "c": "text",
        "d": "text",
        "e": 5,
        "f": 5,
    }


def test_an_alias_may_be_a_key() -> None:
    assert value("a: &x name\nb: {*x : 1}\n&y c: 2\nd: *y\n") == {
        "a": "name",
        "b": {"name": 1},
        "c": 2,
        "d": "c",
    }


def test_own_keys_are_stronger_than_merged_ones_wherever_they_stand() -> None:
    base = "x-a: &a {k: base, l: base}\n"
    assert value(base + "b: {<<: *a, k: own}\n")["b"] == {"k": "own", "l": "base"}
    assert value(base + "b: {k: own, <<: *a}\n")["b"] == {"k": "own", "l": "base"}


def test_of_several_merged_mappings_the_first_is_stronger() -> None:
    text = "x-a: &a {k: 1}\nx-b: &b {k: 2, l: 2}\nc: {<<: [*a, *b]}\nd: {<<: [{k: 3}, *b]}\n"
    assert value(text)["c"] == {"k": 1, "l": 2}
    assert value(text)["d"] == {"k": 3, "l": 2}


def test_what_is_merged_may_have_merged_something_itself() -> None:
    text = "x-a: &a {k: 1}\nx-b: &b {<<: *a, l: 2}\nc: {<<: *b, m: 3}\n"
    assert value(text)["c"] == {"k": 1, "l": 2, "m": 3}


def test_a_merge_key_in_quotes_is_a_key() -> None:
    assert value('a: {"<<": x}\n') == {"a": {"<<": "x"}}


def test_the_words_that_novus_conditions_have_for_keys_are_text() -> None:
    assert value("on: a\noff: b\nyes: c\nNo: d\n") == {"on": "a", "off": "b", "yes": "c", "No": "d"}


def test_a_key_that_only_begins_like_a_number_is_text() -> None:
    assert value("1st: a\n-x: b\n.y: c\n") == {"1st": "a", "-x": "b", ".y": "c"}


@pytest.mark.parametrize("key", ["1", "1.5", "true", "~", "null", "0123", ".inf", "2024-01-01"])
def test_a_key_that_readers_take_for_something_else_is_told(key: str) -> None:
    assert told(document(f"a: {{{key}: x}}\n").findings) == ["NS103 1:5"]


def test_a_mapping_as_a_key_is_told_once_and_what_belongs_to_it_is_passed_over() -> None:
    read = document("a:\n  ? {b: {c: d}}\n  : [e]\n  f: g\n")
    assert told(read.findings) == ["NS103 2:5"]
    assert read.value == {"a": {"f": "g"}}


def test_an_alias_of_a_mapping_as_a_key_is_told() -> None:
    read = document("x: &x {a: 1}\nb:\n  *x : [1]\n  c: 2\n")
    assert told(read.findings) == ["NS103 3:3"]
    assert read.value["b"] == {"c": 2}


def test_an_alias_as_a_key_that_was_there_is_told() -> None:
    read = document("x: &x name\nb: {name: 1, *x : 2}\n")
    assert told(read.findings) == ["NS113 2:14"]
    assert read.value["b"] == {"name": 1}


def test_where_a_finding_stands_is_told_as_far_as_keys_are_keys() -> None:
    read = document("a:\n  - b: [0123]\n  - ? [x]\n    : {c: 0x1}\n")
    assert [(each.code, each.pointer) for each in read.findings] == [
        ("NS110", "/a/0/b/0"),
        ("NS103", "/a/1"),
        ("NS110", "/a/1"),
    ]


@pytest.mark.parametrize("text", ["a: !x b\n", "a: !!str 5\n", "a: !x [b]\n", "a: !x {b: c}\n"])
def test_a_tag_is_told_and_reading_goes_on(text: str) -> None:
    read = document(text + "z: 0123\n")
    assert told(read.findings) == ["NS104 1:4", "NS110 2:4"]


def test_a_tagged_key_is_told() -> None:
    assert told(document("!x a: b\n").findings) == ["NS104 1:1"]


def test_an_alias_to_what_it_stands_in_is_told_apart_from_one_to_nothing() -> None:
    inside, nothing = document("a: &x [*x]\nb: *y\n").findings
    assert "would never end" in inside.detail
    assert "No anchor of that name" in nothing.detail


def test_values_may_be_nested_so_deep_and_no_deeper() -> None:
    deepest = MAX_DEPTH - 1  # the mapping around it is one
    assert value(f"a: {'[' * deepest}{']' * deepest}\n")
    deeper = document(f"a: {'[' * MAX_DEPTH}{']' * MAX_DEPTH}\n")
    assert told(deeper.findings) == [f"NS106 1:{3 + MAX_DEPTH}"]


def test_an_alias_may_not_make_values_deeper_than_they_could_be_written() -> None:
    half = MAX_DEPTH // 2
    text = f"a: &a {'[' * half}{']' * half}\nb: {'[' * half}*a{']' * half}\n"
    assert [each.code for each in document(text).findings] == ["NS106"]


@pytest.mark.parametrize(("text", "place"), [("", "1:1"), ("\n# nothing\n", "3:1")])
def test_a_text_without_a_value_is_told(text: str, place: str) -> None:
    assert told(Document(text.encode(), "a.yaml").findings) == [f"NS109 {place}"]


def test_a_number_without_an_end_is_told_and_reading_goes_on() -> None:
    assert told(document("a: .inf\nb: [1e999, 0x1]\n").findings) == [
        "NS111 1:4",
        "NS111 2:5",
        "NS110 2:12",
    ]


def test_a_merge_key_may_stand_among_others_and_before_what_is_dropped() -> None:
    read = document("a: {<<: x, <<: {b: 1}, c: 2}\n")
    assert told(read.findings) == ["NS107 1:5"]
    assert read.value == {"a": {"c": 2, "b": 1}}
