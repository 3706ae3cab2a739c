"""Secrets that are easy to recognise, and the search for them in whatever came out of a run."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
import shlex
import urllib.parse
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import yaml

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence


@dataclass(frozen=True, slots=True, kw_only=True)
class Planted:
    """A secret of the tests.

    Attributes:
        value: the whole of it.
        marks: parts that stand nowhere else; finding one is finding a piece of the secret.
    """

    value: str
    marks: tuple[str, ...]


PLANTED = {
    "PLANTED_PEM": Planted(
        value="-----BEGIN PRIVATE KEY-----\nplantedPEMq7Zx1Lw9\nplantedPEMtailV3k2\n-----END PRIVATE KEY-----\n",
        marks=("plantedPEMq7Zx1Lw9", "plantedPEMtailV3k2"),
    ),
    "PLANTED_JSON": Planted(
        value='{"private_key_id": "planted-json-id-51c9", "private_key": "planted-json-key\\nB82f1e77aa"}',
        marks=("planted-json-id-51c9", "planted-json-key", "B82f1e77aa"),
    ),
    "PLANTED_UNICODE": Planted(
        value="plänted-ключ-秘密-🔑-Ünïcode", marks=("plänted-ключ", "秘密-🔑-Ünïcode")
    ),
    "PLANTED_QUOTES": Planted(
        value="planted\"dou'ble`tick\\back<&>%20 77", marks=("planted\"dou'ble", "tick\\back<&>%20")
    ),
    "PLANTED_LINES": Planted(
        value="planted-first-a81\r\n\tplanted-second-b92",
        marks=("planted-first-a81", "planted-second-b92"),
    ),
    "PLANTED_NUMBER": Planted(value="739182645001927", marks=("7391826450", "2645001927")),
    "PLANTED_NAME": Planted(value="planted name 4411", marks=("planted name",)),
    "PLANTED_FIELD": Planted(value="planted-condition-6d2e", marks=("planted-condition",)),
    "NOVU_DEVELOPMENT_API_KEY": Planted(
        value="planted-api-key-development-9931", marks=("planted-api-key", "lopment-9931")
    ),
    "NOVU_PRODUCTION_API_KEY": Planted(
        value="planted-api-key-production-2207", marks=("planted-api-key", "duction-2207")
    ),
}
"""Every kind of secret that a project may hold, by the variable that it comes from."""

ROTATED = {
    "PLANTED_PEM": Planted(value="rotatedPEMzz81kQ0s\nrotatedPEM2", marks=("rotatedPEMzz81kQ0s",)),
    "PLANTED_UNICODE": Planted(value="rötated-ключ-🗝", marks=("rötated-ключ",)),
    "PLANTED_NUMBER": Planted(value="518820047716394", marks=("5188200477", "0047716394")),
    "PLANTED_NAME": Planted(value="rotated name 5522", marks=("rotated name",)),
}
"""What some of them become later."""

STORED = Planted(value="planted-on-the-server-77b1", marks=("planted-on-the-server",))
"""What an older server, which gives credentials back, says that it holds."""


def everything() -> tuple[Planted, ...]:
    """All that must be found nowhere."""
    return (*PLANTED.values(), *ROTATED.values(), STORED)


def leaks(text: bytes) -> list[str]:
    """Which forms of which secrets are in a text; a leak is named and not repeated."""
    return [name for name, form in _needles() if form in text]


@cache
def _needles() -> tuple[tuple[str, bytes], ...]:
    found: dict[bytes, str] = {}
    for planted in everything():
        for part in (planted.value, *planted.marks):
            for form, needle in forms(part):
                found.setdefault(needle, f"{planted.marks[0]!r} as {form}")
        for form, needle in _hashes(planted.value):
            found.setdefault(needle, f"{planted.marks[0]!r} as {form}")
    return tuple((name, needle) for needle, name in found.items())


@cache
def needles(values: tuple[str, ...]) -> tuple[tuple[str, bytes], ...]:
    """What to search for to find any of these secrets or a piece of one, with a name of each.

    The name is the secret's place in the list and never the secret. What holds another needle
    needs no search of its own.
    """
    found: dict[bytes, str] = {}
    for at, value in enumerate(values):
        for part in (value, *pieces(value)):
            for form, needle in forms(part):
                found.setdefault(needle, f"secret {at} as {form}")
        for form, needle in _hashes(value):
            found.setdefault(needle, f"secret {at} as {form}")
    shortest: list[bytes] = []
    for needle in sorted(found, key=len):
        if not any(each in needle for each in shortest):
            shortest.append(needle)
    return tuple((found[needle], needle) for needle in shortest)


def hidden_in(text: bytes, wanted: Sequence[tuple[str, bytes]]) -> list[str]:
    """The names of what was found in a text."""
    return [name for name, needle in wanted if needle in text]


PIECE = 10
"""Characters of the shortest piece of a secret that nothing else holds by chance."""


def pieces(value: str) -> Iterator[str]:
    """Parts of a secret that say too much: its lines, strings of JSON, words, and both halves."""
    for part in re.split(r"[\r\n\t]+|\\\\n|\": ?\"|\", ?\"|[{}]", value):
        if len(part) >= PIECE and not part.startswith("-----"):  # what every key begins with
            yield part
            if len(part) >= 2 * PIECE:
                yield part[: len(part) // 2]
                yield part[len(part) // 2 :]


def forms(text: str) -> Iterator[tuple[str, bytes]]:
    """Every way in which a text may hide in another, with its name."""
    raw = text.encode()
    ascii_json = json.dumps(text)[1:-1]
    yield "plain", raw
    yield "JSON", ascii_json.encode()
    yield "JSON with its own letters", json.dumps(text, ensure_ascii=False)[1:-1].encode()
    yield "JSON in JSON", json.dumps(ascii_json)[1:-1].encode()
    yield "Python's repr", repr(text)[1:-1].encode()
    yield "Python's repr of bytes", repr(raw)[2:-1].encode()
    yield "escapes", text.encode("unicode_escape")
    yield from (("YAML", each) for each in _yaml(text))
    yield "a shell's quotes", shlex.quote(text).encode()
    yield "HTML", html.escape(text).encode()
    yield "hexadecimal", raw.hex().encode()
    yield from (("URL", each.encode()) for each in _quoted(text))
    yield from (("base64", each) for each in _base64(raw))


def _yaml(text: str) -> Iterator[bytes]:
    """In double and single quotes, without the quotes and without a last line break."""
    for allow_unicode in (True, False):
        whole = yaml.safe_dump(
            text, default_style='"', width=10**9, allow_unicode=allow_unicode
        ).removesuffix("\n")
        yield whole[1:-1].encode()
    yield text.replace("'", "''").encode()


def _quoted(text: str) -> Iterable[str]:
    strict = urllib.parse.quote(text, safe="")
    return (
        strict,
        strict.lower(),
        urllib.parse.quote(text),
        urllib.parse.quote_plus(text),
        urllib.parse.quote(text, safe="/:@!$&'()*+,;="),
    )


def _base64(raw: bytes) -> Iterator[bytes]:
    """Wherever the text begins in what was encoded; the ends, which depend on that, are cut off."""
    for before in range(3):
        padded = b"\0" * before + raw
        whole = len(padded) // 3 * 3
        cut = base64.b64encode(padded[:whole])[4 if before else 0 :]
        yield cut
        yield cut.translate(bytes.maketrans(b"+/", b"-_"))


def _hashes(value: str) -> Iterator[tuple[str, bytes]]:
    for name in ("md5", "sha1", "sha256", "sha512"):
        digest = hashlib.new(name, value.encode(), usedforsecurity=False)
        yield name, digest.hexdigest().encode()
        yield f"{name} in base64", base64.b64encode(digest.digest()).rstrip(b"=")
