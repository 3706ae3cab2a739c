"""``novu-sync plan``: what apply would do."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from reconciler.cli import outputs, writing
from reconciler.cli.exits import Exit, worst
from reconciler.cli.options import (
    connection_options,
    outputs_of,
    planning_options,
    project_options,
    take_connection,
    take_output,
    take_planning,
    take_project,
)
from reconciler.cli.parameters import Number
from reconciler.cli.streams import say
from reconciler.errors import FindingsError, UsageError

if TYPE_CHECKING:
    from reconciler.cli.options import PlanningOptions, ProjectOptions
    from reconciler.cli.planned import Planned, PlannedRun


@click.command("plan")
@project_options
@planning_options
@click.option(
    "--no-secrets",
    is_flag=True,
    help="Resolve the API key alone; credentials cannot be verified then.",
)
@click.option("--detailed-exitcode", is_flag=True, help="Exit 2 when there are changes.")
@click.option(
    "--observed",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="SNAPSHOT",
    help="Plan against a file of novu-sync snapshot: no API key, no network.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write the plan down, for apply FILE; there is no secret in it.",
)
@click.option(
    "--expires",
    type=Number(0.01, 24 * 90),
    metavar="HOURS",
    help="How long the file of --out may be applied.  [default: 24]",
)
@outputs_of("plan", "findings")
@connection_options
def command(
    *,
    detailed_exitcode: bool,
    observed: Path | None,
    out: Path | None,
    expires: float | None,
    **values: Any,
) -> Exit:
    """Show what apply would do; nothing is written, on the server or here.

    \b
    novu-sync plan -e development
    novu-sync plan --all-environments --detailed-exitcode
    novu-sync plan -e production -o text -o json=plan.json
    novu-sync plan -e production -o text -o github -o markdown=comment.md
    novu-sync plan -e production --out production.plan

    What was reviewed can be what runs: apply the file of --out, or give the digest that is shown
    to apply --expect-digest. Where anything moved meanwhile, apply refuses with exit 5.

    Changed credentials are named by key and never shown. Today's Novu does not give credentials
    back; what was sent is remembered as keyed fingerprints in the ledger. --no-secrets plans where
    only the API key is at hand: all else is exact, and credentials are said to be unverifiable.
    --observed plans where not even that is, like in a pull request from a fork.
    """
    from reconciler.cli import binding, composition, planfiles
    from reconciler.cli.observing import plan_observed

    where, how = take_project(values), take_connection(values)
    what, output = take_planning(values), take_output(values)
    if out is not None and (observed or not where.secrets):
        raise UsageError(
            "a plan without secrets cannot be applied, so it is not written down",
            "Leave out --out, or --no-secrets and --observed.",
        )
    if expires is not None and out is None:
        raise UsageError("--expires is about the file of --out", "Give both, or neither.")
    run: PlannedRun[Planned]
    with ExitStack() as stack:
        try:
            if observed is not None:
                run = plan_observed(where, what, observed)
            else:
                run = made = composition.plan_all(
                    where, how, what, verbose=output.verbosity > 0, stack=stack
                )
                if out is not None and made.can_be_applied:
                    hours = expires or binding.HOURS
                    planfiles.write(out, binding.written_down(made, what, hours=hours))
        except FindingsError as error:
            outputs.findings_instead(error, output, "plan")
            return Exit.FINDINGS
    next_step = "" if observed else _next_step(run, where, what, out)
    codes = [*run.exits]
    with writing.counting(codes):
        outputs.plans(run, output, next_step=next_step)
    if out is not None and not run.can_be_applied:
        say(f"novu-sync: {out} was not written, since this plan cannot be applied", err=True)
    if detailed_exitcode and any(not each.plan.is_empty for each in run.prepared):
        codes.append(Exit.CHANGES_PENDING)
    return worst(codes)


def _next_step(
    run: PlannedRun[Planned], where: ProjectOptions, what: PlanningOptions, out: Path | None
) -> str:
    """What to type to carry out just this plan; nothing where there is nothing to carry out."""
    if run.is_empty or not run.can_be_applied:
        return ""
    if out is not None:
        return outputs.command_line("apply", where, what, planfile=out)
    return outputs.command_line("apply", where, what)
