import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from reconciler.errors import FileError, LockedError
from reconciler.ledger import disk
from reconciler.ledger.disk import Tail, is_held


@contextmanager
def full_disk(size: int) -> Iterator[None]:
    """No file can grow beyond a size: the system refuses as it does where a disk is full."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def names(folder: Path) -> list[str]:
    return sorted(each.name for each in folder.iterdir())


def test_a_file_that_is_not_there_has_no_bytes(tmp_path: Path) -> None:
    assert disk.read(tmp_path / "none") == b""


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="cannot read"):
        disk.read(tmp_path)


def test_a_file_is_replaced_whole(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"before, and longer")
    disk.replace(path, b"after")
    assert path.read_bytes() == b"after"
    assert names(tmp_path) == ["file"]


def test_what_was_there_survives_a_full_disk(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"before")
    with full_disk(10), pytest.raises(FileError, match="cannot write"):
        disk.replace(path, b"x" * 1_000)
    assert path.read_bytes() == b"before"
    assert names(tmp_path) == ["file"]


def test_what_a_killed_run_left_half_written_is_no_obstacle(tmp_path: Path) -> None:
    (tmp_path / "file.tmp").write_bytes(b"half")
    disk.replace(tmp_path / "file", b"whole")
    assert names(tmp_path) == ["file"]


def test_nothing_is_written_through_a_link(tmp_path: Path) -> None:
    """A checkout could bring a link that points outside of the project."""
    victim = tmp_path / "victim"
    victim.write_bytes(b"precious")
    for name in ("file", "file.tmp", "journal"):
        (tmp_path / name).symlink_to(victim)
    disk.replace(tmp_path / "file", b"ledger")
    with pytest.raises(FileError):
        Tail(tmp_path / "journal")
    assert victim.read_bytes() == b"precious"
    assert (tmp_path / "file").read_bytes() == b"ledger"


def test_files_set_aside_never_replace_each_other(tmp_path: Path) -> None:
    path = tmp_path / "file"
    for content in (b"1", b"2", b"3"):
        path.write_bytes(content)
        disk.set_aside(path)
    disk.set_aside(path)
    assert names(tmp_path) == ["file.lost", "file.lost-2", "file.lost-3"]
    assert (tmp_path / "file.lost-3").read_bytes() == b"3"


def test_a_tail_grows_line_by_line_and_each_line_is_there_at_once(tmp_path: Path) -> None:
    path = tmp_path / "new" / "journal"
    tail = Tail(path)
    tail.append(b"one\n")
    assert path.read_bytes() == b"one\n"
    tail.append(b"two\n")
    assert tail.read() == b"one\ntwo\n"
    tail.restart(b"three\n")
    assert tail.read() == path.read_bytes() == b"three\n"
    tail.close()
    assert path.read_bytes() == b"three\n"


def test_a_tail_that_is_discarded_is_gone(tmp_path: Path) -> None:
    tail = Tail(tmp_path / "journal")
    tail.discard()
    assert names(tmp_path) == []


def test_a_tail_is_held_by_one_run_at_a_time(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    tail = Tail(path)
    with pytest.raises(LockedError, match="another run"):
        Tail(path)
    tail.close()
    Tail(path).discard()


def test_a_full_disk_leaves_no_part_of_a_line(tmp_path: Path) -> None:
    tail = Tail(tmp_path / "journal")
    tail.append(b"one\n")
    with full_disk(6), pytest.raises(FileError, match="cannot write"):
        tail.append(b"two and more\n")
    tail.append(b"three\n")
    assert tail.read() == b"one\nthree\n"
    tail.close()


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(FileError, match="cannot write"):
        Tail(tmp_path / "file" / "journal")


def test_a_renewed_tail_begins_empty_and_keeps_what_was_there_aside(tmp_path: Path) -> None:
    tail = Tail(tmp_path / "journal")
    tail.append(b"before\n")
    tail.renew()
    tail.append(b"after\n")
    tail.close()
    assert (tmp_path / "journal").read_bytes() == b"after\n"
    assert (tmp_path / "journal.lost").read_bytes() == b"before\n"


def test_letting_go_leaves_no_empty_file_behind(tmp_path: Path) -> None:
    Tail(tmp_path / "journal").let_go()
    assert names(tmp_path) == []


def test_letting_go_keeps_what_was_written(tmp_path: Path) -> None:
    tail = Tail(tmp_path / "journal")
    tail.append(b"line\n")
    tail.let_go()
    assert (tmp_path / "journal").read_bytes() == b"line\n"
    Tail(tmp_path / "journal").close()


def test_letting_go_twice_is_letting_go_once(tmp_path: Path) -> None:
    tail = Tail(tmp_path / "journal")
    tail.discard()
    (tmp_path / "journal").write_bytes(b"another run's")
    tail.let_go()
    tail.close()
    assert (tmp_path / "journal").read_bytes() == b"another run's"


def test_whether_a_file_is_held_is_known_without_holding_it(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    assert not is_held(path)
    assert not path.exists()
    tail = Tail(path)
    assert is_held(path)
    tail.close()
    assert not is_held(path)
