"""The bodies that curl commands would send to create integrations."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from reconciler.findings import finding

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from reconciler.findings import Finding
    from reconciler.importing.pieces import Piece
    from reconciler.importing.shell import Command

_CREATES = re.compile(r"/v1/integrations/?(?:[?#].*)?$", re.DOTALL)
_DATA: Final = frozenset(
    ("-d", "--data", "--data-raw", "--data-binary", "--data-ascii", "--data-urlencode", "--json")
)
_FLAGS: Final = frozenset("aBfgGiIjJkKlLnNOpqRsSvZ0123464#:")
"""Short options of curl that take no value."""
_LONG_FLAGS: Final = frozenset(
    (
        "--silent", "--show-error", "--fail", "--fail-with-body", "--location", "--insecure",
        "--include", "--verbose", "--compressed", "--globoff", "--http1.1", "--http2", "--ipv4",
        "--ipv6", "--no-progress-meter", "--progress-bar", "--get", "--head", "--no-buffer",
        "--tlsv1.2", "--tlsv1.3", "--ssl-reqd", "--remote-name", "--disable", "--next",
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class _Request:
    method: str
    url: str
    data: Piece | None


def bodies(
    commands: Iterable[Command], read: Callable[[Piece], Piece | Finding]
) -> Iterator[Piece | Finding]:
    """What the curl commands among others send to create integrations.

    Args:
        commands: of one file.
        read: the file that an argument like ``@body.json`` names.

    Yields:
        The body of a request, or what is to be said of a curl command that makes no integration.
    """
    for command in commands:
        at = next((at for at, word in enumerate(command.words) if _is_curl(word)), None)
        if at is not None:
            yield _body(command, command.words[at], _request(command.words[at + 1 :]), read)


def _is_curl(word: Piece) -> bool:
    return word.text.rpartition("/")[2] == "curl"


def _body(
    command: Command,
    curl: Piece,
    request: _Request,
    read: Callable[[Piece], Piece | Finding],
) -> Piece | Finding:
    place = curl.place(0)
    if request.method != "POST" or not _CREATES.search(request.url):
        detail = (
            f"The command sends {request.method}, or not to `/v1/integrations`: it makes no"
            " integration, so nothing was taken from it. Only POST requests that create one are."
        )
        return finding("NS357", detail, location=place)
    data = request.data
    if data is not None and data.text == "@-":
        data = command.heredoc
    if data is None:
        detail = "The command sends no body with `--data`, so nothing was taken from it."
        return finding("NS357", detail, location=place)
    return read(data) if data.text.startswith("@") else data


def _request(words: list[Piece]) -> _Request:
    method, url = "", ""
    data: Piece | None = None
    for name, value in _options(words):
        if name in ("-X", "--request"):
            method = value.text.upper()
        elif name in ("", "--url"):
            url = value.text
        elif name in _DATA:
            data = value
    return _Request(method=method or ("GET" if data is None else "POST"), url=url, data=data)


def _options(words: list[Piece]) -> Iterator[tuple[str, Piece]]:
    """Options with their values; a word that belongs to none has the name ``""``."""
    rest = iter(words)
    for word in rest:
        text = word.text
        if text.startswith("--"):
            if text not in _LONG_FLAGS and not text.startswith("--no-"):
                yield text, next(rest, word)
        elif text.startswith("-") and len(text) > 1:
            yield from _short(word, rest)
        else:
            yield "", word


def _short(word: Piece, rest: Iterator[Piece]) -> Iterator[tuple[str, Piece]]:
    """One word of short options like ``-sSXPOST``: the first that takes a value takes the rest."""
    for at, letter in enumerate(word.text[1:], start=1):
        if letter in _FLAGS:
            continue
        end = at + 1
        if end < len(word.text):
            yield f"-{letter}", word.tail(end)
        else:
            yield f"-{letter}", next(rest, word)
        return
