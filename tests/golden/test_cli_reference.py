"""`docs/cli.md` shows every command's help as it is, and every exit code."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import click
import pytest

from reconciler.cli.exits import Exit
from reconciler.cli.main import COMMANDS, group

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Run

PAGE = Path(__file__).parents[2] / "docs" / "cli.md"
BLOCK = re.compile(
    r"(?<=^```text\n)novu-sync(?: (\S+))? --help\n\n.*?(?=^```)", re.MULTILINE | re.DOTALL
)


@pytest.fixture
def shown(
    novu_sync: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
) -> Callable[[str | None], str]:
    """What ``novu-sync NAME --help`` prints on a terminal of 80 columns."""
    monkeypatch.setenv("COLUMNS", "80")

    def run(name: str | None) -> str:
        arguments = [*([name] if name else []), "--help"]
        done = novu_sync(*arguments)
        assert done.code == 0, done
        lines = [line.rstrip() for line in done.out.splitlines()]
        return "\n".join((" ".join(("novu-sync", *arguments)), "", *lines, ""))

    return run


def test_the_page_shows_every_commands_help_as_it_is(
    rewrite: bool,  # noqa: FBT001 - a fixture
    shown: Callable[[str | None], str],
) -> None:
    page = PAGE.read_text(encoding="utf-8")
    if rewrite:
        page = BLOCK.sub(lambda match: shown(match[1] if match[1] != "--help" else None), page)
        PAGE.write_text(page, encoding="utf-8")
    found = {match[1]: match[0] for match in BLOCK.finditer(page)}
    assert found == {name: shown(name) for name in (None, *COMMANDS)}


@pytest.mark.parametrize("name", COMMANDS)
def test_the_line_in_the_list_of_commands_is_the_first_of_the_commands_own_help(name: str) -> None:
    """Both are written down, so that the list needs no import; they say the same thing."""
    command = group.get_command(click.Context(group), name)
    assert command is not None
    assert command.name == name
    assert command.help


def test_every_exit_code_has_its_row() -> None:
    rows = re.findall(r"^\| (\d+) \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert [int(row) for row in rows] == [int(code) for code in Exit]
