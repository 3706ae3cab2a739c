"""The installed command over real sockets: killed, robbed of its server, of its disk, of its folder."""

from __future__ import annotations

import os
import random
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest
from support.inprocess import ask

from reconciler.sandbox.application import Sandbox
from reconciler.sandbox.faults import Drop, Fault
from reconciler.sandbox.server import running

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from reconciler.sandbox.wire import Request

COMMAND = Path(sys.executable).with_name("novu-sync")
KEYS = {
    "NOVU_DEVELOPMENT_API_KEY": "sandbox-development",
    "SECRET": "planted-secret",
    "PYTHONDONTWRITEBYTECODE": "1",  # what is limited here must not keep Python from starting
}
FILE = "    ledger: file\n"
"""Beside the project, instead of in Novu."""
NAMES = [f"chat-{number:02}" for number in range(12)]

LIMITED = """
import os, resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]),) * 2)
os.execv(sys.argv[2], sys.argv[2:])
"""
"""No file may grow beyond so many bytes: to a program it is what a full disk is, an error of write."""

UNPRIVILEGED = """
import ctypes, os, sys
if os.geteuid() == 0 and ctypes.CDLL(None).prctl(24, 1, 0, 0, 0):
    sys.exit(99)
os.execv(sys.argv[1], sys.argv[1:])
"""
"""Takes from root the right to write where the mode of a folder forbids it (CAP_DAC_OVERRIDE)."""


def declared(*names: str) -> str:
    return (
        "integrations:\n"
        + "".join(
            f"  - {{identifier: {name}, name: {name}, providerId: slack, active: true, credentials:"
            " {applicationId: A, clientId: '1', secretKey: '${env:SECRET}', signingSecret:"
            " '${env:SECRET}'}}\n"
            for name in names
        )
        + (
            "  - {identifier: mail, name: Mail, providerId: sendgrid, active: true, primary: true,"
            " credentials: {apiKey: '${env:SECRET}', from: a@acme.example, senderName: Acme}}\n"
        )
    )


