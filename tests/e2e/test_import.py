"""From lists and curl commands that others left behind to a project that can be applied."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from support.inprocess import ask
from support.leaks import PLANTED, leaks

from reconciler.sandbox.application import Sandbox
from reconciler.sandbox.server import running

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from conftest import Run

SECRETS = {name: each.value for name, each in PLANTED.items()}
SES = {
    "name": "SES: all of it",
    "identifier": "ses-NkIQ5Koy3-123",
    "providerId": "ses",
    "channel": "email",
    "active": True,
    "check": False,
    "conditions": [],
    "credentials": {
        "apiKey": SECRETS["PLANTED_QUOTES"],
        "secretKey": SECRETS["PLANTED_PEM"],
        "region": "us-east-2",
        "from": "no-reply@acme.example",
        "senderName": "Acme ${not} #1",
    },
}
FCM = {
    "name": "Firebase",
    "identifier": "fcm",
    "providerId": "fcm",
    "channel": "push",
    "active": True,
    "check": False,
    "credentials": {"serviceAccount": SECRETS["PLANTED_LINES"]},
}
SLACK = {
    "name": "Slack",
    "identifier": "slack-team",
    "providerId": "slack",
    "channel": "chat",
    "active": False,
    "check": False,
    "credentials": {
        "applicationId": "A1",
        "clientId": "1",
        "secretKey": SECRETS["PLANTED_UNICODE"],
    },
}
BODIES = (SES, FCM, SLACK)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name, key in (("DEVELOPMENT", "sandbox-development"), ("PRODUCTION", "sandbox-production")):
        monkeypatch.setenv(f"NOVU_{name}_API_KEY", key)
    return tmp_path


@pytest.fixture(params=["2024-10", "2026-04", "2026-11"])
def old(request: pytest.FixtureRequest) -> Iterator[tuple[Sandbox, str]]:
    """A server of each generation with integrations in both environments, and its address."""
    with Sandbox(generation=request.param) as sandbox, running(sandbox) as url:
        for name, key in sandbox.api_keys.items():
            for body in BODIES:
                # In 2024 a new identifier had to be new in the whole organization.
                own = {**body, "identifier": f"{body['identifier']}-{name}"}
                answer = ask(sandbox, "POST", "/v1/integrations", own, key=key)
                assert answer.status == 201, answer
        yield sandbox, url


def nothing_leaked(run: Run, folder: Path, *, but: tuple[str, ...] = ()) -> None:
    """Neither in what was shown nor in any file that the run wrote, but for those that may."""
    assert leaks((run.out + run.err).encode()) == []
    for path in folder.rglob("*"):
        if path.is_file() and path.name not in but:
            assert leaks(path.read_bytes()) == [], path


def plan_is_empty(novu_sync: Callable[..., Run], *arguments: str) -> bool:
    run = novu_sync("plan", "--detailed-exitcode", "--env-file", ".env", *arguments)
    assert run.code in (0, 2), run
    return run.code == 0


def test_a_list_of_each_environment_becomes_one_project_that_applies(
    old: tuple[Sandbox, str], folder: Path, novu_sync: Callable[..., Run]
) -> None:
    """A list that shows credentials brings them along: nothing is left to fill in."""
    sandbox, url = old
    options = []
    for name, key in sandbox.api_keys.items():
        answer = ask(sandbox, "GET", "/v1/integrations", key=key)
        own = ask(sandbox, "GET", "/v1/environments/me", key=key).data["_id"]
        Path(f"{name}.json").write_text(json.dumps(answer.body, indent=1), "utf-8")
        options += ["--from-json", f"{name}={name}.json", "-e", f"{name}={own}"]
    shown = any(row["credentials"] for row in answer.data)
    run = novu_sync(
        "import", *options, "--api-url", url, "--out", "novu-sync.yaml", "--write-env", ".env"
    )
    assert run.code == 0, run
    nothing_leaked(run, folder, but=(".env", "development.json", "production.json"))
    text = Path("novu-sync.yaml").read_text("utf-8")
    assert "identifier: ses-NkIQ5Koy3-123-${environment}" in text
    validated = novu_sync("validate")
    if not shown:
        assert "<CHANGE_ME>" in text
        assert {line.split()[2] for line in validated.out.splitlines() if " error " in line} == {
            "NS311"
        }
        return
    assert "<CHANGE_ME>" not in text
    assert validated.code == 0, validated
    assert plan_is_empty(novu_sync, "--all-environments")


def test_a_list_of_the_whole_organization_is_sorted_by_ids(
    folder: Path, novu_sync: Callable[..., Run]
) -> None:
    """As older servers answer it, whichever key asks."""
    del folder
    with Sandbox(generation="2024-10") as sandbox:
        ask(sandbox, "POST", "/v1/integrations", SES)
        ask(sandbox, "POST", "/v1/integrations", FCM, key="sandbox-production")
        Path("all.json").write_text(json.dumps(ask(sandbox, "GET", "/v1/integrations").data))
        own = ask(sandbox, "GET", "/v1/environments/me").data["_id"]
    unclear = novu_sync("import", "--from-json", "all.json")
    assert unclear.code == 64, unclear
    assert own in unclear.err
    run = novu_sync("import", "--from-json", "all.json", "-e", f"development={own}")
    assert run.code == 0, run
    assert "identifier: ses-NkIQ5Koy3-123" in run.out
    assert "fcm" not in run.out
    assert "2 of other environments left out" in run.err


def curl(body: dict[str, Any]) -> str:
    data = json.dumps(body, indent=2, ensure_ascii=False).replace("'", "'\\''")
    return (
        "curl --request POST \\\n  --url https://api.novu.co/v1/integrations \\\n"
        "  --header 'Authorization: ApiKey planted-api-key-in-a-script' \\\n"
        f"  --header 'Content-Type: application/json' \\\n  --data '\n{data}'\n"
    )


def test_a_folder_of_curl_commands_is_applied_to_an_empty_environment(
    folder: Path, novu_sync: Callable[..., Run]
) -> None:
    """As in Novu's documentation, as a body in a file, as a file that a command names."""
    scripts = folder / "scripts"
    (scripts / "push").mkdir(parents=True)
    (scripts / "ses.sh").write_text(f"#!/bin/sh\nset -e\n{curl(SES)}", "utf-8")
    (scripts / "slack").write_text(json.dumps(SLACK), "utf-8")
    (scripts / "push" / "fcm.json").write_text(json.dumps(FCM), "utf-8")
    (scripts / "README.md").write_text("It's not a script", "utf-8")
    (scripts / "LICENSE").write_text("It's not a script either", "utf-8")
    (scripts / "program").write_bytes(b"\x7fELF\xff")
    (scripts / "package.json").write_text('{"name": "scripts"}', "utf-8")
    (scripts / ".hidden.sh").write_text("'", "utf-8")
    with Sandbox(builtins=False) as sandbox, running(sandbox) as url:
        run = novu_sync(
            *("import", "--from-curl", "scripts", "--api-url", url),
            *("--out", "novu-sync.yaml", "--write-env", ".env"),
        )
        assert run.code == 0, run
        assert "Imported 3 integrations of development as 3 definitions" in run.err
        assert "scripts/package.json:1:1: warning NS351" in run.err
        assert "LICENSE" not in run.err
        assert "program" not in run.err
        assert "planted-api-key-in-a-script" not in run.out + run.err
        nothing_leaked(run, folder, but=(".env", "ses.sh", "slack", "fcm.json"))
        assert novu_sync("apply", "--yes", "--env-file", ".env").code == 0
        assert plan_is_empty(novu_sync)
        rows = {
            each["identifier"]: each for each in sandbox._store.integrations.find(deleted=False)
        }
    for body in BODIES:
        row = rows[body["identifier"]]
        assert {name: row[name] for name in ("name", "providerId", "channel", "active")} == {
            name: body[name] for name in ("name", "providerId", "channel", "active")
        }
        assert row["credentials"] == body["credentials"]


