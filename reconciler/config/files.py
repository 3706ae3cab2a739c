"""Finds and reads the files of a project: the project file, and what it includes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from reconciler.config.documents import MAX_BYTES
from reconciler.config.places import pointer
from reconciler.config.sources import leaves
from reconciler.errors import FileError
from reconciler.findings import Location, finding

if TYPE_CHECKING:
    from pathlib import Path

    from reconciler.config.documents import Document
    from reconciler.findings import Finding

FILE_NAMES: Final = ("novu-sync.yaml", "novu-sync.yml")
"""What the project file is called; the first is taken where there are both."""

_OUTSIDE: Final = (
    "The pattern leads out of the project's directory, itself or by a link. A project is what lies"
    " in its directory: move the files there."
)
_NO_MATCH: Final = (
    "The pattern matches no file, so what it should bring in is missing. Patterns are relative to"
    " the project file; `*` stands for any name, `**` for any folders. Mend it, or remove it."
)


def read(path: Path) -> bytes:
    """What a file holds, and one byte more than a document may where it is larger than that.

    Raises:
        FileError: it cannot be opened.
    """
    try:
        with path.open("rb") as stream:
            return stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise FileError(
            f"cannot read {path}: {error.strerror}", "Check that it may be read by this user."
        ) from None


def project_file(path: Path) -> tuple[Path, list[Finding]]:
    """The project file, and what is wrong with how it lies there.

    Args:
        path: the file, or the directory it lies in.

    Raises:
        FileError: there is none.
    """
    if not path.is_dir():
        if not path.exists():
            raise FileError(
                f"{path} does not exist", "Name the project file or its directory with --config."
            )
        return path, []
    candidates = [path / name for name in FILE_NAMES if (path / name).exists()]
    if not candidates:
        raise FileError(
            f"there is no {FILE_NAMES[0]} in {path.resolve().name or path}",
            "Name the project file or its directory with --config, or write one.",
        )
    chosen, *others = candidates
    return chosen, [
        finding(
            "NS120",
            f"Both {chosen.name} and {other.name} are here, and only one can be the project file."
            " Remove one of them.",
            location=Location(file=other.as_posix(), line=1, column=1),
        )
        for other in others
    ]


def included(root: Document, file: Path) -> tuple[list[Path], list[Finding]]:
    """The files that a project file includes, sorted within each pattern, none of them twice.

    Args:
        root: the project file's document.
        file: its path.
    """
    patterns = root.value.get("include")
    paths: dict[Path, Path] = {file.resolve(): file}
    findings: list[Finding] = []
    for index, pattern in enumerate(patterns if isinstance(patterns, list) else ()):
        if not isinstance(pattern, str):
            continue
        matches = [] if leaves(pattern) else _matches(file.parent, pattern)
        inside = [each for each in matches if _lies_in(file.parent, each)]
        for each in inside:
            paths.setdefault(each.resolve(), each)
        problem = None
        if leaves(pattern) or len(inside) < len(matches):
            problem = ("NS122", _OUTSIDE)
        elif not matches:
            problem = ("NS121", _NO_MATCH)
        if problem:
            path = ("include", index)
            findings.append(finding(*problem, location=root.locate(path), pointer=pointer(path)))
    return list(paths.values())[1:], findings


def _matches(directory: Path, pattern: str) -> list[Path]:
    try:
        return sorted(path for path in directory.glob(pattern) if path.is_file())
    except (ValueError, OSError):
        return []  # no pattern, or no path: it matches nothing


def _lies_in(directory: Path, path: Path) -> bool:
    return path.resolve().is_relative_to(directory.resolve())
