"""What stands ready for CI: the action, workflows, pipelines, hooks, a CronJob and a container.

Their steps are run as they are written, against the sandbox and a stand-in for GitHub's API.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from support.github_api import BOT, TOKEN, GitHub, serving
from support.github_job import ACTION, run
from support.inprocess import ask

from reconciler.sandbox.application import Sandbox
from reconciler.sandbox.server import running

if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.github_job import Ended

ROOT = Path(__file__).parents[2]
CI = ROOT / "examples" / "ci"
SECRET = "planted-secret-of-slack"
PROJECT = """\
version: 1
project: acme
environments:
  production:
    apiUrl: ${env:NOVU_API_URL}
    apiKey: ${env:NOVU_PRODUCTION_API_KEY}
include: [integrations/*.yaml]
"""
SLACK = """\
integrations:
  - identifier: slack
    name: Slack
    providerId: slack
    active: true
    credentials:
      applicationId: A0ACME
      clientId: "1234.5678"
      secretKey: ${env:SLACK_SECRET}
      signingSecret: ${env:SLACK_SECRET}
"""


def schema_of(kind: str, file: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", f"vendor.{kind}", file]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("kind", "file"),
    [
        ("github-actions", ROOT / "action.yml"),
        *(("github-workflows", each) for each in sorted((CI / "github").glob("*.yml"))),
        ("gitlab-ci", CI / "gitlab-ci.yml"),
    ],
    ids=lambda each: getattr(each, "name", each),
)
def test_a_file_for_ci_is_right_by_its_public_schema(kind: str, file: Path) -> None:
    checked = schema_of(kind, file)
    assert checked.returncode == 0, checked.stdout


def test_the_action_uses_nothing_but_githubs_own_actions_and_shell() -> None:
    used = [each["uses"] for each in ACTION["runs"]["steps"] if "uses" in each]
    assert used
    assert [each for each in used if not each.startswith("actions/")] == []


@pytest.mark.parametrize("file", sorted((CI / "github").glob("*.yml")), ids=lambda each: each.name)
def test_a_workflow_gives_the_action_inputs_that_it_has(file: Path) -> None:
    workflow = yaml.safe_load(file.read_text(encoding="utf-8"))
    steps = [step for job in workflow["jobs"].values() for step in job["steps"]]
    given = [step["with"] for step in steps if "novu-sync" in step.get("uses", "")]
    assert given
    for inputs in given:
        assert set(inputs) <= set(ACTION["inputs"])
        assert {key for key, each in ACTION["inputs"].items() if each.get("required")} <= set(
            inputs
        )


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The folder of the command that the action's own step installed."""
    temp = tmp_path_factory.mktemp("runner")
    ended = run("install", temp, temp, {"command": "plan"}, {})
    assert ended.code == 0, ended.told
    assert Path(ended.path, "novu-sync").exists()
    return ended.path


@pytest.fixture
def sandbox() -> Iterator[tuple[Sandbox, str]]:
    with Sandbox() as made, running(made) as url:
        yield made, url


class Job:
    """A repository on GitHub with a project, and a runner that runs steps of the action in it."""

    def __init__(self, folder: Path, temp: Path, github: GitHub, around: dict[str, str]) -> None:
        self.folder = folder
        self._temp = temp
        self._github = github
        self.around = around

    def write(self, file: str, text: str) -> None:
        """Put a file into the checkout."""
        path = self.folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def on_pull_request(self, **inputs: str) -> Ended:
        """Plan pull request 7."""
        event = self._temp / "event.json"
        event.write_text(json.dumps({"pull_request": {"number": 7}}), encoding="utf-8")
        around = {"GITHUB_EVENT_NAME": "pull_request", "GITHUB_EVENT_PATH": str(event)}
        return self._run(around, {"command": "plan", **inputs})

    def on_push(self, commit: str, **inputs: str) -> Ended:
        """Apply after a merge."""
        around = {"GITHUB_EVENT_NAME": "push", "GITHUB_SHA": commit}
        return self._run(around, {"command": "apply", **inputs})

    def at_night(self) -> Ended:
        """Look for drift."""
        inputs = {"command": "drift", "arguments": "--no-secrets"}
        around, self.around = self.around, {**self.around}
        self.around.pop("SLACK_SECRET")  # as in the workflow: a nightly job has the API key alone
        try:
            return self._run({"GITHUB_EVENT_NAME": "schedule"}, inputs)
        finally:
            self.around = around

    def _run(self, around: dict[str, str], inputs: dict[str, str]) -> Ended:
        everything = {**self.around, **around}
        ended = run("run", self.folder, self._temp, {"config": "novu", **inputs}, everything)
        for text in (
            ended.told,
            ended.summary,
            *(str(each) for each in self._github.comments.values()),
        ):
            assert "planted-secret" not in text
            assert "Traceback" not in text
        return ended


@pytest.fixture
def github() -> Iterator[GitHub]:
    with serving(GitHub()) as made:
        yield made


@pytest.fixture
def job(tmp_path: Path, installed: str, sandbox: tuple[Sandbox, str], github: GitHub) -> Job:
    folder, temp = tmp_path / "checkout", tmp_path / "temp"
    folder.mkdir()
    temp.mkdir()
    around = {
        "PATH": f"{installed}{os.pathsep}{os.environ['PATH']}",
        "TOKEN": TOKEN,
        "GITHUB_API_URL": github.url,
        "NOVU_API_URL": sandbox[1],
        "NOVU_PRODUCTION_API_KEY": "sandbox-production",
        "SLACK_SECRET": SECRET,
    }
    made = Job(folder, temp, github, around)
    made.write("novu/novu-sync.yaml", PROJECT)
    made.write("novu/integrations/chat.yaml", SLACK)
    return made


def rows(sandbox: Sandbox) -> list[dict[str, Any]]:
    listed = ask(sandbox, "GET", "/v1/integrations", key="sandbox-production").data
    return [row for row in listed if row["providerId"] == "slack"]


def names(sandbox: Sandbox) -> list[str]:
    return sorted(row["identifier"] for row in rows(sandbox))


def slack(sandbox: Sandbox) -> dict[str, Any]:
    [row] = rows(sandbox)
    return row


def by_hand(sandbox: Sandbox, **changed: object) -> None:
    """What somebody does at the dashboard."""
    path = f"/v1/integrations/{slack(sandbox)['_id']}"
    body = {**changed, "check": False}
    assert ask(sandbox, "PUT", path, body, key="sandbox-production").status == 200


def test_a_pull_request_has_one_comment_that_is_kept_up_to_date(job: Job, github: GitHub) -> None:
    github.comment(7, "<!-- somebody else -->\nNice!", author="a-person")
    first = job.on_pull_request()
    assert (first.code, first.outputs) == (0, {"exit-code": "2", "changes": "true"}), first.told
    assert "+ slack" in first.told
    assert "::notice file=novu/integrations/chat.yaml,line=2," in first.told
    assert "Plan for" in first.summary
    job.write("novu/integrations/chat.yaml", SLACK.replace("name: Slack", "name: Chat"))
    assert job.on_pull_request().code == 0
    comments = github.comments[7]
    assert [each["user"]["login"] for each in comments] == ["a-person", BOT]
    assert "Chat" in comments[1]["body"]
    assert '"Slack"' not in comments[1]["body"]


def test_a_comment_of_somebody_else_is_neither_changed_nor_believed(
    job: Job, github: GitHub, sandbox: tuple[Sandbox, str]
) -> None:
    job.on_pull_request()
    forged = github.comments[7].pop()["body"]
    github.comment(7, forged, author="a-person")
    github.merged["c0ffee"] = [{"number": 7, "merged_at": "2026-11-26T12:00:00Z"}]
    ended = job.on_push("c0ffee")
    assert ended.code == 5, ended.told
    assert "No plan was reviewed for this commit" in ended.told
    assert names(sandbox[0]) == []


def test_a_plan_without_permission_to_comment_says_which_one(job: Job, github: GitHub) -> None:
    github.may_write = False
    ended = job.on_pull_request()
    assert ended.code == 1
    assert "permissions: pull-requests: write" in ended.told
    assert job.on_pull_request(comment="false").code == 0


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (SLACK.replace("providerId: slack", "providerId: slak"), "line=4,col=5"),
        (SLACK.replace("name: Slack", "name: [Slack"), "line=4,col=15"),
    ],
)
def test_findings_are_told_at_their_lines(job: Job, text: str, place: str) -> None:
    job.write("novu/integrations/chat.yaml", text)
    ended = job.on_pull_request()
    assert ended.code == 3
    assert ended.outputs == {"exit-code": "3", "changes": "false"}
    assert f"::error file=novu/integrations/chat.yaml,{place}," in ended.told
    assert "Traceback" not in ended.told


def test_findings_take_the_place_of_the_plan_in_the_comment_and_nothing_of_it_may_be_applied(
    job: Job, github: GitHub, sandbox: tuple[Sandbox, str]
) -> None:
    job.on_pull_request()
    job.write(
        "novu/novu-sync.yaml", (job.folder / "novu/novu-sync.yaml").read_text("utf-8") + "x: 1\n"
    )
    assert job.on_pull_request().code == 3
    (comment,) = github.comments[7]
    assert "NS201" in comment["body"]
    assert "novu-sync:digests" not in comment["body"]
    job.write(
        "novu/novu-sync.yaml",
        (job.folder / "novu/novu-sync.yaml").read_text("utf-8").replace("x: 1\n", ""),
    )
    github.merged["c0ffee"] = [{"number": 7, "merged_at": "2026-11-26T12:00:00Z"}]
    ended = job.on_push("c0ffee")
    assert ended.code == 5, ended.told
    assert names(sandbox[0]) == []


def test_what_was_reviewed_is_what_a_merge_applies(
    job: Job, github: GitHub, sandbox: tuple[Sandbox, str]
) -> None:
    job.on_pull_request()
    github.merged["c0ffee"] = [{"number": 7, "merged_at": "2026-11-26T12:00:00Z"}]
    ended = job.on_push("c0ffee")
    assert ended.code == 0, ended.told
    assert names(sandbox[0]) == ["slack"]
    assert job.on_pull_request().outputs == {"exit-code": "0", "changes": "false"}


def test_the_life_of_a_pull_request(job: Job, github: GitHub, sandbox: tuple[Sandbox, str]) -> None:
    """From the first plan to the night after, with somebody at the dashboard in between."""
    assert job.on_push("f1257", digest="fresh").code == 0
    job.write("novu/integrations/chat.yaml", SLACK.replace("name: Slack", "name: Slack (alerts)"))
    assert job.on_pull_request().outputs["changes"] == "true"
    github.merged["c0ffee"] = [{"number": 7, "merged_at": "2026-11-26T12:00:00Z"}]

    by_hand(sandbox[0], name="By hand")
    stale = job.on_push("c0ffee")
    assert stale.code == 5, stale.told
    assert slack(sandbox[0])["name"] == "By hand"

    assert job.on_pull_request().outputs["changes"] == "true"
    assert len(github.comments[7]) == 1
    applied = job.on_push("c0ffee")
    assert applied.code == 0, applied.told
    assert slack(sandbox[0])["name"] == "Slack (alerts)"
    assert job.at_night().code == 0

    by_hand(sandbox[0], name="By hand again")
    drifted = job.at_night()
    assert drifted.code == 2, drifted.told
    assert drifted.outputs["changes"] == "true"
    assert "file=novu/integrations/chat.yaml,line=3," in drifted.told

    (job.folder / "novu/integrations/chat.yaml").unlink()
    before = names(sandbox[0])
    emptied = job.on_push("dead", digest="fresh", arguments="--prune")
    assert emptied.code in (3, 6), emptied.told
    assert names(sandbox[0]) == before == ["slack"]


def test_a_pull_request_from_a_fork_is_planned_without_any_key(
    job: Job, github: GitHub, sandbox: tuple[Sandbox, str]
) -> None:
    assert job.on_push("f1257", digest="fresh").code == 0
    job.around.pop("SLACK_SECRET")  # a snapshot takes API keys and no other secret
    made = job.on_push("f1257", command="snapshot", snapshot="novu-snapshot.json")
    assert made.code == 0, made.told
    for name in ("NOVU_PRODUCTION_API_KEY", "TOKEN"):
        job.around.pop(name)
    job.write("novu/integrations/chat.yaml", SLACK.replace("name: Slack", "name: Alerts"))
    sandbox[0].close()
    planned = job.on_pull_request(snapshot="novu-snapshot.json", comment="false")
    assert (planned.code, planned.outputs["changes"]) == (0, "true"), planned.told
    assert '~ name: "Slack" → "Alerts"' in planned.told
    assert "Alerts" in planned.summary
    assert github.comments == {}


def test_arguments_are_never_read_as_shell(job: Job) -> None:
    ended = job.on_pull_request(arguments="--target\n$(touch hacked); `touch hacked`\n")
    assert ended.code == 64, ended.told
    assert not list(job.folder.rglob("hacked"))


HOSTILE = "##[set-output name=changes;]false ##[add-mask]a"


def obeyed(log: str) -> list[str]:
    """The commands that a runner of GitHub Actions takes out of a log."""
    found, word = [], ""
    for line in log.splitlines():
        text = line.strip()
        if word:
            word = "" if text == f"::{word}::" else word
        elif text.startswith("::stop-commands::"):
            word = text.removeprefix("::stop-commands::")
        elif text.startswith("::") or "##[" in text:
            found.append(text)
    assert not word, "commands are never obeyed again"
    return found


def test_the_runner_obeys_nothing_that_a_name_holds(
    job: Job, github: GitHub, sandbox: tuple[Sandbox, str]
) -> None:
    assert job.on_push("f1257", digest="fresh").code == 0
    by_hand(sandbox[0], name=HOSTILE)
    for ended in (job.on_pull_request(), job.at_night(), job.on_push("f1258", digest="fresh")):
        assert HOSTILE in ended.told
        commands = obeyed(ended.told)
        assert commands
        assert all(re.match(r"::(error|warning|notice) ", each) for each in commands), commands
    assert github.comments[7]


def test_an_unknown_command_is_told(job: Job) -> None:
    ended = job.on_push("c0ffee", command="destroy")
    assert ended.code == 64
    assert "plan, apply, drift or snapshot" in ended.told


def bash(
    script: list[str], folder: Path, around: dict[str, str]
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", "-e", "-c", "\n".join(script)],
        cwd=folder,
        env=around,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def around(job: Job) -> dict[str, str]:
    """The environment variables of a job that is not GitHub's."""
    return {**job.around, "CI": "true"}


def test_the_pipeline_of_gitlab_plans_applies_the_plan_file_and_watches(
    job: Job, around: dict[str, str], sandbox: tuple[Sandbox, str]
) -> None:
    pipeline = yaml.safe_load((CI / "gitlab-ci.yml").read_text(encoding="utf-8"))

    def start(name: str) -> subprocess.CompletedProcess[str]:
        return bash(pipeline[name]["script"], job.folder, {**around, **pipeline["variables"]})

    request = start("plan of a merge request")
    assert request.returncode == 0, request
    for name in ("plan of a merge request", "plan"):
        assert start(name).returncode == 0
        for path in pipeline[name]["artifacts"]["paths"]:
            assert (job.folder / path).stat().st_size
    applied = start("apply")
    assert applied.returncode == 0, applied
    assert names(sandbox[0]) == ["slack"]
    assert start("drift").returncode == 0
    again = start("apply")
    assert again.returncode == 5, again


def test_the_lines_for_any_other_ci_do_as_the_page_says(
    job: Job, around: dict[str, str], sandbox: tuple[Sandbox, str]
) -> None:
    page = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")
    [lines] = re.findall(r"^  ```sh\n(.*?)^  ```", page, re.MULTILINE | re.DOTALL)
    ran = bash([lines], job.folder / "novu", around)
    assert ran.returncode == 0, ran
    assert names(sandbox[0]) == ["slack"]


def test_the_cron_job_tells_drift_from_a_read_only_folder(
    job: Job, around: dict[str, str], sandbox: tuple[Sandbox, str], tmp_path: Path
) -> None:
    manifest = yaml.safe_load((CI / "kubernetes" / "drift.yaml").read_text(encoding="utf-8"))
    [container] = manifest["spec"]["jobTemplate"]["spec"]["template"]["spec"]["containers"]
    mount = container["volumeMounts"][0]["mountPath"]
    # A ConfigMap that is made of a folder has the files of that folder, and no folders in it.
    project = tmp_path / "project"
    project.mkdir()
    one_file = PROJECT.replace("include: [integrations/*.yaml]\n", "") + SLACK
    (project / "novu-sync.yaml").write_text(one_file, encoding="utf-8")
    command = ["novu-sync", *(each.replace(mount, str(project)) for each in container["args"])]
    applied = bash([f"novu-sync apply -c {shlex.quote(str(project))} --yes"], job.folder, around)
    assert applied.returncode == 0, applied
    project.chmod(0o555)
    quiet = bash([shlex.join(command)], job.folder, around)
    assert quiet.returncode == 0, quiet
    by_hand(sandbox[0], name="By hand")
    drifted = bash([shlex.join(command)], job.folder, around)
    project.chmod(0o755)
    assert drifted.returncode == 2, drifted
    assert "By hand" in json.dumps(json.loads(drifted.stdout))


def test_the_hook_for_pre_commit_validates(job: Job, around: dict[str, str]) -> None:
    [hook] = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    assert {"id", "name", "entry", "language", "files"} <= set(hook)
    command = [f"{hook['entry']} {shlex.join(hook['args'])}"]
    folder = job.folder / "novu"
    assert bash(command, folder, around).returncode == 0
    job.write("novu/integrations/chat.yaml", SLACK.replace("name:", "nam:"))
    refused = bash(command, folder, around)
    assert refused.returncode == 3
    assert "chat.yaml:3:" in refused.stdout + refused.stderr


def test_the_container_is_made_of_what_the_repository_holds_and_starts_the_command(
    tmp_path: Path, installed: str
) -> None:
    """There is no container engine here: its instructions are read, and what it starts is started."""
    lines = (ROOT / "Containerfile").read_text(encoding="utf-8").splitlines()
    steps = [line.split(maxsplit=1) for line in lines if line and not line.startswith("#")]
    copied = [
        word
        for name, rest in steps
        if name == "COPY" and "--from" not in rest
        for word in rest.split()[:-1]
    ]
    source = tmp_path / "source"
    source.mkdir()
    for word in copied:
        found = ROOT / word
        if found.is_dir():
            shutil.copytree(found, source / word, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(found, source / word)
    [install] = [rest for name, rest in steps if name == "RUN" and "pip install" in rest]
    python = Path(installed, "python")
    words = [str(python) if word == "python" else word for word in shlex.split(install)]
    words[words.index("/installed")] = str(tmp_path / "installed")
    made = subprocess.run(
        [*words, "--no-deps"], cwd=source, capture_output=True, text=True, check=False
    )
    assert made.returncode == 0, made.stderr
    [entry] = [json.loads(rest) for name, rest in steps if name == "ENTRYPOINT"]
    assert (tmp_path / "installed" / "bin" / entry[0]).exists()
    users = [rest for name, rest in steps if name == "USER"]
    assert users
    assert users[-1] not in ("0", "root")
