"""Every mode, every outcome, every exit code: the code is the same, and what was to be said is there.

The outcomes are made with real projects and the sandbox; every JSON document and every line of a
log in JSON is held to its published schema on the way (`conftest.novu_sync`).
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from support import published
from support.inprocess import ask

from reconciler.cli import composition
from reconciler.cli.exits import Exit
from reconciler.sandbox.application import Sandbox
from reconciler.sandbox.faults import Fault
from reconciler.sandbox.server import running

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from conftest import Run

    from reconciler.sandbox.wire import Request

CREATE = ("POST", "/v1/integrations")
FORMATS = ("text", "json", "markdown", "github")
LOGS = ("text", "json")
ONE = "integrations:\n  - {identifier: one, name: One, providerId: discord, active: true}\n"
TWO = ONE + "  - {identifier: two, name: Two, providerId: discord, active: true}\n"
OTHER_PROVIDER = ONE.replace("discord", "mattermost")
BROKEN = "integrations:\n  - {identifier: one, name: One, providerId: discrod, active: true}\n"


@dataclass(slots=True, kw_only=True)
class Scene:
    """A project beside a sandbox."""

    sandbox: Sandbox
    faults: list[Fault]
    project: Callable[..., Path]
    novu_sync: Callable[..., Run]
    patch: pytest.MonkeyPatch
    on_request: Callable[[Request], None] = lambda _: None

    def applied(self, integrations: str) -> Path:
        """A project that was applied as it is."""
        folder = self.project(integrations)
        assert self.novu_sync("apply", "-c", folder, "--yes").code == 0
        return folder


@pytest.fixture
def scene(
    project: Callable[..., Path],
    novu_sync: Callable[..., Run],
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Scene]:
    faults: list[Fault] = []
    made: list[Scene] = []

    def hook(request: Request) -> Fault | None:
        made[0].on_request(request)
        asked = (request.method, request.path)
        fits = (each for each in faults if (each.method, each.path) == asked)
        return next(fits, None)

    with Sandbox(builtins=False, hook=hook) as sandbox:
        made.append(
            Scene(
                sandbox=sandbox,
                faults=faults,
                project=project,
                novu_sync=novu_sync,
                patch=monkeypatch,
            )
        )
        with running(sandbox) as url:
            monkeypatch.setenv("NOVU_API_URL", url)
            monkeypatch.setenv("NOVU_DEVELOPMENT_API_KEY", "sandbox-development")
            monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
            yield made[0]


def nothing_to_do(scene: Scene) -> Path:
    return scene.applied(ONE)


def something_to_do(scene: Scene) -> Path:
    scene.applied(ONE)
    return scene.project(TWO)


def server_fails(scene: Scene) -> Path:
    scene.faults.append(Fault.parse("GET /v1/integrations status=400"))
    return scene.project(ONE)


def findings(scene: Scene) -> Path:
    return scene.project(BROKEN)


def a_change_fails(scene: Scene) -> Path:
    done: list[int] = []

    def second(request: Request) -> None:
        if (request.method, request.path) == CREATE:
            done.append(1)
            if len(done) == 2:
                scene.faults.append(Fault.parse("POST /v1/integrations status=422"))

    scene.on_request = second
    return scene.project(TWO)


def stale(scene: Scene) -> Path:
    folder = scene.project(ONE)
    scene.patch.chdir(folder)
    assert scene.novu_sync("plan", "--out", "reviewed.plan").code == 0
    body = {"providerId": "discord", "channel": "chat", "identifier": "one", "name": "By hand"}
    assert ask(scene.sandbox, "POST", "/v1/integrations", body).status == 201
    return folder


def refused(scene: Scene) -> Path:
    scene.applied(TWO)
    return scene.project(OTHER_PROVIDER)


def locked(scene: Scene) -> Path:
    expires = time.strftime("%Y-%m-%dT%H:%M:%S+00:00", time.gmtime(time.time() + 60))
    held = {"holder": "anna", "host": "laptop", "run": "", "nonce": "theirs", "released": False}
    body = {"type": "novu-sync", "id": "lock-1", "data": {**held, "expires": expires}}
    assert ask(scene.sandbox, "POST", "/v2/contexts", body).status == 201
    return scene.project(ONE)


def key_rejected(scene: Scene) -> Path:
    scene.patch.setenv("NOVU_DEVELOPMENT_API_KEY", "another-key")
    return scene.project(ONE)


def a_bug(scene: Scene) -> Path:
    def bug(*_: object, **__: object) -> None:
        raise RuntimeError("planted")

    scene.patch.setattr(composition, "options_of", bug)
    return scene.project(ONE)


def interrupted(scene: Scene) -> Path:
    def signalling(request: Request) -> None:
        if (request.method, request.path) == CREATE:
            scene.on_request = lambda _: None
            os.kill(os.getpid(), signal.SIGINT)
            time.sleep(0.05)

    scene.on_request = signalling
    return scene.project(TWO)


ENDINGS: tuple[tuple[str, Callable[[Scene], Path], tuple[str, ...], Exit, str], ...] = (
    ("nothing to validate", nothing_to_do, ("validate",), Exit.DONE, "findings"),
    ("findings", findings, ("validate",), Exit.FINDINGS, "findings"),
    ("nothing to plan", nothing_to_do, ("plan", "--detailed-exitcode"), Exit.DONE, "plan"),
    ("a plan", something_to_do, ("plan",), Exit.DONE, "plan"),
    ("changes", something_to_do, ("plan", "--detailed-exitcode"), Exit.CHANGES_PENDING, "plan"),
    ("no server", server_fails, ("plan",), Exit.WORLD, "plan"),
    ("no plan", findings, ("plan",), Exit.FINDINGS, "plan"),
    ("a guard", refused, ("plan",), Exit.GUARD, "plan"),
    ("a wrong key", key_rejected, ("plan",), Exit.API_KEY, "plan"),
    ("a slip", nothing_to_do, ("plan", "--target", "x"), Exit.USAGE, ""),
    ("a bug", a_bug, ("plan",), Exit.BUG, ""),
    ("no drift", nothing_to_do, ("drift",), Exit.DONE, "drift"),
    ("drift", something_to_do, ("drift",), Exit.CHANGES_PENDING, "drift"),
    ("drift of nothing", findings, ("drift",), Exit.FINDINGS, "drift"),
    ("drift unseen", server_fails, ("drift",), Exit.WORLD, "drift"),
    ("drift and a wrong key", key_rejected, ("drift",), Exit.API_KEY, "drift"),
    ("nothing to apply", nothing_to_do, ("apply", "--yes"), Exit.DONE, "report"),
    ("all applied", something_to_do, ("apply", "--yes"), Exit.DONE, "report"),
    ("nobody to ask", something_to_do, ("apply",), Exit.USAGE, ""),
    ("nothing applied", findings, ("apply", "--yes"), Exit.FINDINGS, "plan"),
    ("partly applied", a_change_fails, ("apply", "--yes"), Exit.PARTIAL, "report"),
    ("stale", stale, ("apply", "reviewed.plan", "--yes"), Exit.STALE, "plan"),
    ("refused", refused, ("apply", "--yes"), Exit.GUARD, "plan"),
    ("rejected", key_rejected, ("apply", "--yes"), Exit.API_KEY, "plan"),
    ("locked", locked, ("apply", "--yes"), Exit.LOCKED, "plan"),
    ("interrupted", interrupted, ("apply", "--yes"), Exit.INTERRUPTED, "report"),
)
"""What happened, how it is made, the command, the exit code, and what is shown."""

IN_TEXT = {"plan": "Plan: ", "report": "Apply: ", "drift": "Drift: "}


def test_the_table_knows_every_exit_code() -> None:
    assert {code for _, _, _, code, _ in ENDINGS} == set(Exit)


@pytest.mark.parametrize("log", LOGS, ids=lambda each: f"log in {each}")
@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize(
    ("made", "command", "code", "subject"),
    [pytest.param(*row[1:], id=row[0]) for row in ENDINGS],
)
def test_every_mode_and_outcome_has_its_exit_code_and_its_output(
    made: Callable[[Scene], Path],
    command: tuple[str, ...],
    code: Exit,
    subject: str,
    name: str,
    log: str,
    scene: Scene,
) -> None:
    folder = made(scene)
    where = () if code is Exit.STALE else ("-c", str(folder))
    run = scene.novu_sync(*command, *where, "-o", name, "--log-format", log)
    assert run.code == code, run
    assert "Traceback" not in run.out + run.err
    holds(run, subject, name, code)
    if log == "json":
        assert published.events(run.err)[-1]["exitCode"] == code


def holds(run: Run, subject: str, name: str, code: Exit) -> None:
    """Fail where a result is not whole: each format says at its end what it is about."""
    told = bool(subject)
    if name == "json":
        assert bool(run.out) is told, run
        if told:
            assert json.loads(run.out)["kind"] in (subject, "findings"), run
    elif name == "markdown":
        assert run.out.startswith("<!-- novu-sync:") is told, run
    elif name == "github":
        assert all(line.startswith("::") for line in run.out.splitlines()), run
        assert run.out.endswith("\n") is told, run
    elif told and code in (Exit.DONE, Exit.CHANGES_PENDING, Exit.PARTIAL, Exit.GUARD, Exit.STALE):
        words = {"findings": "No findings."}
        assert words.get(subject, IN_TEXT.get(subject, "")) in run.out, run


@pytest.mark.parametrize(
    ("made", "code"), [(something_to_do, 2), (refused, 6), (a_change_fails, 4)]
)
@pytest.mark.parametrize("name", FORMATS)
def test_a_slow_reader_gets_all_of_it_also_where_the_exit_code_is_not_0(
    name: str, made: Callable[[Scene], Path], code: int, scene: Scene
) -> None:
    """More than a pipe holds, on both streams, read in small pieces long after it was written."""
    folder = made(scene)
    many = "".join(
        f"  - {{identifier: m{n:04}, name: {'x' * 60}, providerId: discord, active: true}}\n"
        for n in range(400)
    )
    with (folder / "novu-sync.yaml").open("a", encoding="utf-8") as stream:
        stream.write(many)
    command = ("apply", "--yes") if code == 4 else ("plan", "--detailed-exitcode")
    with subprocess.Popen(
        [sys.executable, "-m", "reconciler", *command, "-o", name, "--log-format", "json", "-v"],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        pieces: list[bytes] = []

        def slowly(stream: object = process.stdout) -> None:
            time.sleep(1)
            while piece := os.read(stream.fileno(), 512):  # type: ignore[attr-defined]
                pieces.append(piece)
                time.sleep(0.0005)

        reader = threading.Thread(target=slowly)
        reader.start()
        log = process.stderr.read().decode()
        reader.join()
    out = b"".join(pieces).decode()
    assert process.returncode == code, log
    assert published.events(log)[-1]["exitCode"] == code
    assert out.endswith("\n")
    if name == "json":
        published.check(json.loads(out))
    if name == "github":
        lines = out.splitlines()
        assert all(line.startswith("::") for line in lines)
        assert lines[-1].startswith("::notice title=")
    if name == "markdown":
        assert 400 < len(out.encode()) <= 65_536
    if name == "text":
        assert ("Apply: " if code == 4 else "Plan: ") in out[-400:]


def test_an_apply_whose_report_could_not_be_written_is_not_begun(scene: Scene) -> None:
    folder = scene.project(ONE)
    run = scene.novu_sync("apply", "-c", folder, "--yes", "-o", f"json={folder}/no/where.json")
    assert run.code == Exit.WORLD, run
    assert ask(scene.sandbox, "GET", "/v1/integrations").data == []


@pytest.mark.parametrize(
    ("made", "command", "code"),
    [
        (something_to_do, ("plan", "--detailed-exitcode"), Exit.WORLD),
        (refused, ("plan",), Exit.GUARD),
        (key_rejected, ("plan",), Exit.API_KEY),
        (something_to_do, ("drift",), Exit.WORLD),
        (key_rejected, ("drift",), Exit.API_KEY),
        (findings, ("validate",), Exit.FINDINGS),
        (nothing_to_do, ("validate",), Exit.WORLD),
    ],
)
def test_a_file_that_cannot_be_written_hides_no_graver_ending(
    made: Callable[[Scene], Path], command: tuple[str, ...], code: Exit, scene: Scene
) -> None:
    folder = made(scene)
    lost = f"markdown={folder}/no/where.md"
    run = scene.novu_sync(*command, "-c", folder, "-o", lost, "-o", "json")
    assert run.code == code, run
    assert "where.md cannot be written" in run.err
    assert run.out.startswith("{")
    if code is Exit.API_KEY:
        assert "rejected the API key" in run.err


def test_an_apply_that_was_partly_carried_out_is_that_also_where_its_report_is_lost(
    scene: Scene,
) -> None:
    folder = a_change_fails(scene)
    reports = folder / "reports"
    reports.mkdir()
    count = scene.on_request

    def losing(request: Request) -> None:
        count(request)
        if (request.method, request.path) == CREATE and reports.exists():
            reports.rmdir()

    scene.on_request = losing
    run = scene.novu_sync("apply", "-c", folder, "--yes", "-o", f"json={reports}/report.json")
    assert run.code == Exit.PARTIAL, run
    assert "report.json cannot be written" in run.err
