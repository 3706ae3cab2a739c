"""The same project on Novu's servers of 2024, of April 2026 and of today."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from support.inprocess import ask

from reconciler.sandbox.application import Sandbox
from reconciler.sandbox.server import running

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from conftest import Run

    from reconciler.sandbox.wire import Request

GENERATIONS = ("2024-10", "2026-04", "2026-11")
LISTING_ALL = ("2024-10", "2026-04")
EXAMPLES = sorted(
    path.parent for path in Path(__file__).parents[2].glob("examples/*/novu-sync.yaml")
)
SECRET = "planted-secret-of-slack"
SLACK = """\
integrations:
  - identifier: slack-${environment}
    name: Slack
    providerId: slack
    active: true
    credentials:
      applicationId: A0ACME
      clientId: "1234.5678"
      secretKey: ${env:SLACK_SECRET}
      signingSecret: ${env:SLACK_SECRET}
"""


@pytest.fixture
def generation(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def novu(generation: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    """A server of that generation; projects find it and its keys by variables."""
    with Sandbox(generation=generation) as sandbox, running(sandbox) as url:
        monkeypatch.setenv("NOVU_API_URL", url)
        for name, key in sandbox.api_keys.items():
            monkeypatch.setenv(f"NOVU_{name.upper()}_API_KEY", key)
        yield sandbox


def rows(novu: Sandbox, environment: str = "development") -> list[dict[str, Any]]:
    key = novu.api_keys[environment]
    listed = ask(novu, "GET", "/v1/integrations", key=key).data
    own = novu.environment_id(environment)
    return [row for row in listed if row["_environmentId"] == own]


def make(novu: Sandbox, environment: str = "development", **body: object) -> dict[str, Any]:
    key = novu.api_keys[environment]
    sent = {"channel": "chat", "check": False, "credentials": {}, **body}
    answer = ask(novu, "POST", "/v1/integrations", sent, key=key)
    assert answer.status == 201, answer
    made: dict[str, Any] = answer.data
    return made


@pytest.mark.parametrize("generation", GENERATIONS, indirect=True)
@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.name)
@pytest.mark.usefixtures("novu")
def test_an_example_converges_on_every_generation(
    example: Path, tmp_path: Path, novu_sync: Callable[..., Run]
) -> None:
    """What a server silently does not keep, like `rules` in 2024, is told once and then quiet."""
    copy = tmp_path / "example"
    shutil.copytree(example, copy, ignore=shutil.ignore_patterns(".novu-sync"))
    common = ("-c", copy, "--all-environments", "--env-file", copy / ".env.example")
    applied = novu_sync("apply", *common, "--yes")
    assert applied.code == 0, applied
    again = novu_sync("plan", *common, "--detailed-exitcode")
    assert again.code == 0, again


NEEDED = re.compile(
    r"GET /v1/environments/me|(GET|POST) /v1/integrations|(PUT|DELETE) /v1/integrations/[0-9a-f]{24}"
    r"|POST /v1/integrations/[0-9a-f]{24}/set-primary|\w+ /v2/contexts.*"
)


@pytest.mark.parametrize("generation", GENERATIONS)
def test_no_other_request_is_sent_than_those_that_are_needed(
    generation: str,
    tmp_path: Path,
    novu_sync: Callable[..., Run],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """`GET /v1/environments`, for one, would answer API keys of all environments in clear."""
    sent: list[Request] = []
    with Sandbox(generation=generation, hook=sent.append) as sandbox, running(sandbox) as url:
        monkeypatch.setenv("NOVU_API_URL", url)
        monkeypatch.setenv("NOVU_DEVELOPMENT_API_KEY", sandbox.api_keys["development"])
        for example in EXAMPLES:
            copy = tmp_path / example.name
            shutil.copytree(example, copy, ignore=shutil.ignore_patterns(".novu-sync"))
            common = ("-c", copy, "-e", "development", "--env-file", copy / ".env.example")
            assert novu_sync("apply", *common, "--yes").code == 0
    told = {f"{request.method} {request.path}" for request in sent}
    assert {each.split()[0] for each in told} >= {"GET", "POST"}
    assert [each for each in told if not NEEDED.fullmatch(each)] == []
    for request in sent:
        assert "idempotency-key" not in request.headers
        if request.method in ("POST", "PUT") and request.path.startswith("/v1/integrations"):
            body = json.loads(request.body or b"{}")
            assert "_environmentId" not in body
            assert "active" not in body or body["active"] in (True, False)
        if (request.method, request.path) == ("POST", "/v1/integrations"):
            assert body["check"] is False


@pytest.mark.parametrize("generation", LISTING_ALL, indirect=True)
def test_rows_of_another_environment_are_neither_shown_nor_counted_nor_touched(
    novu: Sandbox,
    project: Callable[..., Path],
    novu_sync: Callable[..., Run],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """These servers list the whole organization to every key, and delete with any of them."""
    monkeypatch.setenv("SLACK_SECRET", SECRET)
    make(novu, "production", identifier="theirs", name="Theirs", providerId="discord")
    before = rows(novu, "production")
    folder = project(SLACK)
    planned = novu_sync("plan", "-c", folder, "--prune", "-o", "json")
    document = json.loads(planned.out)
    assert "theirs" not in planned.out + planned.err
    assert document["summary"]["unmanaged"] == len(rows(novu)), planned
    assert novu_sync("apply", "-c", folder, "--prune", "--yes").code == 0
    assert rows(novu, "production") == before


@pytest.mark.parametrize("generation", ["2024-10"], indirect=True)
def test_ciphertext_that_a_server_answers_is_never_sent_back(
    novu: Sandbox,
    project: Callable[..., Path],
    novu_sync: Callable[..., Run],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Writes of 2024 answer `nvsk.…`; sent back it would be encrypted a second time."""
    monkeypatch.setenv("SLACK_SECRET", SECRET)
    folder = project(SLACK)
    assert novu_sync("apply", "-c", folder, "--yes").code == 0
    (folder / "novu-sync.yaml").write_text(
        (folder / "novu-sync.yaml").read_text("utf-8").replace("A0ACME", "A1ACME"), "utf-8"
    )
    applied = novu_sync("apply", "-c", folder, "--yes")
    assert applied.code == 0, applied
    (row,) = [each for each in rows(novu) if each["identifier"] == "slack-development"]
    assert row["credentials"]["secretKey"] == SECRET
    assert row["credentials"]["applicationId"] == "A1ACME"


