"""No secret is in any byte of what a client shows, writes, logs, raises or starts.

Recognisable secrets of every awkward kind are planted in a project; every command is driven
through success and every failure we know of; and all channels (``support.channels.CHANNELS``) are
searched for each secret in every form that it could hide in. The bodies of requests and the one
header that carries the API key hold secrets by intent, and the sandbox's own data is the server's.
"""

from __future__ import annotations

import json
import logging
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from support.channels import CHANNELS, Notebook, watching
from support.inprocess import ask
from support.leaks import PLANTED, ROTATED, STORED, forms, leaks
from support.parrot import REPEATING, Parrot, listening
from support.published import check_run
from support.terminal import on_terminal

from reconciler.applying.apply import apply
from reconciler.cli import composition, main, outputs
from reconciler.errors import WorldError
from reconciler.novu.integrations import Integrations
from reconciler.sandbox.application import Sandbox

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PROJECT = """
version: 1
project: planted
environments:
  development:
    apiUrl: ${env:NOVU_API_URL}
    apiKey: ${env:NOVU_DEVELOPMENT_API_KEY}
    ledger: file
  production:
    apiUrl: ${env:NOVU_API_URL}
    apiKey: ${env:NOVU_PRODUCTION_API_KEY}
integrations:
  - identifier: ses-${environment}
    name: ${env:PLANTED_NAME}
    providerId: ses
    active: true
    primary: true
    credentials:
      apiKey: ${env:PLANTED_NUMBER}
      secretKey: ${env:PLANTED_QUOTES}
      region: us-east-2
      from: no-reply@acme.example
      senderName: Acme
  - identifier: apns-${environment}
    name: APNs
    providerId: apns
    active: true
    credentials:
      secretKey: ${file:secrets/apns.p8}
      apiKey: ${env:PLANTED_LINES}
      projectName: T1
      applicationId: B1
  - identifier: fcm-${environment}
    name: Firebase
    providerId: fcm
    active: true
    credentials:
      serviceAccount: ${env:PLANTED_JSON}
  - identifier: slack-${environment}
    name: Slack
    providerId: slack
    active: true
    credentials:
      applicationId: A1
      clientId: "1"
      secretKey: ${env:PLANTED_UNICODE}
      signingSecret: before-${env:PLANTED_NUMBER}-after
  - identifier: resend-${environment}
    name: Resend
    providerId: resend
    active: true
    credentials:
      apiKey: ${env:PLANTED_PEM}
      from: no-reply@acme.example
      senderName: Acme
    conditions:
      - type: GROUP
        isNegated: false
        value: AND
        children:
          - {on: tenant, field: identifier, operator: EQUAL, value: "${env:PLANTED_FIELD}"}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A project full of secrets, a server, and a notebook for whatever is seen."""

    place: Path
    project: Path
    sandbox: Sandbox
    parrot: Parrot
    book: Notebook
    patch: pytest.MonkeyPatch

    def run(self, *arguments: str, ends: int | None = 0) -> str:
        """Run a command in this process and search all channels; what it printed."""
        self.book.seen.clear()
        with watching(self.book):
            code = main.run(list(arguments))
        self.search(" ".join(arguments))
        printed = [text.decode() for channel, text in self.book.seen if "standard" in channel]
        assert ends is None or code == ends, f"exit {code}\n{''.join(printed)}"
        assert "Traceback" not in "".join(printed)
        said = {channel: text.decode() for channel, text in self.book.seen}
        check_run(arguments, said["standard output"], said["standard error"])
        return "".join(printed)

    def search(self, what: str) -> None:
        """Fail where anything seen so far holds a secret."""
        found = {f"{where}: {each}" for where, text in self.book.seen for each in leaks(text)}
        assert not found, f"{what} leaks: {sorted(found)}"

    def rotate(self) -> None:
        """Other values for some of the secrets."""
        for name, planted in ROTATED.items():
            self.patch.setenv(name, planted.value)
        (self.project / "secrets" / "apns.p8").write_text(ROTATED["PLANTED_PEM"].value, "utf-8")


