"""``novu-sync sandbox``: a Novu-compatible server."""

from __future__ import annotations

import sys
from pathlib import Path

import click


@click.command("sandbox")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8377,
    show_default=True,
    help="0 takes a free one.",
)
@click.option(
    "--data",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Keep everything in this SQLite file instead of in memory.",
)
@click.option(
    "--generation", default="2026-11", show_default=True, help="Which of Novu's servers it plays."
)
@click.option(
    "--latency",
    type=click.FloatRange(0, 60_000),
    default=0.0,
    metavar="MS",
    help="Milliseconds that every answer takes longer.",
)
@click.option(
    "--fault",
    "faults",
    multiple=True,
    metavar="SPEC",
    help="What goes wrong, like 'POST /v1/integrations nth=3 status=503'; repeatable.",
)
@click.option(
    "--rate-limit",
    metavar="SPEC",
    help="Requests that an environment may make, like 30/s:33 (rate and burst).",
)
@click.option(
    "--api-key",
    "api_keys",
    multiple=True,
    metavar="NAME=KEY",
    help="Another API key for development or production.",
)
@click.option(
    "--no-builtins", is_flag=True, help="Begin without the integrations that Novu makes itself."
)
def command(  # noqa: PLR0913 - one parameter for each option
    *,
    port: int,
    data: Path | None,
    generation: str,
    latency: float,
    faults: tuple[str, ...],
    rate_limit: str | None,
    api_keys: tuple[str, ...],
    no_builtins: bool,
) -> None:
    """Run a Novu-compatible server on this machine, for tries and tests; Ctrl-C ends it.

    It behaves as Novu does, primary rules and withheld credentials included, and has two
    environments. A page at / shows what it holds.

    \b
    novu-sync sandbox
    novu-sync sandbox --data novu.sqlite --latency 50
    novu-sync sandbox --fault 'PUT /v1/integrations/* nth=2 drop=after'

    \b
    A fault: METHOD PATH and any of nth=N times=N, and one of status=S drop=before|after
    delay=MS body=html|half; docs/sandbox.md has them all.
    """
    from reconciler.sandbox.application import Sandbox
    from reconciler.sandbox.faults import Fault
    from reconciler.sandbox.rate_limit import RateLimit
    from reconciler.sandbox.server import serve

    keys = {}
    for each in api_keys:
        name, _, key = each.partition("=")
        keys[name] = key
    try:
        planned_faults = tuple(Fault.parse(each) for each in faults)
        limit = RateLimit.parse(rate_limit) if rate_limit else None
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    with Sandbox(
        data=data,
        generation=generation,
        api_keys=keys,
        builtins=not no_builtins,
        rate_limit=limit,
        faults=planned_faults,
    ) as sandbox:

        def ready(url: str) -> None:
            click.echo(f"A Novu of generation {generation} listens on {url}")
            for name, key in sandbox.api_keys.items():
                click.echo(f"  {name:<12} API key {key}")
            click.echo(f"  See what it holds: {url}/   Ctrl-C ends it.")
            sys.stdout.flush()

        serve(sandbox, ready=ready, port=port, latency=latency / 1000)
