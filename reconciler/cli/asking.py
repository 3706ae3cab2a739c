"""Questions that a flag answers, a default where the user takes all of them, or a person."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import click

from reconciler.cli.streams import say
from reconciler.errors import NovuSyncError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """Asks on a terminal, once it is known that there is one.

    Attributes:
        defaults: take the default of every question that no flag answers.
    """

    defaults: bool

    def refuse_in_a_pipe(self, unanswered: Iterable[str]) -> None:
        """End the command where a question would have nobody to answer it.

        Args:
            unanswered: flags that would answer it, with an example each.

        Raises:
            UsageError: there are such questions, and no terminal.
        """
        flags = list(unanswered)
        if flags and not self.defaults and not sys.stdin.isatty():
            raise UsageError(
                "there is no terminal to ask on",
                f"Add --yes to take the defaults, or answer by flags: {', '.join(flags)}.",
            )

    def text(
        self,
        question: str,
        given: str | None,
        default: str,
        read: Callable[[str], Answer],
    ) -> Answer:
        """An answer in words.

        Args:
            question: what is asked.
            given: the answer of a flag.
            default: taken where nothing is typed.
            read: makes what is wanted of the words. What it raises ends the command where a flag
                or the default gave them, and is told to a person, who is asked again.
        """
        if given is not None:
            return read(given)
        if self.defaults:
            return read(default)
        while True:
            typed = click.prompt(question, default=default, err=True)
            try:
                return read(typed)
            except NovuSyncError as error:
                say(f"  {error.summary}. {error.mend}".rstrip(), err=True)

    def confirm(self, question: str, *, given: bool | None, default: bool = True) -> bool:
        """A yes or a no."""
        if given is not None:
            return given
        if self.defaults:
            return default
        return click.confirm(question, default=default, err=True)