@pytest.fixture
def scene(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Scene]:
    project = tmp_path / "project"
    (project / "secrets").mkdir(parents=True)
    (project / "novu-sync.yaml").write_text(PROJECT, "utf-8")
    (project / "secrets" / "apns.p8").write_text(PLANTED["PLANTED_PEM"].value, "utf-8")
    for name, folder in (("TMPDIR", "temporary"), ("HOME", "home"), ("XDG_CACHE_HOME", "cache")):
        (tmp_path / folder).mkdir()
        monkeypatch.setenv(name, str(tmp_path / folder))
    for name, planted in PLANTED.items():
        monkeypatch.setenv(name, planted.value)
    monkeypatch.chdir(project)
    monkeypatch.setattr("reconciler.applying.apply.apply", partial(apply, settle=0.01))
    book = Notebook(place=tmp_path)
    keys = {
        "development": PLANTED["NOVU_DEVELOPMENT_API_KEY"].value,
        "production": PLANTED["NOVU_PRODUCTION_API_KEY"].value,
    }
    with Sandbox(api_keys=keys) as sandbox:
        parrot = Parrot(sandbox, book)
        with listening(parrot) as url:
            monkeypatch.setenv("NOVU_API_URL", url)
            yield Scene(
                place=tmp_path,
                project=project,
                sandbox=sandbox,
                parrot=parrot,
                book=book,
                patch=monkeypatch,
            )
    tempfile.tempdir = None


ALL = "--all-environments"
DEVELOPMENT = ("-e", "development")


def test_commands_that_go_well(scene: Scene) -> None:
    """From the first validation to a rotation, in every format and at every verbosity."""
    scene.run("validate", "-v")
    scene.run("validate", "-o", "json")
    scene.run("doctor", "-v", ends=0)
    scene.run("doctor", "-o", "json", "-o", "text=doctor.txt", ends=0)
    scene.run("plan", ALL, ends=0)
    scene.run("plan", ALL, "-v", "-o", "json", "-o", "text=plan.txt")
    scene.run("plan", ALL, "--color", "always", "--debug")
    applied = scene.run("apply", ALL, "--yes", "-v", "-o", "text", "-o", "json=report.json")
    assert "10 created" in applied
    assert "is as declared" in scene.run("plan", ALL, "--detailed-exitcode")
    scene.run("apply", ALL, "--yes", "-o", "json")
    scene.rotate()
    plan = scene.run("plan", ALL, "--detailed-exitcode", "-v", ends=2)
    assert "(secret, changed)" in plan
    assert "(from reference, changed)" in plan
    scene.run("snapshot", ALL, "-v", "-o", "snapshot.json")
    scene.run("snapshot", ALL)
    scene.run("plan", ALL, "-v", "--observed", "snapshot.json", "-o", "markdown")
    scene.run("plan", ALL, "-v", "--observed", "snapshot.json", "-o", "json")
    scene.run("plan", ALL, "-v", "--out", "reviewed.plan", ends=0)
    scene.run("apply", "reviewed.plan", "--yes", "-v", "--debug", "--audit", "audit.ndjson")
    scene.run("apply", "reviewed.plan", "--yes", "-v", "-o", "json", ends=5)
    scene.run("apply", ALL, "--yes", "--rotate", "ses-*", "-v")
    scene.run("apply", *DEVELOPMENT, "--yes", "--credentials", "always", "-o", "json")
    scene.run("plan", ALL, "--detailed-exitcode")
    document = (scene.project / ".novu-sync" / "development.ledger.json").read_text("utf-8")
    assert "ses-development" in document  # or the search of files has looked at nothing
    for arguments in (("providers",), ("providers", "fcm", "-o", "json"), ("schema", "plan")):
        scene.run(*arguments)
    scene.run("export", ALL, "-v")
    assert "Nothing to write" in scene.run("export", ALL, "--update")
    scene.run("diff", "development", "production", "-v")
    scene.run("diff", "development", "live:production", "-o", "json")
    scene.run("promote", "--from", "development", "--to", "production")
    scene.run("export", ALL, "--split", "channel", "--out", "exported")
    assert (scene.project / "exported" / "email.yaml").exists()
    listed = {name: each.value for name, each in PLANTED.items()}
    rows = [
        {"identifier": f"row-{at}", "providerId": "ses", "credentials": {"secretKey": value}}
        for at, value in enumerate(listed.values())
    ]
    (scene.project / "list.json").write_text(json.dumps(rows), "utf-8")
    scene.run("import", "--from-json", "list.json", "--debug")
    scene.run("import", "--from-json", "list.json", "--out", "imported/all.yaml")
    scene.run("completion", "bash")
    scene.run("--help")
    scene.run("--version")


