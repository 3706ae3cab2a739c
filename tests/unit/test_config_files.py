"""The project file, and the files that it includes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from reconciler.config.documents import MAX_BYTES, Document
from reconciler.config.files import included, project_file, read
from reconciler.errors import FileError

if TYPE_CHECKING:
    from pathlib import Path


def wrote(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("integrations: []\n")


def test_a_file_is_read_and_of_one_that_is_too_large_a_byte_too_many(tmp_path: Path) -> None:
    wrote(tmp_path, "a.yaml")
    assert read(tmp_path / "a.yaml") == b"integrations: []\n"
    with (tmp_path / "large").open("wb") as stream:
        stream.truncate(MAX_BYTES * 2)
    assert len(read(tmp_path / "large")) == MAX_BYTES + 1


def test_a_file_that_cannot_be_opened_is_told(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="Is a directory"):
        read(tmp_path)


@pytest.mark.parametrize("name", ["novu-sync.yaml", "novu-sync.yml"])
def test_a_directory_holds_its_project_file(name: str, tmp_path: Path) -> None:
    wrote(tmp_path, name, "other.yaml")
    assert project_file(tmp_path) == (tmp_path / name, [])


def test_a_project_file_may_be_called_anything_where_it_is_named(tmp_path: Path) -> None:
    wrote(tmp_path, "staging.yml")
    assert project_file(tmp_path / "staging.yml") == (tmp_path / "staging.yml", [])


def test_of_two_project_files_one_is_taken_and_the_other_told(tmp_path: Path) -> None:
    wrote(tmp_path, "novu-sync.yaml", "novu-sync.yml")
    file, (finding,) = project_file(tmp_path)
    assert file == tmp_path / "novu-sync.yaml"
    assert finding.code == "NS120"
    assert str(finding.location) == f"{tmp_path}/novu-sync.yml:1:1"


def test_a_directory_without_a_project_file_is_told_by_its_name(tmp_path: Path) -> None:
    with pytest.raises(FileError, match=rf"no novu-sync.yaml in {tmp_path.name}"):
        project_file(tmp_path)


def test_a_path_that_leads_nowhere_is_told(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="does not exist") as caught:
        project_file(tmp_path / "nowhere")
    assert "--config" in caught.value.mend


def taken(folder: Path, patterns: str) -> tuple[list[str], list[str]]:
    """The files that patterns bring in, and the findings about them as code and pointer."""
    file = folder / "novu-sync.yaml"
    file.write_text(f"include: {patterns}\n")
    paths, findings = included(Document(file.read_bytes(), "novu-sync.yaml"), file)
    return (
        [each.relative_to(folder).as_posix() for each in paths],
        [f"{each.code} {each.pointer}" for each in findings],
    )


def test_files_come_in_the_order_of_the_patterns_and_sorted_within_each(tmp_path: Path) -> None:
    wrote(tmp_path, "b/2.yaml", "b/1.yaml", "a/c/d/3.yaml", "a/4.yaml", "a/5.txt")
    assert taken(tmp_path, "[b/*.yaml, 'a/**/*.yaml']") == (
        ["b/1.yaml", "b/2.yaml", "a/4.yaml", "a/c/d/3.yaml"],
        [],
    )


def test_no_file_is_taken_twice_and_the_project_file_never(tmp_path: Path) -> None:
    wrote(tmp_path, "a.yaml", "b.yaml")
    (tmp_path / "c.yaml").symlink_to("a.yaml")
    assert taken(tmp_path, "[b.yaml, '*.yaml', ./a.yaml]") == (["b.yaml", "a.yaml"], [])


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    wrote(tmp_path, "a.yaml/b.yaml")
    assert taken(tmp_path, "['*.yaml', 'a*']") == ([], ["NS121 /include/1"])


@pytest.mark.parametrize("pattern", ["nothing.yaml", "'a**'", "''", "a\\0b", '"a\\0b"'])
def test_a_pattern_that_matches_nothing_is_told(pattern: str, tmp_path: Path) -> None:
    assert taken(tmp_path, f"[{pattern}]") == ([], ["NS121 /include/0"])


@pytest.mark.parametrize("pattern", ["../*.yaml", "a/../../b.yaml", "/etc/hosts", "'../**'"])
def test_a_pattern_that_leads_out_is_told_and_not_followed(pattern: str, tmp_path: Path) -> None:
    inside = tmp_path / "inside"
    wrote(tmp_path, "b.yaml", "inside/a/c.yaml")
    assert taken(inside, f"[{pattern}]") == ([], ["NS122 /include/0"])


def test_a_link_that_leads_out_is_told_and_the_others_are_taken(tmp_path: Path) -> None:
    wrote(tmp_path, "outside.yaml", "inside/a.yaml")
    (tmp_path / "inside" / "b.yaml").symlink_to("../outside.yaml")
    (tmp_path / "inside" / "loop.yaml").symlink_to("loop.yaml")
    assert taken(tmp_path / "inside", "['?*.yaml']") == (["a.yaml"], ["NS122 /include/0"])


@pytest.mark.parametrize("patterns", ["a.yaml", "{a: b}", "[5, null, [a.yaml]]", ""])
def test_what_is_no_list_of_patterns_is_left_to_the_schema(patterns: str, tmp_path: Path) -> None:
    wrote(tmp_path, "a.yaml")
    assert taken(tmp_path, patterns) == ([], [])
