"""Keyed fingerprints: they tell that a value changed without telling the value.

The key is derived from the environment's API key (HKDF, RFC 5869, SHA-256) and bound to the
environment id, so a fingerprint of one environment says nothing in another, and whoever holds
the ledger without the API key cannot try out short passwords.
"""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING

from reconciler.secret import canonical, canonical_all

if TYPE_CHECKING:
    from reconciler.secret import Secret, Value


class Fingerprinter:
    """Makes and checks fingerprints and message authentication codes of one environment.

    Attributes:
        key_id: 16 hexadecimal digits that name the API key without telling anything about it;
            another key id in a ledger means that the API key was regenerated.
    """

    __slots__ = ("_derive", "key_id")

    def __init__(self, api_key: Secret[str], environment_id: str) -> None:
        secret_key = _bytes(api_key.reveal())
        extracted = hmac.digest(environment_id.encode(), secret_key, "sha256")
        known: dict[str, bytes] = {}

        def derive(purpose: str) -> bytes:
            key = known.get(purpose)
            if key is None:
                # HKDF-Expand for one block: 32 bytes are all that is needed. Two threads that
                # come here at once derive the same key twice, which does no harm.
                info = f"novu-sync/{purpose}".encode() + b"\x01"
                key = known[purpose] = hmac.digest(extracted, info, "sha256")
            return key

        self._derive = derive
        self.key_id = derive("key-id").hex()[:16]

    def of(self, identifier: str, path: str, value: Value) -> str:
        """The fingerprint of a value at a place: 64 hexadecimal digits.

        Args:
            identifier: the integration the value belongs to.
            path: where in it, e.g. ``credentials.apiKey``.
            value: any JSON value; secrets in it are opened here.
        """
        # Lengths first, so that no two different triples give the same bytes.
        parts = (_bytes(identifier), _bytes(path), canonical(value))
        message = b"".join([len(part).to_bytes(8, "big") + part for part in parts])
        return hmac.digest(self._derive("fingerprint"), message, "sha256").hex()

    def of_all(self, purpose: str, values: list[list[Value]]) -> str:
        """One fingerprint of many values in this order: 64 hexadecimal digits.

        Args:
            purpose: what they are; the same values for another purpose have another fingerprint.
            values: rows of JSON values; secrets in them are opened here.
        """
        key = self._derive(f"fingerprint/{purpose}")
        return hmac.digest(key, canonical_all(values), "sha256").hex()

    def mac(self, purpose: str, payload: bytes) -> str:
        """A message authentication code over a document: 64 hexadecimal digits."""
        return hmac.digest(self._derive(f"mac/{purpose}"), payload, "sha256").hex()


def _bytes(text: str) -> bytes:
    # Whatever the environment or a file held: an encoding error would tell it in its message.
    return text.encode("utf-8", "surrogatepass")
