"""What git is to leave alone in a project."""

from __future__ import annotations

from typing import Final

WANTED: Final = (b".env",)
"""Secrets, and nothing else: the ledger of a file holds none and is safe to commit."""


def ignoring(before: bytes) -> bytes:
    """A ``.gitignore`` with the lines that it lacks at its end; else as it was."""
    there = {line.strip().lstrip(b"/") for line in before.splitlines()}
    missing = [each for each in WANTED if each not in there]
    if not missing:
        return before
    kept = before if before.endswith(b"\n") or not before else before + b"\n"
    return kept + b"\n".join([b"# novu-sync: secrets", *missing]) + b"\n"
