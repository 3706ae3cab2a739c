"""Where the values of references come from: variables, and files of the project."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final

from reconciler.config.refusing import BadReferenceError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

MAX_BYTES: Final = 1_000_000
"""The largest file that a reference reads: a key or a certificate is a hundredth of it."""


_SURROGATE = re.compile("[\ud800-\udfff]")


class Variables:
    """Environment variables, or what stands in for them."""

    def __init__(self, variables: Mapping[str, str]) -> None:
        """Take them as they are; they are read when they are asked for."""
        self._variables = variables

    def read(self, argument: str) -> str | None:
        """The value of a variable.

        Raises:
            BadReferenceError: it holds bytes that are no text.
        """
        value = self._variables.get(argument)
        if value is not None and _SURROGATE.search(value):  # Python's stand-in for such a byte
            detail = f"The variable `{argument}` is not UTF-8 text, and Novu takes nothing else."
            raise BadReferenceError("NS308", detail)
        return value

    def lacking(self, argument: str) -> str:
        """What to tell where a variable is unset or empty."""
        return (
            f"The variable `{argument}` is not set, or is empty. Set it, name a dotenv file with"
            f" `--env-file`, or write a default: `${{env:{argument}:-…}}`."
        )


class Files:
    """Files inside of the project's directory, or of others that are permitted, each read once.

    One line break at the end is left out, as a shell leaves it out of ``$(cat file)``: editors
    put it there, and no secret is meant to have it.
    """

    def __init__(self, directory: Path, others: Sequence[Path] = ()) -> None:
        """Read files below a directory, which paths are relative to, and below others."""
        self._directory = directory
        self._others = others
        self._texts: dict[str, str] = {}

    def read(self, argument: str) -> str:
        """The text of a file.

        Raises:
            BadReferenceError: it lies outside, is no file, is too large or is not UTF-8.
        """
        if argument not in self._texts:
            self._texts[argument] = self._read(argument)
        return self._texts[argument]

    def lacking(self, argument: str) -> str:
        """What to tell where a file is empty."""
        return f"The file `{argument}` is empty. Write the value into it."

    def _read(self, argument: str) -> str:
        if leaves(argument) and not self._others:
            raise outside(argument)
        try:
            path = (self._directory / argument).resolve()
            roots = [each.resolve() for each in (self._directory, *self._others)]
            if not any(map(path.is_relative_to, roots)):
                raise outside(argument)
            if not path.is_file():
                raise _unreadable(argument, "does not exist, or is not a file")
            with path.open("rb") as stream:
                data = stream.read(MAX_BYTES + 1)
        except (OSError, RuntimeError):  # a loop of links is a RuntimeError in Python before 3.13
            raise _unreadable(argument, "cannot be opened") from None
        if len(data) > MAX_BYTES:
            raise _unreadable(argument, f"is larger than {MAX_BYTES:,} bytes")
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError:
            raise _unreadable(argument, "is not UTF-8 text") from None
        return text.removesuffix("\n").removesuffix("\r")


def leaves(argument: str) -> bool:
    """Whether a path leads out of the directory that it is relative to, links aside."""
    path = PurePosixPath(argument)
    depth = 0
    for part in path.parts:
        depth += -1 if part == ".." else 1
        if depth < 0:
            return True
    return path.is_absolute()


def outside(argument: str) -> BadReferenceError:
    """What to raise for a path that leads out of the project."""
    return BadReferenceError(
        "NS306",
        f"The file `{argument}` lies outside of the project's directory. A project may read its own"
        " files only: put it inside, use a variable, or permit its directory with `--allow-file`.",
    )


def _unreadable(argument: str, why: str) -> BadReferenceError:
    return BadReferenceError(
        "NS307",
        f"The file `{argument}` {why}. Paths are relative to the directory of the project file.",
    )
