"""Whatever can show a value is in the tables by which secrets are searched for.

A failure here means: add the line that is named. It takes a minute, and then
`tests/property/test_nothing_leaks.py` searches the new command, option, format or file.
"""

from __future__ import annotations

import inspect
import re
import shlex
from pathlib import Path

import pytest
from support.channels import REGISTER, SILENT, VALUES, WRITERS, registered
from support.lines import APART, EVERYWHERE, LINES, OF_THEM
from support.stage import options_of

from reconciler.cli import outputs
from reconciler.cli.main import COMMANDS
from reconciler.views.formats import FORMATS

PACKAGE = Path(__file__).parents[2] / "reconciler"
WRITES = re.compile(
    r"""\b(?:print|echo|secho|write_text|write_bytes|mkstemp|mkdtemp|NamedTemporaryFile
    |TemporaryDirectory|getLogger|Popen|popen|check_output|execv\w*|spawn\w*|copy2?|copytree
    |symlink_to|sendall|openlog|syslog|basicConfig)\(
    |\bsubprocess\.run\(|\bos\.(?:write|open|system)\(|\bsqlite3\.connect\(
    |\bopen\([^)]*["'][wax]b?\+?["']|\bopen\(mode\b|\bsys\.std(?:out|err)\.write|AccessLogger|access_log""",
    re.VERBOSE,
)
"""Whatever prints, logs, writes a file or starts a process."""


def typed() -> list[list[str]]:
    return [shlex.split(each.typed) for each in LINES]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_a_line(command: str) -> None:
    played = {word for words in typed() for word in words if word in COMMANDS}
    assert (command in played) != (command in APART), f"add a line to support.lines for {command}"


@pytest.mark.parametrize("command", COMMANDS)
def test_every_option_is_used_in_a_line(command: str) -> None:
    used = {word.partition("=")[0] for words in typed() for word in words}
    missing = [
        each.opts[-1]
        for each in options_of(command).values()
        if each.opts[-1].startswith("-")
        and not used & {*each.opts, *each.secondary_opts}
        and not EVERYWHERE & set(each.opts)
        and not (command in APART and OF_THEM & set(each.opts))
    ]
    assert not missing, f"use {missing} of {command} in a line of support.lines"


def test_every_format_is_a_registered_channel() -> None:
    assert {f"-o {each}" for each in FORMATS} == {
        each for each in REGISTER if each.startswith("-o ")
    }


def test_every_module_that_writes_is_registered() -> None:
    found = {
        ".".join(("reconciler", *path.relative_to(PACKAGE).with_suffix("").parts))
        for path in PACKAGE.rglob("*.py")
        if WRITES.search(path.read_text("utf-8"))
    }
    assert found == set(WRITERS), f"mend support.channels.WRITERS: {sorted(found ^ set(WRITERS))}"


def test_everything_that_a_command_shows_is_watched_as_a_value_too() -> None:
    shown = {
        name
        for name, each in inspect.getmembers(outputs, inspect.isfunction)
        if each.__module__ == outputs.__name__
        and not name.startswith(("_", "must_"))
        and ("OutputOptions" in str(inspect.signature(each)) or name.endswith("_to_stderr"))
        and "-> bool" not in str(inspect.signature(each)).replace("'", "")
    }
    assert shown == set(VALUES), f"mend support.channels.VALUES: {sorted(shown ^ set(VALUES))}"


def test_what_nobody_registered_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A command, a format, a function that shows and a file: each fails the test that is for it."""
    monkeypatch.setitem(COMMANDS, "whisper", "Say it.")
    with pytest.raises(AssertionError, match="whisper"):
        test_every_command_has_a_line("whisper")
    monkeypatch.setitem(FORMATS, "toml", frozenset({"plan"}))  # type: ignore[arg-type]
    with pytest.raises(AssertionError, match="-o toml"):
        test_every_format_is_a_registered_channel()

    def whispers(what: str, options: outputs.OutputOptions) -> None:
        """Say it."""

    monkeypatch.setattr(whispers, "__module__", outputs.__name__)
    monkeypatch.setattr(outputs, "whispers", whispers, raising=False)
    with pytest.raises(AssertionError, match="whispers"):
        test_everything_that_a_command_shows_is_watched_as_a_value_too()
    monkeypatch.setitem(WRITERS, "reconciler.model", "nothing")
    with pytest.raises(AssertionError, match=r"reconciler\.model"):
        test_every_module_that_writes_is_registered()
    assert registered("file project/whispered") is None
    assert registered("file project/out/1.o-toml") is None


def test_what_is_silent_is_registered() -> None:
    assert SILENT.keys() <= REGISTER.keys()
    assert all(SILENT.values())
