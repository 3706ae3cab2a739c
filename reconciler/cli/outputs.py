"""Where what a command has to say goes: standard output, files, standard error.

A command's result goes to standard output or to the files that ``-o`` names; whatever is said
beside it (failures, questions, requests, a bar) goes to standard error, so that a pipe holds the
result alone.
"""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING

from reconciler.cli.streams import say
from reconciler.errors import FileError, FindingsError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from reconciler.applying.report import Report
    from reconciler.cli.composition import PlannedRun
    from reconciler.cli.options import OutputOptions, PlanningOptions, ProjectOptions
    from reconciler.config.catalogue import Provider
    from reconciler.doctor.checkup import Checkup
    from reconciler.errors import NovuSyncError
    from reconciler.findings import Finding
    from reconciler.views.style import Look


def findings(found: Sequence[Finding], options: OutputOptions) -> None:
    """Show findings as a command's result."""
    from reconciler.views.formats import findings_view

    _show(options, lambda name, look: findings_view(name)(found, look))


def findings_to_stderr(found: Sequence[Finding]) -> None:
    """Tell findings that keep a command from its work."""
    from reconciler.views.formats import findings_view

    say(findings_view("text")(found, _plain()), err=True, nl=False)


def plans(run: PlannedRun, options: OutputOptions, *, next_step: str = "") -> None:
    """Show the plans of a run as its result, and on standard error what could not be planned."""
    from reconciler.views.formats import plan_view
    from reconciler.views.subjects import Reviewed, Unplanned

    reviewed = [Reviewed(plan=each.plan, refusals=each.refusals) for each in run.prepared]
    unplanned = [
        Unplanned(environment=each.environment, summary=each.error.summary, mend=each.error.mend)
        for each in run.failures
    ]
    _show(
        options,
        lambda name, look: plan_view(name)(reviewed, unplanned, look),
        next_step=next_step,
    )
    for each in run.failures:
        _tell_failure(run, each.environment, each.error)


def reports(done: Sequence[Report], options: OutputOptions, *, next_step: str = "") -> None:
    """Show what became of the plans of a run as its result."""
    from reconciler.views.formats import report_view

    _show(options, lambda name, look: report_view(name)(done, look), next_step=next_step)


def providers(known: Sequence[Provider], options: OutputOptions) -> None:
    """Show the catalogue."""
    from reconciler.views.formats import providers_view

    _show(options, lambda name, look: providers_view(name)(known, look))


def provider(known: Provider, options: OutputOptions) -> None:
    """Show one provider."""
    from reconciler.views.formats import provider_view

    _show(options, lambda name, look: provider_view(name)(known, look))


def checkup(seen: Checkup, options: OutputOptions) -> None:
    """Show what a look at everything found."""
    from reconciler.views.formats import doctor_view

    _show(options, lambda name, look: doctor_view(name)(seen, look))


def goes_to_stdout(options: OutputOptions, name: str) -> bool:
    """Whether a format is what standard output gets."""
    return any(format_name == name and path is None for format_name, path in options.outputs)


def _show(
    options: OutputOptions, render: Callable[[str, Look], str], *, next_step: str = ""
) -> None:
    for name, path in options.outputs:
        if path is None:
            if options.verbosity >= 0 or name != "text":
                say(render(name, _look(options, next_step)), nl=False, color=options.color)
            continue
        text = render(name, _plain(next_step, verbose=options.verbosity > 0))
        try:
            path.write_text(text, encoding="utf-8")
        except OSError as error:
            raise FileError(
                f"{path} cannot be written: {error.strerror}", "Name another file in --output."
            ) from None


def _tell_failure(run: PlannedRun, environment: str, error: NovuSyncError) -> None:
    if isinstance(error, FindingsError):
        findings_to_stderr(error.findings)
        return
    several = len(run.prepared) + len(run.failures) > 1
    say(f"novu-sync: {f'{environment}: ' if several else ''}{error.summary}", err=True)
    if error.mend:
        say(f"  {error.mend}", err=True)


def command_line(command: str, where: ProjectOptions, what: PlanningOptions) -> str:
    """A command as one would type it, with the options that matter to it."""
    words = ["novu-sync", command]
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


def _look(options: OutputOptions, next_step: str) -> Look:
    from reconciler.views.style import Look, Style

    return Look(
        style=Style(color=options.color), verbose=options.verbosity > 0, next_step=next_step
    )


def _plain(next_step: str = "", *, verbose: bool = False) -> Look:
    from reconciler.views.style import Look

    return Look(verbose=verbose, next_step=next_step)
