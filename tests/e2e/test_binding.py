"""What was reviewed is what runs: plan files and digests, and everything that can move between."""

from __future__ import annotations

import json
import shutil
import stat
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator
from support.inprocess import ask

from reconciler.sandbox.application import Sandbox
from reconciler.sandbox.faults import Fault
from reconciler.sandbox.server import running

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from conftest import Run

SCHEMA = json.loads(
    (Path(__file__).parents[2] / "schemas" / "planfile.schema.json").read_text("utf-8")
)
PUSH = """
  - identifier: {name}
    name: {title}
    providerId: pusher-beams
    active: false
    credentials: {{instanceId: i, secretKey: "${{env:PUSH_KEY:-planted-one}}"}}
"""
PRODUCTION = """  production:
    apiUrl: ${env:NOVU_API_URL}
    apiKey: ${env:NOVU_PRODUCTION_API_KEY}
"""


def push(name: str = "push", title: str = "Push") -> str:
    return PUSH.format(name=name, title=title)


def rows(sandbox: Sandbox, key: str = "sandbox-development") -> dict[str, dict[str, Any]]:
    return {row["identifier"]: row for row in ask(sandbox, "GET", "/v1/integrations", key=key).data}


def digest(run: Run) -> str:
    return run.out.partition("Digest: ")[2].partition("\n")[0]


@pytest.fixture(params=["file", "novu"])
def folder(
    server: str,
    project: Callable[..., Path],
    novu_sync: Callable[..., Run],
    request: pytest.FixtureRequest,
) -> Path:
    """A project that was applied, of which one title was changed since."""
    del server
    head = f"    ledger: {request.param}\n"
    folder = project("integrations:" + push() + push("other"), head=head)
    assert novu_sync("apply", "-c", folder, "--yes").code == 0
    return project("integrations:" + push(title="Renamed") + push("other"))


@pytest.fixture
def planned(folder: Path, novu_sync: Callable[..., Run]) -> Path:
    """Its plan, written down."""
    file = folder.parent / "reviewed.plan"
    assert novu_sync("plan", "-c", folder, "--out", file).code == 0
    return file


@pytest.fixture
def applied(folder: Path, planned: Path, novu_sync: Callable[..., Run]) -> Callable[[], Run]:
    """Applies the plan that was written down."""
    return lambda: novu_sync("apply", planned, "-c", folder, "--yes")


def test_a_plan_file_is_applied_once(
    folder: Path,
    planned: Path,
    applied: Callable[[], Run],
    sandbox: Sandbox,
    novu_sync: Callable[..., Run],
) -> None:
    text = planned.read_text("ascii")
    Draft202012Validator(SCHEMA).validate(json.loads(text))
    assert stat.S_IMODE(planned.stat().st_mode) == 0o600
    assert "planted" not in text
    assert "Renamed" not in text
    run = applied()
    assert run.code == 0, run
    assert rows(sandbox)["push"]["name"] == "Renamed"
    again = applied()
    assert again.code == 5, again
    assert "was applied before, and a plan is good for once" in again.err
    assert novu_sync("plan", "-c", folder, "--detailed-exitcode").code == 0


def test_a_used_plan_stays_used_when_the_world_is_put_back(
    applied: Callable[[], Run], sandbox: Sandbox
) -> None:
    row = rows(sandbox)["push"]
    assert applied().code == 0
    ask(sandbox, "PUT", f"/v1/integrations/{row['_id']}", {"name": "Push", "check": False})
    again = applied()
    assert again.code == 5, again
    assert "good for once" in again.err
    assert rows(sandbox)["push"]["name"] == "Push"


def test_a_plan_that_changes_nothing_can_be_written_down_and_applied_too(
    folder: Path, novu_sync: Callable[..., Run]
) -> None:
    assert novu_sync("apply", "-c", folder, "--yes").code == 0
    file = folder / "empty.plan"
    assert novu_sync("plan", "-c", folder, "--out", file).code == 0
    assert json.loads(file.read_text("ascii"))["environments"][0]["changes"] == []
    assert novu_sync("apply", file, "-c", folder, "--yes").code == 0
    assert novu_sync("apply", file, "-c", folder, "--yes").code == 5


