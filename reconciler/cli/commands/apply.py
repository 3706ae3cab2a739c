"""``novu-sync apply``: carry out the plan."""

from __future__ import annotations

import sys
import threading
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from reconciler.cli import outputs, writing
from reconciler.cli.exits import Exit, worst
from reconciler.cli.options import (
    PlanningOptions,
    connection_options,
    lock_options,
    outputs_of,
    planning_options,
    project_options,
    take_connection,
    take_output,
    take_planning,
    take_project,
)
from reconciler.cli.streams import LOG, event
from reconciler.errors import FindingsError, InterruptedRunError, UsageError

if TYPE_CHECKING:
    from reconciler.cli.binding import Digests, FromFile
    from reconciler.cli.options import ProjectOptions
    from reconciler.cli.planned import Planned, PlannedRun


def _refuse_without_secrets(
    _context: click.Context,
    _parameter: click.Parameter,
    value: bool,  # noqa: FBT001 - click's order
) -> None:
    if value:
        raise click.UsageError("apply sends secrets, so --no-secrets goes with plan only.")


@click.command("apply")
@project_options
@planning_options
@click.argument(
    "planfile",
    required=False,
    metavar="[PLANFILE]",
    type=click.Path(path_type=Path, dir_okay=False),
)
@click.option(
    "--expect-digest",
    "expected",
    multiple=True,
    metavar="DIGEST",
    help="Refuse any other plan than the one with this digest; one for each environment.",
)
@click.option(
    "--audit",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    envvar="NOVU_SYNC_AUDIT",
    help="Append a record of the run to this file; also NOVU_SYNC_AUDIT.",
)
@click.option("-y", "--yes", is_flag=True, help="Do not ask; needed where there is no terminal.")
@click.option(
    "--no-secrets",
    is_flag=True,
    expose_value=False,
    callback=_refuse_without_secrets,
    help="Refused: only plan can do without secrets.",
)
@outputs_of("plan", "report", "findings")
@lock_options
@connection_options
def command(
    *,
    planfile: Path | None,
    expected: tuple[str, ...],
    audit: Path | None,
    yes: bool,
    **values: Any,
) -> Exit:
    """Carry out the plan, after showing it and asking.

    \b
    novu-sync apply -e development
    novu-sync apply -e production --yes
    novu-sync apply production.plan --yes
    novu-sync apply -e production --yes --expect-digest "$DIGEST"

    PLANFILE is what plan --out wrote: it says which environments it is about and what was asked
    of the plan, and is good for once. Where anything moved since it was made, or the digest is
    another one, nothing is written, and the run ends with exit 5 and says what moved.

    Where any environment of the run has findings or is refused, nothing is applied anywhere. A
    run that is stopped or fails can be run again: it picks up what is left. One Ctrl-C finishes
    the requests in flight and records them; a second ends at once.

    With --audit a line is appended before the first write and another at the end, whichever that
    is: who ran it, where, of which commit, the digests, and what became of each integration.
    """
    from reconciler.cli import binding, composition
    from reconciler.cli.audit import recorded_in
    from reconciler.cli.progress import progress
    from reconciler.cli.signals import graceful_stop

    where, how = take_project(values), take_connection(values)
    what, output = take_planning(values), take_output(values)
    bound: FromFile | Digests | None = None
    if planfile is not None:
        _refuse_beside_a_file(where, what)
        bound = binding.from_file(planfile, expected)
        what = bound.asked
    elif expected:
        bound = binding.Digests(expected)
    if not yes and LOG.as_json:
        raise UsageError(
            "nobody can be asked between the lines of a log in JSON",
            "Add --yes to apply without asking.",
        )
    if not yes and not sys.stdin.isatty():
        raise UsageError("there is no terminal to ask on", "Add --yes to apply without asking.")
    writing.must_be_writable(output)
    stop = threading.Event()
    with ExitStack() as stack:
        try:
            run = composition.plan_all(
                where,
                how,
                what,
                verbose=output.verbosity > 0,
                stack=stack,
                stop=stop,
                binding=bound,
            )
        except FindingsError as error:
            outputs.findings_instead(error, output, "report")
            return Exit.FINDINGS
        if not run.can_be_applied or writing.goes_to_stdout(output, "text"):
            outputs.plans(run, output)
        book = recorded_in(audit, run, planfile=planfile is not None)
        if not run.can_be_applied:
            return book.refused(worst(run.exits))
        if not run.is_empty and not yes:
            _ask(run)
        changes = {each.plan.environment: len(each.plan.writes) for each in run.prepared}
        for name, count in changes.items():
            event("environment-planned", environment=name, changes=count)
        with book, graceful_stop(stop), progress(changes, output) as on_event:
            reports = composition.apply_all(run, how, on_event=book.noting(on_event), stop=stop)
            codes = [composition.exit_of_report(each) for each in reports]
            book.ends(worst(codes), reports)
        outputs.log_reports(reports)
        rest = "" if worst(codes) is Exit.DONE else outputs.command_line("apply", where, what)
        with writing.counting(codes):
            outputs.reports(reports, output, next_step=rest, project=run.project)
    return worst(codes)


def _refuse_beside_a_file(where: ProjectOptions, what: PlanningOptions) -> None:
    """What a plan file says cannot be said once more, and another way.

    Raises:
        UsageError: it was.
    """
    asks_more = what != PlanningOptions(
        targets=(), excludes=(), prune=False, credentials="changed", rotate=(), allow=()
    )
    if where.environments or where.all_environments or asks_more:
        raise UsageError(
            "a plan file says itself which environments it is about and what was asked of it",
            "Leave out -e, --all-environments and whatever governs the plan, or plan again.",
        )


def _ask(run: PlannedRun[Planned]) -> None:
    names = " and ".join(each.plan.environment for each in run.prepared if not each.plan.is_empty)
    if not click.confirm(f"Apply these changes to {names}?", err=True):
        raise InterruptedRunError("nothing was applied")
