"""``novu-sync providers``: the catalogue."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from reconciler.cli import outputs
from reconciler.cli.options import output_options, take_output
from reconciler.errors import UsageError

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem


def _complete(
    context: click.Context, parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    from click.shell_completion import CompletionItem

    from reconciler.config.catalogue import catalogue

    del context, parameter
    return [
        CompletionItem(each.id, help=each.name)
        for each in catalogue().providers
        if each.id.startswith(incomplete)
    ]


@click.command("providers")
@click.argument("provider_id", metavar="[ID]", required=False, shell_complete=_complete)
@output_options
def command(provider_id: str | None, **values: Any) -> None:
    """List Novu's providers, or show one: its credentials, which are required, which secret.

    \b
    novu-sync providers
    novu-sync providers ses
    """
    from reconciler.config.catalogue import catalogue

    output = take_output(values)
    known = catalogue()
    if provider_id is None:
        outputs.providers(known.providers, output)
        return
    provider = known.get(provider_id)
    if provider is None:
        close = known.suggest(provider_id)
        hint = f"Did you mean {close}? " if close else ""
        raise UsageError(
            f"there is no provider {provider_id!r}", f"{hint}`novu-sync providers` lists them all."
        )
    outputs.provider(provider, output)
