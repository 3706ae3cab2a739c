"""Puts a sandbox on a socket of this machine. All of HTTP's own business is aiohttp's."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import signal
import threading
from typing import TYPE_CHECKING

from reconciler.errors import UsageError, WorldError
from reconciler.sandbox.bodies import LIMIT
from reconciler.sandbox.wire import Dropped, Request

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
    from types import ModuleType

    from aiohttp.web import BaseRequest, StreamResponse

    from reconciler.sandbox.application import Sandbox

LOOPBACK = "127.0.0.1"
_PAGE = "/"


def serve(
    sandbox: Sandbox,
    *,
    ready: Callable[[str], None],
    host: str = LOOPBACK,
    port: int = 0,
    latency: float = 0.0,
) -> None:
    """Answer requests until SIGINT or SIGTERM; call it from the main thread.

    Args:
        sandbox: answers them; it is not closed.
        ready: told the base URL once requests are answered, like ``http://127.0.0.1:8377``.
        host: a loopback address or ``localhost``.
        port: 0 takes a free one.
        latency: seconds that every answer of the API takes longer.

    Raises:
        UsageError: the host is not this machine's loopback, or the server library is missing.
        WorldError: the port is taken, or cannot be listened on.
    """

    async def until_told() -> None:
        stop = asyncio.Event()
        for each in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(each, stop.set)
        async with _listening(sandbox, host, port, latency) as url:
            ready(url)
            await stop.wait()

    asyncio.run(until_told())


@contextlib.contextmanager
def running(
    sandbox: Sandbox, *, host: str = LOOPBACK, port: int = 0, latency: float = 0.0
) -> Iterator[str]:
    """Answer requests in a thread of its own, for as long as the ``with`` statement lasts.

    Args:
        sandbox: answers them; it is not closed.
        host: a loopback address or ``localhost``.
        port: 0 takes a free one.
        latency: seconds that every answer of the API takes longer.

    Yields:
        The base URL, like ``http://127.0.0.1:40123``.

    Raises:
        UsageError: as `serve`.
        WorldError: as `serve`.
    """
    begun = threading.Event()
    told: list[tuple[str, Callable[[], object]]] = []
    failed: list[Exception] = []

    async def until_told() -> None:
        stop = asyncio.Event()
        async with _listening(sandbox, host, port, latency) as url:
            loop = asyncio.get_running_loop()
            told.append((url, lambda: loop.call_soon_threadsafe(stop.set)))
            begun.set()
            await stop.wait()

    def work() -> None:
        try:
            asyncio.run(until_told())
        except (UsageError, WorldError) as problem:
            failed.append(problem)
        finally:
            begun.set()

    thread = threading.Thread(target=work, name="sandbox", daemon=True)
    thread.start()
    begun.wait()
    if failed:
        thread.join()
        raise failed[0]
    url, end = told[0]
    try:
        yield url
    finally:
        end()
        thread.join()


@contextlib.asynccontextmanager
async def _listening(sandbox: Sandbox, host: str, port: int, latency: float) -> AsyncIterator[str]:
    web = _library()
    _check_host(host)
    answer = _answering(web, sandbox, latency)
    server = web.Server(answer, access_log=None, auto_decompress=False, lingering_time=1.0)
    runner = web.ServerRunner(server, shutdown_timeout=0.1)
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, host, port).start()
        except (OSError, OverflowError) as problem:
            why = str(problem.args[-1]).rpartition(": ")[2]  # asyncio's text repeats the address
            raise WorldError(
                f"the sandbox cannot listen on {host}, port {port}: {why}",
                "Choose another port with --port; 0 takes a free one.",
            ) from None
        yield f"http://{f'[{host}]' if ':' in host else host}:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


def _answering(
    web: ModuleType, sandbox: Sandbox, latency: float
) -> Callable[[BaseRequest], Awaitable[StreamResponse]]:
    async def answer(request: BaseRequest) -> StreamResponse:
        path, _, query = request.raw_path.partition("?")
        with sandbox.visit() as visit:
            try:
                body = await request.read()
            except web.HTTPRequestEntityTooLarge:
                body = b" " * (LIMIT + 1)  # more than the library reads: too large for Novu, too
            outcome = sandbox.handle(
                Request(
                    method=request.method,
                    path=path,
                    query=query,
                    headers={name.lower(): value for name, value in request.headers.items()},
                    body=body,
                ),
                visit=visit,
            )
            if pause := outcome.delay + (latency if path != _PAGE else 0.0):
                await asyncio.sleep(pause)
        if isinstance(outcome, Dropped):
            if request.transport is not None:  # pragma: no branch - None if the client left first
                request.transport.abort()
            return _as_answer(web.StreamResponse())
        return _as_answer(
            web.Response(status=outcome.status, headers=outcome.headers, body=outcome.body)
        )

    return answer


def _as_answer(response: StreamResponse) -> StreamResponse:
    """Gives the library's untyped module its types back."""
    return response


def _library() -> ModuleType:
    try:
        from aiohttp import web  # noqa: PLC0415 - imported late: an extra, and costs 150 ms
    except ImportError:
        raise UsageError(
            "the sandbox needs a server library that is not installed",
            "Install it with: pip install 'novu-sync[sandbox]'",
        ) from None
    return web


def _check_host(host: str) -> None:
    with contextlib.suppress(ValueError):
        if host == "localhost" or ipaddress.ip_address(host).is_loopback:
            return
    raise UsageError(
        f"the sandbox does not listen on {host}",
        "It knows no people and no passwords, so it stays on this machine: take 127.0.0.1.",
    )
