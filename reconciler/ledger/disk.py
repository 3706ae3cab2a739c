"""Puts a ledger's bytes on disk: whole documents atomically, journal lines one by one.

Links that lie where a ledger should be are never written through: a checkout could have brought
one that points anywhere.
"""

from __future__ import annotations

import fcntl
import os
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from reconciler.errors import FileError, LockedError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def read(path: Path) -> bytes:
    """The bytes of a file, none where there is no such file.

    Raises:
        FileError: it is there and cannot be read.
    """
    with _explained("read", path), suppress(FileNotFoundError):
        return path.read_bytes()
    return b""


def replace(path: Path, content: bytes) -> None:
    """Put a file in place, whole or not at all, also where the power fails.

    The mode is what the umask gives: there is nothing secret in it, and git keeps no other.

    Raises:
        FileError: it cannot be written; what was there before is still there.
    """
    beside = path.with_name(f"{path.name}.tmp")
    with _explained("write", path):
        beside.unlink(missing_ok=True)
        try:
            with beside.open("xb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            beside.replace(path)
        except OSError:
            beside.unlink(missing_ok=True)
            raise
        folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def remove(path: Path) -> None:
    """Remove a file, where there is one.

    Raises:
        FileError: it cannot be removed.
    """
    with _explained("remove", path):
        path.unlink(missing_ok=True)


def set_aside(path: Path) -> None:
    """Rename a file that is there so that nothing writes over it: to ``.lost``, then ``.lost-2``.

    Raises:
        FileError: it cannot be renamed.
    """
    with _explained("rename", path):
        if path.exists():
            path.rename(_free(path))


def _free(path: Path) -> Path:
    name, number = path.with_name(f"{path.name}.lost"), 2
    while name.exists():
        name, number = path.with_name(f"{path.name}.lost-{number}"), number + 1
    return name


class Tail:
    """A file that grows line by line and is held by one run at a time.

    Every line reaches the operating system before `append` returns, so it outlives the process.
    It is not forced onto the disk: that costs milliseconds a line, and a power cut costs no more
    than the certainty of the last few changes.
    """

    def __init__(self, path: Path) -> None:
        """Open it, make it where it is missing, and hold it.

        Raises:
            LockedError: another run holds it.
            FileError: it cannot be opened.
        """
        self._path = path
        with _explained("write", path):
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = _held(path)
        self._is_held = True

    def read(self) -> bytes:
        """All of it.

        Raises:
            FileError: it cannot be read.
        """
        with _explained("read", self._path), os.fdopen(os.dup(self._file), "rb") as file:
            file.seek(0)
            return file.read()

    def restart(self, line: bytes) -> None:
        """Drop every line and begin with this one.

        Raises:
            FileError: it cannot be written.
        """
        with _explained("write", self._path):
            os.ftruncate(self._file, 0)
        self.append(line)

    def renew(self) -> None:
        """Set the file aside and go on with an empty one.

        Raises:
            FileError: it cannot be renamed.
        """
        set_aside(self._path)
        with _explained("write", self._path):
            before, self._file = self._file, _held(self._path)
            os.close(before)

    def append(self, line: bytes) -> None:
        """Add a line.

        Raises:
            FileError: it cannot be written; no part of the line is left behind.
        """
        with _explained("write", self._path):
            before = os.fstat(self._file).st_size
            try:
                rest = memoryview(line)
                while rest:
                    rest = rest[os.write(self._file, rest) :]
            except OSError:
                os.ftruncate(self._file, before)
                raise

    def close(self) -> None:
        """Let go of it; it stays on disk. Once it was let go of, nothing more happens."""
        if self._is_held:
            self._is_held = False
            os.close(self._file)

    def discard(self) -> None:
        """Remove it and let go of it.

        Raises:
            FileError: it cannot be removed; it is let go of all the same.
        """
        try:
            with _explained("remove", self._path):
                self._path.unlink(missing_ok=True)
        finally:
            self.close()

    def let_go(self) -> None:
        """Let go of it where that has not been done, and of an empty one leave nothing behind.

        Raises:
            FileError: as `discard`.
        """
        if self._is_held and not os.fstat(self._file).st_size:
            self.discard()
        self.close()


def is_held(path: Path) -> bool:
    """Whether a run holds the file; nothing is made and nothing is held afterwards."""
    try:
        with path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        pass
    return False


def _held(path: Path) -> int:
    flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
    while True:
        file = os.open(path, flags, 0o666)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(file)
            raise LockedError(
                "another run on this machine is applying to the same environment",
                f"It holds {path}. Wait until it ends, then plan again.",
            ) from None
        if os.fstat(file).st_nlink:
            return file
        # The run before removed the file between our two calls: what we hold is nowhere.
        os.close(file)  # pragma: no cover - takes another process at one exact instant


@contextmanager
def _explained(verb: str, path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise FileError(
            f"cannot {verb} {path}: {error.strerror}",
            "The ledger remembers what was applied. Free some space, or let this user write there.",
        ) from None
