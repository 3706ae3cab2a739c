"""Every command line that is searched for secrets: one line of the table for each way to run a command.

A new command needs a line here, and so does a new option of an old one, else
`tests/unit/test_channels_are_registered.py` fails: whatever a command may say or write has to be
looked at. The lines are a story, told from top to bottom to one project and one server
(`support.stage`). Each is run with every ``-o`` format that its command has, and ``-v``.
"""

from __future__ import annotations

import json
import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from support.inprocess import ask

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest
    from support.stage import Stage

    World = Callable[[Stage, pytest.MonkeyPatch], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One command line of the story.

    Attributes:
        typed: what follows the program's name; ``{url}`` is the server's address.
        ends: the exit code; `None` is any but that of a bug.
        world: what happens in the world before; what it patches is undone afterwards.
        tells: secrets of the project that the server tells everybody, and this line too, by their
            names in `support.stage`: names and conditions, where no project says that they came
            from a reference.
        meant: the one file that is there to hold secrets, since the user asked for it: what is
            written to it is not searched, and no name of it is used elsewhere.
        slow: played once, and not with every set of secrets.
    """

    typed: str
    ends: int | None = 0
    world: World | None = None
    tells: tuple[str, ...] = ()
    meant: str = ""
    slow: bool = False


def on(typed: str, **more: Any) -> Line:  # noqa: ANN401 - the attributes of a line
    """A line of the story."""
    return Line(typed=typed, **more)


def _rotated(stage: Stage, _: pytest.MonkeyPatch) -> None:
    stage.rotate()


def _without_fcm(stage: Stage, _: pytest.MonkeyPatch) -> None:
    file = stage.project / "novu-sync.yaml"
    text = file.read_text("utf-8")
    begin = text.index("  - identifier: fcm")
    end = text.index("  - identifier: slack")
    file.write_text(text[:begin] + text[end:], "utf-8")


def _broken(stage: Stage, patch: pytest.MonkeyPatch) -> None:
    """Secrets where none may stand: in plain text, in an unknown key, unset, of a wrong type."""
    wrong = stage.place / "broken"
    wrong.mkdir(exist_ok=True)
    text = (stage.project / "novu-sync.yaml").read_text("utf-8")
    text = text.replace("region: us-east-2", "region: ${env:PLANTED_UNSET}")
    text = text.replace("name: Slack", "name: ${file:none}").replace(
        "active: true", "active: ${env:PLANTED_NAME}", 1
    )
    (wrong / "novu-sync.yaml").write_text(text, "utf-8")
    patch.delenv("PLANTED_UNSET", raising=False)


def _left_behind(stage: Stage, _: pytest.MonkeyPatch) -> None:
    """A list and a command of another tool, full of secrets in clear."""
    folder = stage.place / "left" / "scripts"
    folder.mkdir(parents=True, exist_ok=True)
    keys = ("PLANTED_NUMBER", "PLANTED_QUOTES", "PLANTED_UNICODE", "PLANTED_PEM")
    rows = [
        {
            "identifier": f"row-{at}",
            "name": f"Row {at}",
            "providerId": "ses",
            "channel": "email",
            "active": True,
            "credentials": {"apiKey": stage.secrets[key][0], "secretKey": stage.secrets[key][1]},
        }
        for at, key in enumerate(keys)
    ]
    (folder.parent / "list.json").write_text(json.dumps(rows), "utf-8")
    key = stage.secrets["NOVU_DEVELOPMENT_API_KEY"][0]
    words = [
        "curl",
        "-X",
        "POST",
        f"{stage.url}/v1/integrations",
        "-H",
        f"Authorization: ApiKey {key}",
    ]
    (folder / "create.sh").write_text(
        shlex.join([*words, "-d", json.dumps(rows[0])]) + "\n", "utf-8"
    )


def _edited_outside(stage: Stage, _: pytest.MonkeyPatch) -> None:
    key = stage.secrets["NOVU_DEVELOPMENT_API_KEY"][0]
    rows = ask(stage.sandbox, "GET", "/v1/integrations", key=key).data
    (row,) = [each for each in rows if each["identifier"] == "apns-development"]
    body = {"name": "APNs (by hand)", "check": False}
    assert ask(stage.sandbox, "PUT", f"/v1/integrations/{row['_id']}", body, key=key).status == 200


def _locked(stage: Stage, _: pytest.MonkeyPatch) -> None:
    """Somebody else's run goes on."""
    key = stage.secrets["NOVU_DEVELOPMENT_API_KEY"][0]
    data = {"holder": "anna", "nonce": "theirs", "expires": "2999-01-01T00:00:00+00:00"}
    body = {"type": "novu-sync", "id": "lock-100", "data": data}
    ask(stage.sandbox, "POST", "/v2/contexts", body, key=key)


def _on_a_server(stage: Stage, _: pytest.MonkeyPatch) -> None:
    """The ledger of production moves to a server that wants a password."""
    file = stage.project / "novu-sync.yaml"
    settings = "{backend: http, address: '${env:STATES_URL}', username: ci, password: '${env:PLANTED_PASSWORD}'}"
    text = file.read_text("utf-8").replace("ledger: file", f"ledger: {settings}")
    assert settings in text
    file.write_text(text, "utf-8")
    stage.patch.setenv("PLANTED_PASSWORD", stage.secrets["PLANTED_PASSWORD"][0])


def _wrong_password(_: Stage, patch: pytest.MonkeyPatch) -> None:
    patch.setenv("PLANTED_PASSWORD", "wrong")


def _refusing(stage: Stage, _: pytest.MonkeyPatch) -> None:
    stage.refuse("POST", "PUT", times=2)


def _wrong_key(stage: Stage, patch: pytest.MonkeyPatch) -> None:
    patch.setenv("NOVU_DEVELOPMENT_API_KEY", stage.secrets["NOVU_DEVELOPMENT_API_KEY"][0] + "x")


def _no_server(_: Stage, patch: pytest.MonkeyPatch) -> None:
    patch.setenv("NOVU_API_URL", "http://127.0.0.1:1")


def _bug(stage: Stage, patch: pytest.MonkeyPatch) -> None:
    """Something of ours breaks in the midst of values, and its exception quotes them."""
    held = " ".join(value for each in stage.secrets.values() for value in each)

    def bug(*_: object, **__: object) -> None:
        try:
            raise KeyError(held)  # noqa: TRY301 - a chain of two is the point
        except KeyError as error:
            raise RuntimeError(f"a bug that knows {held}") from error

    patch.setattr("reconciler.planning.planner.plan", bug)


TOLD_BY_NAME = ("PLANTED_NAME", "PLANTED_FIELD")
"""What the server shows everybody: a name and a condition."""

ALL = "--all-environments --allow-exec"
DEVELOPMENT = "-e development --allow-exec"

LINES: tuple[Line, ...] = (
    on("--help"),
    on("--version"),
    on("completion bash"),
    on("schema plan"),
    on("providers"),
    on("providers fcm"),
    on("validate"),
    on("validate -c . -e development --allow-file ../elsewhere"),
    on(f"doctor {ALL}"),
    on(f"plan {ALL} --detailed-exitcode", ends=2),
    on("plan -e development --no-secrets"),
    on(f"plan {DEVELOPMENT} --out first.planfile --expires 2"),
    on("apply first.planfile --allow-exec --yes"),
    on("apply first.planfile --allow-exec --yes", ends=5),
    on(f"apply {ALL} --yes --expect-digest {'0' * 64}", ends=None),
    on(f"plan {ALL} --env-file more.env --source-timeout 20 --parallelism 2 --timeout 20"),
    on(f"plan {ALL} --allow-host novu.example --allow-insecure-http"),
    on(f"apply {ALL} --yes --audit runs.audit --lock-timeout 5"),
    on(f"unlock {ALL}"),
    on(f"ledger show {ALL}"),
    on(f"ledger move --from novu --to file {DEVELOPMENT}"),
    on(f"ledger move --to novu {DEVELOPMENT}"),
    on(f"apply {DEVELOPMENT} --yes", ends=7, world=_locked),
    on(f"unlock {DEVELOPMENT} --yes"),
    on(f"plan {ALL} --detailed-exitcode"),
    on(f"plan {ALL} --detailed-exitcode", ends=2, world=_rotated),
    on(f"apply {DEVELOPMENT} --yes", ends=None, world=_refusing),
    on(f"apply {DEVELOPMENT} --yes --target ses-* --rotate ses-*"),
    on(f"apply {DEVELOPMENT} --yes --exclude ses-* --credentials always"),
    on(f"apply {ALL} --yes"),
    on(f"export {ALL} --out exported/all.yaml --yes"),
    on(f"export {ALL} --split channel --out exported"),
    on(f"drift {ALL}"),
    on("diff development production"),
    on("diff live:development live:production --allow-exec"),
    on("promote --from development --to production --yes", ends=None),
    on(f"snapshot {ALL} -o taken.snapshot"),
    on("plan --all-environments --observed taken.snapshot"),
    on(f"forget apns-development {DEVELOPMENT}"),
    on(f"adopt apns-development {DEVELOPMENT}"),
    on(f"drift {DEVELOPMENT}", ends=2),
    on(f"apply {DEVELOPMENT} --yes"),
    on(
        "init new/begun --yes --overwrite --api-url {url} --ci github --export --credentials leave"
        " --api-key-env development=NOVU_DEVELOPMENT_API_KEY --project begun",
        tells=TOLD_BY_NAME,
    ),
    on("init new/offline --yes --offline --region eu --ci none"),
    on("import --from-json ../left/list.json --no-head --yes", world=_left_behind),
    on(
        "import --from-curl ../left/scripts --api-url {url} --out new/left.yaml --yes",
        world=_left_behind,
    ),
    on(
        "import --from-json ../left/list.json --out new/listed.yaml --write-env meant.secrets --yes",
        world=_left_behind,
        meant="meant.secrets",
    ),
    on(
        "export --api-key-env development=NOVU_DEVELOPMENT_API_KEY --api-url {url} --project new"
        " --out new/novu-sync.yaml --yes",
        tells=TOLD_BY_NAME,
    ),
    on(f"export {DEVELOPMENT} --update --yes", world=_edited_outside),
    on(f"plan {DEVELOPMENT}", ends=8, world=_wrong_key),
    on(f"plan {DEVELOPMENT} --timeout 1", ends=1, world=_no_server, slow=True),
    on(f"plan -c ../broken {DEVELOPMENT}", ends=3, world=_broken),
    on("validate -c ../broken", world=_broken),
    on(f"plan {DEVELOPMENT}", ends=70, world=_bug),
    on(f"--debug plan {DEVELOPMENT}", ends=70, world=_bug),
    on("plan -e production --allow-exec", world=_on_a_server),
    on("apply -e production --allow-exec --yes"),
    on("plan -e production --allow-exec --detailed-exitcode"),
    on("plan -e production --allow-exec", ends=None, world=_wrong_password),
    on(f"plan {DEVELOPMENT} --prune", world=_without_fcm),
    on(f"apply {DEVELOPMENT} --prune --allow deletes=1 --yes"),
)
"""The story. `{url}` is the server's address."""

APART: dict[str, str] = {
    "sandbox": "serves until it is stopped: `test_nothing_leaks.py` starts it as a process",
    "demo": "has no secrets of a user, and runs the other commands: `test_nothing_leaks.py` once",
}
"""Commands that are not in the story, and where they are looked at."""

OF_THEM = frozenset(
    (
        "--port",
        "--data",
        "--generation",
        "--latency",
        "--fault",
        "--rate-limit",
        "--api-key",
        "--no-builtins",
    )
)
"""Options of those commands."""

EVERYWHERE = frozenset(
    ("--log-format", "-o", "--output", "--color", "-v", "--verbose", "-q", "--quiet", "--help")
)
"""Options that the runner itself adds to every line whose command has them, each in turn."""