def test_a_project_that_is_begun_from_a_server_full_of_secrets(scene: Scene) -> None:
    """Whether it gives them back or not, and where a key is typed in place of a name."""
    key = PLANTED["NOVU_DEVELOPMENT_API_KEY"].value
    row = {"identifier": "ses", "providerId": "ses", "channel": "email", "check": False}
    credentials = {"apiKey": PLANTED["PLANTED_NUMBER"].value, "secretKey": STORED.value}
    body = {**row, "credentials": credentials}
    assert ask(scene.sandbox, "POST", "/v1/integrations", body, key=key).status == 201
    begin = ("--yes", "-v", "--api-url", os.environ["NOVU_API_URL"], "--ci", "github")
    scene.run("init", "begun", *begin)
    held = f'"credentials":{{"apiKey":"{STORED.value}","secretKey":"{STORED.value}"}}'
    scene.parrot.edit = lambda body: body.replace(b'"credentials":{}', held.encode())
    scene.run("init", "left", *begin, ends=None)
    scene.run("init", "declared", *begin, "--credentials", "declare", "--debug")
    assert (scene.project / "declared" / "novu-sync.yaml").exists()
    told = scene.run("init", "slip", *begin, "--api-key-env", f"development={key}", ends=64)
    assert "never the key itself" in told


def test_what_is_shown_on_pull_requests_at_night_and_in_logs(scene: Scene) -> None:
    scene.patch.setenv("GITHUB_STEP_SUMMARY", str(scene.project / "summary.md"))
    for_people = ("-o", "github", "-o", "text", "-o", "markdown=comment.md")
    scene.run("validate", *for_people)
    scene.run("drift", ALL, *for_people, ends=2)
    assert "10 to create" in scene.run("plan", ALL, "-v", *for_people)
    scene.run("plan", ALL, "-v", "--log-format", "json")
    scene.run("apply", ALL, "--yes", "-v", *for_people)
    scene.rotate()
    scene.run("plan", ALL, "-v", *for_people)
    assert "(secret, changed)" in (scene.project / "comment.md").read_text("utf-8")
    assert "declared anew" in scene.run("drift", ALL, "-v", "--debug", *for_people, ends=2)
    scene.run("drift", ALL, "-o", "json", ends=2)
    in_events = ("-v", "--debug", "--log-format", "json")
    scene.run("apply", ALL, "--yes", *in_events)
    scene.run(
        "apply", *DEVELOPMENT, "--yes", "--credentials", "always", *in_events, *for_people[:2]
    )


def test_deletes_renames_and_replacements(scene: Scene) -> None:
    scene.run("apply", *DEVELOPMENT, "--yes")
    text = PROJECT.replace("identifier: slack-", "identifier: chat-")
    text = text.replace(
        "providerId: slack", "previousIdentifiers: [slack-development]\n    providerId: slack"
    )
    cut = text.index("  - identifier: fcm")
    text = text[:cut] + text[text.index("  - identifier: chat") :]
    (scene.project / "novu-sync.yaml").write_text(text, "utf-8")
    scene.run("plan", *DEVELOPMENT, "--prune", "-v")
    done = scene.run("apply", *DEVELOPMENT, "--yes", "--prune", "--allow", "deletes=1", "-v")
    assert "1 deleted, 1 renamed" in done


