"""Plans against a snapshot: no API key, no network, nothing that could be applied."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from reconciler.cli.composition import options_of
from reconciler.cli.planned import Failure, Planned, PlannedRun
from reconciler.cli.project import declared_keyless, open_project, refuse_idle_globs
from reconciler.errors import ApiKeyError, FileError, NovuSyncError
from reconciler.findings import finding

if TYPE_CHECKING:
    from pathlib import Path

    from reconciler.cli.options import PlanningOptions, ProjectOptions
    from reconciler.cli.project import Declared
    from reconciler.findings import Finding
    from reconciler.planning.snapshot import Seen, Snapshot

_SHOWN = 5


def plan_observed(where: ProjectOptions, what: PlanningOptions, path: Path) -> PlannedRun[Planned]:
    """Plan against what a snapshot says of the servers.

    Nothing is asked of a server, a variable, a file beside the project's own or a command: what
    a reference would give is unverifiable.

    Args:
        where: the project and its environments.
        what: what the plan covers.
        path: of the snapshot.

    Raises:
        FindingsError, UsageError, FileError: nothing can be planned at all.
    """
    snapshot = _read(path)
    project, names = open_project(where)
    if snapshot.project != project.name:
        raise FileError(
            f"{path} is a snapshot of the project {snapshot.project!r}, and this is"
            f" {project.name!r}",
            "Name the snapshot of this project in --observed.",
        )
    known = {each.environment: each for each in snapshot.environments}
    found: dict[str, Declared] = {}
    planned: list[Planned] = []
    failures: dict[str, Failure] = {}
    for name in names:
        try:
            found[name] = declared_keyless(project, name)
        except NovuSyncError as error:
            failures[name] = Failure(environment=name, error=error)
    if not failures:
        refuse_idle_globs(what, found)
    for name, each in found.items():
        try:
            planned.append(_planned(each, known.get(name), snapshot, what, path))
        except NovuSyncError as error:
            failures[name] = Failure(environment=name, error=error)
    return PlannedRun(
        prepared=tuple(planned),
        failures=tuple(failures[name] for name in names if name in failures),
        project=project.name,
    )


def _read(path: Path) -> Snapshot:
    from reconciler.planning.snapshot import read

    try:
        text = path.read_bytes()
    except OSError as error:
        raise FileError(
            f"{path} cannot be read: {error.strerror}", "Name a file of novu-sync snapshot."
        ) from None
    return read(text, str(path))


def _planned(
    declared: Declared,
    seen: Seen | None,
    snapshot: Snapshot,
    what: PlanningOptions,
    path: Path,
) -> Planned:
    from reconciler.fingerprint import Fingerprinter
    from reconciler.planning.guards import refusals
    from reconciler.planning.planner import plan
    from reconciler.planning.snapshot import comparable
    from reconciler.secret import Secret

    environment = declared.desired.environment
    if seen is None:
        raise FileError(
            f"{path} holds no environment {environment.name!r}",
            "Take a snapshot of all environments that are planned against it.",
        )
    observed, applied = seen.observed, seen.applied
    if environment.environment_id not in (None, observed.environment_id):
        raise ApiKeyError(
            f"the snapshot is of the Novu environment {observed.environment_id}, but the project"
            f" pins {environment.environment_id}",
            "Correct environmentId, or take the snapshot of the pinned environment.",
        )
    desired, options = comparable(declared.desired), options_of(what)
    # There is no key to make fingerprints with, and none is ever compared: all that could be is
    # unresolved.
    fingerprinter = Fingerprinter(Secret(""), observed.environment_id)
    made = plan(desired, observed, applied, fingerprinter, options)
    told = [each for each in made.findings if each.code != "NS330"]
    warning = _warning(snapshot, environment.name, made.unverified)
    note = f"observed: snapshot of {snapshot.created.isoformat(timespec='seconds')}"
    made = replace(
        made,
        findings=(*declared.warnings, *told, warning),
        ledger_note=f"{note}; {applied.note}" if applied.note else note,
    )
    return Planned(plan=made, refusals=refusals(made, desired, observed, applied, options))


def _warning(snapshot: Snapshot, environment: str, names: tuple[str, ...]) -> Finding:
    shown = [repr(each) for each in sorted(names)[:_SHOWN]]
    shown += [f"{len(names) - _SHOWN} more"] if len(names) > _SHOWN else []
    unverified = (
        f" Credentials and other values of references are unverifiable, those of"
        f" {', '.join(shown)}: whether they differ cannot be told."
        if names
        else ""
    )
    return finding(
        "NS520",
        f"Novu was not asked: what it has is taken from a snapshot of"
        f" {snapshot.created.isoformat(timespec='seconds')}.{unverified} This plan is for reading;"
        " the one that is applied is made where the API key is.",
        environment=environment,
    )
