"""Where a command's result goes, and what is told of environments that could not be planned."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

import click
import pytest

from reconciler.cli import outputs, writing
from reconciler.cli.options import (
    OutputOptions,
    planning_options,
    project_options,
    take_planning,
    take_project,
)
from reconciler.cli.planned import Failure, PlannedRun
from reconciler.errors import ApiKeyError, FileError, FindingsError, WorldError
from reconciler.findings import Location, finding

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

    from reconciler.cli.options import (
        PlanningOptions,
        ProjectOptions,
    )


@pytest.fixture(autouse=True)
def nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests may run in a job of GitHub Actions themselves."""
    monkeypatch.delenv(writing.SUMMARY_VARIABLE, raising=False)
    monkeypatch.delenv(writing.WORKSPACE_VARIABLE, raising=False)


def options(*named: tuple[str, Path | None], verbosity: int = 0) -> OutputOptions:
    return OutputOptions(outputs=named or (("text", None),), color=False, verbosity=verbosity)


def test_every_format_goes_where_it_was_sent(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page, document = tmp_path / "page.txt", tmp_path / "page.json"
    outputs.findings([], options(("text", page), ("json", document), ("text", None)))
    assert page.read_text("utf-8") == capsys.readouterr().out == "No findings.\n"
    assert document.read_text("utf-8").startswith("{")


def test_quiet_keeps_text_from_standard_output_and_nothing_else(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "page.txt"
    outputs.findings([], options(("text", None), ("text", page), verbosity=-1))
    assert capsys.readouterr().out == ""
    assert page.exists()
    outputs.findings([], options(("json", None), verbosity=-1))
    assert capsys.readouterr().out.startswith("{")


def test_a_file_that_cannot_be_written_is_told_with_its_reason(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="Is a directory") as caught:
        outputs.findings([], options(("json", tmp_path)))
    assert "--output" in caught.value.mend


def test_a_file_that_cannot_be_written_keeps_no_other_output_from_its_place(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "page.txt"
    with pytest.raises(FileError):
        outputs.findings([], options(("json", tmp_path), ("text", None), ("text", page)))
    assert page.read_text("utf-8") == capsys.readouterr().out == "No findings.\n"


ANNOTATION = "::notice title=novu-sync::No findings.\n"


def test_annotations_have_standard_output_alone_or_standard_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    outputs.findings([], options(("github", None), ("text", tmp_path / "page.txt")))
    assert capsys.readouterr() == (ANNOTATION, "")
    outputs.findings([], options(("github", None), ("text", None)))
    assert capsys.readouterr() == ("No findings.\n", ANNOTATION)


def test_the_step_summary_is_appended_to_where_annotations_are_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    summary = tmp_path / "summary.md"
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    outputs.findings([], options(("text", None)))
    assert not summary.exists()
    summary.write_text("before\n", "utf-8")
    outputs.findings([], options(("github", tmp_path / "annotations")), project="acme")
    first, mark, *_ = summary.read_text("utf-8").split("\n")
    assert (first, mark) == ("before", "<!-- novu-sync:findings project=acme -->")
    assert (tmp_path / "annotations").read_text("utf-8") == ANNOTATION


@pytest.mark.parametrize(
    ("below", "file"), [("deploy/novu", "deploy/novu/a.yaml"), (".", "a.yaml"), (None, "a.yaml")]
)
def test_annotations_name_files_from_the_root_of_the_checkout(
    below: str | None,
    file: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    here = tmp_path / (below or "elsewhere")
    here.mkdir(parents=True, exist_ok=True)
    monkeypatch.chdir(here)
    root = tmp_path if below else tmp_path / "another"
    monkeypatch.setenv("GITHUB_WORKSPACE", str(root))
    found = finding("NS305", "unset", location=Location(file="a.yaml", line=2, column=3))
    outputs.findings([found], options(("github", None)))
    assert f"file={file},line=2,col=3" in capsys.readouterr().out


def test_findings_in_the_place_of_a_result_are_in_every_output_and_told_as_text_on_standard_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page, comment = tmp_path / "page.txt", tmp_path / "comment.md"
    outputs.findings_instead(
        FindingsError([finding("NS305", "unset")], project="acme", environments=["production"]),
        options(("text", None), ("text", page), ("markdown", comment), ("github", None)),
        "plan",
    )
    shown = capsys.readouterr()
    assert page.read_text("utf-8") == shown.err
    mark, *lines = comment.read_text("utf-8").split("\n")
    assert mark == "<!-- novu-sync:plan project=acme environment=production -->"
    assert any("NS305" in line for line in lines)
    assert shown.out.startswith("::error title=NS305")


def failing(*failures: Failure) -> PlannedRun:
    return PlannedRun(prepared=(), failures=failures)


def test_what_kept_an_environment_from_being_planned_is_told_on_standard_error(
    capsys: pytest.CaptureFixture[str],
) -> None:
    run = failing(Failure(environment="production", error=WorldError("it rained")))
    outputs.plans(run, options())
    assert capsys.readouterr() == ("", "novu-sync: it rained\n")


def test_of_several_environments_each_failure_names_its_own(
    capsys: pytest.CaptureFixture[str],
) -> None:
    run = failing(
        Failure(environment="development", error=FindingsError([finding("NS305", "unset")])),
        Failure(environment="production", error=ApiKeyError("rejected", "Look again.")),
    )
    outputs.plans(run, options())
    shown = capsys.readouterr()
    assert "NS305" in shown.err
    assert shown.err.endswith("novu-sync: production: rejected\n  Look again.\n")


def parsed(line: str) -> tuple[ProjectOptions, PlanningOptions]:
    """What a command line means."""
    values: dict[str, Any] = {}

    @click.command()
    @project_options
    @planning_options
    def command(**given: Any) -> None:  # noqa: ANN401 - as click hands them over
        values.update(given)

    command.main(shlex.split(line)[2:], standalone_mode=False)
    return take_project(values), take_planning(values)


@pytest.mark.parametrize(
    "line",
    [
        "novu-sync apply",
        "novu-sync apply -c deploy/novu -e production",
        "novu-sync apply -e a -e b --target 'ses-*' --exclude ses-old",
        "novu-sync apply --all-environments --prune --allow deletes=3 --allow replace=a",
        "novu-sync apply --credentials always --rotate 'slack *'",
    ],
)
def test_the_command_to_run_next_means_what_was_typed(line: str) -> None:
    assert outputs.command_line("apply", *parsed(line)) == line


def test_the_dotenv_file_is_named_again(tmp_path: Path) -> None:
    file = tmp_path / "a b.env"
    file.touch()
    line = f"novu-sync apply --env-file '{file}'"
    assert outputs.command_line("apply", *parsed(line)) == line


def test_a_result_that_could_not_be_written_is_told_before_the_work_begins(tmp_path: Path) -> None:
    there = tmp_path / "there.json"
    there.touch()
    writing.must_be_writable(options(("text", None), ("json", there), ("json", tmp_path / "new")))
    for path in (tmp_path, tmp_path / "no" / "where.json", there / "below.json"):
        with pytest.raises(FileError, match="nothing was begun"):
            writing.must_be_writable(options(("json", path)))


def test_the_step_summary_is_looked_at_before_the_work_begins_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "no" / "summary.md"))
    writing.must_be_writable(options(("text", None)))
    with pytest.raises(FileError, match=r"summary\.md"):
        writing.must_be_writable(options(("github", None)))
