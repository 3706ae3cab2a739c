from __future__ import annotations

import json
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.secret import MASK, Secret
from reconciler.views import values

if TYPE_CHECKING:
    from reconciler.secret import Json


@given(st.text())
def test_whatever_a_text_is_made_of_all_that_is_written_is_printable(text: str) -> None:
    assert values.escaped(text).isprintable()
    assert values.name(text).isprintable()
    assert values.value(text).isprintable()
    assert values.sentence(text).isprintable()
    assert all(line.isprintable() for line in values.prose(text))


@given(st.text(max_size=values.LIMIT), st.text(max_size=values.LIMIT))
def test_two_short_texts_are_never_written_alike(one: str, other: str) -> None:
    assert (values.value(one) == values.value(other)) == (one == other)
    assert (values.name(one) == values.name(other)) == (one == other)


def test_a_plain_name_stands_as_it_is() -> None:
    assert values.name("ses-développement_2") == "ses-développement_2"


@pytest.mark.parametrize(
    ("given_name", "written"),
    [
        ("", '""'),
        ("two words", '"two words"'),
        ('"', '"\\""'),
        ("a\\b", '"a\\\\b"'),
        ("\x1b[2J", '"\\x1b[2J"'),
        ("\u202e", '"\\u202e"'),
        ("\U000e0041", '"\\U000e0041"'),
    ],
)
def test_a_name_that_could_mislead_is_quoted_and_escaped(given_name: str, written: str) -> None:
    assert values.name(given_name) == written


def test_prose_keeps_its_lines_and_loses_the_white_space_around_them() -> None:
    assert values.prose("  one \n\n  two\t\n") == ("one", "", "  two")
    assert values.prose(" \n ") == ()


def test_a_sentence_is_one_line() -> None:
    assert values.sentence("one \n\n  two\n") == "one two"


@pytest.mark.parametrize(
    ("given_value", "written"),
    [
        (True, "true"),
        (None, "null"),
        (7, "7"),
        ("é", '"é"'),
        ([1, {"a": "b"}], '[1, {"a": "b"}]'),
    ],
)
def test_a_value_is_written_as_json(given_value: Json, written: str) -> None:
    assert values.value(given_value) == written


def test_a_long_value_is_cut_and_its_length_told() -> None:
    assert values.value("x" * 100) == f'"{"x" * values.LIMIT}…" (100 characters)'


def test_a_cut_never_falls_into_an_escape() -> None:
    assert values.value("\x1b" * 100) == '"' + "\\x1b" * values.LIMIT + '…" (100 characters)'


def test_two_long_values_are_cut_so_that_their_difference_shows() -> None:
    before, _, after = values.transition("a" * 500 + "1", "a" * 500 + "2").partition(" → ")
    assert before == '"…aaaaaaaaaaaaaaaa1" (501 characters)'
    assert after == '"…aaaaaaaaaaaaaaaa2" (501 characters)'


def test_a_long_value_that_only_grew_shows_its_end() -> None:
    assert values.transition("a" * 500, "a" * 500 + "new").endswith(
        '"…aaaaaaaaaaaaaaaanew" (503 characters)'
    )


def test_a_short_value_stays_whole_beside_a_long_one() -> None:
    assert values.transition("short", "x" * 500).startswith('"short" → "xxx')


def test_a_secret_is_its_mask_wherever_it_lies() -> None:
    tree = cast("Any", {"a": [Secret("planted"), MappingProxyType({"b": Secret("planted")})]})
    assert values.value(tree) == json.dumps({"a": [MASK, {"b": MASK}]})
    assert values.value(cast("Any", Secret("planted"))) == f'"{MASK}"'


def test_what_is_no_json_value_is_refused_without_showing_it() -> None:
    with pytest.raises(TypeError, match="a bytes is no JSON value"):
        values.value(cast("Any", [b"planted"]))
