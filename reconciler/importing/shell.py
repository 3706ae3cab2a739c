r"""The words of shell commands, without running them.

Quotes, escapes, ``\`` at a line's end, comments, ``$'…'`` and here-documents are understood. What
only a running shell knows, variables and the output of commands, stands in the words as `Unknown`
marks. Every character of a word knows where it stands in the file.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from reconciler.findings import finding
from reconciler.importing.pieces import Piece

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reconciler.findings import Finding
    from reconciler.importing.pieces import Source

MARK: Final = re.compile("\ue000([^\ue001]*)\ue001")
"""Stands in a word for what only a running shell knows; inside is a variable's name, or nothing."""

_SEPARATORS: Final = frozenset(";&|()\n")
_BLANKS: Final = frozenset(" \t")
_VARIABLE = re.compile(r"\$(?:([A-Za-z_]\w*)|\{([A-Za-z_]\w*)\}|\{[^{}\n]*\}|[0-9@*#?$!-])")
_HEREDOC = re.compile(r"""<<(-?)[ \t]*(?:'([^'\n]+)'|"([^"\n]+)"|\\?([A-Za-z_]\w*))""")
_REDIRECT = re.compile(r"\d*(?:>>|>\||>&|<&|&>|<>|>|<)&?")
_ANSI: Final = {"n": "\n", "t": "\t", "r": "\r", "'": "'", '"': '"', "\\": "\\"}


@dataclass(slots=True, kw_only=True)
class Command:
    """One simple command.

    Attributes:
        words: the program and its arguments, without redirections.
        heredoc: what a here-document gives it to read.
    """

    words: list[Piece] = field(default_factory=list)
    heredoc: Piece | None = None


class _UnreadableError(Exception):
    def __init__(self, at: int, detail: str) -> None:
        super().__init__(detail)
        self.at = at
        self.detail = detail


def commands(source: Source) -> list[Command] | Finding:
    """The commands of a file, or what keeps it from being read."""
    try:
        return list(_Reader(source).commands())
    except _UnreadableError as error:
        return finding("NS354", error.detail, location=source.place(error.at))