def test_commands_with_variables_leave_placeholders_and_say_which(
    folder: Path, novu_sync: Callable[..., Run]
) -> None:
    (folder / "s").mkdir()
    (folder / "s" / "ses.sh").write_text(
        'curl $API/v1/integrations -d @- <<EOF\n{"identifier": "a", "providerId": "ses",'
        ' "active": true,\n "credentials": {"apiKey": "$KEY", "secretKey": "x",'
        ' "region": "$REGION",\n  "from": "a@acme.example", "senderName": "A"}}\nEOF\n',
        "utf-8",
    )
    run = novu_sync("import", "--from-curl", "s")
    assert run.code == 0, run
    assert "apiKey: ${env:A_API_KEY}" in run.out
    assert "region: <CHANGE_ME>" in run.out
    assert "s/ses.sh:3:54: warning NS355" in run.err
    assert "`REGION`" in run.err


def test_a_command_sends_a_file_of_the_folder_and_no_other(
    folder: Path, novu_sync: Callable[..., Run]
) -> None:
    (folder / "s" / "deep").mkdir(parents=True)
    (folder / "outside.json").write_text(json.dumps(FCM), "utf-8")
    (folder / "s" / "body").write_text(json.dumps(SLACK), "utf-8")
    (folder / "s" / "binary").write_bytes(b"\xff")
    (folder / "s" / "deep" / "a.sh").write_text(
        "curl https://x/v1/integrations -d @body\n"
        "curl https://x/v1/integrations -d @../../outside.json\n"
        "curl https://x/v1/integrations -d @none\n",
        "utf-8",
    )
    (folder / "s" / "body").rename(folder / "s" / "body.data")
    script = folder / "s" / "deep" / "a.sh"
    script.write_text(script.read_text("utf-8").replace("@body", "@body.data"), "utf-8")
    (folder / "s" / "binary").rename(folder / "s" / "binary.data")
    run = novu_sync("import", "--from-curl", "s")
    assert run.code == 0, run
    assert "slack-team" in run.out
    assert "fcm" not in run.out
    assert [line.split()[0] for line in run.err.splitlines() if "NS357" in line] == [
        "s/deep/a.sh:2:35:",
        "s/deep/a.sh:3:35:",
    ]
    script.write_text("curl https://x/v1/integrations -d @binary.data", "utf-8")
    assert novu_sync("import", "--from-curl", "s").code == 3


