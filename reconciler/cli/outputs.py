"""Where what a command has to say goes: standard output, files, standard error.

A command's result goes to standard output or to the files that ``-o`` names; whatever is said
beside it (failures, questions, requests, a bar) goes to standard error, so that a pipe holds the
result alone.
"""

from __future__ import annotations

import shlex
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from reconciler.cli.streams import LOG, event, problem, say
from reconciler.cli.writing import show
from reconciler.errors import FindingsError

if TYPE_CHECKING:
    from collections.abc import Sequence

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


def findings(found: Sequence[Finding], options: OutputOptions, *, project: str = "") -> None:
    """Show findings as a command's result."""
    from reconciler.views.formats import findings_view

    show(options, lambda name, look: findings_view(name)(found, look), project=project)


def findings_instead(error: FindingsError, options: OutputOptions, subject: str) -> None:
    """Show findings in the place of a result that they prevent; as text, on standard error."""
    from reconciler.views.formats import findings_view

    findings_to_stderr(error.findings)
    others = tuple(each for each in options.outputs if each != ("text", None))

    def render(name: str, look: Look) -> str:
        look = replace(look, instead_of=subject, environments=error.environments)
        return findings_view(name)(error.findings, look)

    show(replace(options, outputs=others), render, project=error.project)


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
        show(
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
        show(
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

    show(
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

    show(options, lambda name, look: providers_view(name)(known, look))


def provider(known: Provider, options: OutputOptions) -> None:
    """Show one provider."""
    from reconciler.views.formats import provider_view

    show(options, lambda name, look: provider_view(name)(known, look))


def comparison(compared: Comparison, options: OutputOptions) -> None:
    """Show two environments beside each other."""
    from reconciler.views.formats import diff_view

    show(options, lambda name, look: diff_view(name)(compared, look))


def checkup(seen: Checkup, options: OutputOptions) -> None:
    """Show what a look at everything found."""
    from reconciler.views.formats import doctor_view

    show(options, lambda name, look: doctor_view(name)(seen, look))


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
