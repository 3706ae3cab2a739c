"""Time that passes only where somebody waits: nothing in a test has to wait for it."""

from __future__ import annotations

import threading


class PatientTime:
    """A clock and a sleep that belong together; threads may share them.

    Attributes:
        now: seconds.
    """

    def __init__(self) -> None:
        self.now = 1000.0
        self._turn = threading.Lock()

    def clock(self) -> float:
        """Seconds that only grow, by a microsecond at each look."""
        with self._turn:
            self.now += 1e-6
            return self.now

    def sleep(self, seconds: float) -> None:
        """Let so many seconds pass at once."""
        with self._turn:
            self.now += seconds
