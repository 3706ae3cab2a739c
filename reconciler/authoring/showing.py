"""Edits as a unified diff, with words in the place of secrets that stand in a file."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Final

from reconciler.authoring.declared import refers
from reconciler.authoring.splicing import Edit, applied
from reconciler.authoring.uses import Uses, leaves, reread
from reconciler.config.forms import default_forms

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from reconciler.config.project import Project

_MASK: Final = "(secret)"


def unified(project: Project, texts: Mapping[str, tuple[str, str]]) -> str:
    """What changes in the files of a project, as ``diff -u`` shows it.

    Args:
        project: as it is.
        texts: the files that change, as they are and as they are to be.
    """
    uses = Uses(project)
    new = reread(project, {file: after for file, (_, after) in texts.items()})
    before, after = _masked(project, uses), _masked(new, Uses(new))
    lines: list[str] = []
    for file in texts:
        lines += difflib.unified_diff(
            before[file].splitlines(keepends=True),
            after[file].splitlines(keepends=True),
            f"{file} (now)",
            f"{file} (edited)",
        )
    return "".join(line if line.endswith("\n") else f"{line}\n" for line in lines)


def _masked(project: Project, uses: Uses) -> dict[str, str]:
    """The texts of all files, without secrets that were written down in them."""
    edits: dict[str, set[Edit]] = {each.file: set() for each in uses.documents}
    for file, start, end in _secrets(project, uses):
        line_end = "\n" if uses.document(file).text[start:end].endswith("\n") else ""
        edits[file].add(Edit(start, end, _MASK + line_end))
    return {each.file: applied(each.text, edits[each.file]) for each in uses.documents}


def _secrets(project: Project, uses: Uses) -> Iterator[tuple[str, int, int]]:
    for form in (*uses.forms, *default_forms(project)):
        for path, value in leaves(form.value):
            if form.is_secret(path) and not refers(value):
                key = uses.key(form, path)
                assert key is not None  # noqa: S101 - secrets are written, or nowhere
                node = uses.node(form, path)
                yield key[0], node.start, node.end
    root = project.root
    for name in project.environments:
        api_key = uses.tree(root.file).find(("environments", name, "apiKey"))
        if api_key is not None and not refers(api_key.itself.text):
            yield root.file, api_key.itself.start, api_key.itself.end
