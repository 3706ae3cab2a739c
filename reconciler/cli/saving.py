"""Writes files that a person may have written before: never over them without being told to."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import click

from reconciler.cli.streams import say
from reconciler.errors import FileError, InterruptedRunError, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reconciler.secret import Secret


def save(files: Mapping[Path, str], *, yes: bool) -> tuple[Path, ...]:
    """Write files, their folders too; those that are there already and differ only when asked to.

    Args:
        files: what they hold, by path.
        yes: overwrite without asking.

    Returns:
        Those that were written; the others hold just that already.

    Raises:
        UsageError: a file is there, differs, and there is no terminal to ask on.
        InterruptedRunError: the answer was no; nothing was written.
        FileError: a file cannot be read or written.
    """
    changed = {path: text for path, text in files.items() if content(path) != text.encode()}
    existing = [path for path in changed if path.exists()]
    if existing and not yes:
        _ask(existing)
    for path, text in changed.items():
        replace(path, text.encode())
    return tuple(changed)


def content(path: Path) -> bytes | None:
    """What a file holds; `None` where there is none.

    Raises:
        FileError: it cannot be read.
    """
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise FileError(f"{path} cannot be read: {error.strerror}", "Name another file.") from None


def replace(path: Path, data: bytes) -> None:
    """Write a file as a whole: whoever reads it meanwhile sees the old one or the new one.

    Raises:
        FileError: it cannot be written.
    """
    target = path.resolve()  # a link stays one
    temporary = ""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        mode = target.stat().st_mode & 0o777 if target.exists() else 0o666 & ~_umask()
        handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fchmod(stream.fileno(), mode)
        Path(temporary).replace(target)
    except OSError as error:
        if temporary:
            Path(temporary).unlink(missing_ok=True)
        raise FileError(
            f"{path} cannot be written: {error.strerror}", "Name another place."
        ) from None


def save_secret(path: Path, text: Secret[str], *, yes: bool) -> None:
    """Write a file that nobody but its owner may read, from its first byte on.

    Args:
        path: where; a link that lies there is replaced and not followed.
        text: what it holds.
        yes: overwrite without asking.

    Raises:
        UsageError, InterruptedRunError, FileError: as `save`.
    """
    if path.exists() and not yes:
        _ask([path])
    temporary = ""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # 0600
        with os.fdopen(handle, "wb") as stream:
            stream.write(text.reveal().encode())
        Path(temporary).replace(path)
    except OSError as error:
        if temporary:
            Path(temporary).unlink(missing_ok=True)
        raise FileError(
            f"{path} cannot be written: {error.strerror}", "Name another place."
        ) from None


def ask(question: str, refusal: str) -> None:
    """Ask on the terminal before something is done.

    Raises:
        UsageError: there is no terminal; `refusal` says what cannot be asked.
        InterruptedRunError: the answer was no.
    """
    if not sys.stdin.isatty():
        raise UsageError(refusal, "There is no terminal to ask on; add --yes to do it.")
    if not click.confirm(question, err=True):
        raise InterruptedRunError("nothing was written")


def _ask(existing: list[Path]) -> None:
    names = ", ".join(map(str, existing))
    for path in existing:
        say(f"{path} is there and holds something else", err=True)
    ask("Overwrite?", f"{names} would be overwritten")


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