@pytest.mark.parametrize("generation", GENERATIONS, indirect=True)
def test_a_rotated_secret_is_noticed_whether_the_server_shows_it_or_not(
    novu: Sandbox,
    project: Callable[..., Path],
    novu_sync: Callable[..., Run],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    del novu
    monkeypatch.setenv("SLACK_SECRET", SECRET)
    folder = project(SLACK)
    assert novu_sync("apply", "-c", folder, "--yes").code == 0
    monkeypatch.setenv("SLACK_SECRET", f"{SECRET}-rotated")
    planned = novu_sync("plan", "-c", folder, "--detailed-exitcode")
    assert planned.code == 2, planned
    assert "~ credentials.secretKey  (secret, changed)" in planned.out
    assert "applicationId" not in planned.out
    assert SECRET not in planned.out + planned.err
    assert novu_sync("apply", "-c", folder, "--yes").code == 0
    assert novu_sync("plan", "-c", folder, "--detailed-exitcode").code == 0


@pytest.mark.parametrize("generation", ["2024-10"], indirect=True)
def test_a_clash_with_another_environment_is_told_before_the_first_write_and_at_the_409(
    novu: Sandbox,
    project: Callable[..., Path],
    novu_sync: Callable[..., Run],
) -> None:
    make(novu, "production", identifier="discord", name="Theirs", providerId="discord")
    folder = project("integrations:\n  - {identifier: discord, providerId: discord}\n")
    planned = novu_sync("plan", "-c", folder)
    assert planned.code == 0, planned
    assert "NS514" in planned.out
    applied = novu_sync("apply", "-c", folder, "--yes")
    assert applied.code == 4, applied
    assert "another environment of the organization holds it" in applied.out


@pytest.mark.parametrize("generation", ["2026-04"], indirect=True)
def test_where_identifiers_are_unique_in_an_environment_only_the_same_create_goes_through(
    novu: Sandbox,
    project: Callable[..., Path],
    novu_sync: Callable[..., Run],
) -> None:
    make(novu, "production", identifier="discord", name="Theirs", providerId="discord")
    folder = project("integrations:\n  - {identifier: discord, providerId: discord}\n")
    applied = novu_sync("apply", "-c", folder, "--yes")
    assert applied.code == 0, applied
    again = novu_sync("plan", "-c", folder, "--detailed-exitcode")
    assert again.code == 0, again
    assert "NS514" not in again.out


@pytest.mark.parametrize("generation", LISTING_ALL, indirect=True)
def test_a_rename_to_a_name_of_another_environment_is_refused_before_the_first_write(
    novu: Sandbox,
    project: Callable[..., Path],
    novu_sync: Callable[..., Run],
) -> None:
    """All servers compare a new name with the whole organization; here the list shows it."""
    make(novu, "production", identifier="new", name="Theirs", providerId="discord")
    make(novu, identifier="old", name="Ours", providerId="discord")
    before = rows(novu)
    folder = project(
        "integrations:\n  - {identifier: new, previousIdentifiers: [old], providerId: discord}\n"
    )
    applied = novu_sync("apply", "-c", folder, "--yes")
    assert applied.code == 3, applied
    assert "NS503" in applied.out + applied.err
    assert rows(novu) == before


@pytest.mark.parametrize("generation", ["2026-11"], indirect=True)
def test_a_rename_that_clashes_unseen_is_explained_at_the_409(
    novu: Sandbox,
    project: Callable[..., Path],
    novu_sync: Callable[..., Run],
) -> None:
    make(novu, "production", identifier="new", name="Theirs", providerId="discord")
    make(novu, identifier="old", name="Ours", providerId="discord")
    folder = project(
        "integrations:\n  - {identifier: new, previousIdentifiers: [old], providerId: discord}\n"
    )
    applied = novu_sync("apply", "-c", folder, "--yes")
    assert applied.code == 4, applied
    assert "another environment of the organization holds it" in applied.out


@pytest.mark.parametrize("generation", ["2026-04"], indirect=True)
def test_duplicates_that_others_made_are_told_with_their_ids_and_stop_the_run(
    novu: Sandbox, project: Callable[..., Path], novu_sync: Callable[..., Run]
) -> None:
    """A row that is moved in from another environment brings its identifier along, unchecked."""
    ours = make(novu, identifier="twin", name="Ours", providerId="discord")
    moved = make(novu, "production", identifier="twin", name="Theirs", providerId="discord")
    here = {"_environmentId": novu.environment_id("development"), "check": False}
    path = f"/v1/integrations/{moved['_id']}"
    assert ask(novu, "PUT", path, here, key=novu.api_keys["production"]).status == 200
    before = rows(novu)
    folder = project("integrations:\n  - {identifier: twin, providerId: discord, name: New}\n")
    applied = novu_sync("apply", "-c", folder, "--yes")
    assert applied.code == 1, applied
    assert ours["_id"] in applied.err
    assert moved["_id"] in applied.err
    assert rows(novu) == before
