"""The options that several commands share, and what they mean together."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from reconciler.cli.parameters import (
    Number,
    WholeNumber,
    allowances,
    color,
    environment_names,
    outputs,
)
from reconciler.views.formats import FORMATS, showing

if TYPE_CHECKING:
    from collections.abc import Callable

Command = TypeVar("Command", bound="Callable[..., Any]")

HOSTS_VARIABLE = "NOVU_SYNC_ALLOWED_HOSTS"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectOptions:
    """Which project and which of its environments.

    Attributes:
        config: the project file or its directory.
        environments: names as given; empty where none was.
        all_environments: every environment of the project.
        env_file: a dotenv file whose variables fill in for those that the process lacks.
        allow_exec: ``${exec:…}`` may run commands.
        allow_files: directories beside the project's whose files ``${file:…}`` may read.
        source_timeout: seconds that a command or a plug-in may take for one value.
        secrets: whether references are resolved beyond the API key.
    """

    config: Path
    environments: tuple[str, ...]
    all_environments: bool
    env_file: Path | None
    allow_exec: bool = False
    allow_files: tuple[Path, ...] = ()
    source_timeout: float = 30.0
    secrets: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionOptions:
    """How to talk to Novu.

    Attributes:
        parallelism: requests in flight at most.
        timeout: seconds that one request may take.
        allowed_hosts: hosts besides Novu's own and loopback that the API key may be sent to.
        allow_insecure_http: plain http to hosts other than loopback.
        lock_timeout: seconds to wait where another run holds the lock.
    """

    parallelism: int
    timeout: float
    allowed_hosts: tuple[str, ...]
    allow_insecure_http: bool
    lock_timeout: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanningOptions:
    """What the plan covers.

    Attributes:
        targets: identifier globs; only these are changed.
        excludes: identifier globs; these are not changed.
        prune: delete what was applied earlier and is declared no more.
        credentials: ``changed``, ``always`` or ``never``.
        rotate: identifier globs whose credentials are sent again.
        allow: guards that are lifted, as ``(name, value)``.
    """

    targets: tuple[str, ...]
    excludes: tuple[str, ...]
    prune: bool
    credentials: str
    rotate: tuple[str, ...]
    allow: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OutputOptions:
    """What is shown, and where.

    Attributes:
        outputs: ``(format, path)``; `None` is standard output.
        color: whether text is coloured.
        verbosity: -1 quiet, 0 usual, 1 shows requests and unchanged integrations.
    """

    outputs: tuple[tuple[str, Path | None], ...]
    color: bool
    verbosity: int


def config_options(command: Command) -> Command:
    """Adds ``-c``."""
    return _add(
        command,
        click.option(
            "-c",
            "--config",
            type=click.Path(path_type=Path),
            default=Path(),
            metavar="PATH",
            help="The project file or its directory.  [default: .]",
        ),
    )


def place_options(command: Command) -> Command:
    """Adds ``-c``, ``-e`` and ``--all-environments``."""
    command = _add(
        command,
        click.option(
            "-e",
            "--environment",
            "environments",
            multiple=True,
            metavar="NAME",
            shell_complete=environment_names,
            help="An environment of the project; repeatable.",
        ),
        click.option("--all-environments", is_flag=True, help="Every environment of the project."),
    )
    return config_options(command)


def file_options(command: Command) -> Command:
    """Adds ``--allow-file``."""
    return _add(
        command,
        click.option(
            "--allow-file",
            "allow_files",
            type=click.Path(path_type=Path, exists=True),
            multiple=True,
            metavar="DIR",
            help="Let ${file:…} read below this directory too; repeatable.",
        ),
    )


def project_options(command: Command) -> Command:
    """Adds ``-c``, ``-e``, ``--all-environments`` and what governs references."""
    return place_options(reference_options(command))


def reference_options(command: Command) -> Command:
    """Adds what governs references."""
    return _add(
        file_options(command),
        click.option(
            "--env-file",
            type=click.Path(path_type=Path, exists=True, dir_okay=False),
            metavar="FILE",
            help="A dotenv file for ${env:…}; variables of the process win.",
        ),
        click.option(
            "--allow-exec",
            is_flag=True,
            help="Let ${exec:…} run commands; whoever writes the file can then run any.",
        ),
        click.option(
            "--source-timeout",
            type=Number(0.1, 3600),
            default=30.0,
            show_default=True,
            metavar="SECONDS",
            help="How long a command or plug-in may take for one value.",
        ),
    )


def connection_options(command: Command) -> Command:
    """Adds what governs the requests."""
    return _add(
        command,
        click.option(
            "--parallelism",
            metavar="N",
            type=WholeNumber(1, 64),
            default=10,
            show_default=True,
            help="Requests in flight at most.",
        ),
        click.option(
            "--timeout",
            type=Number(0.1, 600),
            default=30.0,
            show_default=True,
            metavar="SECONDS",
            help="How long one request may take.",
        ),
        click.option(
            "--allow-host",
            "allowed_hosts",
            multiple=True,
            metavar="HOST",
            help=f"A host besides Novu's own that may get the API key; also {HOSTS_VARIABLE}.",
        ),
        click.option(
            "--allow-insecure-http",
            is_flag=True,
            help="Plain http to hosts other than loopback.",
        ),
    )


def lock_options(command: Command) -> Command:
    """Adds what a run that takes the lock is asked."""
    return _add(
        command,
        click.option(
            "--lock-timeout",
            type=Number(0, 86_400),
            default=0.0,
            show_default=True,
            metavar="SECONDS",
            help="How long to wait where another run holds the lock.",
        ),
    )


def scope_options(command: Command) -> Command:
    """Adds ``--target`` and ``--exclude``."""
    return _add(
        command,
        click.option(
            "--target",
            "targets",
            multiple=True,
            metavar="IDENTIFIER",
            help="Only these integrations; a glob; repeatable.",
        ),
        click.option(
            "--exclude",
            "excludes",
            multiple=True,
            metavar="IDENTIFIER",
            help="Not these integrations; a glob; repeatable.",
        ),
    )


def planning_options(command: Command) -> Command:
    """Adds what governs the plan."""
    command = _add(
        command,
        click.option(
            "--prune",
            is_flag=True,
            help="Delete what novu-sync applied earlier and nobody declares any more.",
        ),
        click.option(
            "--credentials",
            type=click.Choice(["changed", "always", "never"]),
            default="changed",
            show_default=True,
            help="When credentials of existing integrations are sent.",
        ),
        click.option(
            "--rotate",
            multiple=True,
            metavar="IDENTIFIER",
            help="Send the credentials of these again; a glob; repeatable.",
        ),
        click.option(
            "--allow",
            multiple=True,
            metavar="GUARD=VALUE",
            callback=allowances,
            help="Lift one guard, like deletes=3 or replace=ses-old; repeatable.",
        ),
    )
    return scope_options(command)


def output_options(command: Command) -> Command:
    """Adds ``-o``, ``--color``, ``-v`` and ``-q``; with the formats that can show everything."""
    return outputs_of(*FORMATS["text"])(command)


def outputs_of(*subjects: str) -> Callable[[Command], Command]:
    """As `output_options`, with every format that can show the subjects of a command."""
    formats = showing(*subjects)

    def add(command: Command) -> Command:
        return _add(
            command,
            click.option(
                "-o",
                "--output",
                "outputs",
                multiple=True,
                metavar="FORMAT[=FILE]",
                callback=partial(outputs, formats=formats),
                help=f"{', '.join(formats[:-1])} or {formats[-1]}, to standard output or to a"
                " file; repeatable.  [default: text]",
            ),
            click.option(
                "--color",
                type=click.Choice(["auto", "always", "never"]),
                default="auto",
                show_default=True,
                callback=color,
                help="Colours; auto honours NO_COLOR and the terminal.",
            ),
            click.option(
                "-v", "--verbose", is_flag=True, help="Show requests and what is unchanged."
            ),
            click.option("-q", "--quiet", is_flag=True, help="Show failures only."),
            click.option(
                "--log-format",
                type=click.Choice(["text", "json"]),
                default="text",
                show_default=True,
                help="How standard error is written; json is one event a line.",
            ),
        )

    return add


def take_project(values: dict[str, Any]) -> ProjectOptions:
    """Takes the project options out of a command's parameters."""
    return ProjectOptions(
        config=values.pop("config"),
        environments=values.pop("environments", ()),
        all_environments=values.pop("all_environments", False),
        env_file=values.pop("env_file", None),
        allow_exec=values.pop("allow_exec", False),
        allow_files=values.pop("allow_files", ()),
        source_timeout=values.pop("source_timeout", 30.0),
        secrets=not values.pop("no_secrets", False),
    )