def start(
    folder: Path, url: str, *arguments: str, before: tuple[str, ...] = ()
) -> subprocess.Popen[str]:
    command = [*before, str(COMMAND), "apply", "-c", str(folder), "--yes", *arguments]
    # What is limited here would keep a measurement of coverage from being written, too.
    around = {
        name: value for name, value in os.environ.items() if "COVERAGE" not in name or not before
    }
    return subprocess.Popen(
        command,
        env={**around, **KEYS, "NOVU_API_URL": url},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def ended(process: subprocess.Popen[str]) -> tuple[int, str]:
    out, err = process.communicate(timeout=60)
    assert "Traceback" not in out + err, (out, err)
    assert "planted" not in out + err
    return process.returncode, out + err


def apply(folder: Path, url: str, *arguments: str, before: tuple[str, ...] = ()) -> tuple[int, str]:
    return ended(start(folder, url, *arguments, before=before))


def unlock(folder: Path, url: str) -> None:
    """Lift the lock that a run left behind which had no time to; it would end by itself."""
    command = [COMMAND, "unlock", "-c", folder, "--yes"]
    subprocess.run(command, env={**os.environ, **KEYS, "NOVU_API_URL": url}, check=True)


def ends_well(folder: Path, url: str, sandbox: Sandbox) -> None:
    """One more run does the rest; then there is nothing to do, and everything is there once."""
    unlock(folder, url)
    code, told = apply(folder, url)
    assert code == 0, told
    plan = subprocess.run(
        [COMMAND, "plan", "-c", folder, "--detailed-exitcode"],
        env={**os.environ, **KEYS, "NOVU_API_URL": url},
        capture_output=True,
        text=True,
        check=False,
    )
    assert plan.returncode == 0, plan
    rows = ask(sandbox, "GET", "/v1/integrations").data
    ours = sorted(row["identifier"] for row in rows if row["providerId"] in ("slack", "sendgrid"))
    assert ours == [*NAMES, "mail"]
    assert [row["identifier"] for row in rows if row["primary"]] == ["mail"]
    on_disk = b"".join(each.read_bytes() for each in folder.rglob("*") if each.is_file())
    assert b"planted" not in on_disk


@pytest.mark.parametrize("head", [FILE, ""], ids=["file", "novu"])
@pytest.mark.parametrize("seed", range(4))
def test_a_process_that_is_killed_at_any_request_is_made_up_for_by_the_next(
    seed: int, head: str, project: Callable[..., Path]
) -> None:
    rng = random.Random(seed)  # noqa: S311 - spreads kills, protects nothing
    at, arrives = rng.randint(3, 14), rng.random() < 0.5
    folder = project(declared(*NAMES), head=head)
    seen: list[str] = []
    running_now: list[subprocess.Popen[str]] = []

    def hook(request: Request) -> Fault | None:
        seen.append(request.method)
        if len(seen) == at and running_now:
            running_now[0].send_signal(signal.SIGKILL)
            return None if arrives else Fault(drop=Drop.BEFORE)
        return None

    with Sandbox(hook=hook) as sandbox, running(sandbox, latency=0.01) as url:
        running_now.append(start(folder, url, "--parallelism", str(rng.choice((1, 4)))))
        assert ended(running_now[0])[0] == -signal.SIGKILL
        running_now.clear()
        ends_well(folder, url, sandbox)


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def serving(data: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    arguments = ["sandbox", "--data", str(data), "--port", str(port), "--latency", "40"]
    process = subprocess.Popen([COMMAND, *arguments], stdout=subprocess.DEVNULL)
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            httpx.get(f"http://127.0.0.1:{port}/", timeout=1)
            break
        except httpx.TransportError:
            time.sleep(0.05)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def test_a_server_that_dies_between_two_requests_is_made_up_for_once_it_is_back(
    project: Callable[..., Path], tmp_path: Path
) -> None:
    folder, data, port = project(declared(*NAMES)), tmp_path / "novu.sqlite", free_port()
    url = f"http://127.0.0.1:{port}"
    headers = {"authorization": "ApiKey sandbox-development"}
    with serving(data, port) as server:
        process = start(folder, url, "--parallelism", "2")
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            rows = httpx.get(f"{url}/v1/integrations", headers=headers).json()["data"]
            if sum(row["providerId"] == "slack" for row in rows) >= 3:
                break
        server.kill()
        server.wait()
        code, told = ended(process)
        assert code == 4, told
        assert "not attempted" in told
    with serving(data, port):
        unlock(folder, url)
        code, told = apply(folder, url)
        assert code == 0, told
        rows = httpx.get(f"{url}/v1/integrations", headers=headers).json()["data"]
    ours = sorted(row["identifier"] for row in rows if row["providerId"] in ("slack", "sendgrid"))
    assert ours == [*NAMES, "mail"]


def limited(size: int) -> tuple[str, ...]:
    return (sys.executable, "-c", LIMITED, str(size))


def test_a_disk_that_is_full_from_the_start_is_told_before_anything_is_written_to_novu(
    project: Callable[..., Path],
) -> None:
    folder = project(declared(*NAMES), head=FILE)
    methods: list[str] = []
    with (
        Sandbox(hook=lambda request: methods.append(request.method)) as sandbox,
        running(sandbox) as url,
    ):
        code, told = apply(folder, url, before=limited(0))
        assert code == 1, told
        assert "cannot write" in told
        assert set(methods) <= {"GET"}
        ends_well(folder, url, sandbox)


@pytest.mark.parametrize("size", [700, 1500, 3000])
def test_a_disk_that_fills_up_while_the_ledger_is_written_stops_the_run_and_costs_nothing(
    size: int, project: Callable[..., Path]
) -> None:
    folder = project(declared(*NAMES), head=FILE)
    with Sandbox() as sandbox, running(sandbox) as url:
        code, told = apply(folder, url, "--parallelism", "1", before=limited(size))
        assert code == 4, told
        assert "not remembered" in told
        made = ask(sandbox, "GET", "/v1/integrations").data
        assert sum(row["providerId"] == "slack" for row in made) < len(NAMES)
        ends_well(folder, url, sandbox)


def test_a_folder_that_is_read_only_is_told_before_anything_is_written_to_novu(
    project: Callable[..., Path],
) -> None:
    folder = project(declared(*NAMES), head=FILE)
    methods: list[str] = []
    before = (sys.executable, "-c", UNPRIVILEGED)
    with (
        Sandbox(hook=lambda request: methods.append(request.method)) as sandbox,
        running(sandbox) as url,
    ):
        folder.chmod(0o555)
        code, told = apply(folder, url, before=before)
        folder.chmod(0o755)
        if code == 99:
            pytest.skip("root may write anywhere here, and cannot be made to give that up")
        assert code == 1, told
        assert "cannot write" in told
        assert set(methods) <= {"GET"}
        ends_well(folder, url, sandbox)


def test_two_applies_from_two_machines_end_well_once_a_person_removed_what_novu_made_twice(
    project: Callable[..., Path], tmp_path: Path
) -> None:
    """They share no ledger and know nothing of each other, and Novu has no unique index.

    Creates that overlap in time make two rows, as they do in Novu. No run can know whose is the
    right one: the next names both and does nothing, until somebody deletes one of them.
    """
    first = project(declared(*NAMES), head=FILE)
    second = tmp_path / "another machine"
    second.mkdir()
    (second / "novu-sync.yaml").write_bytes((first / "novu-sync.yaml").read_bytes())
    with Sandbox() as sandbox, running(sandbox, latency=0.03) as url:
        both = [start(folder, url, "--parallelism", "3") for folder in (first, second)]
        for code, told in [ended(each) for each in both]:
            assert code in (0, 4), told
        twins = twice(sandbox)
        for folder in (first, second) if twins else ():
            before = ask(sandbox, "GET", "/v1/integrations").data
            code, told = apply(folder, url)
            assert code == 1, told
            assert all(each in told for pair in twins for each in pair)
            assert ask(sandbox, "GET", "/v1/integrations").data == before
        for pair in twins:
            ask(sandbox, "DELETE", f"/v1/integrations/{pair[1]}")
        ends_well(first, url, sandbox)
        ends_well(second, url, sandbox)
        ends_well(first, url, sandbox)


def twice(sandbox: Sandbox) -> list[list[str]]:
    """The ids of rows that share an identifier."""
    ids: dict[str, list[str]] = {}
    for row in ask(sandbox, "GET", "/v1/integrations").data:
        ids.setdefault(row["identifier"], []).append(row["_id"])
    return [each for each in ids.values() if len(each) > 1]


def test_two_applies_on_one_machine_are_one_too_many(project: Callable[..., Path]) -> None:
    folder = project(declared(*NAMES), head=FILE)
    with Sandbox() as sandbox, running(sandbox, latency=0.05) as url:
        both = [start(folder, url, "--parallelism", "1") for _ in range(2)]
        codes = sorted(code for code, _ in [ended(each) for each in both])
        assert codes == [0, 7]
        ends_well(folder, url, sandbox)
