"""Where values come from: variables, and files of the project."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from reconciler.config.references import BadReferenceError
from reconciler.config.sources import MAX_BYTES, Files, Variables, leaves

if TYPE_CHECKING:
    from pathlib import Path


def refused(source: Files | Variables, argument: str) -> BadReferenceError:
    with pytest.raises(BadReferenceError) as caught:
        source.read(argument)
    assert argument in caught.value.detail
    return caught.value


def test_a_variable_is_read_or_it_is_not_there() -> None:
    variables = Variables({"A": "a", "B": ""})
    assert variables.read("A") == "a"
    assert variables.read("B") == ""
    assert variables.read("C") is None
    assert "`--env-file`" in variables.lacking("C")


def test_a_variable_that_is_no_text_is_told_without_its_value() -> None:
    """Python puts a stand-in for a byte that it cannot read, and Novu would store that."""
    bad = refused(Variables({"A": "secret\udcff"}), "A")
    assert bad.code == "NS308"
    assert "secret" not in bad.detail


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"a", "a"),
        (b"a\n", "a"),
        (b"a\r\n", "a"),
        (b"a\n\n", "a\n"),
        (b"\na b\nc\n", "\na b\nc"),
        (b"", ""),
        ("ä".encode(), "ä"),
    ],
)
def test_a_file_is_read_without_the_line_break_at_its_end(
    data: bytes, text: str, tmp_path: Path
) -> None:
    (tmp_path / "a").write_bytes(data)
    assert Files(tmp_path).read("a") == text


def test_a_file_is_read_once(tmp_path: Path) -> None:
    """Two fields of one file never get two versions of it."""
    (tmp_path / "a").write_text("one")
    files = Files(tmp_path)
    assert files.read("a") == "one"
    (tmp_path / "a").write_text("two")
    assert files.read("a") == "one"


def test_a_file_may_be_reached_by_a_link_inside_of_the_project(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("x")
    (tmp_path / "b").symlink_to("a")
    assert Files(tmp_path).read("b") == "x"


@pytest.mark.parametrize("argument", ["../a", "b/../../a", "/etc/passwd"])
def test_a_path_out_of_the_project_is_refused(argument: str, tmp_path: Path) -> None:
    assert refused(Files(tmp_path), argument).code == "NS306"


def test_a_link_out_of_the_project_is_refused(tmp_path: Path) -> None:
    (tmp_path / "outside").write_text("x")
    inside = tmp_path / "inside"
    inside.mkdir()
    (inside / "a").symlink_to("../outside")
    assert refused(Files(inside), "a").code == "NS306"


def test_a_link_to_itself_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to("a")
    assert refused(Files(tmp_path), "a").code == "NS307"


def test_what_is_no_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    for argument in ("nothing", "folder"):
        bad = refused(Files(tmp_path), argument)
        assert bad.code == "NS307"
        assert "relative to the directory of the project file" in bad.detail


def test_a_name_that_no_file_can_have_is_told(tmp_path: Path) -> None:
    assert refused(Files(tmp_path), "a" * 5000).code == "NS307"


def test_a_file_that_is_no_text_is_told(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"secret\xff")
    bad = refused(Files(tmp_path), "a")
    assert bad.code == "NS307"
    assert "secret" not in bad.detail


def test_the_largest_file_is_read_and_one_byte_more_is_not(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"x" * MAX_BYTES)
    assert len(Files(tmp_path).read("a")) == MAX_BYTES
    (tmp_path / "b").write_bytes(b"x" * (MAX_BYTES + 1))
    assert "larger than 1,000,000 bytes" in refused(Files(tmp_path), "b").detail


def test_an_empty_file_lacks_a_value(tmp_path: Path) -> None:
    assert "`a` is empty" in Files(tmp_path).lacking("a")


@pytest.mark.parametrize(
    ("path", "does"),
    [
        ("a", False),
        ("./a/b", False),
        ("a/../b", False),
        ("a/b/../../c", False),
        ("..", True),
        ("../a", True),
        ("a/../../b/c", True),
        ("/a", True),
    ],
)
def test_a_path_leaves_the_directory_or_stays_in_it(path: str, does: bool) -> None:  # noqa: FBT001 - a parameter
    assert leaves(path) is does
