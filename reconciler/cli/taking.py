"""Reads the files that `import` is given, and sorts what is in them into environments."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from reconciler.errors import FileError, UsageError
from reconciler.findings import Finding, in_order

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from reconciler.importing.gathering import Dump
    from reconciler.importing.pieces import Piece, Source
    from reconciler.importing.rows import Rows
    from reconciler.model import Observed

SCRIPTS = frozenset(("", ".sh", ".bash", ".curl", ".txt"))
"""How names of files end that may hold curl commands."""

_NAMED = re.compile(r"([A-Za-z0-9][A-Za-z0-9._-]*)=(.+)", re.DOTALL)
_ODD = re.compile(r"[^A-Za-z0-9._-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What was in the files.

    Attributes:
        live: as if each environment had been read from a server.
        findings: what is wrong with the files, or was left out; sorted.
        deleted: rows that Novu had deleted.
        left_out: rows of environments that are not wanted.
    """

    live: Mapping[str, Observed]
    findings: tuple[Finding, ...]
    deleted: int
    left_out: int


def take(lists: Sequence[str], folders: Sequence[str], homes: Mapping[str, str]) -> Taken:
    """Read files.

    Args:
        lists: ``[NAME=]FILE`` with a list of integrations.
        folders: ``[NAME=]DIR`` of curl commands and bodies.
        homes: names of environments by Novu's id for them.

    Raises:
        UsageError: nothing is to be read, or nobody says which environment it is of.
        FileError: a file cannot be read.
    """
    from reconciler.importing.gathering import Dump, gathered
    from reconciler.importing.rows import Rows

    if not lists and not folders:
        raise UsageError(
            "nothing is to be imported",
            "Name a list with --from-json, or a folder with --from-curl.",
        )
    dumps: list[Dump] = []
    findings: list[Finding] = []
    deleted = 0
    for given, is_folder in [
        *((each, False) for each in lists),
        *((each, True) for each in folders),
    ]:
        name, path = _named(given)
        rows = Rows()
        for file in _files(path) if is_folder else [path]:
            _read(file, rows, root=path if is_folder else None)
        dumps.append(Dump(file=str(path), environment=name, rows=rows.rows))
        findings += rows.findings
        deleted += rows.deleted
        if not (rows.rows or rows.findings or rows.deleted):
            raise FileError(
                f"there is no integration in {path}",
                "Name a list as GET /v1/integrations answers it, or a folder with curl commands"
                f" ({', '.join(sorted(SCRIPTS - {''}))}) or bodies (.json).",
            )
    found = gathered(dumps, homes)
    return Taken(
        live=found.live,
        findings=in_order([*findings, *found.findings]),
        deleted=deleted,
        left_out=found.left_out,
    )


def key_variable(environment: str) -> str:
    """The variable that holds an environment's API key, unless somebody says another."""
    return f"NOVU_{re.sub(r'[^A-Z0-9]+', '_', environment.upper()).strip('_')}_API_KEY"


def folder_name(name: str) -> str:
    """A name for a project: that of its folder, without what a name may not hold."""
    return _ODD.sub("-", name).strip("-._")[:100] or "novu"


def _named(given: str) -> tuple[str, Path]:
    found = _NAMED.fullmatch(given)
    if found and not Path(given).exists():
        return found[1], Path(found[2])
    return "", Path(given)


def _files(folder: Path) -> Iterator[Path]:
    """The files of a folder that may hold commands or bodies, sorted; hidden ones are left out."""
    if not folder.is_dir():
        raise FileError(f"{folder} is no folder", "Name a folder with --from-curl.")
    for path in sorted(folder.rglob("*")):
        hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        if path.is_file() and not hidden and path.suffix in (SCRIPTS | {".json"}):
            yield path


def _read(file: Path, rows: Rows, *, root: Path | None) -> None:
    from reconciler.importing import curl, shell

    source = _source(file)
    if isinstance(source, Finding):
        if root is None or file.suffix:  # a program without an ending is none of our business
            rows.findings.append(source)
        return
    if root is None or file.suffix == ".json" or source.text.lstrip()[:1] in ("{", "["):
        _take_json(source.whole, rows, among_others=root is not None)
        return
    if "curl" not in source.text:  # a licence, a Makefile: what lies in such folders, too
        return
    commands = shell.commands(source)
    if isinstance(commands, Finding):
        rows.findings.append(commands)
        return
    for body in curl.bodies(commands, lambda word: _named_by(word, file, root)):
        if isinstance(body, Finding):
            rows.findings.append(body)
        else:
            _take_json(body, rows, among_others=False)


def _take_json(piece: Piece, rows: Rows, *, among_others: bool) -> None:
    from reconciler.importing import jsontext

    read = jsontext.read(piece)
    if isinstance(read, Finding):
        rows.findings.append(read)
    else:
        rows.add(read, among_others=among_others)


def _named_by(word: Piece, file: Path, root: Path) -> Piece | Finding:
    """The file that a command sends; of the folder only, whatever the command says."""
    from reconciler.findings import finding

    name = word.text[1:]
    for folder in (file.parent, root):
        path = folder / name
        if path.resolve().is_relative_to(root.resolve()) and path.is_file():
            source = _source(path)
            return source if isinstance(source, Finding) else source.whole
    detail = (
        "The file that the command sends is not in the folder, so nothing was taken from it. Only"
        " files of the folder are read."
    )
    return finding("NS357", detail, location=word.place(0))


def _source(path: Path) -> Source | Finding:
    from reconciler.importing.pieces import MAX_BYTES, source

    try:
        with path.open("rb") as stream:
            return source(stream.read(MAX_BYTES + 1), path.as_posix())
    except OSError as error:
        raise FileError(
            f"{path} cannot be read: {error.strerror}", "Check its name and who may read it."
        ) from None
