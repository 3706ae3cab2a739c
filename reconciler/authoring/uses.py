"""Who uses which written value: an anchor, a default or a base may serve many."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeAlias, cast

from reconciler.config.documents import Document
from reconciler.config.forms import form_in
from reconciler.config.project import assembled
from reconciler.secret import canonical

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from reconciler.config.forms import Form
    from reconciler.config.layers import Layer
    from reconciler.config.places import Path
    from reconciler.config.project import Project
    from reconciler.config.spans import Node
    from reconciler.secret import Json, Value

Key: TypeAlias = "tuple[str, int]"
"""A written value: its file, and where in it it begins."""

Use: TypeAlias = "tuple[int, str, Path]"
"""An integration by its position, an environment, and a path in it; -1 is the project itself."""

MISSING: Final[Any] = object()
"""Stands for a value that is not there."""

_PARTS: Final = ("integrations", "defaults", "environment")


class Uses:
    """The written values of a project.

    Attributes:
        documents: its files, the project file first.
    """

    def __init__(self, project: Project) -> None:
        """Look at all of a project; what is written in it is not judged."""
        self._project = project
        self.documents = documents_of(project)
        self._documents = {each.file: each for each in self.documents}
        self._trees: dict[str, Node] = {}
        self._forms: dict[tuple[int, str], Form] = {}
        self._uses: dict[Key, set[Use]] = {}
        for number, declaration in enumerate(project.declarations):
            for name in declaration.environments:
                form = self._forms[number, name] = form_in(project, declaration, name)
                for path, _ in leaves(form.value):
                    key = self.key(form, path)
                    if key is not None:
                        self._uses.setdefault(key, set()).add((number, name, path))
        for part, value in project.root.value.items():
            if part not in _PARTS and not part.startswith("x-"):
                for path, _ in leaves(value, (part,)):
                    place = (project.root.file, self._find(project.root.file, path).start)
                    self._uses.setdefault(place, set()).add((-1, "", path))

    def document(self, file: str) -> Document:
        """A file of the project."""
        return self._documents[file]

    def tree(self, file: str) -> Node:
        """Where everything stands in a file."""
        if file not in self._trees:
            self._trees[file] = self._documents[file].spans()
        return self._trees[file]

    @property
    def forms(self) -> tuple[Form, ...]:
        """What all integrations come to, in each environment."""
        return tuple(self._forms.values())

    def form(self, number: int, environment: str) -> Form:
        """What an integration comes to in an environment."""
        return self._forms[number, environment]

    def of(self, key: Key) -> set[Use]:
        """Everybody who uses a written value."""
        return self._uses[key]

    def key(self, form: Form, path: Path) -> Key | None:
        """Where the single value at a path is written; `None` where it is in no file."""
        layer = _layer(form, path)
        if layer is None:
            return None
        file = layer.document.file
        return file, self._find(file, (*layer.path, *path)).start

    def node(self, form: Form, path: Path) -> Node:
        """The single value at a path; one that is written."""
        layer = _layer(form, path)
        assert layer is not None  # noqa: S101 - it has a key
        return self._find(layer.document.file, (*layer.path, *path))

    def _find(self, file: str, path: Path) -> Node:
        node = self.tree(file).find(path)
        assert node is not None  # noqa: S101 - the file's value has something there
        return node.itself


def documents_of(project: Project) -> tuple[Document, ...]:
    """The files of a project that say something, the project file first."""
    found = {project.root.file: project.root}
    for declaration in project.declarations:
        document = declaration.base.document
        found.setdefault(document.file, document)
    return tuple(found.values())


def reread(project: Project, texts: Mapping[str, str]) -> Project:
    """The project with other texts in some of its files."""
    root, *others = (
        Document(texts[each.file].encode(), each.file) if each.file in texts else each
        for each in documents_of(project)
    )
    return assembled(root, others, directory=project.directory)


def _layer(form: Form, path: Path) -> Layer | None:
    layered = form.layered
    for layer in (layered.above, layered.base, layered.below):
        if layer is not None and layer.reach(path) == len(path):
            return layer
    return None


def meaning(value: Json) -> bytes:
    """The same bytes for values that mean the same JSON."""
    return canonical(cast("Value", value))


def leaves(value: Json, path: Path = ()) -> Iterator[tuple[Path, Json]]:
    """Every single value in a value, with its path; empty lists and mappings count as one."""
    if isinstance(value, dict) and value:
        for key, each in value.items():
            yield from leaves(each, (*path, key))
    elif isinstance(value, list) and value:
        for index, each in enumerate(value):
            yield from leaves(each, (*path, index))
    else:
        yield path, value


def changed_leaves(old: Json, new: Json, path: Path) -> list[tuple[Path, Json]] | None:
    """The single values that differ; `None` where more than single values does.

    Args:
        old: a value, or `MISSING`.
        new: another one.
        path: where they are.
    """
    if isinstance(old, dict) and isinstance(new, dict) and old.keys() == new.keys():
        pairs: list[tuple[str | int, Json, Json]] = [(key, old[key], new[key]) for key in old]
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        pairs = [(at, one, other) for at, (one, other) in enumerate(zip(old, new, strict=True))]
    elif old is MISSING or isinstance(old, dict | list) or isinstance(new, dict | list):
        return None
    else:
        return [(path, new)] if meaning(old) != meaning(new) else []
    found: list[tuple[Path, Json]] = []
    for step, one, other in pairs:
        inner = changed_leaves(one, other, (*path, step))
        if inner is None:
            return None
        found += inner
    return found


def value_at(value: Json, path: Path) -> Json:
    """What stands at a path; `MISSING` where nothing does."""
    for step in path:
        if not isinstance(value, dict) or step not in value:
            return MISSING  # type: ignore[no-any-return]  # it stands for what is not there
        value = value[str(step)]
    return value


def with_value(value: dict[str, Json], path: Path, new: Json) -> dict[str, Json]:
    """A mapping with another value at a path of keys."""
    step, *rest = path
    below = value.get(str(step))
    inner = with_value(below if isinstance(below, dict) else {}, tuple(rest), new) if rest else new
    return {**value, str(step): inner}