def take_connection(values: dict[str, Any]) -> ConnectionOptions:
    """Takes the connection options out of a command's parameters."""
    named = os.environ.get(HOSTS_VARIABLE, "").replace(",", " ").split()
    return ConnectionOptions(
        parallelism=values.pop("parallelism"),
        timeout=values.pop("timeout"),
        allowed_hosts=(*values.pop("allowed_hosts"), *named),
        allow_insecure_http=values.pop("allow_insecure_http"),
        lock_timeout=values.pop("lock_timeout", 0.0),
    )


def take_scope(values: dict[str, Any]) -> PlanningOptions:
    """Takes the options of `scope_options` out of a command's parameters; no other is given."""
    return PlanningOptions(
        targets=values.pop("targets"),
        excludes=values.pop("excludes"),
        prune=False,
        credentials="changed",
        rotate=(),
        allow=(),
    )


def take_planning(values: dict[str, Any]) -> PlanningOptions:
    """Takes the planning options out of a command's parameters.

    Raises:
        click.UsageError: options that contradict each other.
    """
    options = PlanningOptions(
        targets=values.pop("targets"),
        excludes=values.pop("excludes"),
        prune=values.pop("prune"),
        credentials=values.pop("credentials"),
        rotate=values.pop("rotate"),
        allow=values.pop("allow"),
    )
    if options.prune and (options.targets or options.excludes):
        raise click.UsageError(
            "--prune looks at the whole environment; it goes with neither --target nor --exclude."
        )
    if options.rotate and options.credentials == "never":
        raise click.UsageError("--rotate sends credentials and --credentials never does not.")
    return options


def take_output(values: dict[str, Any]) -> OutputOptions:
    """Takes the output options out of a command's parameters.

    Raises:
        click.UsageError: options that contradict each other.
    """
    verbose, quiet = values.pop("verbose"), values.pop("quiet")
    log_format = values.pop("log_format")
    if verbose and quiet:
        raise click.UsageError("-v and -q contradict each other.")
    shown = [name for name, path in values["outputs"] if path is None]
    if log_format == "json" and len(shown) > 1:
        raise click.UsageError(
            "annotations beside another format go to standard error, where --log-format json has"
            " its own lines; give one of the two formats a file, like github=annotations."
        )
    return OutputOptions(
        outputs=values.pop("outputs"), color=values.pop("color"), verbosity=verbose - quiet
    )


def _add(command: Command, *options: Callable[[Command], Command]) -> Command:
    for option in reversed(options):
        command = option(command)
    return command
