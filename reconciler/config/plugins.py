"""Sources of values that other packages add: entry points of the group ``novu_sync.sources``.

The name of the entry point is the word before the colon, and what it points to is a function: a
package with

    [project.entry-points."novu_sync.sources"]
    vault = "my_package:read"

makes ``${vault:argument}`` stand for ``my_package.read("argument")``. `ValueSource` tells what such
a function may count on. Installing the package is the permission: nothing of it runs before a
project refers to it.
"""

from __future__ import annotations

import re
import threading
from functools import cache
from typing import TYPE_CHECKING, Final, Protocol

from reconciler.config.refusing import BadReferenceError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from importlib.metadata import EntryPoint

GROUP: Final = "novu_sync.sources"
"""The group of entry points that is looked at."""

_WORD = re.compile(r"[a-z][a-z0-9-]*")
_REASONS: Final = (
    (PermissionError, "may not read that"),
    (ConnectionError, "does not reach what it reads from"),
    (TimeoutError, "had no answer in time"),
)
"""What a plug-in can tell by the kind of its exception; the exception's words are never shown."""


class ValueSource(Protocol):
    """What an entry point of the group points to."""

    def __call__(self, argument: str, /) -> str:
        """The value that an argument stands for.

        It is called once in a run for each different argument, from several threads at once and
        while other sources are read. Its value may be as long as a million characters, and must
        not be empty. It prints and logs nothing of what it reads.

        Args:
            argument: what stands between the colon and the brace, as it was written: printable,
                not blank, without braces. It is shown in messages, so it must not be a secret.

        Raises:
            LookupError: there is no such value.
            PermissionError: it may not be read.
            ConnectionError: what it is read from cannot be reached.
            TimeoutError: that did not answer in time.
            Exception: anything else; the kind of the exception is told and its words are not,
                since they may hold a value.
        """


@cache
def installed() -> Mapping[str, tuple[EntryPoint, ...]]:
    """The plug-ins that are installed, by their word; more than one of a word is a mistake."""
    from importlib.metadata import entry_points  # noqa: PLC0415 - only where a word is unknown

    found: dict[str, tuple[EntryPoint, ...]] = {}
    for each in entry_points(group=GROUP):
        if _WORD.fullmatch(each.name):
            found[each.name] = (*found.get(each.name, ()), each)
    return found


class PlugIn:
    """One plug-in as a source of values; it is imported when the first value is asked for."""

    def __init__(self, word: str, *, seconds: float) -> None:
        """Take what is installed under a word.

        Args:
            word: what stands before the colon.
            seconds: how long one value may take.
        """
        self._word = word
        self._seconds = seconds
        self._loading = threading.Lock()
        self._lock = threading.Lock()
        self._function: ValueSource | None = None
        self._waiting: set[threading.Event] = set()

    def read(self, argument: str) -> str | None:
        """The value, or `None` where the plug-in knows none.

        Raises:
            BadReferenceError: the plug-in failed, took too long, or gave no text.
        """
        function = self._loaded()
        outcome = self._in_time(lambda: function(argument))
        if outcome is None:
            raise BadReferenceError(
                "NS321",
                f"The plug-in for `{self._word}` took longer than {self._seconds:g} seconds for"
                f" `{argument}`. See why, or give it more with `--source-timeout`.",
            )
        value, error = outcome
        if isinstance(error, LookupError):
            return None
        if error is not None:
            known = (words for kind, words in _REASONS if isinstance(error, kind))
            raise self._failed(argument, next(known, f"failed with {type(error).__name__}"))
        if not isinstance(value, str):
            raise self._failed(argument, f"gave {type(value).__name__} instead of text")
        return value

    def lacking(self, argument: str) -> str:
        """What to tell where there is no value, or an empty one."""
        return (
            f"The plug-in for `{self._word}` has no value for `{argument}`, or an empty one. Look"
            " at the spelling, or put the value there."
        )

    def stop(self) -> None:
        """Wait no longer: a thread of others cannot be ended, and keeps no process from ending."""
        with self._lock:
            for each in self._waiting:
                each.set()

    def _loaded(self) -> ValueSource:
        with self._loading:
            if self._function is None:
                self._function = self._load()
            return self._function

    def _load(self) -> ValueSource:
        found = installed()[self._word]
        if len(found) > 1:
            names = " and ".join(sorted(each.dist.name if each.dist else "?" for each in found))
            raise BadReferenceError(
                "NS322",
                f"The packages {names} both give the source `{self._word}`, and which of them is"
                " meant cannot be told. Uninstall one.",
            )
        try:
            function = found[0].load()
        except Exception as error:  # noqa: BLE001 - code of others may raise anything
            why = f"cannot be loaded: {type(error).__name__}"
        else:
            if callable(function):
                return function  # type: ignore[no-any-return]  # it is as good as its package
            why = "is no function"
        raise BadReferenceError(
            "NS322",
            f"The plug-in for `{self._word}` ({found[0].value}) {why}. Mend or reinstall its"
            " package.",
        )

    def _failed(self, argument: str, why: str) -> BadReferenceError:
        return BadReferenceError(
            "NS322",
            f"The plug-in for `{self._word}` {why}: `{argument}`. Its own words are not shown,"
            " since they may hold a value; its package tells how to try it by hand.",
        )

    def _in_time(self, function: Callable[[], object]) -> tuple[object, Exception | None] | None:
        """What a function of others gives or raises; `None` where it takes too long.

        A thread cannot be ended from outside. One that hangs is left behind, and does not keep the
        process from ending.
        """
        outcome: list[tuple[object, Exception | None]] = []
        done = threading.Event()

        def run() -> None:
            try:
                outcome.append((function(), None))
            except Exception as error:  # noqa: BLE001 - code of others may raise anything
                outcome.append((None, error))
            done.set()

        with self._lock:
            self._waiting.add(done)
        threading.Thread(target=run, daemon=True).start()
        done.wait(self._seconds)
        with self._lock:
            self._waiting.discard(done)
        return outcome[0] if outcome else None
