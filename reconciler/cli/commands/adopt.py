"""``novu-sync adopt``: make an integration that is there already ours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from reconciler.cli.options import (
    connection_options,
    lock_options,
    project_options,
    take_connection,
    take_project,
)
from reconciler.cli.streams import say

if TYPE_CHECKING:
    from reconciler.cli.planned import Prepared
    from reconciler.planning.ownership import Adoption


@click.command("adopt")
@click.argument("identifiers", nargs=-1, required=True, metavar="IDENTIFIER...")
@project_options
@lock_options
@connection_options
def command(*, identifiers: tuple[str, ...], **values: Any) -> None:
    """Make integrations that are on the server already ours, as they are.

    \b
    novu-sync adopt ses-old -e production

    The ledger remembers whose they are, and Novu is not written to. One that is declared is
    compared as ever, and what the server does not tell of it is sent once. One that is declared
    nowhere counts as ours all the same: --prune would delete it.
    """
    from reconciler.cli.owning import opened
    from reconciler.planning.ownership import take_over

    with opened(take_project(values), take_connection(values)) as environments:
        found = [
            (each, identifier, take_over(identifier, each.plan, each.ledger.applied))
            for each in environments
            for identifier in dict.fromkeys(identifiers)
        ]
        for each, identifier, adoption in found:
            _take(each, identifier, adoption)


def _take(prepared: Prepared, identifier: str, adoption: Adoption) -> None:
    from reconciler.cli.owning import place
    from reconciler.views.values import name

    who = f"{name(prepared.plan.environment)}: {name(identifier)}"
    if adoption.entry is None:
        say(f"{who} is ours already")
        return
    ledger = prepared.ledger.ledger
    for before in adoption.replaced:
        ledger.forget(before)
    ledger.record(adoption.entry)
    say(f"{who} is ours now, as it is on the server (row {name(adoption.entry.remote_id)})")
    if adoption.declared is None:
        say("  It is declared nowhere: declare it, else --prune would delete it.")
    else:
        say(f"  It is declared{place(adoption.declared)}: plan shows what differs.")
