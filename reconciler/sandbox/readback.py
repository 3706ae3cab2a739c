"""What API keys see of stored credentials: nothing, ciphertext, or everything in clear."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable

    from reconciler.sandbox.wire import Document

View: TypeAlias = "Callable[[Document, frozenset[str]], Document]"
"""From a row and the credential keys that are encrypted: the members that show its credentials."""

_PREFIX = "nvsk."
_BLOCK = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadBack:
    """How a generation shows credentials, by the kind of answer.

    Attributes:
        listed: in lists.
        written: in answers to creates, updates and set-primary.
        remaining: in the list that answers a delete.
    """

    listed: View
    written: View
    remaining: View


def withheld(_row: Document, _encrypted: frozenset[str]) -> Document:
    """An empty object, whatever is stored."""
    return {"credentials": {}}


def in_clear(row: Document, _encrypted: frozenset[str]) -> Document:
    """Everything, decrypted; an empty object where there is nothing."""
    return {"credentials": row.get("credentials") or {}}


def as_stored(row: Document, encrypted: frozenset[str]) -> Document:
    """As the database holds it: ciphertext for the keys that are encrypted."""
    if "credentials" not in row:
        return {}
    stored = row["credentials"]
    return {
        "credentials": {
            key: _sealed(value, row) if key in encrypted else value for key, value in stored.items()
        }
    }


def as_stored_if_any(row: Document, encrypted: frozenset[str]) -> Document:
    """The same, without the member where no credentials are stored."""
    return as_stored(row, encrypted) if row.get("credentials") else {}


def _sealed(value: str, row: Document) -> str:
    # It looks like ciphertext and changes with the value; nobody can open it, Novu's key or not.
    blocks = len(value.encode("utf-8", "surrogatepass")) // _BLOCK + 1
    text = f"{row['_id']} {value}".encode("utf-8", "surrogatepass")
    seal = hashlib.shake_256(text).hexdigest(_BLOCK * (blocks + 1))
    return f"{_PREFIX}{seal[: 2 * _BLOCK]}:{seal[2 * _BLOCK :]}"
