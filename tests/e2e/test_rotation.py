"""Rotating secrets, on purpose and since somebody else did, on servers that tell credentials or not."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest
from support.inprocess import ask

from reconciler.sandbox.application import Sandbox
from reconciler.sandbox.server import running

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from conftest import Run

    from reconciler.sandbox.wire import Request

GENERATIONS = ("2024-10", "2026-04", "2026-11")
WITHHOLDING = ("2026-11",)

PROJECT = """
integrations:
  - identifier: slack-a
    name: Slack A
    providerId: slack
    active: true
    credentials: &slack
      applicationId: A1
      clientId: "1"
      secretKey: ${env:SLACK_SECRET}
      signingSecret: ${env:SLACK_SIGNING}
  - identifier: slack-b
    name: Slack B
    providerId: slack
    active: true
    credentials: *slack
  - identifier: ses-a
    name: SES A
    providerId: ses
    active: true
    primary: true
    credentials:
      apiKey: ${env:SES_ID}
      secretKey: ${env:SES_SECRET}
      region: eu-west-1
      from: no-reply@acme.example
      senderName: Acme
  - identifier: sendgrid-a
    name: SendGrid
    providerId: sendgrid
    active: true
    credentials: {apiKey: "${env:SENDGRID_KEY}", from: no-reply@acme.example, senderName: Acme}
"""
SECRETS = {
    "SLACK_SECRET": "hush-slack-1",
    "SLACK_SIGNING": "hush-signing-1",
    "SES_ID": "hush-id",
    "SES_SECRET": "hush-ses-1",
    "SENDGRID_KEY": "hush-sendgrid-1",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """A project that was applied to a server, and the requests since."""

    novu: Sandbox
    folder: Path
    novu_sync: Callable[..., Run]
    seen: list[Request] = field(default_factory=list)

    def run(self, *arguments: str, ends: int = 0) -> Run:
        """Run a command; nothing secret is in what it says."""
        self.seen.clear()
        run = self.novu_sync(arguments[0], "-c", self.folder, *arguments[1:])
        assert run.code == ends, run
        assert "hush" not in run.out + run.err
        return run

    def put(self) -> list[tuple[str, dict[str, Any]]]:
        """Name and body of every PUT of the last command."""
        names = {row["_id"]: row["identifier"] for row in self.rows()}
        return sorted(
            (names[each.path.rpartition("/")[2]], json.loads(each.body))
            for each in self.seen
            if each.method == "PUT"
        )

    def rows(self) -> list[dict[str, Any]]:
        """What the environment holds."""
        rows = ask(self.novu, "GET", "/v1/integrations").data
        own = self.novu.environment_id("development")
        return [each for each in rows if each["_environmentId"] == own]

    def write_outside(self, identifier: str, **body: Any) -> None:  # noqa: ANN401 - any JSON
        """Somebody uses Novu's dashboard."""
        (id_,) = [each["_id"] for each in self.rows() if each["identifier"] == identifier]
        sent = {"check": False, **body}
        assert ask(self.novu, "PUT", f"/v1/integrations/{id_}", sent).status == 200

    def say(self, setting: str) -> None:
        """Set `outsideChanges`."""
        file = self.folder / "novu-sync.yaml"
        text = file.read_text("utf-8").replace(
            "integrations:", f"    outsideChanges: {setting}\nintegrations:", 1
        )
        file.write_text(text, "utf-8")


@pytest.fixture(params=GENERATIONS)
def story(
    request: pytest.FixtureRequest,
    project: Callable[..., Path],
    novu_sync: Callable[..., Run],
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Story]:
    seen: list[Request] = []
    with Sandbox(generation=request.param, hook=seen.append) as sandbox, running(sandbox) as url:
        monkeypatch.setenv("NOVU_API_URL", url)
        monkeypatch.setenv("NOVU_DEVELOPMENT_API_KEY", sandbox.api_keys["development"])
        for name, value in SECRETS.items():
            monkeypatch.setenv(name, value)
        story = Story(novu=sandbox, folder=project(PROJECT), novu_sync=novu_sync, seen=seen)
        story.run("apply", "--yes")
        story.run("plan", "--detailed-exitcode")
        yield story


