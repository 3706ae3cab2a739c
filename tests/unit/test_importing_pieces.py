from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.findings import Finding
from reconciler.importing import pieces
from reconciler.importing.pieces import Source, source

if TYPE_CHECKING:
    import pytest


def test_places_are_told_by_line_and_column_also_behind_a_mark_and_carriage_returns() -> None:
    told = source(b"\xef\xbb\xbfa\r\nbc\r\n", "f")
    assert isinstance(told, Source)
    assert told.text == "a\nbc\n"
    assert [str(told.whole.place(at)) for at in (0, 1, 2, 3, 5, 99)] == [
        "f:1:1",
        "f:1:2",
        "f:2:1",
        "f:2:2",
        "f:3:1",
        "f:3:1",
    ]


def test_a_tail_keeps_its_places() -> None:
    whole = Source("f", "one\ntwo").whole
    assert whole.tail(5).text == "wo"
    assert str(whole.tail(5).place(0)) == "f:2:2"


def test_what_is_no_text_or_too_large_is_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    told = source(b"\xff", "f")
    assert isinstance(told, Finding)
    assert told.code == "NS102"
    monkeypatch.setattr(pieces, "MAX_BYTES", 3)
    told = source(b"1234", "f")
    assert isinstance(told, Finding)
    assert told.code == "NS106"


def test_neither_a_source_nor_a_piece_shows_its_text() -> None:
    told = Source("f", "planted")
    assert "planted" not in f"{told!r} {told.whole!r}"
