"""Who is calling: the environment that an API key belongs to."""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING

from reconciler.sandbox.refusals import refused, refused_plainly

if TYPE_CHECKING:
    from collections.abc import Mapping


def authenticated(header: str | None, keys: Mapping[str, str]) -> str:
    """The name of the environment whose key an ``Authorization`` header holds.

    Args:
        header: as it came; `None` where it was left out.
        keys: API keys by the environment's name.

    Raises:
        Refusal: no key, another scheme, or a key that nobody has.
    """
    if not header:
        raise refused(401, "Missing authorization header")
    scheme, _, given = header.partition(" ")
    if scheme == "Bearer" or (scheme == "ApiKey" and not given):
        # Sessions of people are Bearer tokens; the sandbox has no people.
        raise refused_plainly(401, "Unauthorized")
    if scheme != "ApiKey":
        raise refused(401, f'Invalid authentication scheme: "{scheme}"')
    for name, key in keys.items():
        if hmac.compare_digest(given.encode("utf-8", "surrogateescape"), key.encode()):
            return name
    raise refused(401, "API Key not found")
