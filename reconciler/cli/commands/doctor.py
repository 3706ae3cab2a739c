"""``novu-sync doctor``: is everything there that a run needs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from reconciler.cli import outputs
from reconciler.cli.exits import of_error, worst
from reconciler.cli.options import (
    connection_options,
    output_options,
    project_options,
    take_connection,
    take_output,
    take_project,
)

if TYPE_CHECKING:
    from reconciler.cli.exits import Exit


@click.command("doctor")
@project_options
@output_options
@connection_options
def command(**values: Any) -> Exit:
    """Look at the project, its keys and servers; one line a check, and what to do.

    \b
    novu-sync doctor
    novu-sync doctor -e production --env-file .env -o json

    Looks at all environments, or at those that -e names, and writes nothing, neither here nor on
    a server. What a server can do is seen in its answers. Exit codes: 0 where nothing failed
    (warnings alone are fine), else what a plan would end with: 1 network, server or file, 3
    findings, 6 a host that may not get the key, 8 an API key.
    """
    from reconciler.cli import examination

    where, how, output = take_project(values), take_connection(values), take_output(values)
    checkup = examination.examine(where, how, verbose=output.verbosity > 0)
    outputs.checkup(checkup, output)
    return worst(of_error(each) for each in checkup.causes)
