"""Placeholders, and values that stand in the file."""

from __future__ import annotations

import pytest

from reconciler.config.plaintext import (
    has_default,
    has_placeholder,
    is_placeholder,
    is_written_down,
)
from reconciler.config.references import parse


@pytest.mark.parametrize(
    "text",
    [
        "<CHANGE_ME>",
        "https://<YOUR HOST>/x",
        "##PASSWORD##",
        "a##B C##d",
        "changeme",
        "Change-Me",
        " replace_me ",
        "TODO",
        "tbd",
        "FIXME",
        "xxx",
        "XXXXXX",
        "${env:A}<SUFFIX>",
    ],
)
def test_a_placeholder_in_a_file_is_seen(text: str) -> None:
    assert has_placeholder(parse(text))


@pytest.mark.parametrize(
    "text",
    ["", "a<b", "<a@b.c>", "Acme <no-reply@acme.com>", "# #", "##", "xx", "todos", "${env:TODO}"],
)
def test_what_only_resembles_one_is_none(text: str) -> None:
    assert not has_placeholder(parse(text))


@pytest.mark.parametrize("value", ["<CHANGE_ME>", " ##A## ", "${PASSWORD}", "${PASSWORD", "${}"])
def test_a_value_from_outside_that_was_never_filled_in_is_seen(value: str) -> None:
    assert is_placeholder(value)


@pytest.mark.parametrize("value", ["changeme", "a<B>", "x##A##", "a${b}", "", "todo"])
def test_whatever_a_real_secret_may_look_like_passes(value: str) -> None:
    assert not is_placeholder(value)


def test_a_value_is_written_down_where_nothing_of_it_comes_from_outside() -> None:
    assert is_written_down(parse("x"))
    assert is_written_down(parse("x-${environment}"))
    assert not is_written_down(parse("x-${env:A}"))
    assert not is_written_down(parse(""))


def test_a_default_may_be_what_counts_unless_it_is_empty() -> None:
    assert has_default(parse("${env:A}${env:B:-x}"))
    assert not has_default(parse("${env:A:-}"))
    assert not has_default(parse("x"))
