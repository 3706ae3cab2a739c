"""Identifiers out of names: ``Brevo (formerly Sendinblue)`` is ``brevo-formerly-sendinblue``."""

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


def slug(name: str) -> str:
    """The name as Novu puts it into an identifier: lower case, words joined by hyphens.

    Latin letters lose their accents, German umlauts become two letters; letters of other scripts
    are left out, where Novu spells some of them in Latin.
    """
    text = _CONTRACTION.sub(r"\1\2", name.translate(_UMLAUTS))
    text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return _OTHERS.sub("-", _WORD_ENDS.sub(" ", text).lower()).strip("-")
