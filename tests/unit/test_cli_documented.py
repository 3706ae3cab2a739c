"""Every command, flag and exit code is on the page that a user looks at.

(`test_findings_are_documented.py` asks the same of finding codes.)
"""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from reconciler.cli.exits import Exit
from reconciler.cli.main import COMMANDS, group
from reconciler.cli.options import HOSTS_VARIABLE

CLI = (Path(__file__).parents[2] / "docs" / "cli.md").read_text("utf-8")


def section(name: str) -> str:
    """What the page says of a command."""
    return CLI.partition(f"\n### {name}\n")[2].partition("\n### ")[0]


def parameters() -> list[tuple[str, click.Parameter]]:
    context = click.Context(group)
    found: list[tuple[str, click.Parameter]] = []
    for name in COMMANDS:
        command = group.get_command(context, name)
        assert command is not None
        found += [(name, each) for each in command.params]
    return found


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_its_section_and_its_words_in_the_command_itself(name: str) -> None:
    assert f"novu-sync {name} --help" in section(name)
    command = group.get_command(click.Context(group), name)
    assert command is not None
    assert command.help


@pytest.mark.parametrize(
    ("command", "parameter"),
    [pytest.param(*each, id=f"{each[0]} {each[1].opts[-1]}") for each in parameters()],
)
def test_every_flag_and_argument_is_told_and_explained(
    command: str, parameter: click.Parameter
) -> None:
    text = section(command)
    if isinstance(parameter, click.Option):
        assert parameter.help
        for spelling in parameter.opts:
            assert re.search(rf"^  (-\w, )?{spelling}\b", text, re.MULTILINE) or (
                f"  {spelling}, " in text
            )
    else:
        usage = text.partition("Usage: ")[2].partition("\n")[0]
        assert parameter.make_metavar(click.Context(group)) in usage


def test_flags_of_the_program_itself_and_its_variable_are_told() -> None:
    for option in (*group.params, "--help"):
        assert f"  {option if isinstance(option, str) else option.opts[-1]}" in CLI or (
            f", {option}" in CLI
        )
    assert f"`{HOSTS_VARIABLE}`" in CLI


@pytest.mark.parametrize("code", Exit)
def test_every_exit_code_is_in_the_table_and_in_the_help(code: Exit) -> None:
    assert re.search(rf"^\| {int(code)} \| \S", CLI, re.MULTILINE)
    assert group.help is not None
    words = re.sub(r"\s+", " ", group.help.partition("Exit codes: ")[2])
    assert re.search(rf"(^|· ){int(code)} \w", words)
