"""``novu-sync ledger``: show what is remembered, move it elsewhere, or let go of it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from reconciler.cli.homes import hold
from reconciler.cli.options import (
    connection_options,
    lock_options,
    project_options,
    take_connection,
    take_project,
)
from reconciler.cli.streams import say
from reconciler.errors import InterruptedRunError, ServerStateError, UsageError

if TYPE_CHECKING:
    from reconciler.cli.homes import Site
    from reconciler.cli.options import ConnectionOptions
    from reconciler.model import Applied

_PLACES = ("novu", "file", "http")


@click.command("ledger")
@click.argument("action", type=click.Choice(["show", "move", "forget"]), metavar="ACTION")
@project_options
@click.option("--to", type=click.Choice(_PLACES), help="With `move`: the backend that it goes to.")
@click.option(
    "--from",
    "from_",
    type=click.Choice(_PLACES),
    help="The backend that it lies in, where that is not the one of the project file.",
)
@click.option("-y", "--yes", is_flag=True, help="Do not ask; needed where there is no terminal.")
@lock_options
@connection_options
def command(*, action: str, to: str | None, from_: str | None, yes: bool, **values: Any) -> None:
    """Show what is remembered of an environment, move it, or let go of it.

    \b
    novu-sync ledger show -e production
    novu-sync ledger move --to novu -e production
    novu-sync ledger forget -e production

    ACTION is `show`; `move`, which copies the ledger, reads the copy back and empties the old
    place, so that `ledger: auto` finds the new one; or `forget`, after which secrets are sent
    once more and nothing counts as ours any more. Novu's integrations are never touched.
    """
    from reconciler.cli.homes import each_site

    where, how = take_project(values), take_connection(values)
    if (action == "move") != (to is not None):
        raise UsageError("`ledger move` and --to belong together")
    for site in each_site(where, how, instead=from_):
        if action == "show":
            _show(site)
        elif to is not None:
            _move(site, to, how)
        else:
            _forget(site, how, yes=yes)


def _show(site: Site) -> None:
    from reconciler.views.values import name

    opened = site.home.open(site.environment_id, site.fingerprinter)
    say(f"{site.name}: {opened.note.removeprefix('ledger: ')}")
    for identifier, entry in sorted(opened.applied.entries.items()):
        keys = ", ".join(sorted(entry.credentials or ())) or "no credentials"
        facts = [entry.remote_id, keys, *(["protected"] if entry.protected else [])]
        say(f"  {name(identifier)}  ({'; '.join(facts)})")


def _move(site: Site, to: str, how: ConnectionOptions) -> None:
    target = site.elsewhere(to)
    try:
        hold(site.home, site.name, how)
        source = site.home.open(site.environment_id, site.fingerprinter)
        there = source.note.removeprefix("ledger: ").partition(",")[0]
        if there.partition(" ")[0] == to:
            raise UsageError(f"the ledger of {site.name} lies there already: {there}")
        if there == "none":
            raise UsageError(f"{site.name} keeps no ledger, so there is nothing to move")
        hold(target, site.name, how)
        copy = target.open(site.environment_id, site.fingerprinter, writing=True)
        if copy.applied.entries:
            raise UsageError(
                f"there is a ledger of {site.name} in {to} already",
                "Look at both with `ledger show --from`, and give up the one that is not to stay"
                " with `ledger forget --from`.",
            )
        for entry in source.applied.entries.values():
            copy.ledger.record(entry)
        for name, value in source.applied.marks.items():
            copy.ledger.mark(name, value)
        copy.ledger.close()
        read = site.elsewhere(to)
        try:
            again = read.open(site.environment_id, site.fingerprinter)
        finally:
            read.let_go()
        if _told(again.applied) != _told(source.applied):
            raise ServerStateError(
                f"what was copied to {to} does not read as it was written",
                "Nothing was removed; the ledger lies where it lay.",
            )
        site.home.wipe()
    finally:
        target.let_go()
    count = len(source.applied.entries)
    entries = f"{count} {'entry' if count == 1 else 'entries'}"
    say(f"{site.name}: {entries} moved from {there} to {to}")
    if site.declared not in ("auto", to):
        say(f"  Now write `ledger: {to}` (or `auto`) for it; it says `{site.declared}`.")


def _told(applied: Applied) -> object:
    return applied.entries, applied.marks


def _forget(site: Site, how: ConnectionOptions, *, yes: bool) -> None:
    if not yes:
        question = f"Let go of all that is remembered of {site.name}?"
        if not sys.stdin.isatty():
            raise UsageError("there is no terminal to ask on", "Add --yes to do it without asking.")
        if not click.confirm(question, err=True):
            raise InterruptedRunError("nothing was forgotten")
    hold(site.home, site.name, how)
    site.home.wipe()
    say(f"{site.name}: the ledger is forgotten; the next apply sends the secrets once more")
