"""Which project a command is about, which of its environments, and what they declare."""

from __future__ import annotations

import os
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from reconciler.errors import FindingsError, UsageError
from reconciler.findings import errors

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reconciler.cli.options import PlanningOptions, ProjectOptions
    from reconciler.cli.planned import Binding
    from reconciler.config.project import Project
    from reconciler.config.references import Source
    from reconciler.findings import Finding
    from reconciler.model import Desired


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """What a project declares for one environment.

    Attributes:
        desired: with every reference resolved.
        warnings: findings that do not keep it from being used.
    """

    desired: Desired
    warnings: tuple[Finding, ...]


def read_project(options: ProjectOptions) -> Project:
    """Load a project, whichever of its environments a command is about.

    Raises:
        FindingsError: the configuration cannot be read as a project.
        FileError: a file cannot be read.
    """
    from reconciler.config.project import load
    from reconciler.config.resolve import check

    project = load(options.config, readable=options.allow_files)
    if errors(project.findings):
        raise FindingsError(check(project))
    return project


def known_environment(project: Project, name: str) -> str:
    """A name, where an environment of the project has it.

    Raises:
        UsageError: none has.
    """
    if name not in project.environments:
        raise UsageError(
            f"the project has no environment {name!r}",
            f"It has: {', '.join(project.environments)}.",
        )
    return name


def open_project(
    options: ProjectOptions, binding: Binding | None = None
) -> tuple[Project, tuple[str, ...]]:
    """Load a project and pick its environments.

    Args:
        options: which project, and which of its environments where nothing is bound.
        binding: what the run is bound to; a plan file names the environments itself.

    Returns:
        The project and the names of the environments that the command is about.

    Raises:
        FindingsError: the configuration cannot be read as a project.
        UsageError: no environment was named where the project has several, or an unknown one.
        FileError: a file cannot be read.
        StaleError: what the run is bound to is about another project.
    """
    from reconciler.config.project import load
    from reconciler.config.resolve import check

    project = load(options.config, readable=options.allow_files)
    if errors(project.findings):
        raise FindingsError(  # all at once, as validate tells them
            check(project), project=project.name, environments=_known(project, options)
        )
    if binding is not None:
        return project, binding.names(project, options)
    return project, picked(project, options)


def _known(project: Project, options: ProjectOptions) -> tuple[str, ...]:
    """The environments that the command is about, as far as a broken project tells."""
    try:
        return picked(project, options)
    except UsageError:
        return options.environments


def picked(project: Project, options: ProjectOptions) -> tuple[str, ...]:
    """The environments that the command is about.

    Raises:
        UsageError: none was named where the project has several, or an unknown one.
    """
    known = ", ".join(project.environments)
    if options.environments and options.all_environments:
        raise UsageError("-e and --all-environments contradict each other")
    if options.all_environments:
        return project.environments
    for name in options.environments:
        if name not in project.environments:
            raise UsageError(f"the project has no environment {name!r}", f"It has: {known}.")
    if options.environments:
        return tuple(dict.fromkeys(options.environments))
    if len(project.environments) == 1:
        return project.environments
    raise UsageError(
        "the project has several environments; say which",
        f"Add -e NAME (of {known}) or --all-environments.",
    )


def variables(options: ProjectOptions) -> dict[str, str]:
    """The variables that references see: the process's, then those of ``--env-file``.

    Raises:
        FindingsError: the dotenv file has findings.
        FileError: it cannot be read.
    """
    if options.env_file is None:
        return dict(os.environ)
    from reconciler.config.references import dotenv

    return {**dotenv(options.env_file), **os.environ}


def sources(project: Project, options: ProjectOptions) -> Mapping[str, Source]:
    """Where references find their values: made once for a run, which keeps what they gave.

    Raises:
        FindingsError: the dotenv file has findings.
        FileError: it cannot be read.
    """
    from reconciler.config.outside import Permit, Sources

    permit = Permit(
        commands=options.allow_exec, seconds=options.source_timeout, process=dict(os.environ)
    )
    return Sources(project, variables(options), permit)


def declared(
    project: Project, environment: str, given: Mapping[str, Source], *, secrets: bool = True
) -> Declared:
    """What the project declares for one environment.

    Args:
        project: the project.
        environment: the name of one of its environments.
        given: from `sources`.
        secrets: whether references are resolved beyond the API key.

    Raises:
        FindingsError: with every finding of that environment.
        ApiKeyError: the environment's API key is not set.
    """
    from reconciler.config.resolve import resolve

    resolved = resolve(project, environment, sources=given, secrets=secrets)
    if resolved.desired is None:
        raise FindingsError(resolved.findings)
    return Declared(desired=resolved.desired, warnings=resolved.findings)


def declared_keyless(project: Project, environment: str) -> Declared:
    """What the project declares for one environment, and nothing that comes from outside.

    Raises:
        FindingsError: with every finding of that environment.
    """
    from reconciler.config.resolve import resolve

    resolved = resolve(project, environment, sources={}, keyless=True)
    if resolved.desired is None:
        raise FindingsError(resolved.findings)
    return Declared(desired=resolved.desired, warnings=resolved.findings)


def refuse_idle_globs(what: PlanningOptions, found: Mapping[str, Declared]) -> None:
    """A slip in ``--target`` must not look like "nothing to do", nor one in ``--exclude`` hit.

    Raises:
        UsageError: a glob of the command line fits nothing in any environment of the run.
    """
    identifiers = {each.identifier for one in found.values() for each in one.desired.integrations}
    for option, globs in (
        ("--target", what.targets),
        ("--exclude", what.excludes),
        ("--rotate", what.rotate),
    ):
        for glob in globs:
            if not any(fnmatchcase(each, glob) for each in identifiers):
                raise UsageError(
                    f"{option} {glob} fits no identifier that is declared for {' or '.join(found)}",
                    "Identifiers are compared as they are after ${environment} is filled in.",
                )
