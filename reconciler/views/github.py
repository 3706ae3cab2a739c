"""Annotations of GitHub Actions: lines that its runner takes for commands, one for each.

``::error file=novu-sync.yaml,line=14,col=5,title=…::message``. A name or a message cannot end its
line, its property or the command: what the runner would read as syntax is escaped as it wants it.
"""

from __future__ import annotations

from enum import StrEnum
from posixpath import join, normpath
from typing import TYPE_CHECKING

from reconciler.findings import Severity
from reconciler.views import values

if TYPE_CHECKING:
    from collections.abc import Iterable

    from reconciler.findings import Finding, Location
    from reconciler.views.style import Look


class Level(StrEnum):
    """How an annotation is shown; GitHub's words."""

    ERROR = "error"
    WARNING = "warning"
    NOTICE = "notice"


_LEVELS = {Severity.ERROR: Level.ERROR, Severity.WARNING: Level.WARNING}

_IN_MESSAGES = {"%": "%25", "\r": "%0D", "\n": "%0A"}
_IN_PROPERTIES = {**_IN_MESSAGES, ":": "%3A", ",": "%2C"}


def annotation(
    level: Level, title: str, message: Iterable[str], look: Look, place: Location | None = None
) -> str:
    """One annotation.

    Args:
        level: how it is shown.
        title: in a few words.
        message: its lines.
        look: tells where in the repository the command runs.
        place: the place in a file; without one it belongs to the run.
    """
    properties = []
    if place is not None:
        file = normpath(join(look.folder, place.file))
        properties += [f"file={_property(file)}", f"line={place.line}", f"col={place.column}"]
    properties.append(f"title={_property(title)}")
    text = "\n".join(values.escaped(line) for line in message)
    return f"::{level} {','.join(properties)}::{_escaped(text, _IN_MESSAGES)}"


def of_finding(finding: Finding, look: Look) -> str:
    """A finding at its place."""
    environment = f" (in {values.name(finding.environment)})" if finding.environment else ""
    return annotation(
        _LEVELS[finding.severity],
        f"{finding.code} {values.sentence(finding.summary)}{environment}",
        values.prose(finding.detail),
        look,
        finding.location,
    )


def text(annotations: Iterable[str]) -> str:
    """Annotations, errors first: GitHub shows ten of a level and drops the others."""
    order = [f"::{level} " for level in Level]
    lines = sorted(annotations, key=lambda each: order.index(each[: each.index(" ") + 1]))
    return "\n".join(lines) + "\n"


def _property(each: str) -> str:
    return _escaped(values.escaped(each), _IN_PROPERTIES)


def _escaped(each: str, how: dict[str, str]) -> str:
    return "".join(how.get(character, character) for character in each)
