from __future__ import annotations

import json

from golden.rows import changed, hidden

from reconciler import __version__
from reconciler.findings import Location
from reconciler.secret import MASK, Secret
from reconciler.views import document


def test_every_document_says_what_it_is_and_who_wrote_it() -> None:
    assert json.loads(document.text("plan", {"more": []})) == {
        "formatVersion": "1.1",
        "kind": "plan",
        "novuSync": __version__,
        "more": [],
    }


def test_the_text_is_ascii_and_ends_with_one_newline() -> None:
    text = document.text("plan", {"name": "é\x1b\u202e\ud800"})
    assert text.isascii()
    assert "\x1b" not in text
    assert text.endswith("}\n")


def test_a_secret_is_its_mask() -> None:
    assert json.loads(document.text("plan", {"a": [Secret("planted")]}))["a"] == [MASK]


def test_a_location_is_three_things_or_null() -> None:
    place = Location(file="a.yaml", line=1, column=2)
    assert document.location(place) == {"file": "a.yaml", "line": 1, "column": 2}
    assert document.location(None) is None


def test_before_and_after_are_there_only_where_they_may_be_seen() -> None:
    assert document.field(changed("name", None, "b")) == {
        "path": "name",
        "action": "change",
        "reason": "field-differs",
        "visibility": "public",
        "before": None,
        "after": "b",
    }
    assert set(document.field(hidden("name"))) == {"path", "action", "reason", "visibility"}
