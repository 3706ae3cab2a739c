"""``novu-sync sandbox``: a Novu-compatible server."""

from __future__ import annotations

import gc
from pathlib import Path

import click

from reconciler.cli.parameters import Number, WholeNumber
from reconciler.cli.streams import flush, say


def _api_keys(
    context: click.Context, parameter: click.Parameter, values: tuple[str, ...]
) -> dict[str, str]:
    """The pairs; what was typed is not repeated, since it may be a key."""
    pairs = [value.partition("=") for value in values]
    if not all(name and equals and key for name, equals, key in pairs):
        message = "write NAME=KEY, like development=a-made-up-key."
        raise click.BadParameter(message, context, parameter)
    return {name: key for name, _, key in pairs}


@click.command("sandbox")
@click.option(
    "--port",
    metavar="N",
    type=WholeNumber(0, 65535),
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
    "--generation",
    type=click.Choice(("2024-10", "2026-04", "2026-11")),
    metavar="NAME",
    default="2026-11",
    show_default=True,
    help="Which of Novu's servers it plays: 2024-10, 2026-04 or 2026-11.",
)
@click.option(
    "--latency",
    type=Number(0, 60_000),
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
    callback=_api_keys,
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
    api_keys: dict[str, str],
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

    try:
        planned_faults = tuple(Fault.parse(each) for each in faults)
        limit = RateLimit.parse(rate_limit) if rate_limit else None
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    with Sandbox(
        data=data,
        generation=generation,
        api_keys=api_keys,
        builtins=not no_builtins,
        rate_limit=limit,
        faults=planned_faults,
    ) as sandbox:

        def ready(url: str) -> None:
            say(f"A Novu of generation {generation} listens on {url}")
            for name, key in sandbox.api_keys.items():
                say(f"  {name:<12} API key {key}")
            say(f"  See what it holds: {url}/   Ctrl-C ends it.")
            flush()

        gc.enable()
        serve(sandbox, ready=ready, port=port, latency=latency / 1000)