@pytest.mark.parametrize("how", REPEATING)
def test_a_server_that_repeats_what_it_was_told_while_writing(scene: Scene, how: str) -> None:
    """Whatever it says to creates and updates, for a while and for ever; in text and JSON."""
    scene.parrot.repeat(REPEATING[how], "POST", "PUT", times=2)
    told = ("-o", "text", "-o", "github", "-o", "markdown=report.md")
    scene.run("apply", *DEVELOPMENT, "--yes", "-v", *told, ends=None)
    scene.parrot.repeat(REPEATING[how], "POST", "PUT", times=3)
    scene.rotate()
    scene.run("apply", *DEVELOPMENT, "--yes", "-o", "json", "-o", "text=t", "--debug", ends=None)
    scene.run("apply", *DEVELOPMENT, "--yes", "-v", "--log-format", "json", ends=None)
    scene.parrot.repeat(REPEATING[how])
    scene.run("apply", *DEVELOPMENT, "--yes")
    scene.run("plan", *DEVELOPMENT, "--detailed-exitcode")


@pytest.mark.parametrize("how", [each for each in REPEATING if each != "a row that is a text"])
def test_a_server_that_repeats_the_api_key_while_reading(scene: Scene, how: str) -> None:
    scene.parrot.repeat(REPEATING[how], "GET")
    for arguments in (("plan", "-v"), ("plan", "-o", "json", "--debug"), ("apply", "--yes")):
        printed = scene.run(*arguments, *DEVELOPMENT, "--timeout", "1", ends=None)
        assert "novu-sync: " in printed
    for arguments in (("doctor", "-v"), ("doctor", "-o", "json", "--debug")):
        assert "fail" in scene.run(*arguments, *DEVELOPMENT, "--timeout", "1", ends=None)


@pytest.mark.parametrize("mode", ["before", "after"])
def test_connections_that_drop(scene: Scene, mode: str) -> None:
    def drop(said: str) -> bytes:
        del said
        return b""

    assert mode in ("before", "after")
    scene.parrot.repeat(drop, "POST" if mode == "before" else "PUT", times=1)
    scene.run("apply", *DEVELOPMENT, "--yes", "-v", ends=None)
    scene.rotate()
    scene.run("apply", *DEVELOPMENT, "--yes", "-v", ends=None)


def test_a_server_that_gives_credentials_back(scene: Scene) -> None:
    """Older servers do: what they hold is compared, and shown as little as what is declared."""
    scene.run("apply", *DEVELOPMENT, "--yes")
    for row in ask(
        scene.sandbox,
        "GET",
        "/v1/integrations",
        key=PLANTED["NOVU_DEVELOPMENT_API_KEY"].value,
    ).data:
        assert row["credentials"] == {}
    held = f'"credentials":{{"apiKey":"{STORED.value}","secretKey":"{STORED.value}"}}'
    scene.parrot.edit = lambda body: body.replace(b'"credentials":{}', held.encode())
    plan = scene.run("plan", *DEVELOPMENT, "--detailed-exitcode", "-v", ends=2)
    assert "credentials.apiKey  (secret, changed)" in plan
    assert "given back in clear" in scene.run("doctor", *DEVELOPMENT, "-v")
    scene.run("plan", *DEVELOPMENT, "-o", "json")
    exported = scene.run("export", *DEVELOPMENT, "--out", "exported.yaml", "--debug")
    assert "wrote exported.yaml" in exported
    text = (scene.project / "exported.yaml").read_text("utf-8")
    assert "name: ${env:PLANTED_NAME}" in text  # declared by a reference, so secret
    assert "${env:SES_DEVELOPMENT" not in text  # the project has names for them
    scene.parrot.edit = lambda body: body.replace(b'"active":true', b'"active":false').replace(
        b'"credentials":{}', held.encode()
    )
    scene.run("diff", "live:development", "live:production", "-v")
    scene.run("diff", "live:development", "development", "-o", "json", "-o", "text=diff.txt")
    updated = scene.run("export", *DEVELOPMENT, "--update", "--yes", "-v")
    assert "+        active: false" in updated
    scene.run("apply", *DEVELOPMENT, "--yes", "-v", ends=None)


