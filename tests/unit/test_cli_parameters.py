"""How the words of single options are read, refused and completed."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.shell_completion import ShellComplete

from reconciler.cli import main
from reconciler.cli.parameters import color, outputs

if TYPE_CHECKING:
    from collections.abc import Callable

    import click
    from conftest import Run

CONTEXT: click.Context = None  # type: ignore[assignment]  # only told of refusals
PARAMETER: click.Parameter = None  # type: ignore[assignment]  # as CONTEXT


def completed(*words: str) -> list[str]:
    """What a shell offers for the last word."""
    shell = ShellComplete(main.group, {}, "novu-sync", "_NOVU_SYNC_COMPLETE")
    return [each.value for each in shell.get_completions(list(words[:-1]), words[-1])]


def test_commands_providers_schemas_and_environments_complete(
    project: Callable[..., Path],
) -> None:
    folder = str(project("", head="  production: {apiKey: '${env:K}'}\n"))
    assert completed("va") == ["validate"]
    assert "sendgrid" in completed("providers", "se")
    assert "ses" not in completed("providers", "sendg")
    assert completed("schema", "pl") == ["plan", "planfile"]
    assert completed("plan", "-c", folder, "-e", "") == ["development", "production"]
    assert completed("plan", "-c", folder, "-e", "p") == ["production"]
    assert completed("promote", "-c", folder, "--to", "p") == ["production"]
    assert completed("diff", "-c", folder, "development", "live:p") == ["live:production"]
    assert completed("diff", "-c", folder, "") == [
        "development",
        "production",
        "live:development",
        "live:production",
    ]


def test_without_a_project_no_environment_is_offered_and_nothing_breaks(tmp_path: Path) -> None:
    assert completed("plan", "-c", str(tmp_path / "nowhere"), "-e", "") == []


def test_a_format_goes_to_standard_output_or_to_a_file() -> None:
    assert outputs(CONTEXT, PARAMETER, ()) == (("text", None),)
    assert outputs(CONTEXT, PARAMETER, ("json=a=b.json", "text")) == (
        ("json", Path("a=b.json")),
        ("text", None),
    )


@pytest.mark.parametrize(
    ("value", "variable", "terminal", "colored"),
    [
        ("auto", "", True, True),
        ("auto", "", False, False),
        ("auto", "1", True, False),
        ("always", "1", False, True),
        ("never", "", True, False),
    ],
)
def test_colours_are_for_terminals_unless_told(
    value: str,
    variable: str,
    monkeypatch: pytest.MonkeyPatch,
    *,
    terminal: bool,
    colored: bool,
) -> None:
    monkeypatch.setenv("NO_COLOR", variable)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: terminal)
    assert color(CONTEXT, PARAMETER, value) is colored


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("plan", "-o", "xml"), "the formats are text, json"),
        (("plan", "-o", "json="), "the formats are text, json"),
        (("plan", "-o", "json", "-o", "text"), "one format goes to standard output"),
        (("plan", "--allow", "all"), "'all' is none of deletes=N"),
        (("plan", "--allow", "deletes="), "'deletes=' is none of deletes=N"),
        (("plan", "-o", "markdown", "-o", "text"), "one format goes to standard output"),
        (("plan", "-o", "github", "-o", "github"), "one format goes to standard output"),
        (
            ("plan", "-o", "text", "-o", "github", "--log-format", "text", "--log-format", "tex"),
            "'tex' is not one of",
        ),
        (("providers", "-o", "github"), "the formats are text, json."),
        (("validate", "-o", "markdown="), "the formats are text, json, markdown, github"),
        (("plan", "--allow", "deletes=-1"), "N is a whole number"),
        (("plan", "--parallelism", "many"), "'many' is not a valid whole number"),
        (("plan", "--parallelism", "65"), "65 is not in the range"),
        (("plan", "--timeout", "soon"), "'soon' is not a valid number"),
        (("plan", "-v", "-q"), "-v and -q contradict each other"),
        (("plan", "--prune", "--exclude", "x"), "--prune looks at the whole environment"),
        (("plan", "--rotate", "x", "--credentials", "never"), "--rotate sends credentials"),
        (("sandbox", "--port", "x"), "'x' is not a valid whole number"),
        (("sandbox", "--latency", "-1"), "-1.0 is not in the range"),
        (("completion", "tcsh"), "'tcsh' is not one of"),
    ],
    ids=lambda each: " ".join(each) if isinstance(each, tuple) else "",
)
def test_wrong_words_are_told_in_one_line_with_the_way_to_the_help(
    arguments: tuple[str, ...], says: str, novu_sync: Callable[..., Run]
) -> None:
    run = novu_sync(*arguments)
    assert run.code == 64, run
    first, second = run.err.splitlines()
    assert says in first
    assert second == f"  Try `novu-sync {arguments[0]} --help`."


@pytest.mark.parametrize("value", ["a-key-typed-alone", "=key", "production="])
def test_an_api_key_without_a_name_is_refused_and_not_repeated(
    value: str, novu_sync: Callable[..., Run]
) -> None:
    run = novu_sync("sandbox", "--api-key", value)
    assert run.code == 64, run
    assert "write NAME=KEY" in run.err
    assert value not in run.err


def test_annotations_do_not_mix_with_a_log_in_json(novu_sync: Callable[..., Run]) -> None:
    run = novu_sync("plan", "-o", "text", "-o", "github", "--log-format", "json")
    assert run.code == 64, run
    assert "like github=annotations" in run.err
