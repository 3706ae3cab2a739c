"""Writes a result to every place that ``-o`` names, and to the summary of a job.

Annotations of GitHub Actions go to standard output where nothing else does: its runner reads them
on standard error as well.
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from reconciler.cli.exits import Exit
from reconciler.cli.streams import problem, say
from reconciler.errors import FileError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from reconciler.cli.options import OutputOptions
    from reconciler.views.style import Look

SUMMARY_VARIABLE = "GITHUB_STEP_SUMMARY"
"""The file that GitHub Actions shows as the summary of a step."""

WORKSPACE_VARIABLE = "GITHUB_WORKSPACE"
"""Where GitHub Actions has the repository, from whose root annotations name files."""


@contextmanager
def counting(codes: list[Exit]) -> Iterator[None]:
    """Let a file that cannot be written be told, and count beside what else a run ends with.

    An apply that was partly carried out is that, also where nobody can read its report.

    Args:
        codes: gets exit code 1 where a file could not be written.
    """
    try:
        yield
    except FileError as error:
        problem(error.summary, error.mend)
        codes.append(Exit.WORLD)


def must_be_writable(options: OutputOptions) -> None:
    """Look before the work begins whether its result can be written where it is to go.

    Raises:
        FileError: a file or its folder is not there to be written.
    """
    paths = [path for _, path in options.outputs if path is not None]
    summary = os.environ.get(SUMMARY_VARIABLE)
    if summary and any(name == "github" for name, _ in options.outputs):
        paths.append(Path(summary))
    for path in paths:
        taken = path.exists() and (path.is_dir() or not os.access(path, os.W_OK))
        if taken or not os.access(path.parent, os.W_OK) or not path.parent.is_dir():
            raise FileError(
                f"{path} cannot be written, so nothing was begun",
                "Name another file in --output, in a folder that exists.",
            )


def goes_to_stdout(options: OutputOptions, name: str) -> bool:
    """Whether a format is what standard output gets."""
    return any(format_name == name and path is None for format_name, path in options.outputs)


def show(
    options: OutputOptions,
    render: Callable[[str, Look], str],
    *,
    next_step: str = "",
    project: str = "",
) -> None:
    """Hand a result to every output that was asked for.

    Raises:
        FileError: a file cannot be written; the other outputs got theirs.
    """
    from reconciler.views.style import Look, Style

    plain = Look(
        verbose=options.verbosity > 0, next_step=next_step, project=project, folder=_folder()
    )
    failures: list[FileError] = []
    for name, path in options.outputs:
        if path is not None:
            failures += _written(path, render(name, plain), "w")
        elif name == "github":
            say(render(name, plain), err=len(_on_stdout(options)) > 1, nl=False, color=False)
        elif options.verbosity >= 0 or name != "text":
            look = replace(plain, style=Style(color=options.color))
            say(render(name, look), nl=False, color=options.color)
    summary = os.environ.get(SUMMARY_VARIABLE)
    if summary and any(name == "github" for name, _ in options.outputs):
        failures += _written(Path(summary), render("markdown", plain), "a")
    if failures:
        raise failures[0]


def _on_stdout(options: OutputOptions) -> list[str]:
    return [name for name, path in options.outputs if path is None]


def _written(path: Path, text: str, mode: str) -> list[FileError]:
    """Write or append to a file; why that was not possible, else nothing."""
    try:
        with path.open(mode, encoding="utf-8") as stream:
            stream.write(text)
    except OSError as error:
        summary = f"{path} cannot be written: {error.strerror}"
        return [FileError(summary, "Name another file in --output.")]
    return []


def _folder() -> str:
    """Where in the repository that GitHub Actions checked out the command runs."""
    root = os.environ.get(WORKSPACE_VARIABLE)
    here = Path.cwd().resolve()
    if not root or not here.is_relative_to(Path(root).resolve()):
        return ""
    return here.relative_to(Path(root).resolve()).as_posix()
