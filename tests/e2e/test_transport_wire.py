"""Real sockets, a real server, and everything odd that it may answer."""

from __future__ import annotations

import json
import shutil
import socket
import ssl
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from reconciler.errors import (
    ApiKeyError,
    FileError,
    NetworkError,
    ResponseError,
    StatusError,
    UsageError,
)
from reconciler.novu.integrations import Integrations
from reconciler.novu.observe import observe
from reconciler.secret import Secret
from reconciler.transport.session import Session

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from reconciler.errors import NovuSyncError

KEY = "nv_planted_key"
HOST = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as it came over the wire."""

    method: str
    path: str
    head: str
    body: bytes


def reply(
    status: str, body: object = None, *, kind: str = "application/json", **more: str
) -> bytes:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = {"Content-Type": kind, "Content-Length": str(len(raw))} | {
        name.replace("_", "-"): value for name, value in more.items()
    }
    lines = [f"HTTP/1.1 {status}", *(f"{name}: {value}" for name, value in headers.items())]
    return "\r\n".join([*lines, "", ""]).encode() + raw


def good(data: object) -> bytes:
    return reply("200 OK", {"data": data})


class Server:
    """A server that answers raw bytes; `None` drops the connection.

    Attributes:
        asked: the requests that came in.
        connections: how many connections were made.
    """

    def __init__(
        self, answer: Callable[[Asked], bytes | None], tls: ssl.SSLContext | None = None
    ) -> None:
        self.answer, self.tls = answer, tls
        self.asked: list[Asked] = []
        self.connections = 0
        self.listener = socket.create_server((HOST, 0))
        self.port = self.listener.getsockname()[1]
        self.threads = [threading.Thread(target=self.accept)]
        self.open: list[socket.socket] = []
        self.threads[0].start()

    def accept(self) -> None:
        """Take connections until closed."""
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            self.connections += 1
            self.open.append(connection)
            thread = threading.Thread(target=self.serve, args=(connection,))
            self.threads.append(thread)
            thread.start()

    def serve(self, connection: socket.socket) -> None:
        """Answer the requests of one connection."""
        try:
            if self.tls:
                connection = self.tls.wrap_socket(connection, server_side=True)
                self.open.append(connection)
            with connection, connection.makefile("rb") as lines:
                while asked := self.read(lines):
                    self.asked.append(asked)
                    answer = self.answer(asked)
                    if answer is None:
                        return
                    connection.sendall(answer)
                    if b"Connection: close" in answer or not answer.startswith(b"HTTP"):
                        return
        except OSError:
            pass
        finally:
            connection.close()

    def read(self, lines: Any) -> Asked | None:  # noqa: ANN401 - a buffered socket
        """The next request, if there is one."""
        if lines.peek(1)[:1] == b"\x16":
            return Asked("(TLS)", "", "", b"")
        head = b""
        while (line := lines.readline()) not in (b"", b"\r\n"):
            head += line
        if not head:
            return None
        method, path, _ = head.decode().split(" ", 2)
        fields = dict(
            line.lower().split(": ", 1) for line in head.decode().splitlines()[1:] if ": " in line
        )
        body = lines.read(int(fields.get("content-length", 0)))
        return Asked(method, path, head.decode(), body)

    def close(self) -> None:
        """Close everything and wait for the threads."""
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        for each in self.open:
            each.close()
        for thread in self.threads:
            thread.join()


@contextmanager
def serving(
    answer: Callable[[Asked], bytes | None], tls: ssl.SSLContext | None = None
) -> Iterator[Server]:
    server = Server(answer, tls)
    try:
        yield server
    finally:
        server.close()


def session(server: Server, **options: Any) -> Session:  # noqa: ANN401 - handed on
    return Session(f"http://{HOST}:{server.port}", Secret(KEY), **({"deadline": 20} | options))


def row(name: str, environment: str = "dev") -> dict[str, object]:
    return {
        "_id": f"id-{name}",
        "_environmentId": environment,
        "identifier": name,
        "providerId": "slack",
        "channel": "chat",
        "credentials": {},
    }


def novu(listed: object) -> Callable[[Asked], bytes]:
    def answer(asked: Asked) -> bytes:
        is_me = asked.path == "/v1/environments/me"
        return good({"_id": "dev", "name": "Development"} if is_me else listed)

    return answer


def test_an_environment_is_observed_in_two_requests() -> None:
    with (
        serving(novu([row("b"), row("a"), row("c", "prod")])) as server,
        session(server) as connection,
    ):
        observed = observe(connection)
    assert (observed.environment_id, observed.environment_name) == ("dev", "Development")
    assert [each.identifier for each in observed.integrations] == ["a", "b"]
    assert observed.foreign == {"c"}
    assert sorted(each.path for each in server.asked) == ["/v1/environments/me", "/v1/integrations"]
    assert all(f"Authorization: ApiKey {KEY}\r\n" in each.head for each in server.asked)


def test_connections_are_used_again_by_all_threads() -> None:
    with serving(lambda _: good([])) as server, session(server) as connection:
        with ThreadPoolExecutor(4) as pool:
            for done in [pool.submit(connection.request, "GET", "/v1/x") for _ in range(40)]:
                done.result()
        assert len(server.asked) == 40
        assert server.connections <= 6


def one_line(error: NovuSyncError) -> str:
    assert "\n" not in error.summary
    assert KEY not in f"{error.summary} {error.mend}"
    assert error.mend
    return error.summary


@pytest.mark.parametrize(
    ("answer", "kind", "says"),
    [
        (
            reply("401 Unauthorized", {"message": f'Invalid scheme "{KEY}"'}),
            ApiKeyError,
            "rejected the API key",
        ),
        (
            reply("200 OK", b"<!doctype html><h1>Log in", kind="text/html"),
            ResponseError,
            "HTML instead of JSON",
        ),
        (reply("200 OK", b'{"data":[{"_id":"'), ResponseError, "JSON that breaks off"),
        (reply("200 OK", [1, 2]), ResponseError, "without the `data`"),
        (reply("200 OK", {"data": {"name": "x"}}), ResponseError, "does not name an environment"),
        (reply("404 Not Found", {"message": "Cannot GET /x"}), StatusError, "there is no Novu API"),
        (
            reply("404 Not Found", b"<h1>404", kind="text/html"),
            StatusError,
            "404 and HTML instead of JSON",
        ),
        (
            reply("301 Moved", b"", Location="https://login.example/?x"),
            ResponseError,
            "redirected GET /v1/environments/me to login.example",
        ),
        (reply("500 Oops", {"message": KEY, "errorId": "1"}), StatusError, "with 500"),
        (reply("418 Teapot", b""), StatusError, "with 418"),
        (b"SSH-2.0-OpenSSH_9.6\r\n", NetworkError, "dropped"),
        (
            b"HTTP/1.1 200 OK\r\nContent-Length: 90\r\nConnection: close\r\n\r\n{",
            NetworkError,
            "drop",
        ),
        (None, NetworkError, "the connection was dropped"),
    ],
)
def test_odd_answers_end_in_one_clear_line(
    answer: bytes | None, kind: type[NovuSyncError], says: str
) -> None:
    with (
        serving(lambda _: answer) as server,
        session(server, sleep=lambda _: None) as connection,
        pytest.raises(kind) as caught,
    ):
        observe(connection)
    assert says in one_line(caught.value)


@pytest.mark.parametrize(
    ("listed", "says"),
    [
        ({"a": 1}, "is not a list"),
        (None, "is not a list"),
        (["x"], "an integration that is not an object"),
        ([{}], "without a usable `_id`"),
    ],
)
def test_a_list_that_is_not_one_ends_in_one_clear_line(listed: object, says: str) -> None:
    with (
        serving(novu(listed)) as server,
        session(server) as connection,
        pytest.raises(ResponseError) as caught,
    ):
        observe(connection)
    assert says in caught.value.summary


def test_a_host_where_nobody_listens_is_told_in_one_line() -> None:
    with socket.create_server((HOST, 0)) as free:
        port = free.getsockname()[1]
    url = f"http://{HOST}:{port}"
    with (
        Session(url, Secret(KEY), sleep=lambda _: None) as connection,
        pytest.raises(NetworkError) as caught,
    ):
        observe(connection)
    assert f"{HOST}:{port}: the connection was refused" in one_line(caught.value)
    assert not caught.value.ambiguous


def test_a_name_that_does_not_exist_is_told_in_one_line() -> None:
    with (
        Session(
            "https://novu.invalid",
            Secret(KEY),
            allowed_hosts=["novu.invalid"],
            sleep=lambda _: None,
        ) as connection,
        pytest.raises(NetworkError) as caught,
    ):
        connection.request("POST", "/v1/integrations", {})
    assert "novu.invalid: " in one_line(caught.value)
    assert not caught.value.ambiguous


def test_a_server_that_says_nothing_runs_into_the_time_out() -> None:
    release = threading.Event()

    def silent(_: Asked) -> None:
        release.wait(10)

    with serving(silent) as server:
        with session(server, timeout=0.05) as connection, pytest.raises(NetworkError) as caught:
            connection.request("POST", "/v1/integrations", {})
        release.set()
    assert "no answer within 0.05 seconds" in one_line(caught.value)
    assert caught.value.ambiguous


def test_a_create_whose_answer_is_dropped_arrives_once() -> None:
    with serving(lambda _: None) as server, session(server) as connection:
        with pytest.raises(NetworkError) as caught:
            connection.request("POST", "/v1/integrations", {})
        assert caught.value.ambiguous
        assert len(server.asked) == 1


def test_a_read_survives_a_dropped_connection() -> None:
    answers = iter([None, good([])])
    with serving(lambda _: next(answers)) as server, session(server) as connection:
        assert connection.request("GET", "/v1/x").data == []


def test_deletes_leave_the_connection_usable() -> None:
    def answer(asked: Asked) -> bytes:
        return good(
            [{"credentials": {"apiKey": "nvsk.x" * 50_000}}] if asked.method == "DELETE" else []
        )

    with serving(answer) as server, session(server) as connection:
        api = Integrations(connection, "dev")
        api.delete("id-a")
        api.delete("id-b")
        assert api.list() == ()
        assert [each.path for each in server.asked] == [
            "/v1/integrations/id-a",
            "/v1/integrations/id-b",
            "/v1/integrations",
        ]
        assert server.connections == 1


def test_what_the_environment_holds_for_other_programs_is_not_used(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A proxy would see requests for this machine, .netrc would replace the API key."""
    (tmp_path / ".netrc").write_text(f"machine {HOST} login x password y\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    with serving(lambda _: good([])) as server, session(server) as connection:
        connection.request("GET", "/v1/x")
    assert f"Authorization: ApiKey {KEY}\r\n" in server.asked[0].head


@pytest.mark.parametrize("proxy", ["socks5://u:hunter2@127.0.0.1:1", "nonsense://hunter2"])
def test_a_proxy_that_cannot_be_used_is_told_without_its_password(
    monkeypatch: pytest.MonkeyPatch, proxy: str
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", proxy)
    with pytest.raises(UsageError) as caught:
        Session("https://api.novu.co", Secret(KEY))
    assert "HTTPS_PROXY" in caught.value.mend
    assert "hunter2" not in f"{caught.value.summary} {caught.value.mend}"
    assert caught.value.__context__ is None


def test_requests_to_another_machine_go_through_the_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(lambda _: reply("403 No", b"")) as server:
        monkeypatch.setenv("HTTPS_PROXY", f"http://{HOST}:{server.port}")
        with (
            Session("https://api.novu.co", Secret(KEY), sleep=lambda _: None) as connection,
            pytest.raises(NetworkError, match="the proxy did not let it through") as caught,
        ):
            connection.request("POST", "/v1/x", {"apiKey": KEY})
    assert not caught.value.ambiguous
    assert server.asked[0].method == "CONNECT"
    assert not any(KEY in each.head for each in server.asked)


def test_certificates_that_cannot_be_read_are_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "missing.pem"))
    with pytest.raises(FileError, match="SSL_CERT_FILE"):
        Session("https://api.novu.co", Secret(KEY))


