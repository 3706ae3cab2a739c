"""What is told while an apply works: a line for every change that ended, and how far the run is."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from reconciler.applying.report import Started
from reconciler.cli import streams
from reconciler.cli.streams import LOG, say
from reconciler.cli.writing import goes_to_stdout

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from reconciler.applying.report import Event
    from reconciler.cli.options import OutputOptions
    from reconciler.views.style import Style

BAR_FROM = 20
"""Changes from which on a terminal shows a bar."""


@contextmanager
def progress(
    changes: Mapping[str, int], options: OutputOptions
) -> Iterator[Callable[[str, Event], None]]:
    """Tells each finished change while text goes to standard output; a bar where there are many.

    A log in JSON hears of every change, wherever the result goes.

    Args:
        changes: how many there are by environment.
        options: what is shown.

    Yields:
        What to call with the name of an environment and each of its events.
    """
    from reconciler.views.style import Style

    if options.verbosity < 0 or not goes_to_stdout(options, "text") or not any(changes.values()):
        yield _log
        return
    telling = _Telling(changes, Style(color=options.color))
    say("")
    try:
        yield telling.tell
    finally:
        telling.clear()
        say("")


def _log(environment: str, event: Event) -> None:
    """Tell an event where standard error is a log in JSON."""
    if LOG.as_json:
        from reconciler.views.events_json import change

        name, facts = change(environment, event)
        streams.event(name, **facts)


class _Telling:
    """A line for every finished change, and below them, on a terminal, the bar."""

    _WIDTH = 30

    def __init__(self, changes: Mapping[str, int], style: Style) -> None:
        self._total = sum(changes.values())
        self._several = len(changes) > 1
        self._style = style
        self._done = 0
        self._environment = ""
        self._drawn = self._total >= BAR_FROM and sys.stderr.isatty() and not LOG.as_json

    def tell(self, environment: str, event: Event) -> None:
        from reconciler.views.events_text import environment_line, event_line

        _log(environment, event)
        if isinstance(event, Started):
            return
        self._done += 1
        self.clear()
        if self._several and environment != self._environment:
            say(environment_line(environment, self._style))
            self._environment = environment
        say(event_line(event, self._style), color=self._style.color)
        if self._drawn:
            filled = self._WIDTH * self._done // self._total
            bar = "█" * filled + "░" * (self._WIDTH - filled)
            say(f"  {bar} {self._done}/{self._total}", err=True, nl=False)

    def clear(self) -> None:
        if self._drawn:
            say("\r\x1b[2K", err=True, nl=False)
