"""Where an API key may be sent, decided from the address alone.

Novu's own hosts and this machine are always allowed. Any other host must be named by whoever runs
the command (``--allow-host``, ``NOVU_SYNC_ALLOWED_HOSTS``), never by the project's files alone:
a pull request must not be able to send the key away.
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from reconciler.errors import GuardError, UsageError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

NOVU_HOSTS = ("api.novu.co", "eu.api.novu.co")
"""Novu's cloud: United States and European Union."""

_DEFAULT_PORTS = {"http": 80, "https": 443}
_NAME = re.compile(
    r"(?:[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?\.)*[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?\.?"
)
_PATH = re.compile(r"(?:/[A-Za-z0-9._~-]+)*")
_ENTRY = re.compile(r"(?P<host>\[[0-9a-f:.]+\]|[^\s:/@\[\]]+)(?::(?P<port>\d{1,5}))?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """A server's address, taken apart and put together again, so that nothing odd is left in it.

    Attributes:
        scheme: ``http`` or ``https``.
        host: a name in ASCII or an IP address, lower case, without brackets.
        port: where it listens.
        path: a prefix of every path, like ``/novu``; empty or without a slash at its end.
    """

    scheme: str
    host: str
    port: int
    path: str = ""

    @property
    def place(self) -> str:
        """Host and port for people and headers; the scheme's own port is left out."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def url(self) -> str:
        """The address as a URL, without a slash at its end."""
        return f"{self.scheme}://{self.place}{self.path}"

    @property
    def is_loopback(self) -> bool:
        """Whether it names this machine: 127.0.0.0/8, ::1 or ``localhost``."""
        return self.host == "localhost" or _is_loopback_ip(self.host)


def parse(url: str) -> Address:
    """Take an address apart.

    Raises:
        GuardError: it is not a plain ``http`` or ``https`` address: no host, a user name or
            password in it, a query, a character that different programs read differently.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise _unusable("it cannot be read as a URL") from None
    if parts.scheme not in _DEFAULT_PORTS:
        raise _unusable("it must begin with https://")
    if "@" in parts.netloc:
        raise _unusable("it must not hold a user name or a password")
    if parts.query or parts.fragment:
        raise _unusable("it must end with its path, without ? or #")
    host = parts.hostname or ""
    path = parts.path.rstrip("/")
    if not (_is_ip(host) or _NAME.fullmatch(host)):
        raise _unusable("its host must be a name in ASCII or an IP address")
    if not _PATH.fullmatch(path):
        raise _unusable("its path must be plain, like /novu")
    return Address(
        scheme=parts.scheme,
        host=host,
        port=_DEFAULT_PORTS[parts.scheme] if port is None else port,
        path=path,
    )


def _unusable(why: str) -> GuardError:
    # The address itself is not shown: a password may be written in it.
    return GuardError(
        f"the environment's apiUrl cannot be used: {why}",
        "Write it like https://api.novu.co (US), https://eu.api.novu.co (EU) or the address of"
        " your own server, without /v1.",
    )


def check(  # noqa: PLR0913 - what is asked for, and the words to refuse it with
    address: Address,
    *,
    allowed_hosts: Collection[str] = (),
    allow_insecure_http: bool = False,
    what: str = "the API key",
    where: str = "apiUrl",
    own: Collection[str] = NOVU_HOSTS,
) -> None:
    """Refuse an address that the API key, or another secret, must not be sent to.

    Args:
        address: where requests would go.
        allowed_hosts: further hosts, each ``host`` (any port) or ``host:port``; several may be
            written in one entry, with commas or spaces between them.
        allow_insecure_http: allow ``http`` to other machines.
        what: would be sent there, for people.
        where: in the project's files the address stands.
        own: hosts that need not be named.

    Raises:
        GuardError: the host is not allowed, or the key would travel in the clear.
        UsageError: an entry of `allowed_hosts` is not a host.
    """
    allowed = _entries(allowed_hosts)
    if address.is_loopback:
        return
    if address.host not in own and not any(
        host == address.host and port in (None, address.port) for host, port in allowed
    ):
        raise GuardError(
            f"{what} is not sent to {address.place}: the host is not allowed",
            f"If it is yours, add --allow-host {address.place} or name it in"
            " NOVU_SYNC_ALLOWED_HOSTS; the project's files alone cannot allow it, so that a"
            " pull request cannot send secrets away.",
        )
    if address.scheme == "http" and not allow_insecure_http:
        raise GuardError(
            f"{what} is not sent to {address.place} over plain http",
            f"Write https:// in {where}. In a network you trust, --allow-insecure-http allows it.",
        )


def _entries(allowed_hosts: Iterable[str]) -> list[tuple[str, int | None]]:
    """Hosts and ports out of what was given; a port is `None` where any will do."""
    entries = []
    for text in ",".join(allowed_hosts).replace(",", " ").lower().split():
        match = _ENTRY.fullmatch(text)
        if match is None:
            raise UsageError(
                f"{text!r} is not a host to allow",
                "Write a host or host:port, like novu.example.com or 10.0.0.5:3000.",
            )
        port = match["port"]
        entries.append((match["host"].strip("[]"), int(port) if port else None))
    return entries


def _is_ip(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return "%" not in host


def _is_loopback_ip(host: str) -> bool:
    return _is_ip(host) and ipaddress.ip_address(host).is_loopback
