"""A change from the pull request to the next night, as a team lives it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator
from support.inprocess import ask

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Run

    from reconciler.sandbox.application import Sandbox

SCHEMAS = Path(__file__).parents[2] / "schemas"
HEAD = """version: 1
project: acme
environments:
  production:
    apiUrl: ${env:NOVU_API_URL}
    apiKey: ${env:NOVU_PRODUCTION_API_KEY}
include: [integrations/*.yaml]
"""
MAIL = """integrations:
  - identifier: mail
    name: {name}
    providerId: sendgrid
    active: true
    primary: true
    credentials: {{apiKey: "${{env:MAIL_KEY}}", from: a@acme.example, senderName: Acme}}
"""
PUSH = """integrations:
  - identifier: push
    name: Push
    providerId: pusher-beams
    active: true
    credentials: {instanceId: i, secretKey: "${env:PUSH_KEY}"}
"""
KEY = "sandbox-production"


def rows(sandbox: Sandbox) -> dict[str, dict[str, Any]]:
    return {row["identifier"]: row for row in ask(sandbox, "GET", "/v1/integrations", key=KEY).data}


def by_hand(sandbox: Sandbox, identifier: str, **fields: object) -> None:
    """Somebody edits an integration in Novu's dashboard."""
    row = rows(sandbox)[identifier]
    ask(sandbox, "PUT", f"/v1/integrations/{row['_id']}", {**fields, "check": False}, key=KEY)


def document(path: Path) -> dict[str, Any]:
    """A document in JSON, as it is published."""
    found: dict[str, Any] = json.loads(path.read_text("utf-8"))
    schema = json.loads((SCHEMAS / f"{found['kind']}.schema.json").read_text("utf-8"))
    Draft202012Validator(schema).validate(found)
    return found


@pytest.mark.usefixtures("server")
@pytest.mark.parametrize("ledger", ["file", "novu"])
def test_a_change_is_planned_reviewed_disturbed_applied_watched_and_outlives_a_slip(  # noqa: PLR0915 - one story
    ledger: str,
    tmp_path: Path,
    sandbox: Sandbox,
    novu_sync: Callable[..., Run],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("MAIL_KEY", "planted-mail")
    monkeypatch.setenv("PUSH_KEY", "planted-push")
    place = tmp_path / "repository"
    (place / "integrations").mkdir(parents=True)
    project = place / "novu-sync.yaml"
    head = HEAD.replace("include", f"    ledger: {ledger}\ninclude")
    project.write_text(head, encoding="utf-8")
    mail, push = (place / "integrations" / f"{name}.yaml" for name in ("mail", "push"))
    mail.write_text(MAIL.format(name="Mail"), encoding="utf-8")
    push.write_text(PUSH, encoding="utf-8")
    comment, plan, audit = (tmp_path / name for name in ("comment.md", "plan.json", "audit.ndjson"))
    monkeypatch.setenv("NOVU_SYNC_AUDIT", str(audit))
    where = ("-c", place)
    planning = ("plan", *where, "-q", "-o", f"markdown={comment}", "-o", f"json={plan}")
    assert novu_sync("apply", *where, "--yes").code == 0

    # A pull request changes a name. The plan stands in a comment.
    mail.write_text(MAIL.format(name="Mail (EU)"), encoding="utf-8")
    assert novu_sync(*planning, "--detailed-exitcode").code == 2
    assert "Mail (EU)" in comment.read_text("utf-8")
    assert "planted" not in comment.read_text("utf-8")
    reviewed = document(plan)["environments"][0]["digest"]

    # It is reviewed, and meanwhile somebody edits another integration by hand: exit 5.
    by_hand(sandbox, "push", name="Push, edited")
    run = novu_sync("apply", *where, "--yes", "--expect-digest", reviewed)
    assert run.code == 5, run
    assert rows(sandbox)["mail"]["name"] == "Mail"

    # The new plan shows both, is reviewed, and a merge applies just that one.
    assert novu_sync(*planning, "--detailed-exitcode").code == 2
    assert "Push, edited" in comment.read_text("utf-8")
    reviewed = document(plan)["environments"][0]["digest"]
    run = novu_sync("apply", *where, "--yes", "--expect-digest", reviewed)
    assert run.code == 0, run
    assert rows(sandbox)["mail"]["name"] == "Mail (EU)"
    assert rows(sandbox)["push"]["name"] == "Push"
    assert novu_sync("plan", *where, "--detailed-exitcode").code == 0
    records = [json.loads(line) for line in audit.read_text("ascii").splitlines()]
    assert [(each["event"], each["exit"]) for each in records] == [
        ("begun", None),
        ("ended", 0),
        ("refused", 5),
        ("begun", None),
        ("ended", 0),
    ]
    assert records[-1]["environments"][0]["digest"] == reviewed

    # The next night drift is found, and the right line is named.
    by_hand(sandbox, "mail", name="Mail, at night")
    found = tmp_path / "drift.json"
    run = novu_sync("drift", *where, "-o", "text", "-o", f"json={found}")
    assert run.code == 2, run
    assert "Mail, at night" in run.out
    document(found)
    text = found.read_text("utf-8")
    assert '"drifted"' in text
    assert f'"line": {MAIL.splitlines().index("    name: {name}") + 1}' in text
    run = novu_sync("apply", *where, "--yes")
    assert run.code == 0, run

    # A slip in the glob: no file is found, and nothing is deleted, whatever is asked for.
    before = rows(sandbox)
    project.write_text(head.replace("integrations/", "integration/"), encoding="utf-8")
    lifted = ("--prune", "--allow", "deletes=9", "--allow", "delete-percent=100")
    for words in ((), lifted):
        run = novu_sync("apply", *where, "--yes", *words)
        assert run.code == 3, run
        assert "NS121" in run.err + run.out
    # And files that lost their blocks: a guard refuses.
    project.write_text(head, encoding="utf-8")
    for each in (mail, push):
        each.write_text("integrations: []\n", encoding="utf-8")
    assert novu_sync("apply", *where, "--yes").code == 0
    run = novu_sync("apply", *where, "--yes", *lifted)
    assert run.code == 6, run
    assert "empty-desired" in run.out
    assert rows(sandbox) == before
