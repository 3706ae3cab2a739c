"""The one place where rooms are joined: from a project to plans, from plans to reports."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from reconciler.applying.report import Result
from reconciler.cli.exits import Exit
from reconciler.cli.homes import hold, home_of
from reconciler.cli.planned import Failure, PlannedRun, Prepared
from reconciler.cli.project import declared, open_project, refuse_idle_globs, sources
from reconciler.cli.streams import LOG, event, say
from reconciler.errors import ApiKeyError, NovuSyncError, UsageError

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable
    from contextlib import ExitStack

    import httpx

    from reconciler.applying.report import Event, Report
    from reconciler.cli.options import ConnectionOptions, PlanningOptions, ProjectOptions
    from reconciler.cli.planned import Binding
    from reconciler.cli.project import Declared
    from reconciler.config.project import Project
    from reconciler.ledger.open import Ledger
    from reconciler.planning.basis import Basis
    from reconciler.planning.drift import Drift
    from reconciler.planning.options import Options
    from reconciler.planning.plan import Plan
    from reconciler.transport.session import Exchange


def tell_exchange(exchange: Exchange) -> None:
    """Tell a request on standard error."""
    if not LOG.as_json:
        say(str(exchange), err=True)
        return
    event(
        "request",
        method=exchange.method,
        path=exchange.path,
        status=exchange.status,
        seconds=round(exchange.seconds, 3),
        attempt=exchange.attempt,
        note=exchange.note,
    )


def plan_all(  # noqa: PLR0913 - the options of the command line, in three bundles
    where: ProjectOptions,
    how: ConnectionOptions,
    what: PlanningOptions,
    *,
    verbose: bool,
    stack: ExitStack,
    stop: threading.Event | None = None,
    binding: Binding | None = None,
    transport: httpx.BaseTransport | None = None,
) -> PlannedRun[Prepared]:
    """Plan every environment that the command is about, each as far as it goes.

    Args:
        where: the project and its environments.
        how: how to talk to Novu.
        what: what the plan covers.
        verbose: tell every request on standard error.
        stack: closes sessions and ledgers when the command ends.
        stop: ends waits between requests. Where it is given the plan will be carried out: the
            ledgers are opened for writing, so that a full disk or a read-only folder is found
            before the first write to Novu.
        binding: what has to be as it was reviewed.
        transport: answers instead of the network, for tests.

    Raises:
        FindingsError, UsageError, FileError, StaleError: nothing can be planned at all.
    """
    project, names = open_project(where, binding)
    given = sources(project, where)
    found: dict[str, Declared] = {}
    prepared: list[Prepared] = []
    failures: dict[str, Failure] = {}
    for name in names:
        try:
            found[name] = declared(project, name, given, secrets=where.secrets)
            if binding is not None:
                binding.check(found[name].desired.environment)
        except NovuSyncError as error:
            failures[name] = Failure(environment=name, error=error)
    if not failures and not (binding is not None and binding.is_of_before):
        refuse_idle_globs(what, found)
    for name, each in found.items():
        if name in failures:
            continue
        try:
            one = _prepare(
                project,
                each,
                how,
                what,
                verbose=verbose,
                stack=stack,
                stop=stop,
                binding=binding,
                transport=transport,
            )
            _refuse_second_name(one.plan, [other.plan for other in prepared])
            prepared.append(one)
        except UsageError:
            raise  # the same for every environment
        except NovuSyncError as error:
            failures[name] = Failure(environment=name, error=error)
    return PlannedRun(
        prepared=tuple(prepared),
        failures=tuple(failures[name] for name in names if name in failures),
        project=project.name,
        directory=project.directory,
        binding=binding,
    )


def _refuse_second_name(plan: Plan, others: list[Plan]) -> None:
    for other in others:
        if other.environment_id == plan.environment_id:
            raise ApiKeyError(
                f"the API keys of {other.environment} and {plan.environment} belong to the same"
                f" Novu environment, {plan.environment_id}",
                "Give each environment of the project its own key.",
            )


def _prepare(  # noqa: PLR0913 - what a plan is made of, all but two of them options
    project: Project,
    declared: Declared,
    how: ConnectionOptions,
    what: PlanningOptions,
    *,
    verbose: bool,
    stack: ExitStack,
    stop: threading.Event | None,
    binding: Binding | None,
    transport: httpx.BaseTransport | None,
) -> Prepared:
    from concurrent.futures import wait

    from reconciler.fingerprint import Fingerprinter
    from reconciler.novu.meanwhile import meanwhile
    from reconciler.novu.observe import observe
    from reconciler.planning.basis import basis_of, digest_of
    from reconciler.planning.guards import refusals
    from reconciler.planning.planner import plan
    from reconciler.transport.session import Session

    desired = declared.desired
    environment = desired.environment
    session = stack.enter_context(
        Session(
            environment.api_url,
            environment.api_key,
            allowed_hosts=how.allowed_hosts,
            allow_insecure_http=how.allow_insecure_http,
            timeout=how.timeout,
            parallelism=how.parallelism,
            on_exchange=tell_exchange if verbose else None,
            stop=stop,
            transport=transport,
        )
    )
    look = partial(home_of, project, environment, session, how)
    if stop is None:
        # Nothing will be written: the ledger may be looked for while the server is read.
        looking = meanwhile(look)
        try:
            observed = observe(session, pinned=environment.environment_id)
        except Exception:
            wait([looking])  # the session must not be closed under it
            raise
        home = looking.result()
        stack.callback(home.let_go)
    else:
        home = look()
        stack.callback(home.let_go)
        hold(home, environment.name, how)
        observed = observe(session, pinned=environment.environment_id)
    fingerprinter = Fingerprinter(environment.api_key, observed.environment_id)
    ledger = home.open(observed.environment_id, fingerprinter, writing=stop is not None)
    stack.callback(ledger.ledger.close)
    options = options_of(what)
    planned = plan(desired, observed, ledger.applied, fingerprinter, options)
    warned = (*declared.warnings, *planned.findings)
    planned = replace(planned, ledger_note=ledger.note, findings=warned)

    def basis() -> Basis:
        return basis_of(planned, desired, observed, fingerprinter, options)

    digest = ""
    if not any(each.unresolved for each in desired.integrations):
        digest = digest_of(planned, desired, observed, fingerprinter, options)
    refused = refusals(planned, desired, observed, ledger.applied, options)
    if binding is not None:
        stale = binding.refusals(environment.name, digest, basis, ledger.applied)
        refused = (*stale, *refused)
    return Prepared(
        plan=planned,
        refusals=refused,
        desired=desired,
        observed=observed,
        ledger=ledger,
        check=home.check,
        session=session,
        fingerprinter=fingerprinter,
        digest=digest,
        basis=basis,
    )


def options_of(what: PlanningOptions) -> Options:
    """What was asked on the command line, as planning takes it."""
    from reconciler.planning.options import CredentialsMode, Options

    def number(guard: str) -> int | None:
        return max((int(value) for name, value in what.allow if name == guard), default=None)

    def named(guard: str) -> tuple[str, ...]:
        return tuple(value for name, value in what.allow if name == guard)

    return Options(
        credentials=CredentialsMode(what.credentials),
        rotate=what.rotate,
        targets=what.targets,
        excludes=what.excludes,
        prune=what.prune,
        allow_deletes=number("deletes"),
        allow_delete_percent=number("delete-percent"),
        allow_updates=number("updates"),
        allow_replace=named("replace"),
        allow_primary=named("primary"),
        allow_last_active=named("last-active"),
        allow_empty=named("empty-desired"),
        allow_environment_id=named("environment-id"),
    )


_OF_PLANS = ("NS330", "NS331")
"""What drift says in a list of its own: what was not asked for, and who else wrote to a row."""


def drift_all(run: PlannedRun[Prepared], what: PlanningOptions) -> tuple[Drift, ...]:
    """What of each environment is not as it was applied last.

    Args:
        run: environments that were read and planned.
        what: which integrations are looked at.
    """
    from reconciler.planning.three_way import drift

    return tuple(
        replace(
            drift(
                each.desired,
                each.observed,
                each.ledger.applied,
                each.fingerprinter,
                options_of(what),
            ),
            ledger_note=each.plan.ledger_note,
            findings=tuple(one for one in each.plan.findings if one.code not in _OF_PLANS),
        )
        for each in run.prepared
    )


def apply_all(
    run: PlannedRun[Prepared],
    how: ConnectionOptions,
    *,
    on_event: Callable[[str, Event], None],
    stop: threading.Event,
) -> tuple[Report, ...]:
    """Carry out the plans, one environment after the other.

    The first that does not end well is the last: what broke there should not go on to the next.

    Args:
        run: plans that can be applied.
        how: how to talk to Novu.
        on_event: told of each change, with the name of its environment.
        stop: set when the run is to end early.
    """
    from reconciler.applying.apply import apply
    from reconciler.ledger.leased import Leased
    from reconciler.novu.integrations import Integrations

    if run.binding is not None:
        for each in run.prepared:
            run.binding.use(each.ledger.ledger, each.ledger.applied)
    reports: list[Report] = []
    for each in run.prepared:
        report = apply(
            each.plan,
            Leased(Integrations(each.session, each.plan.environment_id), each.check),
            each.ledger.ledger,
            each.fingerprinter,
            applied=each.ledger.applied,
            parallelism=how.parallelism,
            on_event=partial(on_event, each.plan.environment),
            stop=stop,
        )
        reports.append(_put_away(each.ledger.ledger, report))
        if not reports[-1].is_complete:
            break
    return tuple(reports)


def _put_away(ledger: Ledger, report: Report) -> Report:
    """Close a ledger before the report is shown, which has to tell what is not remembered."""
    try:
        ledger.close()
    except NovuSyncError as error:
        told = f"not everything is remembered in the ledger: {error.summary}"
        return replace(report, aborted=report.aborted or told)
    return report


def exit_of_report(report: Report) -> Exit:
    """What one environment's report says of the exit code."""
    if report.interrupted:
        return Exit.INTERRUPTED
    if report.is_complete:
        return Exit.DONE
    if report.aborted and not report.count(Result.DONE):
        # Nothing was carried out, so this is no partial apply: it says what kept it from beginning.
        return Exit.API_KEY if report.key_rejected else Exit.WORLD
    return Exit.PARTIAL
