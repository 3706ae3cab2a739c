"""Finds the files that ship with the package: schemas, catalogue and the demo project.

In a wheel they lie inside the package; in a checkout they lie beside it.
"""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).parent


def shipped(*parts: str) -> Path:
    """The path of a shipped file or folder, e.g. ``shipped("schemas", "catalogue.json")``."""
    inside = _PACKAGE.joinpath(*parts)
    return inside if inside.exists() else _PACKAGE.parent.joinpath(*parts)