def edited(sandbox: Sandbox) -> str:
    row = rows(sandbox)["other"]
    ask(sandbox, "PUT", f"/v1/integrations/{row['_id']}", {"name": "By hand", "check": False})
    return f"server: other [{row['_id']}] (name)."


def deleted(sandbox: Sandbox) -> str:
    row = rows(sandbox)["other"]
    ask(sandbox, "DELETE", f"/v1/integrations/{row['_id']}")
    return f"server: other [{row['_id']}] is gone."


def added(sandbox: Sandbox) -> str:
    body = {"providerId": "discord", "channel": "chat", "identifier": "by-hand", "check": False}
    row = ask(sandbox, "POST", "/v1/integrations", {**body, "name": "x", "credentials": {}}).data
    return f"server: by-hand [{row['_id']}] is new."


@pytest.mark.parametrize("edit", [edited, deleted, added])
def test_an_edit_in_the_dashboard_makes_a_plan_stale_and_is_named(
    edit: Callable[[Sandbox], str], applied: Callable[[], Run], sandbox: Sandbox
) -> None:
    says = edit(sandbox)
    before = rows(sandbox)
    run = applied()
    assert run.code == 5, run
    assert f"stale: {says}" in run.out
    assert rows(sandbox) == before


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (push(title="Else") + push("other"), "configuration: push (name)."),
        (push(title="Renamed"), "configuration: other is declared no more."),
        (
            push(title="Renamed") + push("other") + push("third"),
            "configuration: third is declared since.",
        ),
        (
            (push(title="Renamed") + push("other")).replace("instanceId: i", "instanceId: j"),
            "configuration: other (credentials.instanceId); push (credentials.instanceId).",
        ),
        (
            push(title="Renamed") + "    protect: true" + push("other"),
            "configuration: push (protect).",
        ),
    ],
)
def test_another_configuration_makes_a_plan_stale_and_is_named(
    change: str,
    says: str,
    applied: Callable[[], Run],
    project: Callable[..., Path],
    sandbox: Sandbox,
) -> None:
    project("integrations:" + change)
    before = rows(sandbox)
    run = applied()
    assert run.code == 5, run
    assert f"stale: {says}" in run.out
    assert rows(sandbox) == before


def test_comments_order_and_lines_make_no_plan_stale(
    applied: Callable[[], Run], project: Callable[..., Path]
) -> None:
    project("# said anew\n\nintegrations:" + push("other") + push(title="Renamed"))
    assert applied().code == 0


