"""What a project declares, before references have values: texts as they were written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reconciler.config.forms import form_in
from reconciler.config.inspection import strings
from reconciler.config.neighbours import named
from reconciler.config.references import MARK, BadReferenceError, parse

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from reconciler.config.forms import Form
    from reconciler.config.project import Project
    from reconciler.config.references import Reference
    from reconciler.secret import Json


def declared_in(project: Project, environment: str) -> dict[str, Form]:
    """The integrations of an environment by identifier; the first where a name stands twice."""
    found: dict[str, Form] = {}
    for declaration in project.declarations:
        if environment in declaration.environments:
            form = form_in(project, declaration, environment)
            identifier = form.value.get("identifier")
            if isinstance(identifier, str):
                found.setdefault(named(identifier, environment), form)
    return found


def references(value: Json) -> Iterator[Reference]:
    """Every reference in a value; of texts that are malformed none."""
    for _, text in strings(value):
        if MARK in text:
            try:
                yield from parse(text).references
            except BadReferenceError:
                continue


def refers(value: Json) -> bool:
    """Whether a part of a value comes from outside of the project's files."""
    return any(not each.is_public for each in references(value))


def variables_of(value: Json) -> tuple[str, ...]:
    """The names of the variables that a value refers to."""
    found = (each.argument for each in references(value) if each.source == "env")
    return tuple(dict.fromkeys(found))


def variables_in(project: Project) -> frozenset[str]:
    """The names of all variables that a project refers to."""
    values: list[Any] = [project.root.value, *(each.base.value for each in project.declarations)]
    return frozenset(name for value in values for name in variables_of(value))


def built_in_of(forms: Mapping[str, Form], provider_id: str) -> Form | None:
    """The integration of a provider of which an environment has one."""
    return next(
        (each for each in forms.values() if each.value.get("providerId") == provider_id), None
    )
