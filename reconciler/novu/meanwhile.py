"""One more request under way while this thread waits for another."""

from __future__ import annotations

import threading
from concurrent.futures import Future
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

Result = TypeVar("Result")


def meanwhile(call: Callable[[], Result]) -> Future[Result]:
    """Begin a call in a thread of its own.

    The thread is a daemon, so that a person who interrupts a slow server does not wait for it.
    """
    future: Future[Result] = Future()

    def run() -> None:
        try:
            future.set_result(call())
        except BaseException as error:  # noqa: BLE001 - whatever it is, the one who waits gets it
            future.set_exception(error)

    threading.Thread(target=run, daemon=True).start()
    return future