@pytest.mark.parametrize(
    ("text", "place", "code"),
    [
        (
            '[{"identifier": "a",\n  "providerId": "ses", "credentials": {"apiKey": "plantedq',
            "2:50",
            "NS350",
        ),
        ('{"statusCode": 401}', "1:1", "NS351"),
        ('[{"identifier": "a", "providerId": "ses", "name": {"plantedq": 1}}]', "1:43", "NS352"),
        ("\xff", "1:1", "NS102"),
    ],
)
def test_a_file_that_cannot_be_used_is_told_with_its_place_and_nothing_is_written(
    text: str, place: str, code: str, folder: Path, novu_sync: Callable[..., Run]
) -> None:
    (folder / "list.json").write_bytes(text.encode("latin-1"))
    run = novu_sync("import", "--from-json", "list.json", "--out", "novu-sync.yaml")
    assert run.code == 3, run
    assert f"list.json:{place}: error {code} " in run.err
    assert "plantedq" not in run.err
    assert sorted(each.name for each in folder.iterdir()) == ["list.json"]


def test_a_script_whose_quote_is_never_closed_is_told(
    folder: Path, novu_sync: Callable[..., Run]
) -> None:
    (folder / "a.sh").write_text("curl 'x", "utf-8")
    run = novu_sync("import", "--from-curl", ".")
    assert run.code == 3, run
    assert "a.sh:1:6: error NS354" in run.err


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        ((), 64, "nothing is to be imported"),
        (("--from-json", "none.json"), 1, "none.json cannot be read"),
        (("--from-curl", "none"), 1, "none is no folder"),
        (("--from-curl", "empty"), 1, "there is no integration in empty"),
        (("--from-json", "list.json", "-e", "development"), 64, "is not NAME=ID"),
        (("--from-json", "a=list.json", "--from-json", "list.json"), 64, "to which environment"),
        (("--from-json", "list.json", "--out", "f/list.json/x"), 1, "cannot be"),
        (("--from-json", "list.json", "--write-env", "list.json/.env"), 1, "cannot be written"),
        (("--from-json", "list.json", "--write-env", "empty", "--yes"), 1, "cannot be written"),
    ],
)
def test_wrong_usage_and_files_that_are_not_there_are_told(
    arguments: tuple[str, ...], code: int, says: str, folder: Path, novu_sync: Callable[..., Run]
) -> None:
    (folder / "empty").mkdir()
    (folder / "list.json").write_text(json.dumps([FCM]), "utf-8")
    (folder / "f").write_text("", "utf-8")
    run = novu_sync("import", *arguments)
    assert run.code == code, run
    assert says in run.err
    assert sorted(each.name for each in folder.iterdir()) == ["empty", "f", "list.json"]


def test_the_same_integration_twice_in_an_environment_is_a_finding(
    folder: Path, novu_sync: Callable[..., Run]
) -> None:
    (folder / "list.json").write_text(
        json.dumps([{**FCM, "_id": "a"}, {**FCM, "_id": "b"}]), "utf-8"
    )
    run = novu_sync("import", "--from-json", "list.json")
    assert run.code == 3, run
    assert "list.json:1:" in run.err
    assert "NS356" in run.err


def test_a_file_with_an_equals_sign_in_its_name_is_found(
    folder: Path, novu_sync: Callable[..., Run]
) -> None:
    (folder / "a=b.json").write_text(json.dumps([{**FCM, "deleted": True}, SLACK]), "utf-8")
    run = novu_sync("import", "--from-json", "a=b.json", "--project", "acme", "--no-head")
    assert run.code == 0, run
    assert "project:" not in run.out
    assert "1 that Novu deleted left out" in run.err


def test_secrets_are_written_for_their_owner_alone_and_never_over_a_file_unasked(
    folder: Path, novu_sync: Callable[..., Run]
) -> None:
    (folder / "list.json").write_text(json.dumps([SES]), "utf-8")
    import_ = ("import", "--from-json", "list.json", "--write-env", "deep/.env")
    before = os.umask(0)
    try:
        assert novu_sync(*import_).code == 0
    finally:
        os.umask(before)
    env = folder / "deep" / ".env"
    assert stat.S_IMODE(env.stat().st_mode) == 0o600
    env.write_text("MINE=1\n", "utf-8")
    refused = novu_sync(*import_)
    assert refused.code == 64, refused
    assert env.read_text("utf-8") == "MINE=1\n"
    elsewhere = folder / "elsewhere"
    env.unlink()
    elsewhere.write_text("kept", "utf-8")
    env.symlink_to(elsewhere)
    assert novu_sync(*import_, "--yes").code == 0
    assert elsewhere.read_text("utf-8") == "kept"
    assert not env.is_symlink()
