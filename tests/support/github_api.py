"""As much of GitHub's API as a comment on a pull request needs."""

from __future__ import annotations

import json
import re
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator

BOT = "github-actions[bot]"
TOKEN = "made-up-token-of-the-job"


@dataclass
class GitHub:
    """One repository.

    Attributes:
        comments: by pull request, oldest first.
        merged: the pull requests that a commit came with.
        may_write: whether the job's token may comment.
        url: of the API, while it is running.
    """

    comments: dict[int, list[dict[str, Any]]] = field(default_factory=dict)
    merged: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    may_write: bool = True
    url: str = ""

    def comment(self, number: int, body: str, author: str = BOT) -> dict[str, Any]:
        """Write a comment, as somebody."""
        known = sum(map(len, self.comments.values()))
        made = {"id": known + 1, "user": {"login": author}, "body": body}
        self.comments.setdefault(number, []).append(made)
        return made

    def answer(self, method: str, target: str, body: Any) -> tuple[int, Any]:  # noqa: ANN401 - JSON
        """What the API answers."""
        path = urlsplit(target).path
        query = parse_qs(urlsplit(target).query)
        if method != "GET" and not self.may_write:
            return 403, {"message": "Resource not accessible by integration"}
        if found := re.fullmatch(r"/repos/acme/notifications/issues/(\d+)/comments", path):
            number = int(found[1])
            if method == "POST":
                return 201, self.comment(number, body["body"])
            size, page = int(query["per_page"][0]), int(query["page"][0])
            return 200, self.comments.get(number, [])[(page - 1) * size : page * size]
        if found := re.fullmatch(r"/repos/acme/notifications/issues/comments/(\d+)", path):
            for each in (one for some in self.comments.values() for one in some):
                if each["id"] == int(found[1]):
                    each["body"] = body["body"]
                    return 200, each
        if found := re.fullmatch(r"/repos/acme/notifications/commits/(\w+)/pulls", path):
            return 200, self.merged.get(found[1], [])
        return 404, {"message": "Not Found"}


@contextmanager
def serving(github: GitHub) -> Iterator[GitHub]:
    """Serve it on a free port of this machine."""

    class Handler(BaseHTTPRequestHandler):
        def _handle(self) -> None:
            length = int(self.headers.get("content-length") or 0)
            body = json.loads(self.rfile.read(length)) if length else None
            if self.headers["authorization"] != f"Bearer {TOKEN}":
                status, answer = 401, {"message": "Bad credentials"}
            else:
                status, answer = github.answer(self.command, self.path, body)
            text = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("content-length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        do_GET = do_POST = do_PATCH = _handle  # noqa: N815 - the library's names

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        github.url = f"http://127.0.0.1:{server.server_port}"
        try:
            yield github
        finally:
            server.shutdown()
            thread.join()
