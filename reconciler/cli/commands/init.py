"""``novu-sync init``: from nothing, or from what is on the server, to a project."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from reconciler.cli.options import connection_options, take_connection

if TYPE_CHECKING:
    from reconciler.cli.exits import Exit


@click.command("init")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), default=Path())
@click.option("--region", type=click.Choice(["us", "eu"]), help="Novu's cloud: which one.")
@click.option("--api-url", metavar="URL", help="A Novu server of your own, without /v1.")
@click.option("--project", metavar="NAME", help="The project's name.  [default: the folder's]")
@click.option(
    "--api-key-env",
    "api_keys",
    multiple=True,
    metavar="NAME=VARIABLE",
    help="An environment and the variable that holds its API key; repeatable.",
)
@click.option(
    "--env-file",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    metavar="FILE",
    help="A dotenv file with the keys; variables of the process win.",
)
@click.option("--offline", is_flag=True, help="Do not talk to Novu: no key is tried.")
@click.option("--export/--no-export", default=None, help="Take what is on the server along.")
@click.option(
    "--credentials",
    type=click.Choice(["leave", "declare"]),
    help="Leave those of exported integrations as they are in Novu, or declare them.",
)
@click.option("--split", type=click.Choice(["channel"]), help="A file for each channel.")
@click.option("--ci", type=click.Choice(["github", "gitlab", "none"]), help="Write a CI file.")
@click.option("--overwrite", is_flag=True, help="Write over files that are there.")
@click.option("-y", "--yes", is_flag=True, help="Take the default of every question.")
@click.option("-v", "--verbose", is_flag=True, help="Show requests.")
@connection_options
def command(**values: Any) -> Exit:
    """Begin a project in FOLDER, this one by default, and end with its plan.

    \b
    novu-sync init
    novu-sync init --yes --region eu --ci github
    novu-sync init acme --api-url http://127.0.0.1:8377 --api-key-env development=NOVU_KEY --yes

    Asks on a terminal for whatever no flag says, tries the API keys, offers to take along what is
    on the server, and writes novu-sync.yaml, .env.example, .gitignore and a CI file. Keys are
    read from variables and never asked for. Nothing is changed in Novu. Files are written at the
    very end, so that Ctrl-C leaves nothing behind; none is written over unless you say so.
    """
    from reconciler.cli import beginning

    return beginning.begin(take_connection(values), values)