def test_a_secret_is_resolved_again_and_must_be_the_one_of_the_plan(
    applied: Callable[[], Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PUSH_KEY", "planted-another")
    run = applied()
    assert run.code == 5, run
    assert "other (credentials.secretKey); push (credentials.secretKey)." in run.out
    assert "planted" not in run.out + run.err
    monkeypatch.setenv("PUSH_KEY", "planted-one")
    assert applied().code == 0


def test_what_the_ledger_forgot_makes_a_plan_stale(
    folder: Path, applied: Callable[[], Run], sandbox: Sandbox
) -> None:
    shutil.rmtree(folder / ".novu-sync", ignore_errors=True)
    for each in ask(sandbox, "GET", "/v2/contexts").data:
        ask(sandbox, "DELETE", f"/v2/contexts/{each['type']}/{each['id']}")
    run = applied()
    assert run.code == 5, run
    assert "stale: ledger: " in run.out
    assert "to other; push." in run.out


def test_another_api_key_makes_a_plan_stale(
    applied: Callable[[], Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NOVU_DEVELOPMENT_API_KEY", "sandbox-production")
    run = applied()
    assert run.code == 5, run
    assert "was made with another API key of 'development'" in run.err


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:  # noqa: ANN401 - JSON
    if isinstance(value, dict) and value:
        for key, inner in value.items():
            yield from leaves(inner, (*path, key))
    elif isinstance(value, list) and value:
        for at, inner in enumerate(value):
            yield from leaves(inner, (*path, at))
    else:
        yield path


def test_a_plan_file_that_anybody_touched_is_refused(
    planned: Path, applied: Callable[[], Run], sandbox: Sandbox
) -> None:
    """Every single value of it, changed or dropped."""
    text = planned.read_text("ascii")
    before = rows(sandbox)
    for path in leaves(json.loads(text)):
        for drop in (False, True):
            document = json.loads(text)
            place = document
            for key in path[:-1]:
                place = place[key]
            value = place[path[-1]]
            if drop:
                del place[path[-1]]
            elif isinstance(value, bool):
                place[path[-1]] = not value
            elif value == []:
                place[path[-1]] = ["deletes=9"]
            else:
                place[path[-1]] = "2027-01-01T00:00:00+00:00" if "T" in str(value) else f"{value}0"
            planned.write_text(json.dumps(document), encoding="ascii")
            run = applied()
            assert run.code in (1, 5), (path, drop, run)
            assert run.err, path
            assert "bug" not in run.err
    assert rows(sandbox) == before
    planned.write_text(json.dumps(json.loads(text)), encoding="ascii")
    assert applied().code == 0  # another layout says the same


def test_a_plan_file_that_is_cut_short_is_refused(
    planned: Path, applied: Callable[[], Run], sandbox: Sandbox
) -> None:
    whole = planned.read_bytes()
    before = rows(sandbox)
    for length in range(0, len(whole) - 1, len(whole) // 40):
        planned.write_bytes(whole[:length])
        run = applied()
        assert run.code == 1, (length, run)
        assert "cut short or not JSON" in run.err
    assert rows(sandbox) == before


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("[]", "`kind` is missing"),
        ('{"kind": "plan", "formatVersion": "1.0"}', "another kind of document"),
        ('{"kind": "planfile", "formatVersion": "2.0"}', "in a format of its own"),
        ("[" * 100_000, "cut short or not JSON"),
    ],
)
def test_what_is_no_plan_file_is_said_to_be_none(
    content: str, says: str, planned: Path, applied: Callable[[], Run]
) -> None:
    planned.write_text(content, encoding="ascii")
    run = applied()
    assert run.code == 1, run
    assert says in run.err
    planned.unlink()
    run = applied()
    assert run.code == 1, run
    assert "No such file or directory" in run.err


def test_a_plan_file_says_itself_what_it_is_about(
    folder: Path, planned: Path, novu_sync: Callable[..., Run], sandbox: Sandbox
) -> None:
    before = rows(sandbox)
    for words in (
        ["-e", "development"],
        ["--all-environments"],
        ["--prune"],
        ["--target", "push"],
        ["--allow", "deletes=9"],
        ["--credentials", "always"],
    ):
        run = novu_sync("apply", planned, "-c", folder, "--yes", *words)
        assert run.code == 64, run
        assert "a plan file says itself" in run.err
    assert rows(sandbox) == before


def test_what_was_asked_of_the_plan_is_what_runs(
    folder: Path, project: Callable[..., Path], novu_sync: Callable[..., Run], sandbox: Sandbox
) -> None:
    project("integrations:" + push(title="Again") + push("new"))
    asked = ["--prune", "--allow", "deletes=1", "--allow", "delete-percent=50"]
    file = folder / "prune.plan"
    assert novu_sync("plan", "-c", folder, "--out", file, *asked).code == 0
    run = novu_sync("apply", file, "-c", folder, "--yes")
    assert run.code == 0, run
    assert not {"other"} & set(rows(sandbox))
    assert {"push", "new"} <= set(rows(sandbox))


def test_one_file_holds_several_environments_and_all_of_them_have_to_fit(
    server: str, project: Callable[..., Path], novu_sync: Callable[..., Run], sandbox: Sandbox
) -> None:
    del server
    folder = project("integrations:" + push(), head=PRODUCTION)
    file = folder / "both.plan"
    assert novu_sync("plan", "-c", folder, "--all-environments", "--out", file).code == 0
    body = {"providerId": "discord", "channel": "chat", "identifier": "by-hand", "check": False}
    row = ask(
        sandbox,
        "POST",
        "/v1/integrations",
        {**body, "name": "x", "credentials": {}},
        key="sandbox-production",
    ).data
    run = novu_sync("apply", file, "-c", folder, "--yes")
    assert run.code == 5, run
    assert f"server: by-hand [{row['_id']}] is new." in run.out
    assert "push" not in rows(sandbox)
    ask(sandbox, "DELETE", f"/v1/integrations/{row['_id']}", key="sandbox-production")
    run = novu_sync("apply", file, "-c", folder, "--yes")
    assert run.code == 0, run
    assert "push" in rows(sandbox)
    assert "push" in rows(sandbox, "sandbox-production")


def test_a_plan_of_an_environment_that_is_no_more_or_of_another_project_is_stale(
    server: str, project: Callable[..., Path], novu_sync: Callable[..., Run]
) -> None:
    del server
    folder = project("integrations:" + push(), head=PRODUCTION)
    file = folder / "production.plan"
    assert novu_sync("plan", "-c", folder, "-e", "production", "--out", file).code == 0
    project("integrations:" + push())
    run = novu_sync("apply", file, "-c", folder, "--yes")
    assert run.code == 5, run
    assert "the project has no environment 'production' any more" in run.err
    text = (folder / "novu-sync.yaml").read_text("utf-8")
    (folder / "novu-sync.yaml").write_text(text.replace("project: tests", "project: else"), "utf-8")
    run = novu_sync("apply", file, "-c", folder, "--yes")
    assert run.code == 5, run
    assert "is a plan of the project 'tests', and this is 'else'" in run.err


def test_a_target_that_is_declared_no_more_makes_its_plan_stale(
    folder: Path, project: Callable[..., Path], novu_sync: Callable[..., Run]
) -> None:
    file = folder / "targeted.plan"
    assert novu_sync("plan", "-c", folder, "--target", "pu*", "--out", file).code == 0
    project("integrations:" + push("other"))
    run = novu_sync("apply", file, "-c", folder, "--yes")
    assert run.code == 5, run
    assert "configuration: push is declared no more." in run.out


def test_a_plan_whose_apply_failed_halfway_is_used_up(
    project: Callable[..., Path], novu_sync: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    fault = Fault.parse("POST /v1/integrations nth=2 status=422")
    monkeypatch.setenv("NOVU_DEVELOPMENT_API_KEY", "sandbox-development")
    with Sandbox(faults=[fault]) as sandbox, running(sandbox) as url:
        monkeypatch.setenv("NOVU_API_URL", url)
        folder = project("integrations:" + push() + push("other") + push("third"))
        file = folder / "first.plan"
        assert novu_sync("plan", "-c", folder, "--out", file).code == 0
        run = novu_sync("apply", file, "-c", folder, "--yes")
        assert run.code == 4, run
        run = novu_sync("apply", file, "-c", folder, "--yes")
        assert run.code == 5, run
        assert "good for once" in run.err


def test_a_plan_that_cannot_be_applied_is_not_written_down(
    folder: Path, project: Callable[..., Path], novu_sync: Callable[..., Run]
) -> None:
    project("integrations:" + push("new"))
    file = folder / "refused.plan"
    run = novu_sync("plan", "-c", folder, "--prune", "--out", file)
    assert run.code == 6, run
    assert "was not written, since this plan cannot be applied" in run.err
    assert not file.exists()


def test_a_plan_without_secrets_binds_nothing(folder: Path, novu_sync: Callable[..., Run]) -> None:
    plan = novu_sync("plan", "-c", folder, "--no-secrets", "-o", "json")
    assert json.loads(plan.out)["environments"][0]["digest"] is None
    assert "Digest" not in novu_sync("plan", "-c", folder, "--no-secrets").out
    run = novu_sync("plan", "-c", folder, "--no-secrets", "--out", folder / "x.plan")
    assert run.code == 64, run
    assert not (folder / "x.plan").exists()


def test_a_plan_file_takes_no_place_that_it_cannot_have(
    folder: Path, planned: Path, novu_sync: Callable[..., Run]
) -> None:
    run = novu_sync("plan", "-c", folder, "--out", folder / "missing" / "x.plan")
    assert run.code == 1, run
    assert "x.plan cannot be written: No such file or directory" in run.err
    target = folder / "target"
    target.write_text("precious", encoding="ascii")
    planned.unlink()
    planned.symlink_to(target)
    assert novu_sync("plan", "-c", folder, "--out", planned).code == 0
    assert target.read_text("ascii") == "precious"
    assert not planned.is_symlink()
    assert not list(planned.parent.glob(".reviewed*"))
    (folder / "taken").mkdir()
    assert novu_sync("plan", "-c", folder, "--out", folder / "taken").code == 64
    run = novu_sync("plan", "-c", folder, "--expires", "2")
    assert run.code == 64, run


def test_a_digest_lets_just_the_plan_run_that_was_reviewed(
    folder: Path, novu_sync: Callable[..., Run], sandbox: Sandbox
) -> None:
    known = digest(novu_sync("plan", "-c", folder))
    shown = novu_sync("plan", "-c", folder, "-o", "json")
    assert json.loads(shown.out)["environments"][0]["digest"] == known
    edited(sandbox)
    run = novu_sync("apply", "-c", folder, "--yes", "--expect-digest", known)
    assert run.code == 5, run
    assert f"and {known} was expected" in run.out
    assert rows(sandbox)["push"]["name"] == "Push"
    now = digest(novu_sync("plan", "-c", folder))
    assert now != known
    run = novu_sync("apply", "-c", folder, "--yes", "--expect-digest", now.upper())
    assert run.code == 0, run


@pytest.mark.parametrize(
    "words", [["--prune"], ["--target", "push"], ["--credentials", "always"], ["--rotate", "push"]]
)
def test_a_digest_is_of_what_was_asked_as_well(
    words: list[str], folder: Path, novu_sync: Callable[..., Run], sandbox: Sandbox
) -> None:
    known = digest(novu_sync("plan", "-c", folder))
    run = novu_sync("apply", "-c", folder, "--yes", "--expect-digest", known, *words)
    assert run.code == 5, run
    assert rows(sandbox)["push"]["name"] == "Push"


@pytest.mark.parametrize("expected", [[""], [" "], ["abc"], ["0" * 63], ["0" * 64, "1" * 64]])
def test_a_digest_with_nothing_to_compare_is_wrong_usage(
    expected: list[str], folder: Path, novu_sync: Callable[..., Run], sandbox: Sandbox
) -> None:
    words = [word for each in expected for word in ("--expect-digest", each)]
    run = novu_sync("apply", "-c", folder, "--yes", *words)
    assert run.code == 64, run
    assert rows(sandbox)["push"]["name"] == "Push"


def test_each_environment_needs_its_own_digest(
    server: str, project: Callable[..., Path], novu_sync: Callable[..., Run], sandbox: Sandbox
) -> None:
    del server
    folder = project("integrations:" + push(), head=PRODUCTION)
    shown = json.loads(novu_sync("plan", "-c", folder, "--all-environments", "-o", "json").out)
    one, other = (each["digest"] for each in shown["environments"])
    words = ["apply", "-c", folder, "--all-environments", "--yes", "--expect-digest", one]
    assert novu_sync(*words).code == 64
    assert "push" not in rows(sandbox)
    assert novu_sync(*words, "--expect-digest", other).code == 0


def test_a_digest_lifts_no_guard(
    folder: Path, project: Callable[..., Path], novu_sync: Callable[..., Run], sandbox: Sandbox
) -> None:
    project("integrations:" + push("new"))
    allow = ["--allow", "deletes=2", "--allow", "delete-percent=100"]
    plan = novu_sync("plan", "-c", folder, "--prune", *allow)
    assert plan.code == 0, plan
    words = ["apply", "-c", folder, "--yes", "--prune", "--expect-digest", digest(plan)]
    run = novu_sync(*words)
    assert run.code == 6, run
    assert {"push", "other"} <= set(rows(sandbox))
    assert novu_sync(*words, *allow).code == 0


def test_a_plan_file_can_be_held_to_a_digest_too(
    folder: Path, planned: Path, novu_sync: Callable[..., Run]
) -> None:
    known = json.loads(planned.read_text("ascii"))["environments"][0]["digest"]
    words = ["apply", planned, "-c", folder, "--yes", "--expect-digest"]
    assert novu_sync(*words, "").code == 64
    run = novu_sync(*words, "0" * 64)
    assert run.code == 5, run
    assert f"bears the digest {known}, not the expected one" in run.err
    assert novu_sync(*words, known).code == 0