def test_a_host_that_does_not_answer_a_wrong_key_and_a_lost_ledger(scene: Scene) -> None:
    scene.run("apply", *DEVELOPMENT, "--yes")
    ledger = scene.project / ".novu-sync" / "development.ledger.json"
    ledger.write_text(ledger.read_text("utf-8").replace('"mac":"', '"mac":"0'), "utf-8")
    assert "unverifiable" in scene.run("plan", *DEVELOPMENT)
    scene.run("apply", *DEVELOPMENT, "--yes", "-v")
    production = PLANTED["NOVU_PRODUCTION_API_KEY"].value
    scene.patch.setenv("NOVU_DEVELOPMENT_API_KEY", f"{production}x")
    scene.run("plan", *DEVELOPMENT, "-v", ends=8)
    scene.patch.setenv("NOVU_DEVELOPMENT_API_KEY", production)
    scene.run("plan", ALL, ends=8)
    scene.patch.setenv("NOVU_DEVELOPMENT_API_KEY", f"{production}\n")
    scene.run("plan", *DEVELOPMENT, ends=8)
    scene.patch.setenv("NOVU_API_URL", "http://127.0.0.1:1")
    scene.run("plan", "-e", "production", "-v", ends=1)
    scene.patch.setenv("NOVU_API_URL", f"https://user:{production}@novu.example/?k={production}")
    scene.run("plan", "-e", "production", "-v", ends=None)


@pytest.mark.parametrize("where", ["planning", "applying", "showing"])
def test_a_bug_is_told_without_what_it_holds(scene: Scene, where: str) -> None:
    secrets = " ".join(each.value for each in PLANTED.values())

    def bug(*_: object, **__: object) -> Any:  # noqa: ANN401 - never returns
        try:
            raise KeyError(secrets)  # noqa: TRY301 - a chain of two is the point
        except KeyError as error:
            raise RuntimeError(f"a bug that knows {secrets}") from error

    owner, name = {
        "planning": (composition, "options_of"),
        "applying": (Integrations, "create"),
        "showing": (outputs, "show"),
    }[where]
    scene.patch.setattr(owner, name, bug)
    told = scene.run("apply", *DEVELOPMENT, "--yes", ends=70)
    assert "a bug in novu-sync" in told
    debugged = scene.run(
        "--debug", "apply", *DEVELOPMENT, "--yes", "-o", "json", "-o", "text=t", ends=70
    )
    assert "File " in debugged
    assert "RuntimeError" in debugged


BROKEN: dict[str, tuple[Callable[[str], str], int]] = {
    "in plain text": (
        lambda text: text.replace("${env:PLANTED_NUMBER}", PLANTED["PLANTED_NUMBER"].value, 1),
        3,
    ),
    "of the wrong type": (
        lambda text: text.replace("active: true", "active: ${env:PLANTED_UNICODE}", 1),
        3,
    ),
    "in an identifier": (
        lambda text: text.replace("apns-${environment}", "${env:PLANTED_LINES}"),
        3,
    ),
    "as a default": (
        lambda text: text.replace(
            "${env:PLANTED_NUMBER}", "${env:UNSET:-" + PLANTED["PLANTED_NUMBER"].value + "}", 1
        ),
        0,
    ),
    "the API key elsewhere": (
        lambda text: text.replace("${env:PLANTED_UNICODE}", "${env:NOVU_PRODUCTION_API_KEY}"),
        3,
    ),
    "as a provider": (
        lambda text: text.replace("providerId: fcm", "providerId: ${env:PLANTED_NAME}"),
        3,
    ),
    "under an unknown key": (
        lambda text: text.replace("secretKey: $", "secretkey: $"),
        3,
    ),
    "in broken YAML": (
        lambda text: text.replace("name: Slack", 'name: "' + PLANTED["PLANTED_NAME"].value),
        3,
    ),
    "as a file that is not there": (
        lambda text: text.replace("secrets/apns.p8", "secrets/none.p8"),
        3,
    ),
}


@pytest.mark.parametrize("how", BROKEN)
def test_findings_about_secrets(scene: Scene, how: str) -> None:
    """A finding names the place and the mend, and never what stands there."""
    change, code = BROKEN[how]
    text = change(PROJECT)
    assert text != PROJECT
    (scene.project / "novu-sync.yaml").write_text(text, "utf-8")
    scene.run("validate", ends=None)
    scene.run("validate", "-v", "-o", "json", ends=None)
    scene.run("doctor", "-v", ends=code)
    scene.run("plan", ALL, "-v", ends=code)
    scene.run("apply", ALL, "--yes", "-o", "json", ends=code)


