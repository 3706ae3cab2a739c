from __future__ import annotations

import pytest

from reconciler.findings import Finding
from reconciler.importing import jsontext
from reconciler.importing.jsontext import JsonText
from reconciler.importing.pieces import Source


def read(text: str) -> JsonText | Finding:
    return jsontext.read(Source("list.json", text).whole)


@pytest.mark.parametrize(
    ("text", "place", "mend"),
    [
        ('[{"a": 1},\n {"b": }]', "2:8", "A value belongs here"),
        ('{"a": 1,\n}', "2:1", "A key in double quotes"),
        ('{"a" 1}', "1:6", "A colon"),
        ("[1\n 2]", "2:2", "A comma"),
        ('["planted', "1:2", "no double quote ends"),
        ('["planted\nx"]', "1:10", "written `\\n`"),
        ('["\\x"]', "1:3", "no such escape"),
        ("[]\n[]", "2:1", "ends before this"),
        ("", "1:1", "A value belongs here"),
        ('["NaN", -Infinity]', "1:9", "neither infinity"),
        ("[" * 100_000, "1:1", "nested deeper"),
        ('["\\ud83d\\ude00", "a\\ud800b"]', "1:20", "Half of a character"),
        ('["\\\\ud800 \\udc00"]', "1:11", "Half of a character"),
    ],
)
def test_what_is_no_json_is_told_at_its_place_without_repeating_it(
    text: str, place: str, mend: str
) -> None:
    told = read(text)
    assert isinstance(told, Finding)
    assert told.code == "NS350"
    assert str(told.location) == f"list.json:{place}"
    assert mend in told.detail
    assert "planted" not in told.detail


def test_words_of_the_library_that_nobody_expected_are_not_repeated(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(jsontext, "_WORDS", ())
    told = read("[1 2]")
    assert isinstance(told, Finding)
    assert told.detail == "What stands here is no JSON."


NESTED = """\
  {"data": [ {"a": "x, ]}", "b": {"c": [1, {"d" : "e"}]}},
   { "a"
     : [] }],
   "empty": {}}
"""


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ((), "1:3"),
        (("data",), "1:4"),
        (("data", 0), "1:14"),
        (("data", 0, "b", "c", 1, "d"), "1:45"),
        (("data", 1), "2:4"),
        (("data", 1, "a"), "2:6"),
        (("data", 1, "a", 0), "2:6"),
        (("data", 7), "1:4"),
        (("data", 0, "a", "deeper"), "1:15"),
        (("empty", "a"), "4:4"),
        (("nobody",), "1:3"),
    ],
)
def test_values_are_found_again_as_far_as_a_path_leads(
    path: tuple[str | int, ...], place: str
) -> None:
    text = read(NESTED)
    assert isinstance(text, JsonText)
    assert str(text.place(*path)) == f"list.json:{place}"
