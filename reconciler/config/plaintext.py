"""Secrets that stand in a file, and placeholders that were left where a value belongs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from reconciler.config.references import Template

_PLACEHOLDER = re.compile(r"<[A-Z][A-Z0-9_ -]*>|##[^#\n]{1,60}##")
_UNFILLED = re.compile(r"\$\{[^{}\n]*\}?")
_LEFT_TO_DO = re.compile(r"(?:change|replace)[ _-]?me|todo|tbd|fixme|x{3,}", re.IGNORECASE)

PLAINTEXT: Final = (
    "is secret and stands in the file, where everybody sees it who sees the repository. Write a"
    " reference like `${env:NAME}`; where that does not matter, say `allowPlaintextSecrets: true`"
    " in the environment."
)
DEFAULT: Final = (
    "is secret, and the default of its reference stands in the file. Leave the default out, or say"
    " `allowPlaintextSecrets: true` in the environment."
)
PLACEHOLDER: Final = (
    "holds a placeholder that was never replaced, and Novu would take it for the value. Write the"
    " value, or a reference like `${env:NAME}`."
)


def has_placeholder(template: Template) -> bool:
    """Whether the text around references holds something that was meant to be replaced.

    ``<UPPER_CASE>`` and ``##ANYTHING##`` count anywhere in it; ``changeme``, ``todo`` and their
    like only where they are all of it.
    """
    return any(
        _PLACEHOLDER.search(part) or _LEFT_TO_DO.fullmatch(part.strip())
        for part in template.parts
        if isinstance(part, str)
    )


def is_placeholder(value: str) -> bool:
    """Whether a value from outside is nothing but a placeholder, like a variable never replaced.

    Stricter than for text in a file: whatever a real secret may look like must pass.
    """
    text = value.strip()
    return bool(_PLACEHOLDER.fullmatch(text) or _UNFILLED.fullmatch(text))


def is_written_down(template: Template) -> bool:
    """Whether all of a value stands in the file."""
    return template.is_public and template.parts != ()


def has_default(template: Template) -> bool:
    """Whether a part of a value may come from the file."""
    return any(reference.default for reference in template.references)
