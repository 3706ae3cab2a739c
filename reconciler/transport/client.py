"""Opens the one HTTP client of a session: certificates, proxies, connections."""

from __future__ import annotations

import logging
from contextlib import suppress
from typing import TYPE_CHECKING

from reconciler import __version__
from reconciler.errors import FileError, UsageError
from reconciler.transport import lean

if TYPE_CHECKING:
    import ssl

    import httpx

    from reconciler.transport.hosts import Address

LONGEST_CONNECT = 10.0
"""Seconds to wait for a connection at most: a host that is there answers sooner."""

KEEP_ALIVE = 4.0
"""Seconds an idle connection is used again: Node servers close theirs after five, and a request
on a connection that is just being closed could not be told from one that was carried out."""

_TALKATIVE = (
    "httpx",
    *(f"httpcore.{each}" for each in ("connection", "http11", "http2", "proxy", "socks")),
)
"""Loggers that write down status lines and headers as a server sent them. A server or a proxy may
repeat there what it was told, the API key included, and whoever embeds us may log everything."""


def open_client(
    address: Address, *, connections: int, transport: httpx.BaseTransport | None = None
) -> httpx.Client:
    """A client for one server. Redirects are not followed, certificates always verified.

    Of the environment it takes a proxy (``HTTPS_PROXY``, ``ALL_PROXY``, ``NO_PROXY``) and
    certificates (``SSL_CERT_FILE``, ``SSL_CERT_DIR``), and those only for https to another
    machine: the key must not travel through a proxy in the clear, nor what is meant for this
    machine leave it. ``.netrc`` is never read.

    Args:
        address: the server.
        connections: how many to keep open for reuse.
        transport: answers instead of the network, for tests.

    Raises:
        UsageError: the proxy cannot be used.
        FileError: the certificates cannot be read.
    """
    lean.import_httpx()
    import httpx  # noqa: PLC0415 - imported late: costs 55 ms

    for name in _TALKATIVE:
        logging.getLogger(name).disabled = True

    certificates = _certificates(address)
    # A proxy that cannot be used raises one of these. It is let go before an error is raised:
    # it repeats the proxy's address, in which a password is often written.
    with suppress(ImportError, ValueError, httpx.InvalidURL):
        return httpx.Client(
            transport=transport,
            verify=certificates,
            trust_env=address.scheme == "https" and not address.is_loopback,
            follow_redirects=False,
            headers={"User-Agent": f"novu-sync/{__version__}", "Accept": "application/json"},
            limits=httpx.Limits(
                max_connections=None,
                # Two more than threads, so that none is closed while another is being opened.
                max_keepalive_connections=connections + 2,
                keepalive_expiry=KEEP_ALIVE,
            ),
        )
    raise UsageError(
        "the proxy that the environment's variables name cannot be used",
        "Correct HTTPS_PROXY or ALL_PROXY to an http:// or https:// address, or unset them.",
    )


def _certificates(address: Address) -> ssl.SSLContext:
    import ssl  # noqa: PLC0415 - comes with httpx

    import httpx  # noqa: PLC0415 - imported already

    if address.scheme == "http":
        # Never used, trusts nobody, and spares the 17 ms of reading the authorities.
        return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    try:
        return httpx.create_ssl_context()
    except OSError:
        raise FileError(
            "the certificates that SSL_CERT_FILE or SSL_CERT_DIR name cannot be read",
            "Correct the variable: it names a file of PEM certificates.",
        ) from None
