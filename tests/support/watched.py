"""Runs novu-sync in a process of its own with every channel watched, and tells of what was seen.

python -m support.watched NOTES ARGUMENTS…
"""

from __future__ import annotations

import sys
from pathlib import Path

from support.channels import Notebook, watching
from support.leaks import leaks

from reconciler.cli.main import main


def run(notes: Path, arguments: list[str]) -> None:
    """Run a command line; the file gets a line for each leak, and a last one when all was seen."""
    sys.argv = ["novu-sync", *arguments]
    book = Notebook(place=Path.cwd())
    try:
        with watching(book, inside=True):
            main()
    finally:
        found = [f"{channel}: {each}" for channel, text in book.seen for each in leaks(text)]
        notes.write_text("\n".join([*found, f"watched {len(book.seen)}", ""]), encoding="utf-8")


if __name__ == "__main__":
    run(Path(sys.argv[1]), sys.argv[2:])
