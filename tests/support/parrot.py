"""A server that repeats what it was told: the worst that a server or a proxy can do to a secret."""

from __future__ import annotations

import base64
import contextlib
import json
import re
import threading
import zlib
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

from reconciler.sandbox.wire import Request, Response

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from support.channels import Notebook

    from reconciler.sandbox.application import Sandbox

HEAD = "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\nConnection: close\r\n{more}\r\n"


def answer(
    body: str, *, status: str = "200 OK", kind: str = "application/json", more: str = ""
) -> bytes:
    """A whole HTTP answer."""
    raw = body.encode()
    head = HEAD.format(status=status, kind=kind, length=len(raw), more=more)
    return head.encode("utf-8") + raw


def refusal(status: int, said: str) -> bytes:
    """A refusal as Novu words it, with what was said in every place for words."""
    body = {
        "statusCode": status,
        "message": f"Integration {said} cannot be saved",
        "error": said,
        "path": f"/v1/integrations?{said}",
        "ctx": {"value": said},
        "errors": {
            "credentials.apiKey": {"messages": [said, f"must not be {said}"], "value": said}
        },
    }
    return answer(json.dumps(body, ensure_ascii=False), status=f"{status} Refused")


def one_line(said: str) -> str:
    return " ".join(said.split())


REPEATING: dict[str, Callable[[str], bytes]] = {
    **{
        f"{status} that repeats": lambda said, status=status: refusal(status, said)  # type: ignore[misc]
        for status in (400, 401, 403, 404, 409, 413, 422, 500)
    },
    "429 for a long time": lambda said: answer(
        json.dumps({"message": said}), status="429 Slow", more="Retry-After: 9999\r\n"
    ),
    "500 in HTML": lambda said: answer(f"<p>{said}</p>", status="500 No", kind="text/html"),
    "HTML as if all was well": lambda said: answer(f"<html>{said}</html>", kind="text/html"),
    "half a JSON body": lambda said: answer('{"data": {"name": ' + json.dumps(said)),
    "JSON of another shape": lambda said: answer(json.dumps({said: [said]})),
    "a row that is a text": lambda said: answer(json.dumps({"data": said})),
    "a row of wrong types": lambda said: answer(
        json.dumps({"data": {"_id": [said], "identifier": {"a": said}, "name": said}})
    ),
    "a redirect": lambda said: answer(
        "",
        status="302 Found",
        more=f"Location: https://{one_line(said)[:20]}/?{one_line(said)}\r\n",
    ),
    "a reason phrase": lambda said: answer("{}", status=f"400 {one_line(said)}"),
    "a header": lambda said: answer("{}", status="400 No", more=f"X-Said: {one_line(said)}\r\n"),
    "no HTTP at all": lambda said: said.encode() + b"\r\n\r\n",
    "a body cut off": lambda said: answer(said)[:-1].replace(b"Length: ", b"Length: 9"),
}
"""What the server answers, by what is wrong with it; each takes what the client said."""


class Parrot:
    """A sandbox on a socket whose first answers to chosen methods repeat what was said."""

    def __init__(self, sandbox: Sandbox, book: Notebook) -> None:
        self._sandbox = sandbox
        self._book = book
        self._lock = threading.Lock()
        self.methods: tuple[str, ...] = ()
        self.times = 0
        self.below = "/"
        self.how: Callable[[str], bytes] = bytes
        self.edit: Callable[[bytes], bytes] = bytes

    def repeat(
        self, how: Callable[[str], bytes], *methods: str, times: int = 1000, below: str = "/"
    ) -> None:
        """From now on answer these methods like that, so many times."""
        self.how, self.methods, self.times, self.below = how, methods, times, below

    def raw(self, request: Request) -> bytes:
        """The answer to a request, head and all."""
        with self._lock:
            repeats = (
                request.method in self.methods
                and self.times > 0
                and request.path.startswith(self.below)
            )
            self.times -= repeats
        key = request.headers.get("authorization", "")
        others = {name: each for name, each in request.headers.items() if name != "authorization"}
        self._book.note("request line and headers", f"{request.target} {others}")
        if request.path.startswith("/v2/contexts"):
            self._book.note("ledger and lock in Novu", unpacked(request.body))
        if repeats:
            return self.how(f"{key} {request.body.decode()}")
        outcome = self._sandbox.handle(request)
        assert isinstance(outcome, Response)
        return answer(self.edit(outcome.body).decode(), status=f"{outcome.status} Whatever")


_PACKED = re.compile(rb'(?<=")eJ[A-Za-z0-9+/]{6,}={0,2}(?=")')


def unpacked(body: bytes) -> bytes:
    """A body with what is packed in it (zlib, in base64) in clear: what is searched must be seen."""
    return _PACKED.sub(lambda packed: zlib.decompress(base64.b64decode(packed[0])), body)


@contextlib.contextmanager
def listening(parrot: Parrot) -> Iterator[str]:
    """Serves it on a free port; gives its address."""

    class Handler(BaseHTTPRequestHandler):
        def handle_any(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            path, _, query = self.path.partition("?")
            self.wfile.write(
                parrot.raw(
                    Request(
                        method=self.command,
                        path=path,
                        query=query,
                        headers={name.lower(): each for name, each in self.headers.items()},
                        body=self.rfile.read(length),
                    )
                )
            )
            self.close_connection = True

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = handle_any  # noqa: N815 - the library's names

        def log_message(self, *_: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True

    with Server(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()
