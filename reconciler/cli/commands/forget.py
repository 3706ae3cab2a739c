"""``novu-sync forget``: stop managing an integration without deleting it."""

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
    from reconciler.model import Integration


@click.command("forget")
@click.argument("identifiers", nargs=-1, required=True, metavar="IDENTIFIER...")
@project_options
@lock_options
@connection_options
def command(*, identifiers: tuple[str, ...], **values: Any) -> None:
    """Stop managing integrations without deleting them.

    \b
    novu-sync forget ses-old -e production

    The ledger forgets them and Novu keeps them as they are: no plan counts them as ours any more,
    so --prune never deletes them. Remove their blocks as well, else the next apply manages them
    again. What is protected is refused with exit 6.
    """
    from reconciler.cli.owning import opened, place
    from reconciler.planning.ownership import give_up
    from reconciler.views.values import name

    with opened(take_project(values), take_connection(values)) as environments:
        found: list[tuple[Any, str, Integration | None]] = [
            (each, identifier, give_up(identifier, each.plan, each.ledger.applied))
            for each in environments
            for identifier in dict.fromkeys(identifiers)
        ]
        for each, identifier, declared in found:
            each.ledger.ledger.forget(identifier)
            say(f"{name(each.plan.environment)}: {name(identifier)} is forgotten; Novu keeps it")
            if declared is not None:
                say(
                    f"  It is declared still{place(declared)}: remove its block, else the next"
                    " apply manages it again."
                )
