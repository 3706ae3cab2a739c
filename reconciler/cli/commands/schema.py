"""``novu-sync schema``: the published JSON Schemas."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from reconciler.cli.streams import say
from reconciler.errors import UsageError
from reconciler.resources import shipped

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

_SUFFIX = ".schema.json"


def _names() -> list[str]:
    found = sorted(each.name for each in shipped("schemas").glob(f"*{_SUFFIX}"))
    return [name.removesuffix(_SUFFIX) for name in found]


def _complete(
    context: click.Context, parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    from click.shell_completion import CompletionItem

    del context, parameter
    return [CompletionItem(name) for name in _names() if name.startswith(incomplete)]


@click.command("schema")
@click.argument("name", default="novu-sync", shell_complete=_complete)
def command(name: str) -> None:
    """Print the JSON Schema NAME: of a project file, or of what a command writes.

    novu-sync, the default, describes a project file; plan, report, drift, findings, doctor and diff
    what `-o json` writes; events what `--log-format json` does; planfile, snapshot and audit what
    `plan --out`, `snapshot` and `apply --audit` write.

    \b
    novu-sync schema > novu-sync.schema.json
    novu-sync schema plan

    An editor with yaml-language-server reads it where a file begins with
    # yaml-language-server: $schema=novu-sync.schema.json
    """
    if name not in _names():
        raise UsageError(f"there is no schema {name!r}", f"There are: {', '.join(_names())}.")
    say(shipped("schemas", name + _SUFFIX).read_text(encoding="utf-8"), nl=False)
