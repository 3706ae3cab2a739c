"""Where things stand in a text."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import yaml

from reconciler.config.places import outline, pointer

if TYPE_CHECKING:
    from reconciler.config.places import Path


def place(text: str, *path: str | int, depth: int = 64) -> str:
    """Line and column of a path, and how many of its steps were found."""
    pointed, _, steps = outline(text, yaml.SafeLoader, depth=depth).find(path)
    return f"{pointed.line}:{pointed.column} {steps}"


def test_a_place_is_where_the_key_or_the_item_begins() -> None:
    text = "a:\n  - x\n  - b: y\n"
    assert place(text) == "1:1 0"
    assert place(text, "a") == "1:1 1"
    assert place(text, "a", 0) == "2:5 2"
    assert place(text, "a", 1, "b") == "3:5 3"


def test_a_path_is_followed_as_far_as_it_goes() -> None:
    text = "a: [x]\nb: y\n"
    assert place(text, "a", 5) == "1:1 1"
    assert place(text, "a", 0, "c") == "1:5 2"
    assert place(text, "b", "c") == "2:1 1"
    assert place(text, "d") == "1:1 0"


def test_the_first_of_two_keys_is_the_place() -> None:
    assert place("a: 1\na: 2\n", "a") == "1:1 1"


def test_what_came_by_an_alias_stands_where_it_is_written() -> None:
    assert place("x: &x {a: {b: 1}}\ny: *x\n", "y", "a", "b") == "1:12 3"
    assert place("x: &x [5]\ny: *x\n", "y") == "2:1 1"


def test_what_was_merged_stands_where_it_is_written() -> None:
    text = "x: &x {a: 1}\ny: &y {b: 1, a: 2}\nz:\n  <<: [*x, *y]\n  c: 3\nw: {<<: *y}\n"
    assert place(text, "z", "a") == "1:8 2"
    assert place(text, "z", "b") == "2:8 2"
    assert place(text, "z", "c") == "5:3 2"
    assert place(text, "w", "b") == "2:8 2"
    assert place(text, "w", "nothing") == "6:1 1"


def test_a_merge_key_in_quotes_is_a_key() -> None:
    assert place('x: {"<<": {a: 1}}\n', "x", "<<", "a") == "1:12 3"
    assert place('x: {"<<": {a: 1}}\n', "x", "a") == "1:1 1"


def test_a_key_that_is_a_list_has_no_place_and_harms_no_other() -> None:
    assert place("a:\n  ? [x]\n  : y\n  b: z\n", "a", "b") == "4:3 2"


def test_an_alias_to_what_it_stands_in_ends() -> None:
    assert place("a: &x {b: *x}\n", "a", "b", "b") == "1:8 2"


def test_what_cannot_be_read_to_its_end_is_known_up_to_there() -> None:
    assert place("a: 1\nb: [\n  x\nc: }\n", "b", 0) == "3:3 2"


def test_only_the_first_document_counts() -> None:
    assert place("a: 1\n---\nb: 2\n", "b") == "1:1 0"


def test_nothing_is_looked_at_that_is_nested_too_deep() -> None:
    assert place("a: [[[x]]]\n", "a", 0, 0, 0, depth=2) == "1:5 2"


def test_an_empty_text_is_one_place() -> None:
    assert place("", "a") == "1:1 0"


@pytest.mark.parametrize(
    ("path", "says"),
    [((), ""), (("a", 0), "/a/0"), (("a/b", "c~d"), "/a~1b/c~0d"), (("",), "/")],
)
def test_a_pointer_is_as_rfc_6901_has_it(path: Path, says: str) -> None:
    assert pointer(path) == says
