"""A server of Terraform's HTTP state protocol, on a free port of this machine.

Two kinds: as the protocol's own page tells it (LOCK and UNLOCK at the address itself, 423 where it
is held), and as GitLab does it (POST and DELETE at ``/lock``, 409, no content where there is no
state, every version kept, no write without the lock's id while it is held).
"""

from __future__ import annotations

import base64
import json
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass
class States:
    """What a server holds, and how it is.

    Attributes:
        gitlab: it does as GitLab.
        user: name and password that it asks for.
        body: the state.
        versions: how many it was given.
        lock: information of the lock that is held.
        ahead: seconds by which its clock is ahead.
        asked: method and path of every request.
        refuse: statuses to answer instead of doing anything, one a request of that method.
        after: as `refuse`, but that it is done first.
        url: where it is.
    """

    gitlab: bool = False
    user: tuple[str, str] | None = None
    body: bytes = b""
    versions: int = 0
    lock: dict[str, Any] | None = None
    ahead: float = 0.0
    asked: list[str] = field(default_factory=list)
    refuse: dict[str, list[int]] = field(default_factory=dict)
    after: dict[str, list[int]] = field(default_factory=dict)
    url: str = ""
    turn: threading.Lock = field(default_factory=threading.Lock)

    def answer(self, method: str, path: str, body: bytes) -> tuple[int, bytes]:
        """Do what is asked."""
        parts = urlsplit(path)
        lock_id = parse_qs(parts.query).get("ID", [""])[0]
        at_lock = parts.path.endswith("/lock")
        take, release = ("POST", "DELETE") if self.gitlab else ("LOCK", "UNLOCK")
        is_lock = at_lock if self.gitlab else True
        if is_lock and method == take and (at_lock or not self.gitlab):
            return self._take(body)
        if is_lock and method == release:
            return self._release(body)
        if method == "GET":
            nothing = 204 if self.gitlab else 404
            return (200, self.body) if self.body else (nothing, b"")
        if method in ("POST", "PUT"):
            return self._write(body, lock_id)
        return 405, b""

    def _take(self, body: bytes) -> tuple[int, bytes]:
        if self.lock is not None:
            return 409 if self.gitlab else 423, json.dumps(self.lock).encode()
        self.lock = json.loads(body)
        return 200, b""

    def _release(self, body: bytes) -> tuple[int, bytes]:
        told = json.loads(body) if body else {}
        if self.lock is not None and told.get("ID") != self.lock["ID"]:
            return 409, json.dumps(self.lock).encode()
        found, self.lock = self.lock, None
        return (200 if found or not self.gitlab else 404), b""

    def _write(self, body: bytes, lock_id: str) -> tuple[int, bytes]:
        if self.lock is not None and lock_id != self.lock["ID"]:
            return 409 if self.gitlab else 423, json.dumps(self.lock).encode()
        if self.gitlab and self.body:
            serial = json.loads(body)["serial"]
            if serial <= json.loads(self.body)["serial"]:
                return 422, b""
        self.body, self.versions = body, self.versions + 1
        return 200, b""


@contextmanager
def serving(**how: Any) -> Iterator[States]:  # noqa: ANN401 - the attributes of `States`
    """A server while the block lasts."""
    states = States(**how)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def date_time_string(self, timestamp: float | None = None) -> str:
            """The server's own time."""
            return formatdate((timestamp or time.time()) + states.ahead, usegmt=True)

        def handle_any(self) -> None:
            """Answer one request."""
            length = int(self.headers.get("Content-Length") or 0)
            body = self.rfile.read(length)
            with states.turn:
                states.asked.append(f"{self.command} {urlsplit(self.path).path}")
                status, answer = self._answer(body)
            self.send_response(status)
            self.send_header("Content-Length", str(len(answer)))
            if status == 302:
                self.send_header("Location", "https://elsewhere.example/")
            self.end_headers()
            self.wfile.write(answer)

        def _answer(self, body: bytes) -> tuple[int, bytes]:
            if states.user is not None:
                pair = ":".join(states.user).encode()
                wanted = f"Basic {base64.b64encode(pair).decode()}"
                if self.headers.get("Authorization") != wanted:
                    return 401, b"{}"
            if queue := states.refuse.get(self.command):
                return queue.pop(0), b"planted words of the server"
            done = states.answer(self.command, self.path, body)
            if queue := states.after.get(self.command):
                return queue.pop(0), b""
            return done

        do_GET = do_POST = do_PUT = do_DELETE = handle_any  # noqa: N815 - the library's names
        do_LOCK = do_UNLOCK = handle_any  # noqa: N815 - as above

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    states.url = f"http://127.0.0.1:{server.server_port}/state/novu"
    try:
        yield states
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
