"""From what somebody clicked to a project whose plan is empty, on servers of three generations."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from support.inprocess import ask
from support.terminal import on_terminal

from reconciler.config.catalogue import catalogue
from reconciler.sandbox.application import Sandbox
from reconciler.sandbox.generations import GENERATIONS, named_generation
from reconciler.sandbox.server import running

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from conftest import Run

    from reconciler.config.catalogue import Credential

ENVIRONMENTS = ("development", "production")
HEAD = """\
version: 1
project: adopted
environments:
  development:
    apiUrl: ${env:NOVU_API_URL}
    apiKey: ${env:NOVU_DEVELOPMENT_API_KEY}
  production:
    apiUrl: ${env:NOVU_API_URL}
    apiKey: ${env:NOVU_PRODUCTION_API_KEY}
include: [integrations/*.yaml]
"""
FILTER = [
    {
        "isNegated": False,
        "type": "GROUP",
        "value": "AND",
        "children": [
            {"on": "tenant", "field": "identifier", "operator": "EQUAL", "value": "${x}: y"}
        ],
    }
]
ALL = "--all-environments"


class Novu:
    """A server of a generation, what was made on it, and the project's folder."""

    def __init__(self, sandbox: Sandbox, generation: str, folder: Path) -> None:
        self.variables: dict[str, str] = {}
        self.sandbox = sandbox
        self.withholds = generation == "2026-11"
        self.folder = folder
        self.made: dict[tuple[str, str], dict[str, Any]] = {}
        self.generation = named_generation(generation)

    def make(self, environment: str, **body: Any) -> None:  # noqa: ANN401 - any JSON
        """Create an integration, and remember what was asked for."""
        key = self.sandbox.api_keys[environment]
        sent = {"check": False, "credentials": {}, **body}
        answer = ask(self.sandbox, "POST", "/v1/integrations", sent, key=key)
        assert answer.status == 201, answer
        self.made[environment, body["identifier"]] = sent

    def fill(self) -> int:
        """All values into the files and into variables, as a person would; how many in files."""
        filled = 0
        for path in sorted((self.folder / "integrations").glob("*.yaml")):
            document = yaml.safe_load(path.read_text("utf-8"))
            for block in document["integrations"]:
                for name, layer in [
                    *block.get("environments", {}).items(),
                    *((each, block) for each in ENVIRONMENTS),
                ]:
                    own = {**block, **block.get("environments", {}).get(name, {})}
                    identifier = own["identifier"].replace("${environment}", name)
                    made = self.made.get((name, identifier))
                    for key, value in (layer or {}).get("credentials", {}).items():
                        if made is None or key not in made["credentials"]:
                            continue
                        stored = made["credentials"][key]
                        if value == "<CHANGE_ME>":
                            layer["credentials"][key] = stored
                            filled += 1
                        elif isinstance(value, str) and value.startswith("${env:"):
                            self.variables[value[6:-1]] = (
                                stored if isinstance(stored, str) else json.dumps(stored)
                            )
            path.write_text(yaml.safe_dump(document, sort_keys=False), "utf-8")
        return filled


def value(known: Credential, environment: str) -> Any:  # noqa: ANN401 - any JSON
    if known.enum:
        return known.enum[0]
    if known.json_type == "boolean":
        return True
    if known.json_type == "object":
        return {"ca": "x"}
    if known.secret:
        return f"planted-{known.key}-{environment}"
    return {
        "port": "587",
        "webhookUrl": "https://acme.com/hook",
        "baseUrl": "https://acme.com",
    }.get(known.key, f"on: {known.key} #1")


@pytest.fixture(params=GENERATIONS)
def novu(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Novu]:
    """Forty integrations over all channels in two environments, and a project without any."""
    generation = str(request.param)
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "novu-sync.yaml").write_text(HEAD, "utf-8")
    monkeypatch.chdir(folder)
    with Sandbox(generation=generation) as sandbox, running(sandbox) as url:
        monkeypatch.setenv("NOVU_API_URL", url)
        for name, key in sandbox.api_keys.items():
            monkeypatch.setenv(f"NOVU_{name.upper()}_API_KEY", key)
        novu = Novu(sandbox, generation, folder)
        channels: dict[str, int] = {}
        for provider in catalogue().providers:
            channel = str(provider.channel)
            needed = {each.key for each in provider.credentials if each.required}
            if (
                provider.id not in novu.generation.providers
                or not needed <= novu.generation.credential_types.keys()
                or channel not in novu.generation.channels
                or provider.novu_owned
                or channels.get(channel, 0) == 5
            ):
                continue
            number = channels[channel] = channels.get(channel, 0) + 1
            for environment in ENVIRONMENTS:
                if number == 4 and environment == "production":
                    continue
                named = provider.name + (" (dev)" if number == 2 and environment[0] == "d" else "")
                novu.make(
                    environment,
                    identifier=f"{provider.id}-{environment}",
                    name=named,
                    providerId=provider.id,
                    channel=channel,
                    active=number != 3,
                    credentials={
                        each.key: value(each, environment)
                        for each in provider.credentials
                        if each.required or not (novu.withholds or each.server_made)
                    },
                    conditions=FILTER if number == 5 else [],
                )
        while len(novu.made) < 40:
            environment = ENVIRONMENTS[len(novu.made) % 2]
            identifier = f"discord-{len(novu.made) // 2}-{environment}"
            novu.make(
                environment,
                identifier=identifier,
                name=identifier,
                providerId="discord",
                channel="chat",
            )
        yield novu


def test_forty_integrations_become_a_project_whose_plan_is_empty(
    novu: Novu, novu_sync: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Export, validate, fill in, plan, apply, plan; and a second export is the same bytes."""
    assert 40 <= len(novu.made) <= 46
    exported = novu_sync("export", ALL, "--split", "channel", "--out", "integrations")
    assert exported.code == 0, exported
    files = {each.name: each.read_bytes() for each in novu.folder.glob("integrations/*")}
    assert {"email.yaml", "sms.yaml", "chat.yaml", "push.yaml", "in-app.yaml"} <= files.keys()
    everything = exported.out + exported.err + "".join(map(bytes.decode, files.values()))
    everything += (novu.folder / ".env.example").read_text("utf-8")
    assert "planted" not in everything
    assert "_id" not in everything
    assert "priority" not in everything

    told = novu_sync("validate", "-o", "json")
    findings = json.loads(told.out)["findings"]
    assert {each["code"] for each in findings} <= {"NS311"} if novu.withholds else not findings, (
        told
    )

    again = novu_sync("export", ALL, "--split", "channel", "--out", "integrations")
    assert again.code == 0, again
    assert "wrote" not in again.err
    assert {each.name: each.read_bytes() for each in novu.folder.glob("integrations/*")} == files

    # Filled in in the base for both environments at once: fewer are filled in than are told.
    filled = novu.fill()
    assert (filled > 0) == novu.withholds
    assert novu.variables
    for name, each in novu.variables.items():
        assert f"\n{name}=\n" in (novu.folder / ".env.example").read_text("utf-8")
        monkeypatch.setenv(name, each)
    told = novu_sync("validate")
    assert told.code == 0, told

    planned = novu_sync("plan", ALL, "-o", "json")
    assert planned.code == 0, planned
    fields = [
        field
        for environment in json.loads(planned.out)["environments"]
        for change in environment["changes"]
        for field in change.get("fields", ())
        if change["action"] != "keep"
    ]
    if not novu.withholds:
        assert fields == []
    assert all(each["path"].startswith("credentials.") for each in fields)
    assert {each["reason"] for each in fields} <= {"secret-unverifiable"}

    before = {name: rows(novu, name) for name in ENVIRONMENTS}
    applied = novu_sync("apply", ALL, "--yes")
    assert applied.code == 0, applied
    assert {name: rows(novu, name) for name in ENVIRONMENTS} == before
    empty = novu_sync("plan", ALL, "--detailed-exitcode")
    assert empty.code == 0, empty


def rows(novu: Novu, environment: str) -> list[dict[str, Any]]:
    """What the database holds, times left out."""
    found = novu.sandbox._store.integrations.find(
        _environmentId=novu.sandbox.environment_id(environment), deleted=False
    )
    return [{key: each[key] for key in each if key != "updatedAt"} for each in found]


BEGIN = (
    "--api-key-env",
    "development=NOVU_DEVELOPMENT_API_KEY",
    "--api-key-env",
    "production=NOVU_PRODUCTION_API_KEY",
)


@pytest.fixture
def folder(server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder, and a server with one integration in each environment."""
    del server
    place = tmp_path / "My project"
    place.mkdir()
    monkeypatch.chdir(place)
    return place


def make(sandbox: Sandbox, environment: str, **body: object) -> None:
    sent = {"channel": "chat", "providerId": "discord", "check": False, **body}
    answer = ask(sandbox, "POST", "/v1/integrations", sent, key=f"sandbox-{environment}")
    assert answer.status == 201, answer


def test_a_project_is_begun_from_nothing_but_api_keys(
    sandbox: Sandbox, server: str, folder: Path, novu_sync: Callable[..., Run]
) -> None:
    for name in ENVIRONMENTS:
        make(sandbox, name, identifier=f"discord-{name}", name="Discord", active=True)
    begun = novu_sync("export", *BEGIN, "--api-url", server, "--out", "novu-sync.yaml")
    assert begun.code == 0, begun
    assert "wrote novu-sync.yaml" in begun.err
    assert "Next: fill in" in begun.err
    text = (folder / "novu-sync.yaml").read_text("utf-8")
    assert "project: My-project\n" in text
    assert "identifier: discord-${environment}" in text
    assert "NOVU_PRODUCTION_API_KEY=" in (folder / ".env.example").read_text("utf-8")
    assert novu_sync("validate").code == 0
    planned = novu_sync("plan", ALL, "--detailed-exitcode")
    assert planned.code == 0, planned


def test_a_project_is_begun_with_a_file_for_each_channel(
    sandbox: Sandbox, server: str, folder: Path, novu_sync: Callable[..., Run]
) -> None:
    make(sandbox, "development", identifier="discord", name="Discord", active=True)
    begun = novu_sync(
        "export", *BEGIN, "--api-url", server, "--project", "acme", "-e", "development",
        "--split", "channel", "--out", "repository", "-v",
    )  # fmt: skip
    assert begun.code == 0, begun
    assert "GET /v1/integrations 200" in begun.err
    assert {
        each.relative_to(folder).as_posix() for each in folder.rglob("*") if each.is_file()
    } == {
        "repository/.env.example",
        "repository/integrations/chat.yaml",
        "repository/integrations/in-app.yaml",
        "repository/novu-sync.yaml",
    }
    chat = (folder / "repository" / "integrations" / "chat.yaml").read_text("utf-8")
    assert "    environments:\n      development: {}\n" in chat, chat
    planned = novu_sync("plan", "-c", "repository", "-e", "development", "--detailed-exitcode")
    assert planned.code == 0, planned


def test_standard_output_gets_the_yaml_and_nothing_else(
    sandbox: Sandbox, folder: Path, project: Callable[..., Path], novu_sync: Callable[..., Run]
) -> None:
    make(sandbox, "development", identifier="discord", name="Discord")
    shown = novu_sync("export", "-c", project(""))
    assert shown.code == 0, shown
    assert [each["identifier"] for each in yaml.safe_load(shown.out)["integrations"]] == [
        "in-app",
        "discord",
    ]
    assert (
        shown.err
        == "Exported 2 integrations of development as 2 definitions; 1 of Novu's own left out.\n"
    )
    assert list(folder.iterdir()) == []


def test_what_cannot_be_taken_along_is_told(
    sandbox: Sandbox, folder: Path, project: Callable[..., Path], novu_sync: Callable[..., Run]
) -> None:
    del folder
    make(sandbox, "development", identifier="new", name="New", providerId="brand-new")
    place = project("")
    shown = novu_sync("export", "-c", place, "--out", place / "parts" / "all.yaml")
    assert shown.code == 0, shown
    assert "NS342" in shown.err
    assert f"Next: write `include: [parts/all.yaml]` into {place}/novu-sync.yaml." in shown.err
    head = (place / "novu-sync.yaml").read_text("utf-8")
    (place / "novu-sync.yaml").write_text(
        f"{head}allowUnknownProviders: true\ninclude: [parts/all.yaml]\n", "utf-8"
    )
    assert novu_sync("validate", "-c", place).code == 0
    again = novu_sync("export", "-c", place, "--out", place / "parts" / "all.yaml")
    assert "Next: fill in" in again.err


def test_split_files_that_nobody_includes_are_told_of(
    sandbox: Sandbox, folder: Path, project: Callable[..., Path], novu_sync: Callable[..., Run]
) -> None:
    del folder
    make(sandbox, "development", identifier="discord", name="Discord")
    place = project("")
    shown = novu_sync("export", "-c", place, "--split", "channel", "--out", place / "parts")
    assert "Next: write `include: [parts/*.yaml]` into" in shown.err


def test_a_file_that_holds_something_else_is_not_overwritten_unless_asked_to(
    sandbox: Sandbox, folder: Path, project: Callable[..., Path], novu_sync: Callable[..., Run]
) -> None:
    make(sandbox, "development", identifier="discord", name="Discord")
    place, file = project(""), folder / "mine.yaml"
    file.write_text("mine", "utf-8")
    file.chmod(0o640)
    refused = novu_sync("export", "-c", place, "--out", file)
    assert refused.code == 64, refused
    assert f"{file} is there and holds something else" in refused.err
    assert "add --yes" in refused.err
    assert file.read_text("utf-8") == "mine"
    assert not (place / ".env.example").exists()
    done = novu_sync("export", "-c", place, "--out", file, "--yes")
    assert done.code == 0, done
    assert file.read_text("utf-8").startswith("# Exported by novu-sync from development.\n")
    assert file.stat().st_mode & 0o777 == 0o640
    assert novu_sync("export", "-c", place, "--out", file).code == 0


@pytest.mark.parametrize(("answer", "code"), [("n", 130), ("y", 0)])
@pytest.mark.usefixtures("server")
def test_on_a_terminal_it_asks_before_it_overwrites(
    project: Callable[..., Path], answer: str, code: int
) -> None:
    place = project("")
    (place / "mine.yaml").write_text("mine", "utf-8")
    command = [sys.executable, "-m", "reconciler", "export", "--out", "mine.yaml"]
    ended, shown = on_terminal(command, answers={"Overwrite? [y/N]": answer}, cwd=place)
    assert ended == code, shown
    assert ((place / "mine.yaml").read_text("utf-8") == "mine") == (answer == "n")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--split", "channel"), "--split makes several files"),
        (("--api-url", "https://api.novu.co"), "--api-url and --project are for a project"),
        (("--api-key-env", "development"), "is not NAME=VARIABLE"),
        (("--api-key-env", "dev elopment=X"), "is not NAME=VARIABLE"),
        (("--api-key-env", "development=X-Y"), "is not NAME=VARIABLE"),
        (("--out", "novu-sync.yaml"), "novu-sync.yaml is the project file"),
    ],
)
@pytest.mark.usefixtures("server")
def test_options_that_make_no_sense_are_wrong_usage(
    arguments: tuple[str, ...], words: str, project: Callable[..., Path],
    novu_sync: Callable[..., Run], monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.chdir(project(""))
    done = novu_sync("export", *arguments)
    assert done.code == 64, done
    assert words in done.err


def test_what_is_wrong_with_the_project_the_key_or_a_file_is_told(
    sandbox: Sandbox, folder: Path, project: Callable[..., Path],
    novu_sync: Callable[..., Run], monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    del sandbox
    bad = novu_sync("export", "-c", project("nonsense: 1\n"))
    assert bad.code == 3, bad
    assert "NS201" in bad.err
    none = novu_sync("export")
    assert none.code == 1, none
    assert "there is no novu-sync.yaml" in none.err
    assert "--api-key-env begins a project here" in none.err
    place = project("")
    folder.joinpath("a-file").write_text("", "utf-8")
    unwritable = novu_sync("export", "-c", place, "--out", "a-file/x.yaml")
    assert unwritable.code == 1, unwritable
    assert "a-file/x.yaml cannot be" in unwritable.err
    unreadable = novu_sync("export", "-c", place, "--out", folder)
    assert unreadable.code == 1, unreadable
    assert "cannot be read" in unreadable.err
    monkeypatch.setenv("NOVU_PRODUCTION_API_KEY", "sandbox-development")
    twins = novu_sync("export", *BEGIN, "--api-url", "${env:NOVU_API_URL}")
    assert twins.code == 8, twins
    assert "belong to the same Novu environment" in twins.err
    monkeypatch.delenv("NOVU_DEVELOPMENT_API_KEY")
    missing = novu_sync("export", "-c", place)
    assert missing.code == 8, missing


@pytest.mark.parametrize("where", ["os.fchmod", "tempfile.mkstemp"])
def test_a_folder_that_may_not_be_written_leaves_nothing_behind(
    where: str,
    folder: Path,
    project: Callable[..., Path],
    novu_sync: Callable[..., Run],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    place = project("")
    monkeypatch.setattr(where, full)
    done = novu_sync("export", "-c", place, "--out", "x.yaml")
    assert done.code == 1, done
    assert "x.yaml cannot be written: No space left on device" in done.err
    assert list(folder.iterdir()) == []


def test_an_empty_environment_becomes_an_empty_list(
    project: Callable[..., Path], novu_sync: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    with Sandbox(builtins=False) as sandbox, running(sandbox) as url:
        monkeypatch.setenv("NOVU_API_URL", url)
        monkeypatch.setenv("NOVU_DEVELOPMENT_API_KEY", sandbox.api_keys["development"])
        shown = novu_sync("export", "-c", project(""))
    assert shown.out.endswith("integrations: []\n"), shown
    assert shown.err == "Exported 0 integrations of development as 0 definitions.\n"


ADOPTED = """\
integrations:
  - identifier: smtp
    name: ${env:SMTP_NAME}
    providerId: nodemailer
    active: true
    credentials:
      host: smtp.acme.com
      port: <CHANGE_ME>
      password: ${env:MY_PASSWORD}
      user: me
      from: a@acme.com
      senderName: ${env:SMTP_NAME}
  - identifier: resend
    providerId: resend
    active: true
  - identifier: inbox
    providerId: novu
    active: ${env:INBOX}
"""


def test_what_the_project_declares_already_is_kept(
    sandbox: Sandbox, folder: Path, project: Callable[..., Path], novu_sync: Callable[..., Run]
) -> None:
    """What is declared by a reference is secret in any field, whatever the server says of it."""
    del folder
    smtp = {"host": "smtp.acme.com", "port": "587", "from": "a@acme.com", "senderName": "A"}
    for name, provider in (("smtp", "nodemailer"), ("resend", "resend")):
        make(
            sandbox, "development", identifier=name, name="s3cret", providerId=provider,
            channel="email", active=True, credentials=smtp if name == "smtp" else {},
        )  # fmt: skip
    shown = novu_sync("export", "-c", project(ADOPTED))
    assert shown.code == 0, shown
    blocks = {each["identifier"]: each for each in yaml.safe_load(shown.out)["integrations"]}
    assert blocks["smtp"]["name"] == "${env:SMTP_NAME}"
    assert blocks["smtp"]["credentials"] == {
        "user": "me",
        "password": "${env:MY_PASSWORD}",
        "host": "smtp.acme.com",
        "port": "<CHANGE_ME>",
        "from": "a@acme.com",
        "senderName": "${env:SMTP_NAME}",
    }
    assert "# secure: true" in shown.out
    assert "# user:" not in shown.out
    assert "credentials" not in blocks["resend"]
    assert blocks["in-app"]["active"] == "${env:INBOX}"
    assert "2 variables to set" not in shown.err
    assert "3 variables to set, 1 placeholder to fill in" in shown.err


@pytest.mark.parametrize("generation", ["2026-04", "2026-11"])
def test_what_the_projects_defaults_would_add_is_said_otherwise(
    generation: str, tmp_path: Path, novu_sync: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "novu-sync.yaml").write_text(
        HEAD
        + "defaults:\n"
        + "  email: { conditions: [{ value: AND, children: [] }], credentials: { senderName: Acme } }\n"
        + "  chat: { active: true, configurations: { inboxCount: none } }\n",
        "utf-8",
    )
    with Sandbox(generation=generation, builtins=False) as sandbox, running(sandbox) as url:
        monkeypatch.setenv("NOVU_API_URL", url)
        for name, key in sandbox.api_keys.items():
            monkeypatch.setenv(f"NOVU_{name.upper()}_API_KEY", key)
            make(
                sandbox, name, identifier=f"resend-{name}", name="R", providerId="resend",
                channel="email", active=True,
                credentials={"apiKey": "k", "from": "f", "senderName": "Acme"},
            )  # fmt: skip
            make(sandbox, name, identifier=f"discord-{name}", name="D")
        parts = tmp_path / "integrations" / "all.yaml"
        first = novu_sync("export", ALL, "--out", parts)
        assert first.code == 0, first
        text = parts.read_text("utf-8")
        assert "conditions: null" in text
        assert novu_sync("export", ALL, "--out", parts).code == 0
        assert parts.read_text("utf-8") == text
        assert ("senderName" in text) == (generation == "2026-04")
        parts.write_text(text.replace("<CHANGE_ME>", "f"), "utf-8")
        for name in ENVIRONMENTS:
            monkeypatch.setenv(f"RESEND_API_KEY_{name.upper()}", "k")
        applied = novu_sync("apply", ALL, "--yes")
        assert applied.code == 0, applied
        assert "rules" not in applied.out
        assert ("2 updated" in applied.out) == (generation == "2026-11")
        empty = novu_sync("plan", ALL, "--detailed-exitcode")
        assert empty.code == 0, empty
