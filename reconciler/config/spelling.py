"""Did you mean: the word that was probably meant by one that nobody knows."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def closest(word: str, words: Iterable[str]) -> str | None:
    """The most similar of some words; `None` where none is similar enough to be meant.

    Upper and lower case, dashes and underscores count for nothing: those are what people mix up.
    """
    import difflib  # noqa: PLC0415 - imported late: only a mistake needs it

    plain = {_plain(each): each for each in sorted(words, reverse=True)}
    found = difflib.get_close_matches(_plain(word), plain, n=1, cutoff=0.7)
    return plain[found[0]] if found else None


def hint(word: str, words: Iterable[str]) -> str:
    """A sentence to append to a message, or nothing: `` Did you mean `region`?``."""
    meant = closest(word, words)
    return f" Did you mean `{meant}`?" if meant else ""


def _plain(word: str) -> str:
    return word.casefold().replace("-", "").replace("_", "")
