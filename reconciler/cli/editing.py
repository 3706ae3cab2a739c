"""Offers edits of a project's files: shows them as a diff, asks, writes."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from reconciler.cli.saving import ask, content, replace
from reconciler.cli.streams import say
from reconciler.errors import FileError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reconciler.authoring.editing import Edited
    from reconciler.config.project import Project
    from reconciler.findings import Finding

_MARK = b"\xef\xbb\xbf"


def offer(project: Project, edited: Edited, findings: Sequence[Finding], *, yes: bool) -> None:
    """Show what would change, and do it when that is wanted.

    Args:
        project: as its files are.
        edited: the edits.
        findings: what has to be done by hand; told first.
        yes: do not ask.

    Raises:
        UsageError: there is no terminal to ask on.
        InterruptedRunError: the answer was no; nothing was written.
        FileError: a file cannot be read or written, or somebody changed it meanwhile.
    """
    from reconciler.authoring.showing import unified
    from reconciler.cli.outputs import findings_to_stderr

    if findings:
        findings_to_stderr(findings)
    if not edited.texts:
        say("Nothing to write.", err=True)
        return
    color = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    for line in unified(project, edited.texts).splitlines(keepends=True):
        say(_painted(line) if color else line, nl=False, color=color)
    new = _new_findings(project, edited)
    if new:
        say("With this edit, novu-sync validate says:", err=True)
        findings_to_stderr(new)
    values = len(edited.done)
    what = f"{values} value{'s' if values > 1 else ''} in {', '.join(edited.texts)}"
    if not yes:
        ask(f"Write {what}?", f"{what} would be changed")
    for file, (before, after) in edited.texts.items():
        _write(Path(file), before, after)
    say(f"Wrote {what}.", err=True)


def _new_findings(project: Project, edited: Edited) -> tuple[Finding, ...]:
    """What an edit makes wrong, like a second primary; it is told and not refused."""
    from reconciler.authoring.uses import reread
    from reconciler.config.resolve import check

    known = set(map(_which, check(project)))
    after = reread(project, {file: text for file, (_, text) in edited.texts.items()})
    return tuple(each for each in check(after) if _which(each) not in known)


def _which(finding: Finding) -> tuple[str, str, str, str]:
    """What tells a finding from others, whatever lines stand above it by now."""
    file = finding.location.file if finding.location else ""
    return finding.code, file, finding.pointer, finding.environment


def _write(path: Path, before: str, after: str) -> None:
    data = content(path) or b""
    mark = _MARK if data.startswith(_MARK) else b""
    if data != mark + before.encode():
        raise FileError(
            f"{path} was changed by somebody else meanwhile", "Look at it, then run this again."
        )
    replace(path, mark + after.encode())


def _painted(line: str) -> str:
    from reconciler.views.style import Style, Tone

    tones = {"+": Tone.GREEN, "-": Tone.RED, "@": Tone.CYAN}
    tone = tones.get(line[0])
    text, end = line.rstrip("\n"), "\n"
    return (Style(color=True).paint(tone, text) if tone else text) + end