BROKEN_LISTS = {
    "that breaks off": lambda text: text[:-40],
    "with a value of the wrong type": lambda text: text.replace('"row-1"', '["row-1"]'),
    "that is none": lambda text: json.dumps({"error": text}),
    "in a quote that is never closed": lambda text: f"curl x/v1/integrations -d '{text}",
    "in a shell's hands": lambda text: f"curl x/v1/integrations -d {json.dumps(text)}$A",
    "for another request": lambda text: f"curl x/v1/subscribers -d '{text}'",
}


@pytest.mark.parametrize("how", BROKEN_LISTS)
def test_lists_and_commands_that_cannot_be_imported(scene: Scene, how: str) -> None:
    rows = [
        {"identifier": f"row-{at}", "name": each.value, "providerId": each.value}
        for at, each in enumerate(PLANTED.values())
    ]
    text = BROKEN_LISTS[how](json.dumps(rows))
    folder = scene.project / "scripts"
    folder.mkdir()
    (folder / ("list" if text.startswith("curl") else "list.json")).write_text(text, "utf-8")
    scene.run("import", "--from-curl", "scripts", "--debug", ends=None)


def test_values_that_are_written_on_purpose_are_in_one_file_and_nowhere_else(
    scene: Scene,
) -> None:
    """With `import --write-env`: the one file that holds secrets, readable by its owner alone."""
    value = PLANTED["PLANTED_QUOTES"].value
    row = {"identifier": "a", "providerId": "ses", "credentials": {"secretKey": value}}
    (scene.project / "list.json").write_text(json.dumps([row]), "utf-8")
    scene.book.seen.clear()
    with watching(scene.book):
        main.run(["import", "--from-json", "list.json", "--out", "a.yaml", "--write-env", "x.env"])
    found = {where for where, text in scene.book.seen if leaks(text)}
    # The file is written beside its place, and renamed into it.
    assert found == {"file project/x.env", "file that went away"}
    assert (scene.project / "x.env").stat().st_mode & 0o077 == 0


def test_a_dotenv_file_with_slips(scene: Scene) -> None:
    lines = [f"{PLANTED['PLANTED_NAME'].value}", f"A={PLANTED['PLANTED_QUOTES'].value}", "=x"]
    (scene.project / ".env").write_text("\n".join(lines), "utf-8")
    scene.run("plan", *DEVELOPMENT, "--env-file", ".env", ends=3)


def watched(scene: Scene, *arguments: str) -> tuple[list[str], Path]:
    """A command line that runs novu-sync in a process of its own, and where its leaks will be."""
    tests = str(Path(__file__).parents[1])
    scene.patch.setenv("PYTHONPATH", os.pathsep.join([tests, *sys.path]))
    notes = scene.place / "notes"
    notes.unlink(missing_ok=True)
    return [sys.executable, "-m", "support.watched", str(notes), *arguments], notes


def nothing_leaked(scene: Scene, notes: Path, shown: str) -> None:
    """Neither on a channel inside of the process nor on the outside, files included."""
    assert not leaks(shown.encode())
    *found, end = notes.read_text("utf-8").splitlines()
    assert found == []
    assert int(end.removeprefix("watched ")) > 0
    given = {scene.project / "novu-sync.yaml", scene.project / "secrets" / "apns.p8"}
    for path in scene.place.rglob("*"):
        if path.is_file() and path not in given:
            assert leaks(path.read_bytes()) == [], path
    scene.search("requests")


def test_a_terminal_with_a_question_accepted_and_declined(scene: Scene) -> None:
    scene.patch.setenv("TERM", "xterm-256color")
    for typed, ends, says in (("n", 130, "nothing was applied"), ("y", 0, "5 created")):
        command, notes = watched(scene, "apply", *DEVELOPMENT, "-v")
        code, shown = on_terminal(command, answers={"[y/N]": typed}, cwd=scene.project)
        assert code == ends, shown
        assert says in shown
        nothing_leaked(scene, notes, shown)


