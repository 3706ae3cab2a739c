"""A project: the file ``novu-sync.yaml`` and the files it includes, read and judged one by one.

What an author did wrong becomes a finding of the project; only a file that cannot be opened is
raised. What the integrations come to in an environment is worked out elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from reconciler.config.documents import Document
from reconciler.config.files import included, project_file, read
from reconciler.config.layers import Layer
from reconciler.config.schema import document_problems
from reconciler.config.spelling import hint
from reconciler.config.telling import told
from reconciler.findings import finding, in_order

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from reconciler.findings import Finding
    from reconciler.secret import Json

_NOTHING: Final[Mapping[str, Json]] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Declaration:
    """One integration as it was written.

    Attributes:
        base: all that its block says.
        index: its position in the file.
        environments: those of the project's in which it lives, in the project's order.
    """

    base: Layer
    index: int
    environments: tuple[str, ...]

    def overlay(self, environment: str) -> Layer | None:
        """What differs in an environment; `None` where nothing does."""
        value = _mapping(self.base.value, "environments").get(environment)
        if not isinstance(value, dict) or not value:
            return None
        path = (*self.base.path, "environments", environment)
        return Layer(value=value, document=self.base.document, path=path)


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """A project as it was written.

    Attributes:
        name: what it is to the ledger.
        directory: where the project file lies; the paths in it are relative to that.
        environments: their names, as they are ordered in the file.
        declarations: the integrations of all files, in order.
        findings: what is wrong with the files, each taken by itself; sorted.
        root: the project file.
        readable: directories beside its own whose files references may read.
    """

    name: str
    directory: Path
    environments: tuple[str, ...]
    declarations: tuple[Declaration, ...]
    findings: tuple[Finding, ...]
    root: Document
    readable: tuple[Path, ...] = ()

    def settings(self, environment: str) -> Layer:
        """What the project file says of an environment."""
        value = _mapping(_mapping(self.root.value, "environments"), environment)
        return Layer(value=value, document=self.root, path=("environments", environment))

    def defaults(self, channel: str) -> Layer:
        """What the project file says of a channel."""
        value = _mapping(_mapping(self.root.value, "defaults"), channel)
        return Layer(value=value, document=self.root, path=("defaults", channel))

    def allows(self, setting: str, environment: str) -> bool:
        """Whether an environment, or the project for all of them, has an ``allow…`` setting."""
        return True in (self.root.value.get(setting), self.settings(environment).value.get(setting))


def load(path: Path, *, readable: tuple[Path, ...] = ()) -> Project:
    """Read a project. Mistakes in its files become findings of it.

    Args:
        path: the project file, or the directory it lies in.
        readable: directories beside that one whose files references may read.

    Raises:
        FileError: there is no such file, or it cannot be opened.
    """
    file, findings = project_file(path)
    root = Document(read(file), file.as_posix())
    paths, problems = included(root, file)
    others = [Document(read(each), each.as_posix()) for each in paths]
    told = [*findings, *problems]
    return assembled(root, others, directory=file.parent, findings=told, readable=readable)


def assembled(
    root: Document,
    others: Iterable[Document] = (),
    *,
    directory: Path,
    findings: Iterable[Finding] = (),
    readable: tuple[Path, ...] = (),
) -> Project:
    """A project of files that were read already.

    Args:
        root: the project file.
        others: the files that it includes.
        directory: where the project file lies.
        findings: what is wrong with how the files lie there.
        readable: directories beside that one whose files references may read.
    """
    names = tuple(_mapping(root.value, "environments"))
    findings = list(findings)
    declarations: list[Declaration] = []
    for document in (root, *others):
        findings += document.findings
        if document.usable:
            findings += _shape(document, is_root=document is root)
            findings += _membership(document, names)
            declarations += _declarations(document, names)
    name = root.value.get("project")
    return Project(
        name=name if isinstance(name, str) else "",
        directory=directory,
        environments=names,
        declarations=tuple(declarations),
        findings=in_order(findings),
        root=root,
        readable=readable,
    )


def _mapping(value: Mapping[str, Json], key: str) -> Mapping[str, Json]:
    inner = value.get(key)
    return inner if isinstance(inner, dict) else _NOTHING


def _shape(document: Document, *, is_root: bool) -> Iterator[Finding]:
    whole = Layer(value=document.value, document=document, path=())
    for problem in document_problems(document.value, included=not is_root):
        yield told(problem, whole.spot(problem.path), problem.path)


def _declarations(document: Document, names: tuple[str, ...]) -> Iterator[Declaration]:
    tied = document.value.get("environment")
    for index, value in _integrations(document):
        own = value.get("environments")
        yield Declaration(
            base=Layer(value=value, document=document, path=("integrations", index)),
            index=index,
            environments=tuple(
                name
                for name in names
                if (not isinstance(own, dict) or name in own)
                and (not isinstance(tied, str) or name == tied)
            ),
        )


def _membership(document: Document, names: tuple[str, ...]) -> Iterator[Finding]:
    """Environments that a file or an integration of it names, and that it cannot live in."""
    whole = Layer(value=document.value, document=document, path=())
    tied = document.value.get("environment")
    if isinstance(tied, str) and names and tied not in names:
        yield _unknown(whole, ("environment",), tied, names)
    for index, value in _integrations(document):
        for name in _mapping(value, "environments"):
            path = ("integrations", index, "environments", name)
            if names and name not in names:
                yield _unknown(whole, path, name, names)
            elif isinstance(tied, str) and name != tied:
                detail = (
                    f"The whole file is for `{tied}`, so nothing in it can live in `{name}`. Move"
                    " the integration to another file, or remove the entry."
                )
                spot = whole.spot(path)
                yield finding("NS402", detail, location=spot.location, pointer=spot.pointer)


def _unknown(whole: Layer, path: tuple[str | int, ...], name: str, names: Iterable[str]) -> Finding:
    detail = f"The project has no environment `{name}`, so this would apply nowhere."
    known = hint(name, names) or f" It has: {', '.join(f'`{each}`' for each in names)}."
    spot = whole.spot(path)
    return finding("NS401", detail + known, location=spot.location, pointer=spot.pointer)


def _integrations(document: Document) -> Iterator[tuple[int, dict[str, Json]]]:
    values = document.value.get("integrations")
    for index, value in enumerate(values if isinstance(values, list) else ()):
        if isinstance(value, dict):
            yield index, value