def test_https_to_a_server_that_speaks_http_is_told() -> None:
    with (
        serving(lambda _: b"What?") as server,
        Session(f"https://{HOST}:{server.port}", Secret(KEY)) as connection,
        pytest.raises(NetworkError, match="no encrypted connection"),
    ):
        connection.request("GET", "/v1/x")
    assert server.connections == 1


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl makes the certificate")
def test_a_certificate_must_be_trusted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    certificate, private = tmp_path / "cert.pem", tmp_path / "key.pem"
    subprocess.run(
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes"
        f" -subj /CN=localhost -addext subjectAltName=IP:{HOST}"
        " -keyout key.pem -out cert.pem".split(),
        cwd=tmp_path,
        check=True,
        capture_output=True,
    )
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(certificate, private)
    with serving(lambda _: good([]), tls) as server:
        url = f"https://{HOST}:{server.port}"
        with (
            Session(url, Secret(KEY)) as connection,
            pytest.raises(NetworkError, match="certificate is not trusted") as caught,
        ):
            connection.request("POST", "/v1/x")
        assert not caught.value.ambiguous
        assert "SSL_CERT_FILE" in caught.value.mend
        assert server.asked == []
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        with Session(url, Secret(KEY)) as connection:
            assert connection.request("GET", "/v1/x").data == []


