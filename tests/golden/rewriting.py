"""Compares what a case gives with the files beside it, or writes those files anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

import reconciler

if TYPE_CHECKING:
    from pathlib import Path

_OUTPUTS = (".txt", ".json", ".md", ".github")

_ESCAPE = ("\x1b", "␛")
"""Colours are kept readable in the files."""

_VERSION = (f'"novuSync": "{reconciler.__version__}"', '"novuSync": "<version>"')


def compare(folder: Path, files: dict[str, str], *, rewrite: bool) -> None:
    """Hold a case's outputs to the files of its folder.

    Args:
        folder: of the case.
        files: what came out, by file name.
        rewrite: write the files instead, and take away those that nothing gives any more.

    Raises:
        AssertionError: an output differs from its file, or a file is missing or left over.
    """
    kept = {name: _kept(text) for name, text in files.items()}
    if rewrite:
        for path in stored(folder):
            path.unlink()
        for name, text in kept.items():
            (folder / name).write_bytes(text.encode())
    on_disk = {path.name: path.read_bytes().decode() for path in stored(folder)}
    assert kept == on_disk, (
        f"{folder.name} gives something else than its files say;"
        " if that is meant: pytest tests/golden --golden-rewrite"
    )


def stored(folder: Path) -> list[Path]:
    """The files of a case that hold outputs."""
    return sorted(path for path in folder.iterdir() if path.suffix in _OUTPUTS)


def _kept(text: str) -> str:
    for found, instead in (_ESCAPE, _VERSION):
        text = text.replace(found, instead)
    return text
