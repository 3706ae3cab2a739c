"""``novu-sync export``: live environments to YAML."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from reconciler.cli.options import (
    connection_options,
    project_options,
    take_connection,
    take_project,
)
from reconciler.cli.streams import say
from reconciler.errors import FileError, FindingsError, UsageError
from reconciler.findings import errors

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reconciler.authoring.export import Exported
    from reconciler.cli.options import ProjectOptions
    from reconciler.config.project import Project

_NO_MATCH = "NS121"
_ENVIRONMENT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@click.command("export")
@project_options
@click.option(
    "--api-key-env",
    "api_keys",
    multiple=True,
    metavar="NAME=VARIABLE",
    help="Begin a project: an environment and the variable that holds its API key; repeatable.",
)
@click.option("--api-url", metavar="URL", help="Where Novu answers, for --api-key-env.")
@click.option(
    "--project",
    "project_name",
    metavar="NAME",
    help="The project's name, for --api-key-env.  [default: the folder's]",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="PATH",
    help="Write to this file, or with --split into this folder, and an .env.example beside.",
)
@click.option("--split", type=click.Choice(["channel"]), help="A file for each channel.")
@click.option(
    "--update",
    is_flag=True,
    help="Bring what differs on the server into the project's files, and change nothing else.",
)
@click.option("-y", "--yes", is_flag=True, help="Write without asking.")
@click.option("-v", "--verbose", is_flag=True, help="Show requests.")
@connection_options
def command(**values: Any) -> None:
    """Write what is on the server as YAML, with references in the place of secrets.

    \b
    novu-sync export --all-environments --out integrations/exported.yaml
    novu-sync export --all-environments --split channel --out integrations
    novu-sync export --api-key-env development=NOVU_DEVELOPMENT_API_KEY --out novu-sync.yaml
    novu-sync export --all-environments --update

    A project with environments only is enough to begin with; --api-key-env makes one. Several
    environments become one definition each, with overlays where they differ. What Novu does not
    give back is asked for: secrets by variables, all else by <CHANGE_ME>. Nothing is changed on a
    server. Novu's own demo providers are left out.

    --update edits the files that declare something else than the server has, value by value:
    comments, order, anchors, quotes and references stay. It shows the edit as a diff and asks.
    """
    from reconciler.authoring.declared import declared_in, variables_in
    from reconciler.authoring.export import export
    from reconciler.cli.live import observe_live
    from reconciler.cli.project import picked, sources
    from reconciler.model import Channel

    where, how = take_project(values), take_connection(values)
    out, split, yes = values["out"], values["split"], values["yes"]
    if values["update"]:
        from reconciler.cli.updating import update

        _refuse_beside_update(values)
        update(where, how, yes=yes, verbose=values["verbose"])
        return
    if split and out is None:
        raise UsageError("--split makes several files", "Name a folder for them with --out.")
    head = _head(values["api_keys"], values["api_url"], values["project_name"], split)
    project = _opened(where, head)
    if out is not None and not head and not split and _is(out, Path(project.root.file)):
        raise UsageError(
            f"{out} is the project file", "Write to another file, and list it under `include`."
        )
    all_begun = head and not where.environments
    names = project.environments if all_begun else picked(project, where)
    live = observe_live(project, names, sources(project, where), how, verbose=values["verbose"])
    keys = _key_variables(project)
    exported = export(
        live,
        environments=project.environments,
        reserved=variables_in(project),
        declared={name: declared_in(project, name) for name in names},
        defaults={channel.value: project.defaults(channel).value for channel in Channel},
    )
    if out is None:
        from reconciler.authoring import files

        say(files.integrations(exported, names, head=head), nl=False)
    else:
        _save(exported, project, names, head=head, keys=keys, out=out, split=split, yes=yes)
    _tell(exported, names)
    if out is not None:
        _tell_next(where, project, out, head=head, split=split)


def _refuse_beside_update(values: dict[str, Any]) -> None:
    """--update works on the files that are there."""
    for option in ("api_keys", "api_url", "project_name", "out", "split"):
        if values[option]:
            raise UsageError(
                "--update edits the project's own files", "Leave the options for new files out."
            )


def _head(
    api_keys: Sequence[str], api_url: str | None, project_name: str | None, split: str | None
) -> str:
    """The beginning of a project file that the command line asks for; empty where there is one."""
    from reconciler.authoring import files

    if not api_keys:
        if api_url or project_name:
            raise UsageError(
                "--api-url and --project are for a project that is begun",
                "Add --api-key-env NAME=VARIABLE, or leave them out.",
            )
        return ""
    environments: dict[str, dict[str, str]] = {}
    for each in api_keys:
        name, equals, variable = each.partition("=")
        if not (equals and _ENVIRONMENT.fullmatch(name) and _VARIABLE.fullmatch(variable)):
            raise UsageError(
                f"--api-key-env {each} is not NAME=VARIABLE",
                "Write for example development=NOVU_DEVELOPMENT_API_KEY: letters, digits and"
                " underscores, in the environment's name dashes and dots too.",
            )
        environments[name] = {"apiUrl": api_url} if api_url else {}
        environments[name]["apiKey"] = f"${{env:{variable}}}"
    return files.project_head(
        project_name or _folder_name(),
        environments,
        include=("integrations/*.yaml",) if split else (),
    )


def _folder_name() -> str:
    name = re.sub(r"[^A-Za-z0-9._-]+", "-", Path.cwd().name).strip("-._")
    return name[:100] or "novu"


def _opened(where: ProjectOptions, head: str) -> Project:
    """The project that is there, or the one that the command line begins.

    Raises:
        FindingsError: it cannot be read as a project.
    """
    from reconciler.config.documents import Document
    from reconciler.config.project import assembled, load

    if head:
        text = f"{head}".partition("include:")[0]
        project = assembled(Document(text.encode(), "novu-sync.yaml"), directory=Path())
    else:
        try:
            project = load(where.config, readable=where.allow_files)
        except FileError as error:
            mend = f"{error.mend} --api-key-env begins a project here, and so does novu-sync init."
            raise FileError(error.summary, mend) from None
    # What is declared is not looked at, nor need it be there: that is what is about to be written.
    own = [
        each
        for each in project.findings
        if each.code != _NO_MATCH and each.location and each.location.file == project.root.file
    ]
    if errors(own):
        raise FindingsError(own)
    return project


def _key_variables(project: Project) -> tuple[str, ...]:
    from reconciler.config.settings import api_keys

    return tuple(sorted(name for source, name in api_keys(project) if source == "env"))


def _save(  # noqa: PLR0913 - what is written, and where
    exported: Exported,
    project: Project,
    names: Sequence[str],
    *,
    head: str,
    keys: Sequence[str],
    out: Path,
    split: str | None,
    yes: bool,
) -> None:
    from reconciler.authoring import files
    from reconciler.cli.saving import save

    written: dict[Path, str] = {}
    if split:
        folder = out / "integrations" if head else out
        if head:
            written[out / "novu-sync.yaml"] = head
        parts = files.by_channel(exported, names)
        written |= {folder / name: text for name, text in parts.items()}
        beside = out
    else:
        written[out] = files.integrations(exported, names, head=head)
        beside = out.parent
    beside = beside if head else project.directory
    written[beside / ".env.example"] = files.dotenv(exported, keys)
    changed = save(written, yes=yes)
    for path in written:
        say(f"{'wrote' if path in changed else 'unchanged:'} {path}", err=True)


def _tell(exported: Exported, names: Sequence[str]) -> None:
    from reconciler.cli.outputs import findings_to_stderr
    from reconciler.views.counts import counted

    if exported.findings:
        findings_to_stderr(exported.findings)
    needed = sum(not each.optional for each in exported.variables)
    what = f"{counted(exported.rows, 'integration')} of {' and '.join(names)}"
    parts = [f"Exported {what} as {counted(exported.definitions, 'definition')}"]
    if needed or exported.placeholders:
        variables = counted(needed, "variable")
        placeholders = counted(exported.placeholders, "placeholder")
        parts.append(f"{variables} to set, {placeholders} to fill in")
    if exported.left_alone:
        parts.append(f"{exported.left_alone} of Novu's own left out")
    say("; ".join(parts) + ".", err=True)


def _tell_next(
    where: ProjectOptions, project: Project, out: Path, *, head: str, split: str | None
) -> None:
    """What to do now: files that nobody includes are not part of the project."""
    from reconciler.config.project import load

    if not head:
        files = {Path(each.base.document.file) for each in load(where.config).declarations}
        if not any(_is(out, each.parent if split else each) for each in files):
            pattern = _relative(out, project.directory)
            what = f"{pattern}/*.yaml" if split else pattern
            say(f"Next: write `include: [{what}]` into {project.root.file}.", err=True)
            return
    say("Next: fill in what is asked for, then novu-sync validate and novu-sync plan.", err=True)


def _relative(path: Path, directory: Path) -> str:
    return Path(os.path.relpath(path.resolve(), directory.resolve())).as_posix()


def _is(one: Path, other: Path) -> bool:
    return one.resolve() == other.resolve()
