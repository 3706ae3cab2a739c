"""Records of applies, appended to a file: who did what to which integration, and no value."""

from __future__ import annotations

import errno
import os
import secrets
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal

from reconciler.applying.report import Finished
from reconciler.cli.exits import Exit, of_error
from reconciler.cli.streams import say
from reconciler.errors import FileError, NovuSyncError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path
    from types import TracebackType

    from reconciler.applying.report import Event, Outcome, Report
    from reconciler.cli.planned import PlannedRun, Prepared
    from reconciler.cli.runner import Runner

    OnEvent = Callable[[str, Event], None]


class NoBook:
    """Records nothing."""

    def refused(self, code: Exit) -> Exit:
        """Not recorded."""
        return code

    def noting(self, on_event: OnEvent) -> OnEvent:
        """Only passed on."""
        return on_event

    def ends(self, code: Exit, reports: Sequence[Report]) -> None:
        """Not recorded."""

    def __enter__(self) -> None:
        """Nothing to begin."""

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Nothing to end."""


class Book:
    """Records one run: as it begins to write, and as it ends, whichever way that is."""

    def __init__(
        self, path: Path, run: PlannedRun[Prepared], runner: Runner, *, planfile: bool
    ) -> None:
        self._path = path
        self._run = run
        self._runner = runner
        self._planfile = planfile
        self._id = secrets.token_hex(8)
        self._outcomes: dict[str, list[Outcome]] = {}
        self._reports: Sequence[Report] = ()
        self._code: Exit | None = None

    def refused(self, code: Exit) -> Exit:
        """The run ends without having begun to write.

        Raises:
            FileError: the record cannot be written.
        """
        self._write("refused", code)
        return code

    def noting(self, on_event: OnEvent) -> OnEvent:
        """Hear of every change that ends, and pass it on."""

        def both(environment: str, event: Event) -> None:
            if isinstance(event, Finished):
                self._outcomes.setdefault(environment, []).append(event.outcome)
            on_event(environment, event)

        return both

    def ends(self, code: Exit, reports: Sequence[Report]) -> None:
        """The run came to its own end."""
        self._code, self._reports = code, reports

    def __enter__(self) -> None:
        """The first write comes next.

        Raises:
            FileError: the record cannot be written; then nothing else is.
        """
        self._write("begun", None)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Record how it ended. What has been done is not undone because that cannot be written."""
        code = self._code if error is None else _exit_of(error)
        try:
            self._write("ended", code)
        except FileError as failure:
            if error is None:
                raise
            say(f"novu-sync: {failure.summary}", err=True)

    def _write(self, event: Literal["begun", "ended", "refused"], code: Exit | None) -> None:
        from reconciler.views.audit_line import Record, render

        record = Record(
            event=event,
            run=self._id,
            time=datetime.now(UTC),
            project=self._run.project,
            who=self._runner.who,
            host=self._runner.host,
            commit=self._runner.commit,
            run_url=self._runner.run_url,
            planfile=self._planfile,
            code=None if code is None else int(code),
            reviewed=[each.reviewed for each in self._run.prepared],
            unplanned=[each.environment for each in self._run.failures],
            outcomes=self._outcomes,
            reports=self._reports,
        )
        _append(self._path, render(record).encode())


def recorded_in(path: Path | None, run: PlannedRun[Prepared], *, planfile: bool) -> Book | NoBook:
    """What records a run.

    Args:
        path: of the file that is appended to; `None` records nothing.
        run: what was planned.
        planfile: whether it is bound to a plan file.
    """
    from reconciler.cli.runner import runner

    if path is None:
        return NoBook()
    return Book(path, run, runner(run.directory), planfile=planfile)


def _exit_of(error: BaseException) -> Exit:
    if isinstance(error, NovuSyncError):
        return of_error(error)
    return Exit.INTERRUPTED if isinstance(error, KeyboardInterrupt) else Exit.BUG


def _append(path: Path, line: bytes) -> None:
    """Add a line in one write, so that runs that append to the same file leave each other whole."""
    try:
        file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            if os.write(file, line) < len(line):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            _sync(file)
        finally:
            os.close(file)
    except OSError as error:
        raise FileError(
            f"the audit record cannot be written to {path}: {error.strerror}",
            "Name another file in --audit or NOVU_SYNC_AUDIT.",
        ) from None


def _sync(file: int) -> None:
    try:
        os.fsync(file)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.EROFS):  # a pipe has no disk to be on
            raise