only = pytest.mark.parametrize("story", WITHHOLDING, indirect=True)


def fields(run: Run) -> list[str]:
    """The lines of single fields."""
    return [line.strip() for line in run.out.splitlines() if "credentials." in line]


def test_a_secret_that_was_rotated_is_named_by_key_and_sent_once_with_the_whole_object(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SES_SECRET", "hush-ses-2")
    planned = story.run("plan", "--detailed-exitcode", ends=2)
    assert fields(planned) == ["~ credentials.secretKey  (secret, changed)"]
    assert "0 to create, 1 to update, 0 to delete; 3 unchanged" in planned.out
    story.run("apply", "--yes")
    ((name, body),) = story.put()
    assert name == "ses-a"
    assert body["credentials"] == {
        "apiKey": "hush-id",
        "secretKey": "hush-ses-2",
        "region": "eu-west-1",
        "from": "no-reply@acme.example",
        "senderName": "Acme",
    }
    assert set(body) == {"credentials", "check"}
    story.run("plan", "--detailed-exitcode")


def test_rotate_takes_globs_and_sends_what_they_fit_again(story: Story) -> None:
    planned = story.run("plan", "--rotate", "slack-*", "--detailed-exitcode", ends=2)
    assert "2 to update" in planned.out
    assert len(fields(planned)) == 8
    assert all(each.endswith("(secret, sent again: --rotate)") for each in fields(planned))
    story.run("apply", "--yes", "--rotate", "slack-*")
    assert [name for name, _ in story.put()] == ["slack-a", "slack-b"]
    story.run("plan", "--detailed-exitcode")
    story.run("plan", "--rotate", "ses-b*", ends=64)


def test_a_rotation_names_the_keys_that_changed_apart_from_those_sent_again(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SES_SECRET", "hush-ses-2")
    planned = story.run("plan", "--rotate", "ses-*")
    assert "~ credentials.secretKey  (secret, changed)" in fields(planned)
    assert len([each for each in fields(planned) if "--rotate" in each]) == 4


def test_another_credentials_version_sends_once(story: Story) -> None:
    file = story.folder / "novu-sync.yaml"
    text = file.read_text("utf-8").replace(
        "    name: SES A", "    name: SES A\n    credentialsVersion: 2"
    )
    file.write_text(text, "utf-8")
    planned = story.run("plan", "--detailed-exitcode", ends=2)
    assert len([each for each in fields(planned) if "credentialsVersion" in each]) == 5
    story.run("apply", "--yes")
    assert [name for name, _ in story.put()] == ["ses-a"]
    story.run("plan", "--detailed-exitcode")


def warned(run: Run) -> list[str]:
    """Whom NS331 is about."""
    lines = run.out.splitlines()
    return sorted(
        lines[at + 1].strip().partition(":")[0]
        for at, line in enumerate(lines)
        if "warning NS331" in line
    )


STOLEN = {"applicationId": "A1", "clientId": "1", "secretKey": "x", "signingSecret": "y"}


@only
def test_a_change_made_outside_is_told_until_the_credentials_are_sent_again(story: Story) -> None:
    story.write_outside("slack-a", credentials=STOLEN)
    planned = story.run("plan", "--detailed-exitcode")
    assert warned(planned) == ["'slack-a'"]
    assert "possibly changed outside" in planned.out
    assert "--rotate slack-a" in planned.out
    file = story.folder / "novu-sync.yaml"
    file.write_text(file.read_text("utf-8").replace("name: Slack A", "name: Slack one"), "utf-8")
    story.run("apply", "--yes")
    assert [set(body) for _, body in story.put()] == [{"name", "check"}]
    assert warned(story.run("plan", "--detailed-exitcode")) == ["'slack-a'"]
    file.write_text(file.read_text("utf-8").replace("name: Slack B", "name: Slack two"), "utf-8")
    story.run("apply", "--yes")
    assert warned(story.run("plan", "--detailed-exitcode")) == ["'slack-a'"]
    story.run("apply", "--yes", "--rotate", "slack-a")
    assert warned(story.run("plan", "--detailed-exitcode")) == []


@only
def test_resend_sends_what_was_possibly_changed_and_is_quiet_then(story: Story) -> None:
    story.say("resend")
    story.run("plan", "--detailed-exitcode")
    story.write_outside("slack-a", credentials=STOLEN)
    planned = story.run("plan", "--detailed-exitcode", ends=2)
    assert warned(planned) == []
    assert fields(planned) == [
        f"~ credentials.{key}  (secret, sent again: possibly changed outside)"
        for key in ("applicationId", "clientId", "secretKey", "signingSecret")
    ]
    story.run("apply", "--yes")
    ((name, body),) = story.put()
    assert (name, body["credentials"]["secretKey"]) == ("slack-a", "hush-slack-1")
    story.run("plan", "--detailed-exitcode")


@only
def test_ignore_says_nothing(story: Story) -> None:
    story.say("ignore")
    story.write_outside("slack-a", credentials=STOLEN)
    assert warned(story.run("plan", "--detailed-exitcode")) == []


@only
def test_of_email_it_is_a_hint_since_renumbering_moves_the_time_too(story: Story) -> None:
    """Another primary, chosen in the dashboard, writes to both rows of the channel."""
    (id_,) = [each["_id"] for each in story.rows() if each["identifier"] == "sendgrid-a"]
    assert ask(story.novu, "POST", f"/v1/integrations/{id_}/set-primary").status < 300
    planned = story.run("plan", "--detailed-exitcode", ends=2)
    assert "ses-a  (ses, email)  becomes primary" in planned.out
    assert set(warned(planned)) <= {"'sendgrid-a'", "'ses-a'"}
    assert warned(planned) != []
    assert planned.out.count("It is a hint only") == len(warned(planned))
    story.run("apply", "--yes")
    assert warned(story.run("plan", "--detailed-exitcode")) == []


@only
def test_what_this_tool_does_itself_is_no_change_from_outside(story: Story) -> None:
    file = story.folder / "novu-sync.yaml"
    for old, new in (
        ("name: Slack A", "name: Slack one"),
        ("    primary: true\n", ""),
        ("    name: SendGrid\n", "    name: SendGrid\n    primary: true\n"),
        ("identifier: slack-b", "identifier: slack-c\n    previousIdentifiers: [slack-b]"),
    ):
        text = file.read_text("utf-8")
        assert old in text
        file.write_text(text.replace(old, new), "utf-8")
        story.run("apply", "--yes")
        assert warned(story.run("plan", "--detailed-exitcode")) == [], new


@pytest.mark.parametrize("story", ["2024-10"], indirect=True)
@pytest.mark.parametrize("setting", ["warn", "resend", "ignore"])
def test_a_server_that_tells_credentials_leaves_nothing_to_guess(
    story: Story, setting: str
) -> None:
    story.say(setting)
    story.write_outside("slack-a", name="Slack A")
    story.run("plan", "--detailed-exitcode")
    story.write_outside("slack-a", credentials={**STOLEN, "signingSecret": "hush-signing-1"})
    planned = story.run("plan", "--detailed-exitcode", ends=2)
    assert fields(planned) == ["~ credentials.secretKey  (secret, changed)"]
    assert warned(planned) == []


def test_a_plan_without_secrets_is_exact_but_for_them_on_every_generation(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With no variable but the API key's: what the file says itself is compared all the same."""
    for name in SECRETS:
        monkeypatch.delenv(name)
    planned = story.run("plan", "--no-secrets", "--detailed-exitcode")
    assert "as far as can be told without secrets" in planned.out
    assert "unverifiable" in planned.out
    file = story.folder / "novu-sync.yaml"
    text = file.read_text("utf-8").replace("region: eu-west-1", "region: eu-west-2")
    file.write_text(text.replace("name: Slack A", "name: Slack one"), "utf-8")
    planned = story.run("plan", "--no-secrets", "--detailed-exitcode", ends=2)
    assert "0 to create, 2 to update, 0 to delete; 2 unchanged" in planned.out
    assert fields(planned) == ["~ credentials.region  (secret, changed)"]
    assert 'name: "Slack A" → "Slack one"' in planned.out
    story.run("apply", "--no-secrets", "--yes", ends=64)
    story.run("plan", ends=3)
