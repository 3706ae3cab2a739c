"""Every apply leaves a record: who did what to which integration, however the run ended."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator

from reconciler.applying import apply as applying
from reconciler.cli import composition
from reconciler.sandbox.application import Sandbox
from reconciler.sandbox.faults import Fault
from reconciler.sandbox.server import running

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from conftest import Run

SCHEMA = Draft202012Validator(
    json.loads((Path(__file__).parents[2] / "schemas" / "audit.schema.json").read_text("utf-8"))
)
PUSH = """
  - identifier: {name}
    name: {title}
    providerId: pusher-beams
    active: false
    credentials: {{instanceId: i, secretKey: "${{env:PUSH_KEY:-planted-one}}"}}
"""
CI = (
    "GITHUB_ACTOR",
    "GITHUB_SHA",
    "GITHUB_SERVER_URL",
    "GITHUB_REPOSITORY",
    "GITHUB_RUN_ID",
    "GITLAB_USER_LOGIN",
    "CI_COMMIT_SHA",
    "CI_JOB_URL",
    "NOVU_SYNC_AUDIT",
)


def push(*names: str, title: str = "Planted title") -> str:
    return "".join(PUSH.format(name=name, title=title) for name in names)


def records(path: Path) -> list[dict[str, Any]]:
    """The records of a file, each as it is published, none with a value in it."""
    text = path.read_text("ascii")
    assert "lanted" not in text
    assert "sandbox-development" not in text
    found = [json.loads(line) for line in text.splitlines()]
    for each in found:
        SCHEMA.validate(each)
    return found


def told(record: dict[str, Any]) -> list[tuple[str, str, str | None]]:
    (environment,) = record["environments"]
    return [
        (each["action"], each["identifier"], each["result"]) for each in environment["outcomes"]
    ]


@pytest.fixture(autouse=True)
def _no_job(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in CI:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "audit.ndjson"


@pytest.mark.usefixtures("server")
def test_an_apply_is_recorded_as_it_begins_and_as_it_ends(
    path: Path, project: Callable[..., Path], novu_sync: Callable[..., Run]
) -> None:
    folder = project("integrations:" + push("a", "b"))
    plan = json.loads(novu_sync("plan", "-c", folder, "-o", "json").out)["environments"][0]
    run = novu_sync("apply", "-c", folder, "--yes", "--audit", path)
    assert run.code == 0, run
    begun, ended = records(path)
    assert (begun["event"], ended["event"]) == ("begun", "ended")
    assert begun["run"] == ended["run"]
    assert (begun["exit"], ended["exit"]) == (None, 0)
    assert told(begun) == [("create", "a", None), ("create", "b", None)]
    assert told(ended) == [("create", "a", "done"), ("create", "b", "done")]
    assert ended["environments"][0]["digest"] == plan["digest"]
    assert ended["environments"][0]["environmentId"] == plan["environmentId"]
    assert ended["environments"][0]["complete"] is True
    assert begun["environments"][0]["complete"] is None
    assert ended["time"] >= begun["time"]
    assert (ended["project"], ended["planFile"]) == ("tests", False)
    assert ended["who"]
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.usefixtures("server")
def test_records_are_added_and_nothing_is_ever_taken_away(
    path: Path,
    project: Callable[..., Path],
    novu_sync: Callable[..., Run],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path.write_text('{"kind":"of somebody else"}\n', encoding="ascii")
    monkeypatch.setenv("NOVU_SYNC_AUDIT", str(path))
    folder = project("integrations:" + push("a"))
    file = folder / "x.plan"
    assert novu_sync("plan", "-c", folder, "--out", file).code == 0
    assert novu_sync("apply", file, "-c", folder, "--yes").code == 0
    before = path.read_text("ascii")
    assert novu_sync("apply", "-c", folder, "--yes").code == 0
    text = path.read_text("ascii")
    assert text.startswith(before)
    lines = [json.loads(line) for line in text.splitlines()]
    assert [each.get("planFile") for each in lines] == [None, True, True, False, False]
    assert told(lines[-1]) == []


@pytest.mark.usefixtures("server")
def test_who_where_and_of_which_commit_is_what_the_job_tells(
    path: Path,
    project: Callable[..., Path],
    novu_sync: Callable[..., Run],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    folder = project("integrations:" + push("a"))
    words = ("apply", "-c", folder, "--yes", "--audit", path)
    monkeypatch.setenv("GITHUB_ACTOR", "octocat")
    monkeypatch.setenv("GITHUB_SHA", "0" * 40)
    monkeypatch.setenv("GITHUB_SERVER_URL", "https://x-access-token:planted@github.example")
    monkeypatch.setenv("GITHUB_REPOSITORY", "acme/novu")
    monkeypatch.setenv("GITHUB_RUN_ID", "7")
    assert novu_sync(*words).code == 0
    record = records(path)[-1]
    assert (record["who"], record["commit"]) == ("octocat", "0" * 40)
    assert record["runUrl"] == "https://github.example/acme/novu/actions/runs/7"


@pytest.mark.usefixtures("server")
def test_a_run_that_is_refused_is_recorded_with_the_guards(
    path: Path, project: Callable[..., Path], novu_sync: Callable[..., Run]
) -> None:
    folder = project("integrations:" + push("a", "b"))
    assert novu_sync("apply", "-c", folder, "--yes").code == 0
    project("integrations:" + push("c"))
    run = novu_sync("apply", "-c", folder, "--yes", "--prune", "--audit", path)
    assert run.code == 6, run
    (record,) = records(path)
    assert (record["event"], record["exit"]) == ("refused", 6)
    assert record["environments"][0]["refusals"] == ["deletes", "delete-percent"]
    assert {result for _, _, result in told(record)} == {"not-attempted"}


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A server that refuses the second of three."""
    fault = Fault.parse("POST /v1/integrations nth=2 status=422")
    monkeypatch.setenv("NOVU_DEVELOPMENT_API_KEY", "sandbox-development")
    with Sandbox(faults=[fault]) as sandbox, running(sandbox) as url:
        monkeypatch.setenv("NOVU_API_URL", url)
        yield


