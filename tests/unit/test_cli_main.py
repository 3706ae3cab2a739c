"""How a command line ends: every failure told in a line or two, with its exit code."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, NoReturn

import click
import pytest

from reconciler import errors
from reconciler.cli import main
from reconciler.cli.commands.validate import command as validate
from reconciler.cli.exits import Exit
from reconciler.findings import RULES, finding

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Run


@pytest.fixture
def ending(monkeypatch: pytest.MonkeyPatch) -> Callable[[BaseException], None]:
    """Lets ``novu-sync validate`` end with an exception."""

    def end(error: BaseException) -> None:
        def raising(**_: object) -> NoReturn:
            raise error

        monkeypatch.setattr(validate, "callback", raising)

    return end


def test_without_a_command_the_help_is_shown_and_it_is_wrong_usage(
    novu_sync: Callable[..., Run],
) -> None:
    """On standard error, so that a pipe gets nothing that it did not ask for."""
    run = novu_sync()
    assert run.code == Exit.USAGE
    assert run.out == ""
    assert run.err.startswith("Usage: novu-sync")
    assert "demo" in run.err


@pytest.mark.parametrize("flag", ["-h", "--help", "--version"])
def test_what_was_asked_for_goes_to_standard_output(
    flag: str, novu_sync: Callable[..., Run]
) -> None:
    run = novu_sync(flag)
    assert run.code == Exit.DONE
    assert run.out.strip()
    assert run.err == ""


def test_an_unknown_command_is_told_with_the_nearest_one(novu_sync: Callable[..., Run]) -> None:
    run = novu_sync("aply")
    assert run.code == Exit.USAGE
    assert "Did you mean 'apply'?" in run.err
    far = novu_sync("zzz")
    assert "Did you mean" not in far.err


def test_commands_are_listed_and_found_by_name_only() -> None:
    context = click.Context(main.group)
    assert main.group.list_commands(context) == list(main.COMMANDS)
    assert main.group.get_command(context, "nothing") is None


@pytest.mark.parametrize(
    ("error", "code", "says"),
    [
        (errors.WorldError("it rained", "Take an umbrella."), 1, "it rained\n  Take an umbrella."),
        (errors.GuardError("no"), 6, "no\n"),
        (click.Abort(), 130, "interrupted"),
        (KeyboardInterrupt(), 130, "interrupted"),
        (click.ClickException("of click's own"), 1, "of click's own"),
    ],
    ids=lambda each: type(each).__name__,
)
def test_a_failure_is_told_on_standard_error(
    error: BaseException,
    code: int,
    says: str,
    ending: Callable[[BaseException], None],
    novu_sync: Callable[..., Run],
) -> None:
    ending(error)
    run = novu_sync("validate")
    assert run.code == code
    assert run.err.lstrip("\n").startswith("novu-sync: ")
    assert says in run.err
    assert run.out == ""


def test_findings_are_told_as_findings(
    ending: Callable[[BaseException], None], novu_sync: Callable[..., Run]
) -> None:
    code = next(iter(RULES))
    ending(errors.FindingsError([finding(code, "what and why")]))
    run = novu_sync("validate")
    assert run.code == Exit.FINDINGS
    assert code in run.err
    assert "1 error" in run.err


def test_a_bug_names_its_place_and_asks_for_a_report(
    ending: Callable[[BaseException], None], novu_sync: Callable[..., Run]
) -> None:
    ending(ZeroDivisionError("with a value in its text"))
    run = novu_sync("validate")
    assert run.code == Exit.BUG
    assert "ZeroDivisionError in raising" in run.err
    assert "report" in run.err
    assert "with a value" not in run.err
    assert "File " not in run.err


@pytest.mark.parametrize(
    "arguments", [("--debug", "validate"), ("validate", "--debug"), ("validate", "-q", "--debug")]
)
def test_debug_shows_the_way_to_a_bug_wherever_it_stands(
    arguments: tuple[str, ...],
    ending: Callable[[BaseException], None],
    novu_sync: Callable[..., Run],
) -> None:
    ending(ZeroDivisionError("with a value in its text"))
    run = novu_sync(*arguments)
    assert run.code == Exit.BUG
    assert run.err.count("File ") > 1
    assert "with a value" not in run.err


def test_a_signal_to_end_is_an_interruption(
    ending: Callable[[BaseException], None], novu_sync: Callable[..., Run]
) -> None:
    with pytest.raises(KeyboardInterrupt):
        main._interrupt(15, None)
    ending(KeyboardInterrupt())
    assert novu_sync("validate").code == Exit.INTERRUPTED


def test_importing_the_program_runs_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    importlib.import_module("reconciler.__main__")
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ((), False),
        (("--log-format", "json"), True),
        (("--log-format=json",), True),
        (("--log-format", "text"), False),
        (("--log-format=json", "--log-format", "text"), False),
        (("--log-format", "text", "--log-format=json"), True),
        (("--log-format",), False),
        (("json",), False),
    ],
)
def test_a_log_in_json_is_known_before_the_line_is_parsed(
    words: tuple[str, ...], capsys: pytest.CaptureFixture[str], *, wanted: bool
) -> None:
    assert main.run(["validate", "--no-such-option", *words]) == 64
    lines = capsys.readouterr().err.splitlines()
    assert lines[0].startswith("{") is wanted
