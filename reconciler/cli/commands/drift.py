"""``novu-sync drift``: what is not as it was applied last."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import click

from reconciler.cli import outputs, writing
from reconciler.cli.exits import Exit, of_error, worst
from reconciler.cli.options import (
    connection_options,
    outputs_of,
    project_options,
    scope_options,
    take_connection,
    take_output,
    take_project,
    take_scope,
)
from reconciler.errors import FindingsError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reconciler.planning.drift import Drift


@click.command("drift")
@project_options
@scope_options
@click.option(
    "--no-secrets",
    is_flag=True,
    help="Ask for no value but the API key; compare the server with what was applied.",
)
@outputs_of("drift", "findings")
@connection_options
def command(**values: Any) -> Exit:
    """Tell what is not as it was applied last, and which side moved; nothing is written.

    \b
    novu-sync drift --all-environments
    novu-sync drift -e production -o text -o github -o json=drift.json

    Compares what was applied (the ledger), what is declared and what the server has. Each
    difference is drifted (the server moved), config-change (the files did), both, or unverifiable.
    Made for a nightly job: exit 0 where all is as applied, 2 where it is not. With --no-secrets it
    needs the API keys alone: what comes from references is not compared with the files then.
    """
    from reconciler.cli import composition
    from reconciler.findings import errors

    where, how = take_project(values), take_connection(values)
    what, output = take_scope(values), take_output(values)
    with ExitStack() as stack:
        try:
            run = composition.plan_all(where, how, what, verbose=output.verbosity > 0, stack=stack)
        except FindingsError as error:
            outputs.findings_instead(error, output, "drift")
            return Exit.FINDINGS
    found = composition.drift_all(run, what)
    next_step = "" if _is_nothing(found) else outputs.command_line("plan", where, what)
    codes = [of_error(each.error) for each in run.failures]
    codes += [Exit.FINDINGS for each in found if errors(each.findings)]
    codes += [Exit.CHANGES_PENDING for each in found if not each.is_empty]
    with writing.counting(codes):
        outputs.drifts(found, run, output, next_step=next_step)
    return worst(codes)


def _is_nothing(found: Sequence[Drift]) -> bool:
    return all(each.is_empty for each in found)