@pytest.mark.usefixtures("failing")
def test_a_run_that_fails_halfway_is_recorded_with_what_was_done(
    path: Path, project: Callable[..., Path], novu_sync: Callable[..., Run]
) -> None:
    folder = project("integrations:" + push("a", "b", "c"))
    run = novu_sync("apply", "-c", folder, "--yes", "--parallelism", "1", "--audit", path)
    assert run.code == 4, run
    ended = records(path)[-1]
    assert ended["exit"] == 4
    assert told(ended) == [
        ("create", "a", "done"),
        ("create", "b", "failed"),
        ("create", "c", "done"),
    ]
    assert ended["environments"][0]["complete"] is False


@pytest.mark.usefixtures("server")
@pytest.mark.parametrize(
    ("error", "code"), [(RuntimeError("planted"), 70), (KeyboardInterrupt(), 130)]
)
def test_a_run_that_breaks_is_recorded_with_what_was_done_until_then(
    error: BaseException,
    code: int,
    path: Path,
    project: Callable[..., Path],
    novu_sync: Callable[..., Run],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    folder = project("integrations:" + push("a", "b"))

    def breaks(*_: object) -> None:
        raise error

    monkeypatch.setattr(applying._Run, "read_again", breaks)
    run = novu_sync("apply", "-c", folder, "--yes", "--audit", path)
    assert run.code == code, run
    ended = records(path)[-1]
    assert (ended["event"], ended["exit"]) == ("ended", code)
    assert {result for _, _, result in told(ended)} == {"done"}
    assert ended["environments"][0]["complete"] is None


def test_an_interrupted_run_is_recorded_and_a_killed_one_has_begun(
    path: Path, project: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NOVU_DEVELOPMENT_API_KEY", "sandbox-development")
    faults = [Fault.parse("POST /v1/integrations times=99 delay=400")]
    with Sandbox(faults=faults) as sandbox, running(sandbox) as url:
        monkeypatch.setenv("NOVU_API_URL", url)
        folder = project("integrations:" + push(*"abcdef"))
        command = [sys.executable, "-m", "reconciler", "apply", "-c", str(folder), "--yes"]
        command += ["--parallelism", "1", "--audit", str(path)]
        for number, code in ((signal.SIGINT, 130), (signal.SIGKILL, -signal.SIGKILL)):
            path.unlink(missing_ok=True)
            with subprocess.Popen(
                command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=dict(os.environ)
            ) as process:
                until = time.monotonic() + 30
                while not path.exists() or not path.read_text("ascii"):
                    assert time.monotonic() < until
                    time.sleep(0.02)
                time.sleep(0.3)
                process.send_signal(number)
            assert process.returncode == code
            found = records(path)
            if number is signal.SIGINT:
                assert [each["event"] for each in found] == ["begun", "ended"]
                assert found[-1]["exit"] == 130
                assert found[-1]["environments"][0]["interrupted"] is True
                assert "not-attempted" in {result for _, _, result in told(found[-1])}
            else:
                assert [each["event"] for each in found] == ["begun"]


@pytest.mark.usefixtures("server")
def test_a_record_that_cannot_be_written_keeps_the_run_from_beginning(
    tmp_path: Path,
    project: Callable[..., Path],
    novu_sync: Callable[..., Run],
) -> None:
    folder = project("integrations:" + push("a"))
    for path in (tmp_path / "missing" / "audit", Path("/dev/full")):
        run = novu_sync("apply", "-c", folder, "--yes", "--audit", path)
        assert run.code == 1, run
        assert re.search("the audit record cannot be written to .*: No s", run.err)
        plan = novu_sync("plan", "-c", folder, "-o", "json")
        assert json.loads(plan.out)["summary"]["create"] == 1


@pytest.mark.usefixtures("server")
def test_an_end_that_cannot_be_recorded_is_a_failure_and_hides_no_other(
    path: Path,
    project: Callable[..., Path],
    novu_sync: Callable[..., Run],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    apply_all = composition.apply_all
    folder = project("integrations:" + push("a"))

    def takes_away(*arguments: Any, **named: Any) -> Any:  # noqa: ANN401 - as apply_all
        path.unlink()
        path.mkdir()
        return apply_all(*arguments, **named)

    monkeypatch.setattr(composition, "apply_all", takes_away)
    run = novu_sync("apply", "-c", folder, "--yes", "--audit", path)
    assert run.code == 1, run
    assert "the audit record cannot be written" in run.err
    path.rmdir()

    def breaks(*arguments: Any, **named: Any) -> Any:  # noqa: ANN401 - as apply_all
        takes_away(*arguments, **named)
        raise RuntimeError

    monkeypatch.setattr(composition, "apply_all", breaks)
    run = novu_sync("apply", "-c", folder, "--yes", "--audit", path)
    assert run.code == 70, run
    assert "the audit record cannot be written" in run.err


@pytest.mark.usefixtures("server")
def test_a_pipe_may_be_the_file(
    tmp_path: Path, project: Callable[..., Path], novu_sync: Callable[..., Run]
) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        folder = project("integrations:" + push("a"))
        assert novu_sync("apply", "-c", folder, "--yes", "--audit", pipe).code == 0
        lines = os.read(reader, 1 << 16).decode("ascii").splitlines()
    finally:
        os.close(reader)
    assert [json.loads(line)["event"] for line in lines] == ["begun", "ended"]


@pytest.mark.usefixtures("server")
def test_a_plan_is_recorded_nowhere(
    path: Path,
    project: Callable[..., Path],
    novu_sync: Callable[..., Run],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("NOVU_SYNC_AUDIT", str(path))
    assert novu_sync("plan", "-c", project("integrations:" + push("a"))).code == 0
    assert not path.exists()
