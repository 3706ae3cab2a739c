"""Dotenv files, as shells and other tools write them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.written import told

from reconciler.config.dotenv import dotenv, variables
from reconciler.errors import FileError, FindingsError

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("A=b", {"A": "b"}),
        ("A=b\nC=d\n", {"A": "b", "C": "d"}),
        ("A=b\r\nC=d\r\n", {"A": "b", "C": "d"}),
        ("\n  # comment\n\t\nA=b\n#", {"A": "b"}),
        ("export A=b\n", {"A": "b"}),
        ("  export   A = b  \n", {"A": "b"}),
        ("A=\nB=c\n", {"A": "", "B": "c"}),
        ("A=b # comment\n", {"A": "b"}),
        ("A=b#c\n", {"A": "b#c"}),
        ("A=#b\n", {"A": "#b"}),
        ("A= # comment\n", {"A": ""}),
        ("A=b c\n", {"A": "b c"}),
        ("A=b=c\n", {"A": "b=c"}),
        ("A=it's\n", {"A": "it's"}),
        ("A='b # c'\n", {"A": "b # c"}),
        ("A='b\\n$C'  # comment\n", {"A": "b\\n$C"}),
        ('A="b # c"\n', {"A": "b # c"}),
        ('A="b\\n\\r\\tc"\n', {"A": "b\n\r\tc"}),
        ('A="\\"b\\" \\$c \\\\n \\q"\n', {"A": '"b" $c \\n \\q'}),
        ('A="b\nc"\nD=e\n', {"A": "b\nc", "D": "e"}),
        ("A='b\n\nc'\n", {"A": "b\n\nc"}),
        ("A=''\nB=\"\"\n", {"A": "", "B": ""}),
        ("A=$B\nC=${A}\n", {"A": "$B", "C": "${A}"}),
        ("A=' b '\nB=\" c \"\n", {"A": " b ", "B": " c "}),
        ("A=1\nA=2\n", {"A": "2"}),
        ("_a1=b\n", {"_a1": "b"}),
        ("", {}),
    ],
)
def test_a_text_sets_variables(text: str, holds: dict[str, str]) -> None:
    assert variables(text, "a.env") == holds


@pytest.mark.parametrize(
    "line",
    [
        "hunter",
        "=hunter",
        "1A=hunter",
        "A-B=hunter",
        "A:hunter",
        "export",
        "A='hunter",
        'A="hunter',
        "A='b'hunter",
        'A="b" hunter',
        "hunter b=c",
    ],
)
def test_a_line_that_sets_nothing_is_told_without_what_it_holds(line: str) -> None:
    with pytest.raises(FindingsError) as caught:
        variables(f"X=y\n{line}\n", "a.env")
    (finding,) = caught.value.findings
    assert told([finding]) == ["NS313 2:1"]
    assert "Write `NAME=value`" in finding.detail
    assert "hunter" not in finding.detail


def test_all_lines_that_set_nothing_are_told_at_once() -> None:
    with pytest.raises(FindingsError) as caught:
        variables("\nno\n\nB=2\nnone", "a.env")
    assert told(caught.value.findings) == ["NS313 2:1", "NS313 5:1"]


def test_a_file_is_read_with_or_without_a_byte_order_mark(tmp_path: Path) -> None:
    for start in (b"", b"\xef\xbb\xbf"):
        (tmp_path / ".env").write_bytes(start + "A=ä\n".encode())
        assert dotenv(tmp_path / ".env") == {"A": "ä"}


def test_a_file_that_is_no_text_is_told(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"A=\xff\n")
    with pytest.raises(FileError, match="not UTF-8 text"):
        dotenv(tmp_path / ".env")


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(FileError, match=r"cannot read .*\.env: No such file") as caught:
        dotenv(tmp_path / ".env")
    assert "--env-file" in caught.value.mend
