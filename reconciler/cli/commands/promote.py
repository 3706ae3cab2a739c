"""``novu-sync promote``: what one environment declares becomes what another declares."""

from __future__ import annotations

from typing import Any

import click

from reconciler.cli.options import config_options, take_project
from reconciler.cli.parameters import environment_names
from reconciler.cli.streams import say
from reconciler.errors import UsageError


@click.command("promote")
@config_options
@click.option(
    "--from",
    "source",
    required=True,
    metavar="NAME",
    shell_complete=environment_names,
    help="The environment that is ahead.",
)
@click.option(
    "--to",
    "target",
    required=True,
    metavar="NAME",
    shell_complete=environment_names,
    help="The environment that is to follow.",
)
@click.option(
    "--target",
    "targets",
    multiple=True,
    metavar="IDENTIFIER",
    help="Only these integrations, as they are called in the environment that is ahead; a glob;"
    " repeatable.",
)
@click.option("-y", "--yes", is_flag=True, help="Write without asking.")
def command(
    *, source: str, target: str, targets: tuple[str, ...], yes: bool, **values: Any
) -> None:
    """Declare for one environment what another declares, by editing the project's files.

    \b
    novu-sync promote --from development --to production --target 'ses-*'

    Shows the edit as a diff and asks. Comments, order, anchors and quotes stay, no server is
    asked or changed, and no secret has to be set. A reference that both environments have is not
    promoted: each keeps its own; where the other lacks one it gets one of its own name. What only
    the environment that follows declares stays.
    """
    from reconciler.authoring.editing import edited
    from reconciler.authoring.promoting import promotion
    from reconciler.authoring.updating import unwritten
    from reconciler.cli.editing import offer
    from reconciler.cli.project import known_environment, read_project
    from reconciler.findings import in_order

    project = read_project(take_project(values))
    for name in (source, target):
        known_environment(project, name)
    if source == target:
        raise UsageError("--from and --to name the same environment", "Name two.")
    found = promotion(project, source, target, targets)
    if found.idle:
        raise UsageError(
            f"--target {found.idle[0]} fits no identifier that is declared for {source}",
            "Identifiers are compared as they are after ${environment} is filled in.",
        )
    result = edited(project, found.wishes)
    left = (unwritten(project, each) for each in result.left)
    offer(project, result, in_order((*found.findings, *left)), yes=yes)
    if result.texts:
        say(f"Next: novu-sync validate, then novu-sync plan -e {target}", err=True)
