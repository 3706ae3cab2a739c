"""``novu-sync import``: what other tools left behind to YAML."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from reconciler.cli.streams import say
from reconciler.errors import FindingsError, UsageError
from reconciler.findings import errors

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from reconciler.authoring.export import Exported
    from reconciler.cli.taking import Taken


@click.command("import")
@click.option(
    "--from-json",
    "lists",
    multiple=True,
    metavar="[NAME=]FILE",
    help="A list of integrations as JSON, of environment NAME; repeatable.",
)
@click.option(
    "--from-curl",
    "folders",
    multiple=True,
    metavar="[NAME=]DIR",
    help="A folder of curl commands, or of the bodies that they send; repeatable.",
)
@click.option(
    "-e",
    "--environment",
    "homes",
    multiple=True,
    metavar="NAME=ID",
    help="Which of Novu's environments in a list is which; others are left out; repeatable.",
)
@click.option("--api-url", metavar="URL", help="Where Novu answers.  [default: Novu's cloud, US]")
@click.option("--project", metavar="NAME", help="The project's name.  [default: the folder's]")
@click.option(
    "--no-head", is_flag=True, help="Integrations only: a file for a project that is there."
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="PATH",
    help="Write to this file, and an .env.example beside.  [default: standard output]",
)
@click.option(
    "--write-env",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write the secrets that were found to this dotenv file, readable by you alone.",
)
@click.option("-y", "--yes", is_flag=True, help="Overwrite files without asking.")
def command(**values: Any) -> None:
    """Write what another tool left behind as YAML, with references in the place of secrets.

    \b
    novu-sync import --from-json integrations.json --out novu-sync.yaml
    novu-sync import --from-json development=dev.json --from-json production=prod.json
    novu-sync import --from-curl scripts/novu --out novu-sync.yaml --write-env .env

    A list is what GET /v1/integrations answers or Novu's libraries return: bare, or under data or
    result. Commands are read and never run. No network is used. Secrets are in no output but the
    file that --write-env names.
    """
    from reconciler.authoring import files
    from reconciler.authoring.export import export
    from reconciler.cli import taking

    taken = taking.take(values["lists"], values["folders"], _homes(values["homes"]))
    if errors(taken.findings):
        raise FindingsError(taken.findings)
    names = tuple(taken.live)
    keys = {name: taking.key_variable(name) for name in names}
    exported = export(taken.live, environments=names, reserved=keys.values())
    head = "" if values["no_head"] else _head(values, keys)
    text = files.integrations(exported, names, head=head, verb="Imported")
    if values["out"] is None:
        say(text, nl=False)
    _save(values, text, exported, taken, keys)
    _tell(taken, exported)
    if values["out"] is not None:
        say(
            "Next: fill in what is asked for, then novu-sync validate and novu-sync plan.", err=True
        )


def _homes(given: Sequence[str]) -> dict[str, str]:
    """Names of environments by Novu's id for them."""
    homes = {}
    for each in given:
        name, equals, id_ = each.partition("=")
        if not (equals and name and id_):
            raise UsageError(
                f"--environment {each} is not NAME=ID",
                "Write for example development=65a1f0c2d3e4f5a6b7c8d901, as the list has it.",
            )
        homes[id_] = name
    return homes


def _head(values: Mapping[str, Any], keys: Mapping[str, str]) -> str:
    from reconciler.authoring import files
    from reconciler.cli.taking import folder_name

    url = {"apiUrl": values["api_url"]} if values["api_url"] else {}
    environments = {name: {**url, "apiKey": f"${{env:{key}}}"} for name, key in keys.items()}
    return files.project_head(values["project"] or folder_name(Path.cwd().name), environments)


def _save(
    values: Mapping[str, Any],
    text: str,
    exported: Exported,
    taken: Taken,
    keys: Mapping[str, str],
) -> None:
    from reconciler.authoring import files, filled
    from reconciler.cli.saving import save, save_secret

    written: dict[Path, str] = {}
    if values["out"] is not None:
        written[values["out"]] = text
        written[values["out"].parent / ".env.example"] = files.dotenv(exported, keys.values())
    save(written, yes=values["yes"])
    for path in written:
        say(f"wrote {path}", err=True)
    if values["write_env"] is not None:
        told = filled.values(exported.variables, taken.live)
        secret = filled.dotenv(exported.variables, told, keys.values())
        save_secret(values["write_env"], secret, yes=values["yes"])
        say(f"wrote {values['write_env']}: {len(told)} secrets, readable by you alone", err=True)


def _tell(taken: Taken, exported: Exported) -> None:
    from reconciler.cli.outputs import findings_to_stderr

    found = (*taken.findings, *exported.findings)
    if found:
        findings_to_stderr(found)
    needed = sum(not each.optional for each in exported.variables)
    what = (
        f"Imported {exported.rows} integrations of {' and '.join(taken.live)} as"
        f" {exported.definitions} definitions"
    )
    parts = [
        what,
        f"{needed} variables to set, {exported.placeholders} placeholders to fill in",
    ]
    left_out = {
        "that Novu deleted": taken.deleted,
        "of other environments": taken.left_out,
        "of Novu's own": exported.left_alone,
    }
    parts += [f"{number} {what} left out" for what, number in left_out.items() if number]
    say("; ".join(parts) + ".", err=True)