def python(code: str) -> str:
    run = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
    return run.stdout


def test_importing_httpx_brings_no_command_line_and_no_second_async_library() -> None:
    python(
        "import sys\n"
        "from reconciler.transport.lean import import_httpx\n"
        "import_httpx(); import_httpx()\n"
        "import httpx, httpcore\n"
        "for name in ('rich', 'click', 'pygments', 'trio', 'trio._core', 'httpx._main'):\n"
        "    assert name not in sys.modules, name\n"
    )


def test_asynchronous_programs_in_the_same_process_work_as_before() -> None:
    pytest.importorskip("trio")
    told = python(
        "from reconciler.transport.lean import import_httpx\n"
        "import_httpx()\n"
        "import asyncio, httpx\n"
        "async def ask():\n"
        "    async with httpx.AsyncClient(trust_env=False) as client:\n"
        "        try:\n"
        "            await client.get('http://127.0.0.1:1/')\n"
        "        except httpx.ConnectError:\n"
        "            print('refused')\n"
        "asyncio.run(ask())\n"
        "import trio\n"
        "trio.run(ask)\n"
    )
    assert told.split() == ["refused", "refused"]


def test_rooms_that_only_name_the_session_do_not_import_httpx() -> None:
    python(
        "import sys\n"
        "import reconciler.transport.session, reconciler.novu.observe\n"
        "assert 'httpx' not in sys.modules\n"
    )
