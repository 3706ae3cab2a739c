"""Imports httpx without what a program that is neither a terminal tool nor asynchronous needs.

``httpx/__init__`` imports its own command line, which loads click, rich and pygments where they
happen to be installed; httpcore imports trio where that is. Measured with Python 3.11 on two
cores: 75 ms and 50 ms, of which 45 ms and 10 ms are left this way. Both libraries expect these
packages to be absent, so hiding them while httpx is imported takes a documented path. Nothing
stays hidden: `httpx.main` alone becomes its own "not installed" notice, and trio is imported as
soon as anything of it is used, so an asynchronous program in the same process works as before.
"""

from __future__ import annotations

import importlib
import sys
from types import ModuleType
from typing import Any

_COMMAND_LINE = "httpx._main"
_ASYNCHRONOUS = "trio"


class _Later(ModuleType):
    """Stands in for a module until something of it is asked for."""

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the real module holds
        if sys.modules.get(self.__name__) is self:
            del sys.modules[self.__name__]
        return getattr(importlib.import_module(self.__name__), name)


def import_httpx() -> None:
    """Make ``import httpx`` cheap; a no-op where httpx is imported already."""
    if "httpx" in sys.modules:
        return
    modules: dict[str, ModuleType | None] = sys.modules  # type: ignore[assignment]  # None: absent
    stand_ins = {_COMMAND_LINE: None, _ASYNCHRONOUS: _Later(_ASYNCHRONOUS)}
    hidden = {name: each for name, each in stand_ins.items() if name not in modules}
    modules.update(hidden)
    try:
        # httpx imports httpcore on first use only, too late for the stand-in.
        importlib.import_module("httpx")
        importlib.import_module("httpcore")
    finally:
        for name in hidden:
            modules.pop(name, None)
