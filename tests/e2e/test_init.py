"""From nothing to a project whose plan is empty: asked on a terminal, by flags everywhere else."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from support.inprocess import ask
from support.terminal import on_terminal

from reconciler.cli import beginning, saving
from reconciler.errors import FileError
from reconciler.sandbox.application import Sandbox
from reconciler.sandbox.server import running

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from conftest import Run

SES = {
    "name": "Amazon SES",
    "providerId": "ses",
    "channel": "email",
    "active": True,
    "check": False,
    "credentials": {
        "apiKey": "planted-key",
        "secretKey": "planted-secret",
        "region": "us-east-2",
        "from": "a@acme.example",
        "senderName": "Acme",
    },
}
COMMAND = (sys.executable, "-m", "reconciler", "init")
OWNED = (
    sys.executable,
    "-c",
    """import fcntl, os, sys, termios
os.setsid()
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
os.execv(sys.argv[1], sys.argv[1:])
""",
)
"""Runs what follows with the terminal as its own, so that Ctrl-C is a signal."""
WHERE = "Where does Novu answer?"
NAME = "What is the project called?"
ENVIRONMENTS = "Which environments?"
KEY = "holds the API key of development?"
TAKE = "there into the project?"
CREDENTIALS = "Declare their credentials"
CI = "Write a CI file?"
OVER = "Write over it?"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "acme"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setenv("NOVU_DEVELOPMENT_API_KEY", "sandbox-development")
    monkeypatch.setenv("NOVU_PRODUCTION_API_KEY", "sandbox-production")
    return folder


@pytest.fixture(params=["2024-10", "2026-04", "2026-11"])
def url(request: pytest.FixtureRequest) -> Iterator[str]:
    """A server of each generation with two integrations in each environment."""
    with Sandbox(generation=request.param) as sandbox, running(sandbox) as url:
        fill(sandbox)
        yield url


@pytest.fixture
def newest() -> Iterator[str]:
    """The newest server, filled alike."""
    with Sandbox() as sandbox, running(sandbox) as url:
        fill(sandbox)
        yield url


@pytest.fixture
def empty() -> Iterator[str]:
    """A server without any integration."""
    with Sandbox(builtins=False) as sandbox, running(sandbox) as url:
        yield url


def fill(sandbox: Sandbox) -> None:
    for name, key in sandbox.api_keys.items():
        for stem in ("ses", "backup"):
            body = {**SES, "identifier": f"{stem}-{name}", "name": stem}
            assert ask(sandbox, "POST", "/v1/integrations", body, key=key).status == 201


def project(folder: Path) -> Any:  # noqa: ANN401 - any YAML
    return yaml.safe_load((folder / "novu-sync.yaml").read_text("utf-8"))


def names(folder: Path) -> list[str]:
    return sorted(str(each.relative_to(folder)) for each in folder.rglob("*") if each.is_file())


def typed(
    folder: Path, answers: dict[str, str], *options: str, command: Sequence[str] = COMMAND
) -> tuple[int, str]:
    return on_terminal([*command, *options], answers=answers, cwd=folder)


# -- with flags only


def test_what_is_there_becomes_a_project_with_an_empty_plan(
    url: str, folder: Path, novu_sync: Callable[..., Run]
) -> None:
    """On servers of every generation, without knowing a single credential."""
    run = novu_sync("init", "--yes", "--api-url", f"{url}/v1")
    assert run.code == 0, run
    assert "development: NOVU_DEVELOPMENT_API_KEY opens Novu's environment Development" in run.err
    assert run.out.count("is as declared") == 2
    assert "Next: read the files and commit them" in run.err
    assert names(folder) == [".env.example", ".gitignore", "novu-sync.yaml"]
    document = project(folder)
    assert document["project"] == "acme"
    assert document["environments"]["development"] == {
        "apiUrl": url,
        "apiKey": "${env:NOVU_DEVELOPMENT_API_KEY}",
    }
    declared = {each["identifier"]: each for each in document["integrations"]}
    assert set(declared) == {"in-app", "ses-${environment}", "backup-${environment}"}
    assert all("credentials" not in each for each in declared.values())
    assert (folder / ".gitignore").read_text("utf-8") == "# novu-sync: secrets\n.env\n"
    again = novu_sync("plan", "--all-environments", "--detailed-exitcode")
    assert again.code == 0, again


def test_credentials_can_be_declared_and_are_then_asked_for(
    url: str, folder: Path, novu_sync: Callable[..., Run]
) -> None:
    run = novu_sync("init", "--yes", "--api-url", url, "--credentials", "declare")
    assert run.code == 0, run
    assert "Next: set 8 variables" in run.err
    assert "SES_SECRET_KEY_PRODUCTION=" in (folder / ".env.example").read_text("utf-8")
    assert "planted" not in run.out + run.err
    assert not any("planted" in each.read_text("utf-8") for each in folder.iterdir())


def test_an_empty_server_gives_a_project_with_environments_only(
    empty: str, folder: Path, novu_sync: Callable[..., Run]
) -> None:
    run = novu_sync(
        *("init", "--api-url", empty, "--project", "mine", "--export", "--credentials", "leave"),
        *("--ci", "none", "--api-key-env", "dev=NOVU_DEVELOPMENT_API_KEY"),
    )
    assert run.code == 0, run
    assert list(project(folder)) == ["version", "project", "environments"]
    assert "dev is as declared" in run.out


def test_what_is_there_can_be_left_alone(
    newest: str, folder: Path, novu_sync: Callable[..., Run]
) -> None:
    run = novu_sync("init", "--yes", "--api-url", newest, "--no-export", "-v")
    assert run.code == 0, run
    assert "GET /v1/integrations 200" in run.err
    assert "integrations" not in project(folder)
    assert "4 unmanaged" in run.out


def test_what_cannot_be_taken_along_is_told_and_the_plan_says_what_is_missing(
    folder: Path, novu_sync: Callable[..., Run]
) -> None:
    with Sandbox(builtins=False) as sandbox, running(sandbox) as url:
        body = {**SES, "identifier": "x", "providerId": "novelty"}
        assert ask(sandbox, "POST", "/v1/integrations", body).status == 201
        run = novu_sync("init", "--yes", "--api-url", url)
    assert run.code == 3, run
    assert "NS342" in run.err
    assert "NS210" in run.err
    assert project(folder)["integrations"][0]["providerId"] == "novelty"


def test_integrations_can_be_split_by_channel(
    newest: str, folder: Path, novu_sync: Callable[..., Run]
) -> None:
    run = novu_sync("init", "--yes", "--api-url", newest, "--split", "channel")
    assert run.code == 0, run
    assert run.out.count("is as declared") == 2
    assert project(folder)["include"] == ["integrations/*.yaml"]
    assert [each for each in names(folder) if "/" in each] == [
        "integrations/email.yaml",
        "integrations/in-app.yaml",
    ]
    nothing = novu_sync(
        "init", "n", "--yes", "--api-url", newest, "--split", "channel", "--no-export"
    )
    assert nothing.code == 0, nothing
    assert "include" not in project(folder / "n")


def test_offline_no_key_is_tried_and_novus_cloud_needs_no_address(
    folder: Path, novu_sync: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NOVU_PRODUCTION_API_KEY")
    run = novu_sync("init", "--yes", "--offline", "--region", "us")
    assert run.code == 0, run
    assert "Next: set 1 variables" in run.err
    assert "apiUrl" not in project(folder)["environments"]["production"]
    monkeypatch.setenv("NOVU_PRODUCTION_API_KEY", "x")
    run = novu_sync("init", "eu", "--yes", "--offline", "--region", "eu")
    assert run.code == 0, run
    assert "Next: novu-sync doctor" in run.err
    document = project(folder / "eu")
    assert document["project"] == "eu"
    assert document["environments"]["production"]["apiUrl"] == "https://eu.api.novu.co"


def test_keys_come_from_a_dotenv_file_too(
    newest: str, folder: Path, novu_sync: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NOVU_DEVELOPMENT_API_KEY")
    monkeypatch.delenv("NOVU_PRODUCTION_API_KEY")
    keys = (
        "NOVU_DEVELOPMENT_API_KEY=sandbox-development\nNOVU_PRODUCTION_API_KEY=sandbox-production"
    )
    (folder / ".env").write_text(keys, "utf-8")
    missing = novu_sync("init", "--yes", "--api-url", newest)
    assert missing.code == 8, missing
    assert "--offline" in missing.err
    assert names(folder) == [".env"]
    run = novu_sync("init", "--yes", "--api-url", newest, "--env-file", ".env")
    assert run.code == 0, run
    assert run.out.count("is as declared") == 2


@pytest.mark.parametrize(
    ("options", "code", "says"),
    [
        (("--region", "us", "--api-url", "http://127.0.0.1:9"), 64, "contradict"),
        (("--offline", "--export"), 64, "contradict"),
        (("--yes", "--api-url", "ftp://x"), 6, "must begin with https://"),
        (("--yes", "--api-url", "https://novu.acme.example"), 6, "--allow-host novu.acme.example"),
        (("--yes", "--api-url", "http://127.0.0.1:1"), 1, "refused"),
        (("--yes", "--project", "a b"), 64, "'a b' is no name"),
        (("--yes", "--api-key-env", "development"), 64, "NAME=VARIABLE"),
        (
            ("--yes", "--api-key-env", "a=B", "--api-key-env", "a=C"),
            64,
            "names an environment twice",
        ),
        (("--yes", "--api-key-env", "development=sk-planted"), 64, "never the key itself"),
    ],
)
def test_answers_that_cannot_be_are_told_and_nothing_is_written(
    options: tuple[str, ...], code: int, says: str, folder: Path, novu_sync: Callable[..., Run]
) -> None:
    run = novu_sync("init", *options)
    assert run.code == code, run
    assert says in run.err
    assert "planted" not in run.err
    assert names(folder) == []


def test_in_a_pipe_nothing_is_asked_and_the_flags_are_named(
    folder: Path, novu_sync: Callable[..., Run]
) -> None:
    run = novu_sync("init", "--ci", "none")
    assert run.code == 64, run
    for flag in ("--yes", "--region us", "--project", "--api-key-env", "--export", "--credentials"):
        assert flag in run.err
    assert "--ci" not in run.err
    assert names(folder) == []


def test_nothing_is_written_over_unless_it_is_said(
    newest: str, folder: Path, novu_sync: Callable[..., Run]
) -> None:
    (folder / "novu-sync.yml").write_text("mine\n", "utf-8")
    (folder / ".env.example").write_text("mine too\n", "utf-8")
    (folder / ".gitignore").write_bytes(b"\xff\n/.env")
    refused = novu_sync("init", "--yes", "--api-url", newest)
    assert refused.code == 64, refused
    assert "novu-sync.yml would be written over" in refused.err
    assert "GET" not in refused.err
    (folder / "novu-sync.yml").unlink()
    refused = novu_sync("init", "--yes", "--api-url", newest)
    assert refused.code == 64, refused
    assert ".env.example would be written over" in refused.err
    assert (folder / ".env.example").read_text("utf-8") == "mine too\n"
    assert not (folder / "novu-sync.yaml").exists()
    (folder / "novu-sync.yml").write_text("mine\n", "utf-8")
    run = novu_sync("init", "--yes", "--api-url", newest, "--overwrite")
    assert run.code == 0, run
    assert "changed novu-sync.yml" in run.err
    assert "changed .env.example" in run.err
    assert (folder / ".gitignore").read_bytes() == b"\xff\n/.env"
    assert names(folder) == [".env.example", ".gitignore", "novu-sync.yml"]


def test_a_second_time_changes_nothing(
    newest: str, folder: Path, novu_sync: Callable[..., Run]
) -> None:
    del folder
    first = novu_sync("init", "--yes", "--api-url", newest)
    assert first.code == 0, first
    again = novu_sync("init", "--yes", "--api-url", newest, "--overwrite")
    assert again.code == 0, again
    assert "wrote" not in again.err
    assert "changed" not in again.err


# -- CI


@pytest.mark.parametrize(
    ("ci", "path"), [("github", ".github/workflows/novu-sync.yml"), ("gitlab", ".gitlab-ci.yml")]
)
def test_a_ci_file_has_the_projects_folder_its_variables_and_its_host(
    ci: str, path: str, newest: str, folder: Path, novu_sync: Callable[..., Run]
) -> None:
    (folder / ".git").mkdir()
    run = novu_sync(
        *("init", "deploy/novu", "--yes", "--api-url", newest, "--ci", ci),
        *("--credentials", "declare", "--allow-host", "novu.acme.example"),
    )
    assert run.code == 0, run
    text = (folder / path).read_text("utf-8")
    assert yaml.safe_load(text)
    for word in ("NOVU_PRODUCTION_API_KEY", "SES_SECRET_KEY_PRODUCTION", "novu.acme.example"):
        assert word in text
    assert "deploy/novu" in text
    assert "SES_ACCESS_KEY_ID" not in text  # of the example that it was made of
    assert {"github": "`uses:`", "gitlab": "`image:`"}[ci] in run.err


def test_the_services_own_files_say_which_ci_is_meant(
    newest: str, folder: Path, novu_sync: Callable[..., Run]
) -> None:
    (folder / ".github").mkdir()
    assert novu_sync("init", "--yes", "--api-url", newest).code == 0
    workflow = yaml.safe_load((folder / ".github/workflows/novu-sync.yml").read_text("utf-8"))
    plan = workflow["jobs"]["plan"]["steps"][1]
    assert plan["with"]["config"] == "."
    assert plan["env"] == {
        f"NOVU_{name}_API_KEY": f"${{{{ secrets.NOVU_{name}_API_KEY }}}}"
        for name in ("DEVELOPMENT", "PRODUCTION")
    }


def test_a_pipeline_that_is_there_is_left_alone_and_has_to_include_ours(
    newest: str, folder: Path, novu_sync: Callable[..., Run]
) -> None:
    (folder / ".gitlab-ci.yml").write_text("mine: {}\n", "utf-8")
    run = novu_sync("init", "--yes", "--api-url", newest)
    assert run.code == 0, run
    assert "include: .gitlab/novu-sync.yml" in run.err
    assert (folder / ".gitlab-ci.yml").read_text("utf-8") == "mine: {}\n"
    pipeline = yaml.safe_load((folder / ".gitlab/novu-sync.yml").read_text("utf-8"))
    assert pipeline["variables"] == {"NOVU_SYNC_CONFIG": "."}


# -- on a terminal


def test_a_person_is_asked_and_every_answer_counts(newest: str, folder: Path) -> None:
    answers = {
        WHERE: newest,
        NAME: "notifications",
        ENVIRONMENTS: "development",
        KEY: "",
        TAKE: "y",
        CREDENTIALS: "n",
        CI: "github",
    }
    code, shown = typed(folder, answers)
    assert code == 0, shown
    assert "No changes: development is as declared." in shown
    document = project(folder)
    assert document["project"] == "notifications"
    assert list(document["environments"]) == ["development"]
    assert [each["identifier"] for each in document["integrations"]] == [
        "in-app",
        "backup-development",
        "ses-development",
    ]
    assert (folder / ".github/workflows/novu-sync.yml").exists()


def test_an_answer_that_cannot_be_is_asked_for_again(newest: str, folder: Path) -> None:
    """One that may be a key is not repeated."""
    code, shown = typed(
        folder,
        {
            f"{WHERE}": "nowhere",
            "must begin with https://": newest,
            NAME: "a b",
            "is no name": "acme",
            ENVIRONMENTS: "development",
            KEY: "sk-planted-1",
            "never the key itself": "NOVU_DEVELOPMENT_API_KEY",
            CI: "jenkins",
            "no CI file for": "none",
        },
        "--no-export",
    )
    assert code == 0, shown
    assert shown.count("sk-planted-1") == 1  # what was typed, as the terminal shows it


def test_no_environments_and_no_export_are_answers_too(newest: str, folder: Path) -> None:
    answers = {
        ENVIRONMENTS: " ",
        "no environment is named": "development",
        KEY: "",
        TAKE: "n",
    }
    options = ("--api-url", newest, "--project", "acme", "--ci", "none")
    code, shown = typed(folder, answers, *options)
    assert code == 0, shown
    assert "integrations" not in project(folder)


@pytest.mark.parametrize("answer", ["n", "y"])
def test_a_person_is_asked_before_a_file_is_written_over(
    answer: str, newest: str, folder: Path
) -> None:
    (folder / "novu-sync.yaml").write_text("mine\n", "utf-8")
    options = ("--api-url", newest, "--project", "acme", "--export", "--credentials", "leave")
    keys = ("--ci", "none", "--api-key-env", "development=NOVU_DEVELOPMENT_API_KEY")
    code, shown = typed(folder, {OVER: answer}, *options, *keys)
    assert "novu-sync.yaml" in shown
    if answer == "n":
        assert code == 130, shown
        assert "nothing was written" in shown
        assert names(folder) == ["novu-sync.yaml"]
        assert (folder / "novu-sync.yaml").read_text("utf-8") == "mine\n"
    else:
        assert code == 0, shown
        assert project(folder)["project"] == "acme"


@pytest.mark.parametrize("question", [WHERE, KEY, TAKE, CI])
def test_interrupted_at_any_question_it_leaves_nothing_behind(
    question: str, newest: str, folder: Path
) -> None:
    answers = {
        WHERE: newest,
        NAME: "",
        ENVIRONMENTS: "development",
        KEY: "",
        TAKE: "",
        CREDENTIALS: "",
        CI: "",
    }
    code, shown = typed(folder, {**answers, question: "\x03"}, command=(*OWNED, *COMMAND))
    assert code == 130, shown
    assert "interrupted" in shown
    assert names(folder) == []


# -- written whole or not at all


def test_a_file_that_cannot_be_written_takes_back_those_before_it(
    newest: str, folder: Path, novu_sync: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "novu-sync.yaml").write_text("mine\n", "utf-8")

    def put(path: Path, data: bytes) -> None:
        if path.name == ".gitignore":
            raise FileError(f"{path} cannot be written: no space", "Name another place.")
        saving.replace(path, data)

    monkeypatch.setattr(beginning, "put", put)
    run = novu_sync("init", "--yes", "--api-url", newest, "--overwrite")
    assert run.code == 1, run
    assert names(folder) == ["novu-sync.yaml"]
    assert (folder / "novu-sync.yaml").read_text("utf-8") == "mine\n"


def test_a_signal_while_files_are_written_waits_until_all_are_there(
    newest: str, folder: Path, novu_sync: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    def put(path: Path, data: bytes) -> None:
        signal.raise_signal(signal.SIGINT)
        saving.replace(path, data)

    monkeypatch.setattr(beginning, "put", put)
    run = novu_sync("init", "--yes", "--api-url", newest)
    assert run.code == 130, run
    assert "after all files were written" in run.err
    assert names(folder) == [".env.example", ".gitignore", "novu-sync.yaml"]


def test_a_signal_while_novu_is_asked_leaves_nothing_behind(folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        command = [*COMMAND, "--yes", "--api-url", url]
        with subprocess.Popen(command, cwd=folder, stderr=subprocess.PIPE, text=True) as process:
            time.sleep(1.5)
            process.send_signal(signal.SIGINT)
            _, said = process.communicate(timeout=20)
    assert process.returncode == 130, said
    assert names(folder) == []
