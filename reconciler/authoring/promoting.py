"""What one environment declares and another does not yet, as wishes for the other.

Values are copied, references to another environment's variables are not: where both environments
have one each keeps its own, and where the other has none it gets one of its own, by the same name
but for the environment's. Nothing is taken away from an environment.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any, Final

from reconciler.authoring.declared import refers
from reconciler.authoring.editing import Wish
from reconciler.authoring.uses import MISSING, meaning, value_at
from reconciler.config.forms import form_in
from reconciler.config.neighbours import named
from reconciler.findings import finding

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from reconciler.config.forms import Form
    from reconciler.config.places import Path
    from reconciler.config.project import Declaration, Project
    from reconciler.findings import Finding
    from reconciler.secret import Json

_FIELDS: Final = (
    "name",
    "active",
    "primary",
    "conditions",
    "rules",
    "check",
    "protect",
    "ignoreChanges",
)
_KEYED: Final = ("credentials", "configurations")
_VARIABLE = re.compile(r"(\$\{env:)([A-Za-z_][A-Za-z0-9_]*)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Promotion:
    """What is to be written for another environment to be as the first.

    Attributes:
        wishes: for the other environment; one without a path makes the integration live there.
        findings: what is not promoted; warnings all.
        targets: globs that fit no integration of the first environment.
    """

    wishes: tuple[Wish, ...]
    findings: tuple[Finding, ...]
    idle: tuple[str, ...]


def promotion(project: Project, source: str, target: str, globs: Sequence[str]) -> Promotion:
    """Compare what two environments declare.

    Args:
        project: whose files can be read.
        source: the environment that is ahead.
        target: the one that is to follow.
        globs: identifiers, as they are in the source; none means all.
    """
    wishes: list[Wish] = []
    found: list[Finding] = []
    seen: set[str] = set()
    for number, declaration in enumerate(project.declarations):
        if source not in declaration.environments:
            continue
        form = form_in(project, declaration, source)
        identifier = named(str(form.value.get("identifier")), source)
        fitting = [glob for glob in globs if fnmatchcase(identifier, glob)]
        seen.update(fitting)
        if globs and not fitting:
            continue
        if target in declaration.environments:
            there = form_in(project, declaration, target)
            for path, value in _differing(form, there):
                if refers(value) or refers(_present(value_at(there.value, path))):
                    found.append(_kept(there, path, identifier, target))
                else:
                    wishes.append(
                        Wish(declaration=number, environment=target, path=path, value=value)
                    )
            wishes += _lacking(form, there, number, source, target)
        elif _is_tied(declaration):
            found.append(_tied(declaration, identifier, target))
        else:
            overlay = declaration.overlay(source)
            value = _renamed(dict(overlay.value) if overlay else {}, source, target)
            wishes.append(Wish(declaration=number, environment=target, path=(), value=value))
    return Promotion(
        wishes=tuple(wishes),
        findings=tuple(found),
        idle=tuple(glob for glob in globs if glob not in seen),
    )


def _paths(form: Form) -> Iterator[tuple[Path, Json]]:
    for field in _FIELDS:
        if field in form.value:
            yield (field,), form.value[field]
    for field in _KEYED:
        inner = form.value.get(field)
        for key, value in inner.items() if isinstance(inner, dict) else ():
            yield (field, key), value


def _differing(form: Form, there: Form) -> Iterator[tuple[Path, Json]]:
    """What both have, and have differently."""
    for path, value in _paths(form):
        other = value_at(there.value, path)
        if other is not MISSING and meaning(value) != meaning(other):
            yield path, value


def _lacking(form: Form, there: Form, number: int, source: str, target: str) -> Iterator[Wish]:
    """What the other lacks."""
    for path, value in _paths(form):
        if value_at(there.value, path) is MISSING:
            yield Wish(
                declaration=number,
                environment=target,
                path=path,
                value=_renamed(value, source, target),
            )


def _renamed(value: Any, source: str, target: str) -> Any:  # noqa: ANN401 - JSON
    """A value in which variables that bear one environment's name bear the other's."""
    if isinstance(value, dict):
        return {key: _renamed(each, source, target) for key, each in value.items()}
    if isinstance(value, list):
        return [_renamed(each, source, target) for each in value]
    if not isinstance(value, str):
        return value
    old, new = _upper(source), _upper(target)
    word = re.compile(rf"(?<![A-Z0-9]){re.escape(old)}(?![A-Z0-9])")
    return _VARIABLE.sub(lambda found: found[1] + word.sub(new, found[2]), value)


def _upper(name: str) -> str:
    return re.sub(r"[^A-Z0-9]+", "_", name.upper())


def _present(value: Json) -> Json:
    return None if value is MISSING else value


def _is_tied(declaration: Declaration) -> bool:
    return isinstance(declaration.base.document.value.get("environment"), str)


def _tied(declaration: Declaration, identifier: str, target: str) -> Finding:
    spot = declaration.base.spot(())
    detail = (
        f"{identifier!r} stands in a file that is tied to one environment, so it cannot live in"
        f" {target} too. Move it to another file."
    )
    return finding(
        "NS346", detail, location=spot.location, pointer=spot.pointer, environment=target
    )


def _kept(there: Form, path: Path, identifier: str, target: str) -> Finding:
    spot = there.layered.spot(path)
    detail = (
        f"`{'.'.join(map(str, path))}` of {identifier!r} is a reference in one of the two"
        f" environments. {target} keeps its own."
    )
    return finding(
        "NS346", detail, location=spot.location, pointer=spot.pointer, environment=target
    )
