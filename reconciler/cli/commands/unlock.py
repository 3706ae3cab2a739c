"""``novu-sync unlock``: take the lock from a run that does not end."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from reconciler.cli.options import (
    connection_options,
    project_options,
    take_connection,
    take_project,
)
from reconciler.cli.streams import say
from reconciler.errors import InterruptedRunError, UsageError

if TYPE_CHECKING:
    from reconciler.ledger.holder import Holder


@click.command("unlock")
@project_options
@click.option("-y", "--yes", is_flag=True, help="Do not ask; needed where there is no terminal.")
@connection_options
def command(*, yes: bool, **values: Any) -> None:
    """Lift the lock that a run holds on an environment, or say that there is none.

    \b
    novu-sync unlock -e production

    A lock ends by itself minutes after its run has died. A run that goes on all the same notices
    that its lock was lifted, and writes nothing more.
    """
    from reconciler.cli.homes import each_site

    for site in each_site(take_project(values), take_connection(values)):
        name, home = site.name, site.home
        held = home.held_by()
        if held is None:
            say(f"{name}: nobody holds the lock")
            continue
        if not yes:
            _ask(name, held)
        home.lift()
        say(f"{name}: the lock of {held} is lifted")


def _ask(name: str, held: Holder) -> None:
    if not sys.stdin.isatty():
        raise UsageError(
            f"{held} holds the lock of {name}, and there is no terminal to ask on",
            "Add --yes to lift it without asking.",
        )
    if not click.confirm(f"{held} holds the lock of {name}. Lift it?", err=True):
        raise InterruptedRunError("nothing was lifted")
