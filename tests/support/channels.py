"""The ways by which a value could leave a run, each watched: the tables are `CHANNELS` and `REGISTER`.

To add a command, or an option that writes: `support.lines`. To add a format, a file or a log: a
line in `REGISTER`. To add a module that prints, logs, writes or starts something: one in `WRITERS`.
"""

from __future__ import annotations

import contextlib
import fnmatch
import io
import logging
import os
import sys
import tempfile
import traceback
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from reconciler import errors
from reconciler.cli import outputs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@dataclass(slots=True, kw_only=True)
class Notebook:
    """What was seen on all channels.

    Attributes:
        place: the folder below which a run may write: project, home and temporary files.
        seen: what, and on which channel.
    """

    place: Path
    seen: list[tuple[str, bytes]] = field(default_factory=list)

    def note(self, channel: str, what: object) -> None:
        """Write down what was seen."""
        raw = what if isinstance(what, bytes) else str(what).encode("utf-8", "backslashreplace")
        self.seen.append((channel, raw))


@contextlib.contextmanager
def _standard_output(book: Notebook) -> Iterator[None]:
    stream = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="")
    with contextlib.redirect_stdout(stream):
        yield
    stream.flush()
    book.note("standard output", stream.buffer.getvalue())  # type: ignore[attr-defined]


@contextlib.contextmanager
def _standard_error(book: Notebook) -> Iterator[None]:
    stream = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="")
    with contextlib.redirect_stderr(stream):
        yield
    stream.flush()
    book.note("standard error", stream.buffer.getvalue())  # type: ignore[attr-defined]


@contextlib.contextmanager
def _files(book: Notebook) -> Iterator[None]:
    """Names and contents of all files that the run left behind or changed."""

    def now() -> dict[Path, bytes]:
        return {each: each.read_bytes() for each in book.place.rglob("*") if each.is_file()}

    before = now()
    yield
    for path, content in now().items():
        if before.get(path) != content:
            book.note(f"file {path.relative_to(book.place)}", bytes(path) + b"\n" + content)


_audited: list[Notebook] = []
_STARTS = ("subprocess.Popen", "os.exec", "os.posix_spawn", "os.system", "os.spawn")
_VANISHES = ("os.remove", "os.rename", "os.truncate")


def _audit(event: str, arguments: tuple[Any, ...]) -> None:
    """Python tells of what a program does to the system, before it is done."""
    if not _audited or event not in (*_STARTS, *_VANISHES, "open"):
        return
    book = _audited.pop()  # what is done here must not be audited in turn
    try:
        if event in _STARTS:
            book.note("process arguments", repr(arguments[:2]))
            book.note("environment of a process", _handed_on(arguments))
        elif event == "open":
            book.note("file name", repr(arguments[0]))
        else:
            book.note("file that went away", _content(event, arguments))
    finally:
        _audited.append(book)


def _handed_on(arguments: tuple[Any, ...]) -> str:
    """What a process is given in its environment beside what the user himself put there.

    Where one is made for it API keys are told too, which are to be taken out.
    """
    made = next((each for each in arguments[2:] if isinstance(each, dict)), {})
    return repr(
        {
            name: each
            for name, each in made.items()
            if os.environ.get(name) != each or "API_KEY" in name
        }
    )


def _content(event: str, arguments: tuple[Any, ...]) -> bytes:
    """What a file holds that is about to go: named by a path, in a folder that is open, or open."""
    file, *rest = arguments
    if isinstance(file, int):
        path = Path(f"/proc/self/fd/{file}")
    else:
        place = {"os.remove": 0, "os.rename": 1}.get(event)
        folder = -1 if place is None else rest[place]
        path = Path(f"/proc/self/fd/{folder}" if folder >= 0 else "") / os.fsdecode(file)
    with contextlib.suppress(OSError):
        return path.read_bytes()
    return b""


sys.addaudithook(_audit)


@contextlib.contextmanager
def _system(book: Notebook) -> Iterator[None]:
    """Processes with their arguments, names of files, and files that are gone at the end."""
    _audited.append(book)
    try:
        yield
    finally:
        _audited.remove(book)


@contextlib.contextmanager
def _exceptions(book: Notebook) -> Iterator[None]:
    """Every failure of ours, whether shown or not, with whatever hangs on it."""
    raised: list[BaseException] = []
    with pytest.MonkeyPatch.context() as patch:
        made = errors.NovuSyncError.__init__

        def noting(self: errors.NovuSyncError, *arguments: Any, **named: Any) -> None:  # noqa: ANN401 - whatever it takes
            made(self, *arguments, **named)
            raised.append(self)

        patch.setattr(errors.NovuSyncError, "__init__", noting)
        yield
    for each in raised:
        book.note("exception", "".join(traceback.format_exception(each)))
        chain: BaseException | None = each
        while chain is not None:
            book.note("exception", f"{chain}\n{chain!r}\n{chain.args}\n{vars(chain)}")
            chain = chain.__cause__ or chain.__context__


class _Records(logging.Handler):
    def __init__(self, book: Notebook) -> None:
        super().__init__(logging.DEBUG)
        self._book = book

    def emit(self, record: logging.LogRecord) -> None:
        self._book.note(
            f"log of {record.name}", f"{record.getMessage()}\n{record.args!r}\n{record.exc_info}"
        )


_LOGGERS = (None, "httpx", "httpcore", "asyncio", "reconciler")


