"""What Ctrl-C means while an apply writes: finish what is in flight, then stop."""

from __future__ import annotations

import os
import signal
from contextlib import contextmanager
from typing import TYPE_CHECKING

from reconciler.cli.exits import Exit
from reconciler.cli.streams import say

if TYPE_CHECKING:
    import threading
    from collections.abc import Iterator
    from types import FrameType


@contextmanager
def graceful_stop(stop: threading.Event) -> Iterator[None]:
    """Within it the first SIGINT or SIGTERM sets the event; the second ends the process at once."""

    def on_signal(signum: int, frame: FrameType | None) -> None:
        del signum, frame
        if stop.is_set():
            # Threads may be waiting for the server; nothing but this ends them.
            os._exit(Exit.INTERRUPTED)
        stop.set()
        say("\nFinishing the requests in flight; once more to end at once.", err=True)

    before = {each: signal.signal(each, on_signal) for each in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
