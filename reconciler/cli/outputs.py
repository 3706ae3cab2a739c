"""Where what a command has to say goes: standard output, files, standard error.

A command's result goes to standard output or to the files that ``-o`` names; whatever is said
beside it (failures, questions, requests, a bar) goes to standard error, so that a pipe holds the
result alone. Annotations of GitHub Actions go to standard output where nothing else does: its
runner reads them on standard error as well.
"""

from __future__ import annotations

import os
import shlex
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from reconciler.cli.exits import Exit
from reconciler.cli.streams import LOG, event, problem, say
from reconciler.errors import FileError, FindingsError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from reconciler.applying.report import Report
    from reconciler.authoring.comparison import Comparison
    from reconciler.cli.options import OutputOptions, PlanningOptions, ProjectOptions
    from reconciler.cli.planned import Planned, PlannedRun
    from reconciler.config.catalogue import Provider
    from reconciler.doctor.checkup import Checkup
    from reconciler.errors import NovuSyncError
    from reconciler.findings import Finding
    from reconciler.planning.drift import Drift
    from reconciler.views.style import Look
    from reconciler.views.subjects import Unplanned


SUMMARY_VARIABLE = "GITHUB_STEP_SUMMARY"
"""The file that GitHub Actions shows as the summary of a step."""

WORKSPACE_VARIABLE = "GITHUB_WORKSPACE"
"""Where GitHub Actions has the repository, from whose root annotations name files."""


@contextmanager
def counting(codes: list[Exit]) -> Iterator[None]:
    """Let a file that cannot be written be told, and count beside what else a run ends with.

    An apply that was partly carried out is that, also where nobody can read its report.

    Args:
        codes: gets exit code 1 where a file could not be written.
    """
    try:
        yield
    except FileError as error:
        problem(error.summary, error.mend)
        codes.append(Exit.WORLD)


def findings(found: Sequence[Finding], options: OutputOptions, *, project: str = "") -> None:
    """Show findings as a command's result."""
    from reconciler.views.formats import findings_view

    _show(options, lambda name, look: findings_view(name)(found, look), project=project)


def findings_instead(error: FindingsError, options: OutputOptions, subject: str) -> None:
    """Show findings in the place of a result that they prevent; as text, on standard error."""
    from reconciler.views.formats import findings_view

    findings_to_stderr(error.findings)
    others = tuple(each for each in options.outputs if each != ("text", None))

    def render(name: str, look: Look) -> str:
        look = replace(look, instead_of=subject, environments=error.environments)
        return findings_view(name)(error.findings, look)

    _show(replace(options, outputs=others), render, project=error.project)


def findings_to_stderr(found: Sequence[Finding]) -> None:
    """Tell findings that keep a command from its work."""
    if LOG.as_json:
        from reconciler.findings import in_order
        from reconciler.views.document import finding

        for each in in_order(found):
            event("finding", **finding(each))
        return
    from reconciler.views.formats import findings_view

    say(findings_view("text")(found, _plain()), err=True, nl=False)


def plans(run: PlannedRun[Planned], options: OutputOptions, *, next_step: str = "") -> None:
    """Show the plans of a run as its result, and on standard error what could not be planned."""
    from reconciler.views.formats import plan_view

    reviewed = [each.reviewed for each in run.prepared]
    unplanned = _unplanned(run)
    try:
        _show(
            options,
            lambda name, look: plan_view(name)(reviewed, unplanned, look),
            next_step=next_step,
            project=run.project,
        )
    finally:
        for each in run.failures:
            _tell_failure(run, each.environment, each.error)


def drifts(
    found: Sequence[Drift], run: PlannedRun[Planned], options: OutputOptions, *, next_step: str = ""
) -> None:
    """Show drift as a command's result, and on standard error what could not be compared."""
    from reconciler.views.formats import drift_view

    unplanned = _unplanned(run)
    try:
        _show(
            options,
            lambda name, look: drift_view(name)(found, unplanned, look),
            next_step=next_step,
            project=run.project,
        )
    finally:
        for each in run.failures:
            _tell_failure(run, each.environment, each.error)


def reports(
    done: Sequence[Report], options: OutputOptions, *, next_step: str = "", project: str = ""
) -> None:
    """Show what became of the plans of a run as its result."""
    from reconciler.views.formats import report_view

    _show(
        options,
        lambda name, look: report_view(name)(done, look),
        next_step=next_step,
        project=project,
    )


def log_reports(done: Sequence[Report]) -> None:
    """Tell what became of each environment where standard error is a log in JSON."""
    if LOG.as_json:
        from reconciler.views.events_json import applied

        for each in done:
            event("environment-applied", **applied(each))


def providers(known: Sequence[Provider], options: OutputOptions) -> None:
    """Show the catalogue."""
    from reconciler.views.formats import providers_view

    _show(options, lambda name, look: providers_view(name)(known, look))


def provider(known: Provider, options: OutputOptions) -> None:
    """Show one provider."""
    from reconciler.views.formats import provider_view

    _show(options, lambda name, look: provider_view(name)(known, look))


def comparison(compared: Comparison, options: OutputOptions) -> None:
    """Show two environments beside each other."""
    from reconciler.views.formats import diff_view

    _show(options, lambda name, look: diff_view(name)(compared, look))


