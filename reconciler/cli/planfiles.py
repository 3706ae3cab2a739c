"""Plan files on disk: for their owner alone, whole or not at all."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from typing import TYPE_CHECKING

from reconciler.errors import FileError

if TYPE_CHECKING:
    from pathlib import Path

    from reconciler.planning.planfile import Read

_LARGEST = 256 * 1024 * 1024
"""Bytes; a plan of 100,000 integrations has fewer."""


def read(path: Path) -> Read:
    """Read a plan file.

    Raises:
        FileError: it cannot be read, or is none.
    """
    from reconciler.planning import planfile

    mend = "Name the file that plan --out wrote; an environment is named with -e."
    try:
        with path.open("rb") as file:
            text = file.read(_LARGEST + 1)
    except OSError as error:
        raise FileError(f"{path} cannot be read: {error.strerror}", mend) from None
    if len(text) > _LARGEST:
        raise FileError(f"{path} is no plan file: it is too large", mend)
    return planfile.read(text, str(path))


def write(path: Path, text: str, *, mode: int = 0o600) -> None:
    """Put a plan file, or another that a command makes, in place.

    Args:
        path: where.
        text: in ASCII.
        mode: of which the umask takes away; by default nobody but the owner reads it.

    Raises:
        FileError: it cannot be written; what was there before is still there.
    """
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        file = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)
        try:
            with os.fdopen(file, "w", encoding="ascii") as opened:
                opened.write(text)
            beside.replace(path)
        except OSError:
            with suppress(OSError):
                beside.unlink()
            raise
    except OSError as error:
        raise FileError(
            f"{path} cannot be written: {error.strerror}", "Name another file in --out."
        ) from None
