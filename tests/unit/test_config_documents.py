"""A file becomes plain values; its traps become findings; places can be asked for."""

from __future__ import annotations

import gc

import pytest
import yaml
from support.written import told

from reconciler.config.documents import MAX_BYTES, Document

LOADERS = [yaml.SafeLoader, yaml.CSafeLoader]


@pytest.fixture(params=LOADERS, ids=lambda loader: loader.__name__)
def read(request: pytest.FixtureRequest):  # noqa: ANN201 - a function
    """Reads a text with the C parser and with the one in Python: both have to say the same."""
    return lambda text: Document(text.encode(), "a.yaml", loader=request.param)


def test_a_text_becomes_plain_values(read) -> None:  # noqa: ANN001 - a function
    document = read("a: [1, 2.5, true, null, ~, 'x', yes]\nb: {c: text}\n")
    assert document.value == {"a": [1, 2.5, True, None, None, "x", True], "b": {"c": "text"}}
    assert document.usable
    assert document.findings == ()


def test_a_key_and_an_item_are_found_by_their_path(read) -> None:  # noqa: ANN001 - a function
    document = read("a:\n  - b: x\n  - c: 'y'\n")
    assert str(document.locate(("a",))) == "a.yaml:1:1"
    assert str(document.locate(("a", 1))) == "a.yaml:3:5"
    assert str(document.locate(("a", 1, "c"))) == "a.yaml:3:5"
    assert str(document.locate(("a", 1, "nothing"))) == "a.yaml:3:5"
    assert str(document.locate(("a", 9))) == "a.yaml:1:1"


def test_what_stands_without_quotes_is_told_as_it_was_written(read) -> None:  # noqa: ANN001 - a function
    document = read("a: Yes\nb: 'Yes'\nc: [1]\nd:\n")
    assert document.unquoted(("a",)) == "Yes"
    assert document.unquoted(("b",)) is None
    assert document.unquoted(("c",)) is None
    assert document.unquoted(("d",)) == ""
    assert document.unquoted(("e",)) is None


def test_a_block_is_found_without_reading_the_text_again(read) -> None:  # noqa: ANN001 - a function
    document = read("integrations:\n  - a: 1\n  - b: 1\n  -   c: 1\n")
    blocks = [str(document.block(index)) for index in range(3)]
    assert blocks == ["a.yaml:2:5", "a.yaml:3:5", "a.yaml:4:7"]
    assert document._places is None


def test_an_item_that_is_no_block_is_looked_for() -> None:
    document = Document(b"integrations: [x, y]\n", "a.yaml")
    assert str(document.block(1)) == "a.yaml:1:19"


def test_the_repetition_of_a_key_is_told_and_the_first_counts(read) -> None:  # noqa: ANN001 - a function
    document = read("a:\n  b: 1\n  b: 2\n  c: {b: 1}\n")
    assert document.value == {"a": {"b": 1, "c": {"b": 1}}}
    (finding,) = document.findings
    assert told([finding]) == ["NS113 3:3"]
    assert finding.pointer == "/a/b"
    assert "line 2, column 3" in finding.detail


def test_an_unreadable_text_holds_nothing(read) -> None:  # noqa: ANN001 - a function
    document = read("a: [\n")
    assert document.value == {}
    assert not document.usable
    assert [each.code for each in document.findings] == ["NS101"]


@pytest.mark.parametrize(("text", "place"), [("- a\n", "1:1"), ("\n a\n", "2:2"), ("~\n", "1:1")])
def test_a_text_that_is_no_mapping_holds_nothing(text: str, place: str) -> None:
    document = Document(text.encode(), "a.yaml")
    assert told(document.findings) == [f"NS112 {place}"]
    assert (document.value, document.usable) == ({}, False)


def test_a_text_that_stops_in_the_middle_tells_what_it_met_before(read) -> None:  # noqa: ANN001 - a function
    document = read("a: 0123\nb: !tag x\n---\nc: 1\n")
    assert told(document.findings) == ["NS110 1:4", "NS104 2:4", "NS108 3:1"]
    assert not document.usable


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("a: \0", "1:4"),
        ("a\r\nb\rc\n\x07", "4:1"),
        ("a\x85\x01", "2:1"),
        ("äöü\x1b", "1:4"),
        ("\ufeffa\x7f", "1:2"),
    ],
)
def test_a_control_character_is_found_where_an_editor_shows_it(text: str, place: str) -> None:
    document = Document(text.encode(), "a.yaml")
    assert told(document.findings) == [f"NS102 {place}"]


@pytest.mark.parametrize("coding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf_16_is_told(coding: str) -> None:
    document = Document("\ufeffa: 1\n".encode(coding), "a.yaml")
    assert told(document.findings) == ["NS102 1:1"]


def test_bytes_that_are_no_text_are_told_where_they_stand() -> None:
    document = Document("ä: b\nc: ".encode() + b"\xff", "a.yaml")
    assert told(document.findings) == ["NS102 2:4"]


def test_a_byte_order_mark_is_no_part_of_the_text() -> None:
    document = Document(b"\xef\xbb\xbfa: 1\nb: 0123\n", "a.yaml")
    assert document.value == {"a": 1, "b": "0123"}
    assert told(document.findings) == ["NS110 2:4"]


def test_the_largest_file_is_read_and_one_byte_more_is_not() -> None:
    text = b"a: 1\n#"
    largest = Document(text + b"#" * (MAX_BYTES - len(text)), "a.yaml")
    assert largest.usable
    larger = Document(text + b"#" * (MAX_BYTES - len(text) + 1), "a.yaml")
    assert told(larger.findings) == ["NS106 1:1"]


@pytest.mark.parametrize("on", [True, False])
def test_garbage_collection_is_left_as_it_was(on: bool) -> None:  # noqa: FBT001 - a parameter
    was_on = gc.isenabled()
    try:
        (gc.enable if on else gc.disable)()
        Document(b"a: [1", "a.yaml").locate(("a",))
        assert gc.isenabled() is on
    finally:
        gc.enable() if was_on else gc.disable()