def checkup(seen: Checkup, options: OutputOptions) -> None:
    """Show what a look at everything found."""
    from reconciler.views.formats import doctor_view

    _show(options, lambda name, look: doctor_view(name)(seen, look))


def must_be_writable(options: OutputOptions) -> None:
    """Look before the work begins whether its result can be written where it is to go.

    Raises:
        FileError: a file or its folder is not there to be written.
    """
    paths = [path for _, path in options.outputs if path is not None]
    summary = os.environ.get(SUMMARY_VARIABLE)
    if summary and any(name == "github" for name, _ in options.outputs):
        paths.append(Path(summary))
    for path in paths:
        taken = path.exists() and (path.is_dir() or not os.access(path, os.W_OK))
        if taken or not os.access(path.parent, os.W_OK) or not path.parent.is_dir():
            raise FileError(
                f"{path} cannot be written, so nothing was begun",
                "Name another file in --output, in a folder that exists.",
            )


def goes_to_stdout(options: OutputOptions, name: str) -> bool:
    """Whether a format is what standard output gets."""
    return any(format_name == name and path is None for format_name, path in options.outputs)


def _show(
    options: OutputOptions,
    render: Callable[[str, Look], str],
    *,
    next_step: str = "",
    project: str = "",
) -> None:
    """Hand a result to every output that was asked for.

    Raises:
        FileError: a file cannot be written; the other outputs got theirs.
    """
    from reconciler.views.style import Look, Style

    plain = Look(
        verbose=options.verbosity > 0, next_step=next_step, project=project, folder=_folder()
    )
    failures: list[FileError] = []
    for name, path in options.outputs:
        if path is not None:
            failures += _written(path, render(name, plain), "w")
        elif name == "github":
            say(render(name, plain), err=len(_on_stdout(options)) > 1, nl=False, color=False)
        elif options.verbosity >= 0 or name != "text":
            look = replace(plain, style=Style(color=options.color))
            say(render(name, look), nl=False, color=options.color)
    summary = os.environ.get(SUMMARY_VARIABLE)
    if summary and any(name == "github" for name, _ in options.outputs):
        failures += _written(Path(summary), render("markdown", plain), "a")
    if failures:
        raise failures[0]


def _on_stdout(options: OutputOptions) -> list[str]:
    return [name for name, path in options.outputs if path is None]


def _written(path: Path, text: str, mode: str) -> list[FileError]:
    """Write or append to a file; why that was not possible, else nothing."""
    try:
        with path.open(mode, encoding="utf-8") as stream:
            stream.write(text)
    except OSError as error:
        summary = f"{path} cannot be written: {error.strerror}"
        return [FileError(summary, "Name another file in --output.")]
    return []


def _folder() -> str:
    """Where in the repository that GitHub Actions checked out the command runs."""
    root = os.environ.get(WORKSPACE_VARIABLE)
    here = Path.cwd().resolve()
    if not root or not here.is_relative_to(Path(root).resolve()):
        return ""
    return here.relative_to(Path(root).resolve()).as_posix()


def _unplanned(run: PlannedRun[Planned]) -> list[Unplanned]:
    from reconciler.views.subjects import Unplanned

    return [
        Unplanned(
            environment=each.environment,
            summary=each.error.summary,
            mend=each.error.mend,
            findings=each.error.findings if isinstance(each.error, FindingsError) else (),
        )
        for each in run.failures
    ]


def _tell_failure(run: PlannedRun[Planned], environment: str, error: NovuSyncError) -> None:
    if isinstance(error, FindingsError):
        findings_to_stderr(error.findings)
        return
    several = len(run.prepared) + len(run.failures) > 1
    problem(error.summary, error.mend, environment if several else "")


def command_line(
    command: str, where: ProjectOptions, what: PlanningOptions, *, planfile: Path | None = None
) -> str:
    """A command as one would type it, with the options that matter to it.

    A plan file says by itself which environments it is about and what was asked of the plan.
    """
    words = ["novu-sync", command]
    if planfile is not None:
        words += [str(planfile), *(["-c", str(where.config)] if where.config != Path() else [])]
        words += ["--env-file", str(where.env_file)] if where.env_file else []
        return shlex.join(words)
    if where.config != Path():
        words += ["-c", str(where.config)]
    words += [word for name in where.environments for word in ("-e", name)]
    words += ["--all-environments"] if where.all_environments else []
    words += ["--env-file", str(where.env_file)] if where.env_file else []
    words += ["--allow-exec"] if where.allow_exec else []
    words += [word for each in where.allow_files for word in ("--allow-file", str(each))]
    words += [word for glob in what.targets for word in ("--target", glob)]
    words += [word for glob in what.excludes for word in ("--exclude", glob)]
    words += ["--prune"] if what.prune else []
    words += ["--credentials", what.credentials] if what.credentials != "changed" else []
    words += [word for glob in what.rotate for word in ("--rotate", glob)]
    words += [word for pair in what.allow for word in ("--allow", "=".join(pair))]
    return shlex.join(words)


def _plain() -> Look:
    from reconciler.views.style import Look

    return Look()
