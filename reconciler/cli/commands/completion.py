"""``novu-sync completion``: a shell completion script."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from reconciler.cli import main
from reconciler.cli.streams import say


@click.command("completion")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def command(shell: str) -> None:
    """Print a completion script for SHELL.

    \b
    bash:  novu-sync completion bash > ~/.local/share/bash-completion/completions/novu-sync
    zsh:   novu-sync completion zsh > "${fpath[1]}/_novu-sync"
    fish:  novu-sync completion fish > ~/.config/fish/completions/novu-sync.fish
    """
    kind = get_completion_class(shell)
    if kind is None:  # pragma: no cover - click knows every shell that the argument takes
        raise click.UsageError(f"no completion for {shell}")
    say(kind(main.group, {}, "novu-sync", "_NOVU_SYNC_COMPLETE").source())