@contextlib.contextmanager
def _logs(book: Notebook) -> Iterator[None]:
    """Whatever any library logs, at the finest level."""
    loggers = [logging.getLogger(each) for each in _LOGGERS]
    levels = [each.level for each in loggers]
    handler = _Records(book)
    loggers[0].addHandler(handler)
    for each in loggers:
        each.setLevel(logging.DEBUG)
    try:
        yield
    finally:
        loggers[0].removeHandler(handler)
        for each, level in zip(loggers, levels, strict=True):
            each.setLevel(level)


@contextlib.contextmanager
def _values(book: Notebook) -> Iterator[None]:
    """Plans and reports as a debugger or a careless log line would show them."""
    with pytest.MonkeyPatch.context() as patch:
        for name in VALUES:
            shown = getattr(outputs, name)

            def noting(
                *arguments: Any,  # noqa: ANN401 - whatever it takes
                _shown: Callable[..., None] = shown,
                **named: Any,  # noqa: ANN401 - whatever it takes
            ) -> None:
                book.note("value", f"{arguments!r}\n{arguments[0]}\n{arguments[0]!s:>10}")
                _shown(*arguments, **named)

            patch.setattr(outputs, name, noting)
        yield


VALUES = (
    "plans",
    "reports",
    "drifts",
    "comparison",
    "findings",
    "findings_instead",
    "findings_to_stderr",
    "checkup",
    "providers",
    "provider",
)
"""Functions of `reconciler.cli.outputs` whose arguments are looked at as a debugger would."""

CHANNELS: tuple[Callable[[Notebook], contextlib.AbstractContextManager[None]], ...] = (
    _standard_output,
    _standard_error,
    _files,
    _system,
    _exceptions,
    _logs,
    _values,
)
"""All that watches a client. What each of them sees has a name in `REGISTER`."""

OF_A_PARENT = (_standard_output, _standard_error, _files)
"""Those that whoever started a process watches from outside."""

REGISTER: dict[str, tuple[str, ...]] = {
    # what is printed
    "standard output": ("standard output",),
    "standard error": ("standard error",),
    "crash reports": ("crash report",),
    "tracebacks of --debug": ("traceback",),
    # what is written to files: patterns of their paths
    "-o text": ("file project/out/*.o-text",),
    "-o json": ("file project/out/*.o-json",),
    "-o markdown": ("file project/out/*.o-markdown",),
    "-o github": ("file project/out/*.o-github",),
    "plan file": ("file project/*.planfile",),
    "audit log": ("file project/*.audit",),
    "project files, edited": ("file project/novu-sync.yaml",),
    "snapshot": ("file project/*.snapshot",),
    "secrets that import was asked to write": ("file project/meant.secrets",),
    "ledger file": ("file project/.novu-sync/*.ledger.json*",),
    "ledger and lock in Novu": ("ledger and lock in Novu",),
    "ledger and lock on a server of states": ("ledger and lock on a server of states",),
    "exported project": (
        "file project/exported/*",
        "file project/new/*",
        "file project/.env.example",
    ),
    # what a system lets others see
    "file names": ("file name",),
    "temporary files, and others that went away": ("file that went away",),
    "process arguments": ("process arguments",),
    "environment of processes": ("environment of a process",),
    "request lines and headers": ("request line and headers",),
    # what a debugger or a log shows
    "exceptions": ("exception",),
    "values": ("value",),
    "logs of libraries, httpx above all": ("log of *",),
    "the sandbox's own output": ("the sandbox's own output",),
}
"""Every channel by its name, with patterns of what the watchers call it.

A file, a log or whatever else that no pattern fits is a channel that nobody registered: the tests
that play `support.lines` fail. One that is never seen there fails them, too. A new ``-o`` format
needs a line of its own; the formats are played without more ado.
"""

SILENT: dict[str, str] = {
    "logs of libraries, httpx above all": "nothing logs; that the watcher would hear it has a test",
    "the sandbox's own output": "it is another program's: it has a test of its own",
}
"""Registered channels that may be silent all the time, and why."""

WRITERS: dict[str, str] = {
    "reconciler.cli.streams": "standard output, standard error",
    "reconciler.cli.writing": "-o text, -o json, -o markdown, -o github",
    "reconciler.cli.planfiles": "plan file",
    "reconciler.cli.saving": "exported project",
    "reconciler.cli.audit": "audit log",
    "reconciler.cli.runner": "process arguments: it asks git for the commit",
    "reconciler.cli.commands.demo": "process arguments; files of an example without secrets",
    "reconciler.config.commands": "process arguments, environment of processes",
    "reconciler.ledger.disk": "ledger file",
    "reconciler.transport.client": "logs: it turns those of libraries off",
    "reconciler.sandbox.server": "the sandbox's own output",
    "reconciler.sandbox.store": "the sandbox's own data, which is the server's",
}
"""Modules that print, log, write files or start processes, and the channels by which they do."""


def registered(seen: str) -> str | None:
    """The channel to which something that was seen belongs; `None` where nobody registered it."""
    for name, patterns in REGISTER.items():
        if any(fnmatch.fnmatchcase(seen, each) for each in patterns):
            return name
    return None


@contextlib.contextmanager
def watching(book: Notebook, *, inside: bool = False) -> Iterator[Notebook]:
    """Watch every channel while a command runs.

    Args:
        book: gets what was seen.
        inside: leave out what is watched from outside of the process.
    """
    tempfile.tempdir = None  # so that a changed TMPDIR counts
    with contextlib.ExitStack() as stack:
        for channel in CHANNELS:
            if not (inside and channel in OF_A_PARENT):
                stack.enter_context(channel(book))
        yield book
