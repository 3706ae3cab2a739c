"""``novu-sync snapshot``: what was observed, without secrets."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from reconciler import __version__
from reconciler.cli.options import (
    connection_options,
    project_options,
    take_connection,
    take_project,
)
from reconciler.cli.streams import say


@click.command("snapshot")
@project_options
@click.option(
    "-o",
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Where it goes; standard output where none is named.",
)
@click.option("-v", "--verbose", is_flag=True, help="Show requests.")
@connection_options
def command(*, out: Path | None, verbose: bool, **values: Any) -> None:
    """Write down what is on the server, without secrets, for plans where there is no API key.

    \b
    novu-sync snapshot --all-environments -o snapshot.json
    novu-sync plan --all-environments --observed snapshot.json

    Take it where the API keys are, on the main branch perhaps, and publish it: a pull request
    from a fork is planned against it and needs no key. No credential is in it, no fingerprint,
    and nothing that a reference gives. It tells what a plan tells: identifiers, names, row ids,
    providers, who is active and primary, conditions and rules, and whose the rows are.
    """
    from reconciler.cli import composition, planfiles
    from reconciler.cli.owning import NOTHING_ASKED
    from reconciler.planning import snapshot

    where, how = take_project(values), take_connection(values)
    with ExitStack() as stack:
        run = composition.plan_all(
            replace(where, secrets=False), how, NOTHING_ASKED, verbose=verbose, stack=stack
        )
        if run.failures:
            raise run.failures[0].error
        text = snapshot.write(
            snapshot.Snapshot(
                tool=__version__,
                project=run.project,
                created=datetime.now(UTC).replace(microsecond=0),
                environments=tuple(
                    snapshot.seen(each.plan, each.observed, each.ledger.applied)
                    for each in run.prepared
                ),
            )
        )
    if out is None:
        say(text, nl=False)
    else:
        planfiles.write(out, text, mode=0o666)
        say(f"{out} is written: {', '.join(each.plan.environment for each in run.prepared)}")
