"""``${vault:mount/path#key}``: a value of a Vault server's key-value store (version 2).

The server and the token come from the variables ``VAULT_ADDR`` and ``VAULT_TOKEN``, as for Vault's
own command line. Nothing here prints or logs, and no message holds a value: novu-sync tells the
kind of an exception only.
"""

from __future__ import annotations

import json
import os
from urllib.error import HTTPError, URLError
from urllib.parse import quote
from urllib.request import HTTPRedirectHandler, Request, build_opener


class _NoRedirects(HTTPRedirectHandler):
    """The token goes to the server that was named and to no other."""

    def redirect_request(self, *_: object, **__: object) -> None:
        """Follow none."""


def read(argument: str) -> str:
    """The value of a key.

    Args:
        argument: like ``secret/smtp#password``.

    Raises:
        LookupError: there is no such secret, or it has no such key.
        PermissionError: the token may not read it, or there is none.
        ConnectionError: the server cannot be reached, or is no Vault that works.
    """
    path, _, key = argument.partition("#")
    mount, _, name = path.strip("/").partition("/")
    if not (mount and name and key):
        raise LookupError("write mount/path#key")
    if "VAULT_ADDR" not in os.environ or "VAULT_TOKEN" not in os.environ:
        raise PermissionError("VAULT_ADDR and VAULT_TOKEN are not both set")
    address = f"{os.environ['VAULT_ADDR'].rstrip('/')}/v1/{quote(mount)}/data/{quote(name)}"
    if not address.startswith(("https://", "http://")):
        raise ConnectionError("VAULT_ADDR is no address")
    request = Request(address, headers={"X-Vault-Token": os.environ["VAULT_TOKEN"]})  # noqa: S310 - the scheme was looked at
    try:
        with build_opener(_NoRedirects).open(request, timeout=10) as answer:
            value = json.load(answer)["data"]["data"][key]
    except HTTPError as error:
        kind = {403: PermissionError, 404: LookupError}.get(error.code, ConnectionError)
        raise kind(f"Vault answered {error.code}") from None
    except URLError:
        raise ConnectionError("Vault cannot be reached") from None
    return value if isinstance(value, str) else json.dumps(value)