def test_a_signal_in_the_middle_of_an_apply(scene: Scene) -> None:
    def slowly(body: bytes) -> bytes:
        time.sleep(0.15)
        return body

    scene.parrot.edit = slowly
    command, notes = watched(scene, "apply", ALL, "--yes", "-v", "--parallelism", "1")
    with subprocess.Popen(
        command, cwd=scene.project, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        assert process.stdout is not None
        shown = ""
        for line in process.stdout:
            shown += line
            if "created" in line:
                break
        assert leaks(Path(f"/proc/{process.pid}/cmdline").read_bytes()) == []
        process.send_signal(signal.SIGINT)
        shown += process.stdout.read()
    assert process.returncode == 130, shown
    nothing_leaked(scene, notes, shown)
    scene.parrot.edit = bytes
    scene.run("apply", ALL, "--yes")


def test_two_runs_that_differ_in_a_short_secret_print_the_same(scene: Scene) -> None:
    """A secret too short to search for must not show either; nor one that equals a public value."""
    pages = []
    for value in ("7", "T1"):
        scene.patch.setenv("PLANTED_LINES", value)
        scene.patch.setenv("PLANTED_NAME", value)
        page = scene.run("plan", ALL, "-o", "json")
        page += scene.run("plan", ALL, "-v", "--rotate", "*")
        page = re.sub(r"\b[0-9a-f]{64}\b", "<digest>", page)  # keyed, and meant to differ
        pages.append([line for line in page.splitlines() if not line.startswith("GET ")])
    assert pages[0] == pages[1]


def leak_by_printing(value: str) -> None:
    sys.stdout.write(f"<{value}>")


def leak_by_complaining(value: str) -> None:
    sys.stderr.write(f"<{value}>")


def leak_by_writing(value: str) -> None:
    Path("left-behind").write_text(value, "utf-8")


def leak_by_a_file_that_vanishes(value: str) -> None:
    with tempfile.NamedTemporaryFile("w", encoding="utf-8") as file:
        file.write(value)
        file.flush()


def leak_by_an_exception(value: str) -> None:
    try:
        try:
            raise ValueError(value)  # noqa: TRY301 - as above
        except ValueError:
            raise WorldError("something else") from None
    except WorldError:
        pass


def leak_by_logging(value: str) -> None:
    logging.getLogger("asyncio").debug("sent %s", value)


def leak_by_a_value(value: str) -> None:
    outputs.findings_to_stderr([value])  # type: ignore[list-item]


LEAKING = (
    leak_by_printing,
    leak_by_complaining,
    leak_by_writing,
    leak_by_a_file_that_vanishes,
    leak_by_an_exception,
    leak_by_logging,
    leak_by_a_value,
)


@pytest.mark.parametrize("leak", LEAKING, ids=lambda leak: leak.__name__)
@pytest.mark.parametrize("name", PLANTED)
def test_the_search_finds_what_leaks(
    leak: Callable[[str], None], name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every channel of the table notices every kind of secret, or the tests above prove nothing."""
    assert len(LEAKING) == len(CHANNELS)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(outputs, "findings_to_stderr", lambda _found: None)
    book = Notebook(place=tmp_path)
    with watching(book):
        leak(PLANTED[name].value)
    tempfile.tempdir = None
    assert any(leaks(text) for _, text in book.seen)
    book.seen.clear()
    with watching(book):
        leak("nothing of note")
    tempfile.tempdir = None
    assert not any(leaks(text) for _, text in book.seen)


def test_a_started_process_is_noticed(tmp_path: Path) -> None:
    book = Notebook(place=tmp_path)
    with watching(book):
        subprocess.run(["true", PLANTED["PLANTED_NUMBER"].value], check=True)
    assert [channel for channel, text in book.seen if leaks(text)] == ["process arguments"]


def test_what_a_process_is_handed_beside_the_users_own_variables_is_noticed(tmp_path: Path) -> None:
    book = Notebook(place=tmp_path)
    with watching(book):
        subprocess.run(
            ["true"], check=True, env={**os.environ, "A": PLANTED["PLANTED_NUMBER"].value}
        )
    found = [channel for channel, text in book.seen if leaks(text)]
    assert found == ["environment of a process"]


@pytest.mark.parametrize("name", PLANTED)
def test_the_search_knows_every_form_wherever_it_begins(name: str) -> None:
    for form, needle in forms(PLANTED[name].value):
        for before in (b"", b"a", b"ab", b"abc"):
            assert leaks(before + needle + b"z"), form
