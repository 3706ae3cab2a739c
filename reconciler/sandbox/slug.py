"""Identifiers out of names: ``Brevo (formerly Sendinblue)`` is ``brevo-formerly-sendinblue``.

Latin letters lose their accents; Cyrillic ones are spelled in Latin; letters of other scripts are
left out, where Novu spells some of them, too.
"""

from __future__ import annotations

import re
import unicodedata

_UMLAUTS = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss", "&": " and "}
)
_CONTRACTION = re.compile(r"(\w)['’]([ts])\b")  # noqa: RUF001 - the typographic one is meant too
_WORD_ENDS = re.compile(
    r"(?<=[a-z0-9])(?=[A-Z])"  # sendGrid
    r"|(?<=[A-Z])(?=[A-Z][a-rt-z])"  # MSTeams, but not APNs: a plural stays whole
    r"|(?<=[A-Z]{2})(?=[0-9])"  # SMS77
)
_OTHERS = re.compile(r"[^a-z0-9]+")
_UNJOINED = re.compile(r"[^a-z0-9\s-]+")
_JOINTS = re.compile(r"[\s-]+")
_SYMBOLS = str.maketrans({"&": "and", "<": "less", ">": "greater", "$": "dollar", "%": "percent"})
_SMALL = dict(zip("абвгдезийклмнопрстуфхцыэ", "abvgdezijklmnoprstufhcye", strict=True))
_SMALL |= dict(zip("жчшщюя", ("zh", "ch", "sh", "sh", "yu", "ya"), strict=True))
_CYRILLIC = str.maketrans(_SMALL | {letter.upper(): latin for letter, latin in _SMALL.items()})


def slug(name: str) -> str:
    """The name as Novu has put it into an identifier since 2025.

    Lower case, words joined by hyphens, also those that only capitals set apart; German umlauts
    become two letters.
    """
    text = _CONTRACTION.sub(r"\1\2", name.translate(_UMLAUTS))
    return _OTHERS.sub("-", _WORD_ENDS.sub(" ", _latin(text)).lower()).strip("-")


def joined_slug(name: str) -> str:
    """The name as Novu put it into an identifier in 2024.

    Lower case, words joined by hyphens, ``SendGrid`` one word; some signs are spelled out, the
    others vanish.
    """
    text = _UNJOINED.sub("", _latin(name.translate(_SYMBOLS)).lower())
    return _JOINTS.sub("-", text).strip("-")


def _latin(text: str) -> str:
    spelled = unicodedata.normalize("NFKD", text.translate(_CYRILLIC))
    return spelled.encode("ascii", "ignore").decode()