class _Reader:
    """Goes through a text once, from its beginning to its end."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._text = source.text
        self._at = 0
        self._letters: list[str] = []
        self._offsets: list[int] = []
        self._due: list[tuple[Command, str, bool, bool]] = []

    def commands(self) -> Iterator[Command]:
        command = Command()
        while self._at < len(self._text):
            letter = self._text[self._at]
            if letter in _SEPARATORS:
                if command.words:
                    yield command
                    command = Command()
                self._at += 1
                if letter == "\n":
                    self._heredocs()
            elif self._passes(letter):
                continue
            elif found := _HEREDOC.match(self._text, self._at):
                name = found[2] or found[3] or found[4]
                self._due.append((command, name, bool(found[4]), bool(found[1])))
                self._at = found.end()
            elif found := _REDIRECT.match(self._text, self._at):
                self._at = found.end()
                self._skip_blanks()
                self._word()
            else:
                command.words.append(self._word())
        self._heredocs()
        if command.words:
            yield command

    def _passes(self, letter: str) -> bool:
        """Go on behind what stands between words: a blank, a continued line, a comment."""
        before = self._at
        if letter in _BLANKS:
            self._at += 1
        elif self._text.startswith("\\\n", self._at):
            self._at += 2
        elif letter == "#":
            self._at = self._end_of_line()
        return self._at > before

    def _skip_blanks(self) -> None:
        while self._text[self._at : self._at + 1] in (" ", "\t"):
            self._at += 1

    def _end_of_line(self) -> int:
        end = self._text.find("\n", self._at)
        return len(self._text) if end < 0 else end

    def _word(self) -> Piece:
        self._letters, self._offsets = [], []
        while self._at < len(self._text):
            letter = self._text[self._at]
            if letter in _SEPARATORS or letter in _BLANKS:
                break
            if letter == "'":
                self._single()
            elif letter == '"':
                self._double()
            elif self._text.startswith("$'", self._at):
                self._ansi()
            elif letter == "\\":
                self._escaped()
            else:
                self._plain_or_unknown(letter)
        return self._piece()

    def _piece(self) -> Piece:
        offsets = (*self._offsets, self._at)
        return Piece(text="".join(self._letters), offsets=offsets, source=self._source)

    def _add(self, letters: str, at: int) -> None:
        for each in letters:
            self._letters.append(each)
            self._offsets.append(at)

    def _single(self) -> None:
        end = self._text.find("'", self._at + 1)
        if end < 0:
            raise _UnreadableError(self._at, "A single quote begins here that is never closed.")
        for at in range(self._at + 1, end):
            self._add(self._text[at], at)
        self._at = end + 1

    def _double(self) -> None:
        start = self._at
        self._at += 1
        while self._at < len(self._text):
            letter = self._text[self._at]
            if letter == '"':
                self._at += 1
                return
            following = self._text[self._at + 1 : self._at + 2]
            if letter == "\\" and following in ('"', "\\", "$", "`", "\n"):
                self._add(following.strip("\n"), self._at)
                self._at += 2
            else:
                self._plain_or_unknown(letter)
        raise _UnreadableError(start, "A double quote begins here that is never closed.")

    def _ansi(self) -> None:
        start = self._at
        self._at += 2
        while self._at < len(self._text):
            letter = self._text[self._at]
            if letter == "'":
                self._at += 1
                return
            if letter == "\\":
                following = self._text[self._at + 1 : self._at + 2]
                self._add(_ANSI.get(following, f"\\{following}"), self._at)
                self._at += 2
            else:
                self._add(letter, self._at)
                self._at += 1
        raise _UnreadableError(start, "A single quote begins here that is never closed.")

    def _escaped(self) -> None:
        following = self._text[self._at + 1 : self._at + 2]
        self._add(following.strip("\n"), self._at)
        self._at += 2

    def _plain_or_unknown(self, letter: str) -> None:
        """One letter as it is, or a mark for what begins here and only a shell can work out."""
        at = self._at
        if letter == "`":
            end = self._text.find("`", at + 1)
            if end < 0:
                raise _UnreadableError(at, "A backquote begins here that is never closed.")
            self._add("\ue000\ue001", at)
            self._at = end + 1
        elif self._text.startswith("$(", at):
            self._add("\ue000\ue001", at)
            self._at = self._closed(at)
        elif found := _VARIABLE.match(self._text, at):
            self._add(f"\ue000{found[1] or found[2] or ''}\ue001", at)
            self._at = found.end()
        else:
            self._add(letter, at)
            self._at += 1

    def _closed(self, start: int) -> int:
        """Behind the parenthesis that closes the one at ``$(``."""
        depth = 0
        for at in range(start + 1, len(self._text)):
            depth += {"(": 1, ")": -1}.get(self._text[at], 0)
            if not depth:
                return at + 1
        raise _UnreadableError(start, "`$(` begins here and is never closed.")

    def _heredocs(self) -> None:
        """What the commands of the line read, which stands below it."""
        for command, name, expands, stripped in self._due:
            start = self._at
            self._letters, self._offsets = [], []
            while True:
                if self._at >= len(self._text):
                    raise _UnreadableError(start, f"A here-document is not ended by {name!r}.")
                end = self._end_of_line()
                line = self._text[self._at : end]
                if stripped:
                    self._at += len(line) - len(line.lstrip("\t"))
                if (line.lstrip("\t") if stripped else line) == name:
                    break
                self._line(min(end + 1, len(self._text)), expands=expands)
            command.heredoc = self._piece()
            self._at = min(end + 1, len(self._text))
        self._due.clear()

    def _line(self, end: int, *, expands: bool) -> None:
        while self._at < end:
            if expands:
                self._plain_or_unknown(self._text[self._at])
            else:
                self._add(self._text[self._at], self._at)
                self._at += 1
