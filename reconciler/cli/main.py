"""The ``novu-sync`` command: finds the subcommand, runs it, explains every failure."""

from __future__ import annotations

import gc
import importlib
import signal
import sys
from typing import TYPE_CHECKING, NoReturn

import click

from reconciler import __version__
from reconciler.cli import exits, streams
from reconciler.cli.exits import Exit
from reconciler.cli.streams import problem, say
from reconciler.errors import FindingsError, NovuSyncError

if TYPE_CHECKING:
    from types import FrameType

COMMANDS = {
    "init": "Begin a project, from nothing or from what is on the server.",
    "validate": "Check the configuration: offline, without secrets.",
    "plan": "Show what apply would do.",
    "apply": "Carry out the plan.",
    "drift": "Tell what is not as it was applied last, and who moved it.",
    "snapshot": "Write down what is on the server, without secrets.",
    "export": "Write what is on the server as YAML.",
    "diff": "Put two environments beside each other.",
    "promote": "Declare for one environment what another declares.",
    "forget": "Stop managing integrations without deleting them.",
    "ledger": "Show what is remembered of an environment, move it, or let go of it.",
    "unlock": "Lift the lock that a run holds on an environment.",
    "adopt": "Make integrations that are there already ours.",
    "import": "Write what another tool left behind as YAML.",
    "doctor": "Look at the project, its keys and servers.",
    "providers": "List Novu's providers and their credentials.",
    "schema": "Print a JSON Schema.",
    "sandbox": "Run a Novu-compatible server for tries and tests.",
    "demo": "See the whole story on the sandbox, in seconds.",
    "completion": "Print a shell completion script.",
}
"""The subcommands with the line that ``--help`` shows; each lives in a module of its name."""

_MODULES = {"import": "importing"}
"""Commands whose name no module can have."""


class _Commands(click.Group):
    """Imports a subcommand only when it is asked for, so that ``--help`` starts fast."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        del ctx
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(
            f"reconciler.cli.commands.{_MODULES.get(cmd_name, cmd_name)}"
        )
        command: click.Command = module.command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            import difflib

            close = difflib.get_close_matches(args[0], COMMANDS, n=1)
            hint = f" Did you mean {close[0]!r}?" if close else ""
            raise click.UsageError(f"there is no command {args[0]!r}.{hint}", ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.command(
    cls=_Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Start with `novu-sync demo`: it needs no account and leaves nothing behind.",
)
@click.version_option(__version__, prog_name="novu-sync", message="%(prog)s %(version)s")
@click.option("--debug", is_flag=True, help="Show where a failure came from.")
def group(*, debug: bool) -> None:
    """Declare Novu integrations in YAML, see what would change, apply it.

    Exit codes: 0 done · 1 the world failed · 2 changes pending (plan --detailed-exitcode,
    drift) · 3 findings in the configuration · 4 partly applied · 5 the plan is stale or the
    digest differs · 6 a guard refused · 7 another run holds the lock · 8 API key missing,
    rejected or of another environment · 64 wrong usage · 70 a bug · 130 interrupted.
    """
    del debug  # `run` takes it out of the command line before click sees it


def main() -> NoReturn:
    """Run the command line and end the process with its exit code, all output flushed."""
    # A command lives for seconds and makes few cycles: walking what it holds, again and again,
    # costs a tenth of its time and frees nothing. The sandbox, which lives on, collects.
    gc.disable()
    signal.signal(signal.SIGTERM, _interrupt)
    streams.prepare()
    code = run(sys.argv[1:])
    gc.freeze()  # nor at the very end, when all of it goes away anyhow
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, signal.SIG_IGN)  # all is done and told; the exit code stands
    streams.flush()
    sys.exit(code)


def run(arguments: list[str]) -> Exit:
    """Run one command line.

    Args:
        arguments: what follows the program's name.

    Returns:
        The exit code. Failures have been told on standard error.
    """
    streams.LOG.as_json = _wants_json(arguments)
    command = next((each for each in arguments if each in COMMANDS), "")
    streams.event("run-started", command=command, novuSync=__version__)
    code = _run(arguments)
    streams.event("run-finished", exitCode=code)
    streams.LOG.as_json = False
    return code


def _wants_json(arguments: list[str]) -> bool:
    """Whether the log is to be JSON; known before parsing, which may fail and has to be told."""
    words = [each.removeprefix("--log-format=") for each in arguments]
    pairs = zip(["", *arguments], arguments, words, strict=False)
    asked = [word for before, each, word in pairs if before == "--log-format" or word != each]
    return asked[-1:] == ["json"]


def _run(arguments: list[str]) -> Exit:  # noqa: PLR0911 - one for each way a run can end
    debug = "--debug" in arguments  # wherever it stands, and known when parsing fails, too
    rest = [each for each in arguments if each != "--debug"]
    try:
        if not rest:
            return _say_help()
        outcome = group.main(args=rest, prog_name="novu-sync", standalone_mode=False)
        # click answers an int of its own where --help or --version ended the run
        return Exit(outcome or 0)
    except click.UsageError as error:
        _say_usage(error)
        return Exit.USAGE
    except click.ClickException as error:
        _say(error.format_message())
        return Exit.WORLD
    except (click.Abort, KeyboardInterrupt):
        _say("interrupted")
        return Exit.INTERRUPTED
    except FindingsError as error:
        from reconciler.cli.outputs import findings_to_stderr

        findings_to_stderr(error.findings)
        return Exit.FINDINGS
    except NovuSyncError as error:
        _say(error.summary, error.mend)
        return exits.of_error(error)
    except Exception as error:  # noqa: BLE001 - the last fence: no traceback reaches a user
        _say_bug(error, debug=debug)
        return Exit.BUG


def _interrupt(signum: int, frame: FrameType | None) -> NoReturn:
    del signum, frame
    raise KeyboardInterrupt


def _say(summary: str, mend: str = "") -> None:
    problem(summary, mend)


def _say_help() -> Exit:
    """A command line without a command gets the help, and is wrong usage all the same."""
    with group.make_context("novu-sync", ["--"]) as context:
        say(group.get_help(context), err=True)
    return Exit.USAGE


def _say_usage(error: click.UsageError) -> None:
    _say(error.format_message())
    where = error.ctx.command_path if error.ctx else "novu-sync"
    say(f"  Try `{where} --help`.", err=True)


def _say_bug(error: Exception, *, debug: bool) -> None:
    """Tell of a bug without the exception's text, which may hold a value of the user's."""
    import traceback
    from pathlib import Path

    frames = traceback.extract_tb(error.__traceback__)
    last = frames[-1]
    _say(
        f"a bug in novu-sync {__version__}: {type(error).__name__} in {last.name},"
        f" line {last.lineno} of {Path(last.filename).name}",
        "Please report this line and the command that you ran; --debug shows more.",
    )
    if debug:
        say("".join(traceback.format_list(frames)), err=True, nl=False)
