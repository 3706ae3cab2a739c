"""``novu-sync diff``: two environments beside each other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import click

from reconciler.cli import outputs
from reconciler.cli.options import (
    config_options,
    connection_options,
    output_options,
    reference_options,
    take_connection,
    take_output,
    take_project,
)
from reconciler.cli.parameters import side_names
from reconciler.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reconciler.authoring.sides import Item
    from reconciler.config.project import Project
    from reconciler.model import Observed

_LIVE: Final = "live:"


@click.command("diff")
@click.argument("left", shell_complete=side_names)
@click.argument("right", shell_complete=side_names)
@config_options
@reference_options
@output_options
@connection_options
def command(*, left: str, right: str, **values: Any) -> None:
    """Put two environments beside each other: as they are declared, or as the servers have them.

    \b
    novu-sync diff development production
    novu-sync diff live:development live:production
    novu-sync diff production live:production -o json

    LEFT and RIGHT are environments of the project; live: before one means what its server has.
    Declared sides are compared as they are written, so no secret has to be set. Nothing is
    written anywhere. The exit code is 0 whether anything differs or not.
    """
    from reconciler.authoring.comparing import compare
    from reconciler.cli.live import observe_live
    from reconciler.cli.project import known_environment, read_project, sources

    where, how, output = take_project(values), take_connection(values), take_output(values)
    project = read_project(where)
    sides = (left, right)
    if left == right:
        raise UsageError("both sides are the same", "Name two, like development live:development.")
    for side in sides:
        known_environment(project, side.removeprefix(_LIVE))
    live = [side.removeprefix(_LIVE) for side in sides if side.startswith(_LIVE)]
    observed = (
        observe_live(project, live, sources(project, where), how, verbose=output.verbosity > 0)
        if live
        else {}
    )
    one, other = (_side(project, each, observed) for each in sides)
    outputs.comparison(compare(one, other, sides), output)


def _side(project: Project, side: str, observed: Mapping[str, Observed]) -> list[Item]:
    from reconciler.authoring.declared import declared_in
    from reconciler.authoring.sides import declared_side, live_side

    name = side.removeprefix(_LIVE)
    forms = declared_in(project, name)
    if name == side:
        return declared_side(forms, name, side)
    return live_side(observed[name], forms, name, side)
