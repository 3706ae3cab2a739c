"""What single options take: how their words are read, refused and completed."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Sequence

    from click.shell_completion import CompletionItem


ALLOWANCES = {
    "deletes": "N",
    "delete-percent": "N",
    "updates": "N",
    "replace": "IDENTIFIER",
    "primary": "CHANNEL",
    "last-active": "CHANNEL",
    "empty-desired": "ENVIRONMENT",
    "environment-id": "ID",
}
"""The guards that ``--allow`` lifts, each with what it takes."""


class WholeNumber(click.IntRange):
    """A whole number between bounds."""

    name = "whole number"


class Number(click.FloatRange):
    """A number between bounds."""

    name = "number"


def environment_names(
    context: click.Context, parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """The project's environments that begin so; none where there is no readable project."""
    from click.shell_completion import CompletionItem

    from reconciler.config.project import load
    from reconciler.errors import NovuSyncError

    del parameter
    try:
        names = load(context.params.get("config") or Path()).environments
    except NovuSyncError:
        return []
    return [CompletionItem(name) for name in names if name.startswith(incomplete)]


def side_names(
    context: click.Context, parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """The project's environments that begin so, declared and live."""
    from click.shell_completion import CompletionItem

    names = [str(each.value) for each in environment_names(context, parameter, "")]
    sides = [*names, *(f"live:{name}" for name in names)]
    return [CompletionItem(side) for side in sides if side.startswith(incomplete)]


def allowances(
    context: click.Context, parameter: click.Parameter, values: tuple[str, ...]
) -> tuple[tuple[str, str], ...]:
    """Guards and what they are lifted to, as ``(name, value)``.

    Raises:
        click.BadParameter: there is no such guard, or the value is none of its own.
    """
    pairs = []
    for value in values:
        guard, equals, what = value.partition("=")
        if not equals or not what or guard not in ALLOWANCES:
            known = ", ".join(f"{name}={word}" for name, word in ALLOWANCES.items())
            raise click.BadParameter(f"{value!r} is none of {known}.", context, parameter)
        if ALLOWANCES[guard] == "N" and not (what.isascii() and what.isdigit()):
            raise click.BadParameter(f"{value!r}: N is a whole number.", context, parameter)
        pairs.append((guard, what))
    return tuple(pairs)


def outputs(
    context: click.Context,
    parameter: click.Parameter,
    values: tuple[str, ...],
    formats: Sequence[str] = ("text", "json"),
) -> tuple[tuple[str, Path | None], ...]:
    """Formats and where they go; `None` is standard output.

    Raises:
        click.BadParameter: the command has no such format, or two go to standard output.
    """
    wanted: list[tuple[str, Path | None]] = []
    for value in values or ("text",):
        name, equals, path = value.partition("=")
        if name not in formats or (equals and not path):
            known = ", ".join(formats)
            raise click.BadParameter(f"{value!r}: the formats are {known}.", context, parameter)
        wanted.append((name, Path(path) if path else None))
    shown = [name for name, path in wanted if path is None]
    # Annotations may stand beside another format: they have standard error then.
    if shown.count("github") > 1 or len(shown) - shown.count("github") > 1:
        raise click.BadParameter(
            "one format goes to standard output; give the others a file, like json=plan.json.",
            context,
            parameter,
        )
    return tuple(wanted)


def color(context: click.Context, parameter: click.Parameter, value: str) -> bool:
    """Whether text is coloured."""
    del context, parameter
    if value == "auto":
        return not os.environ.get("NO_COLOR") and sys.stdout.isatty()
    return value == "always"
