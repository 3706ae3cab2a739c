"""Faults that were found in the best of the field, each as a test that such a tool would fail.

Every docstring begins with whose fault it is and what it does.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from support.inprocess import ask

from reconciler.planning.plan import Action
from reconciler.sandbox.application import Sandbox
from reconciler.sandbox.faults import Fault, Faults
from reconciler.sandbox.server import running

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from conftest import Run

    from reconciler.sandbox.wire import Request

PUSH = """
  - identifier: {name}
    name: {title}
    providerId: pusher-beams
    active: {active}
    credentials: {{instanceId: i, secretKey: "${{env:PUSH_KEY:-one}}"}}
"""
FILE = "    ledger: file\n"
LIFTED = ("--allow", "deletes=99", "--allow", "delete-percent=100")


def push(*names: str, title: str = "Push", active: str = "false") -> str:
    return "".join(PUSH.format(name=name, title=title, active=active) for name in names)


def mail(name: str, *lines: str) -> str:
    text = f"""
  - identifier: {name}
    name: {name}
    providerId: sendgrid
    active: true
    credentials: {{apiKey: "${{env:MAIL_KEY:-one}}", from: a@acme.example, senderName: Acme}}
"""
    return text + "".join(f"    {line}\n" for line in lines)


def rows(sandbox: Sandbox, key: str = "sandbox-development") -> dict[str, dict[str, Any]]:
    return {row["identifier"]: row for row in ask(sandbox, "GET", "/v1/integrations", key=key).data}


def writes(asked: list[str]) -> list[str]:
    """Of what a server was asked, what writes to integrations."""
    return [each for each in asked if " /v1/" in each and not each.startswith("GET ")]


@pytest.fixture
def serving(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """Serves a sandbox, and writes down what it is asked.

    What goes wrong does so from the moment on that `asked` is cleared; what did is marked.
    """

    @contextmanager
    def serve(*faults: str) -> Iterator[tuple[Sandbox, list[str]]]:
        due = Faults(tuple(Fault.parse(each) for each in faults))
        asked = ["before"]

        def note(request: Request) -> Fault | None:
            if "before" in asked:
                return None
            asked.append(f"{request.method} {request.path}")
            fault = due.due(request)
            if fault is not None:
                asked.append("struck")
            return fault

        monkeypatch.setenv("NOVU_DEVELOPMENT_API_KEY", "sandbox-development")
        with Sandbox(hook=note) as sandbox, running(sandbox) as url:
            monkeypatch.setenv("NOVU_API_URL", url)
            yield sandbox, asked

    return serve


def test_deck_success_after_a_failed_apply_in_json(
    serving: Callable[..., Any], project: Callable[..., Path], novu_sync: Callable[..., Run]
) -> None:
    """decK: an apply that failed ends with success where its output is JSON."""
    with serving("POST /v1/integrations nth=2 status=422") as (_, asked):
        asked.clear()
        folder = project("integrations:" + push("a", "b", "c"))
        for words in (["-o", "json"], ["-o", "text"], ["-o", "markdown"], ["-q"]):
            pass_over = folder / "report.json"
            run = novu_sync("apply", "-c", folder, "--yes", *words, "-o", f"json={pass_over}")
            document = json.loads(pass_over.read_text("utf-8"))
            if words == ["-o", "json"]:
                assert run.code == 4, run
                assert json.loads(run.out) == document
                assert document["complete"] is False
                assert document["summary"]["failed"] == 1
            else:
                assert run.code == 0, run
                assert document["complete"] is True


@pytest.mark.usefixtures("server")
def test_deck_exit_before_the_json_is_printed(project: Callable[..., Path]) -> None:
    """decK: with an exit code for changes it ends before all of its JSON has been written.

    The document is larger than any pipe holds, and its reader is slow.
    """
    names = [f"push-{at}" for at in range(300)]
    folder = project("integrations:" + push(*names))
    words = ["plan", "-c", str(folder), "-o", "json", "--detailed-exitcode"]
    with subprocess.Popen(
        [sys.executable, "-m", "reconciler", *words], stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        time.sleep(1)
        text = process.stdout.read()
    assert process.returncode == 2
    assert len(text) > 1 << 17
    (environment,) = json.loads(text)["environments"]
    assert [each["identifier"] for each in environment["changes"]] == sorted(names)


@pytest.mark.usefixtures("server")
@pytest.mark.parametrize("digest", ["", " ", "unset", "None"])
def test_octodns_checksum_that_checks_nothing(
    digest: str,
    sandbox: Sandbox,
    project: Callable[..., Path],
    novu_sync: Callable[..., Run],
) -> None:
    """octoDNS: a checksum is given, the feature that computes it is off, and all is applied."""
    folder = project("integrations:" + push("a"))
    run = novu_sync("apply", "-c", folder, "--yes", "--expect-digest", digest)
    assert run.code == 64, run
    assert "a" not in rows(sandbox)
    run = novu_sync("apply", "-c", folder, "--yes", f"--expect-digest={digest}", "--prune")
    assert run.code == 64, run
    run = novu_sync("apply", "-c", folder, "--yes", "--expect-digest", "0" * 64)
    assert run.code == 5, run
    assert "a" not in rows(sandbox)


@pytest.mark.usefixtures("server")
@pytest.mark.parametrize("total", range(1, 10))
def test_octodns_thresholds_that_skip_small_sets(
    total: int, sandbox: Sandbox, project: Callable[..., Path], novu_sync: Callable[..., Run]
) -> None:
    """octoDNS: below ten records no threshold holds, so that all nine of nine may go."""
    names = [f"push-{at}" for at in range(total)]
    folder = project("integrations:" + push(*names))
    assert novu_sync("apply", "-c", folder, "--yes").code == 0
    for left in range(total - 1, -1, -1):
        text = push(*names[:left])
        project("integrations:" + text if text else "integrations: []\n")
        goes = total - left
        rest = () if left else ("--allow", "empty-desired=development")
        for lifted, refused in (
            (("--allow", "delete-percent=100"), goes > 1),
            (("--allow", "deletes=99"), 10 * goes > 3 * total),
        ):
            run = novu_sync("plan", "-c", folder, "--prune", *lifted, *rest)
            assert run.code == (6 if refused else 0), (goes, run)
        if goes > 1 or 10 * goes > 3 * total:
            run = novu_sync("apply", "-c", folder, "--yes", "--prune", *rest)
            assert run.code == 6, run
            assert rows(sandbox).keys() >= set(names)


@pytest.mark.usefixtures("server")
@pytest.mark.parametrize("edited", ["b", "by-hand"])
def test_opentofu_stale_by_serial_alone(
    edited: str, sandbox: Sandbox, project: Callable[..., Path], novu_sync: Callable[..., Run]
) -> None:
    """OpenTofu: a saved plan is stale where the state's serial moved, and an edit moves none.

    Neither does an edit of what nobody declares, which the plan showed all the same.
    """
    body = {"identifier": "by-hand", "providerId": "pusher-beams", "channel": "push"}
    rest = {"name": "x", "credentials": {}, "active": False, "check": False}
    ask(sandbox, "POST", "/v1/integrations", {**body, **rest})
    folder = project("integrations:" + push("a", "b"), head=FILE)
    assert novu_sync("apply", "-c", folder, "--yes").code == 0
    ledger = folder / ".novu-sync" / "development.ledger.json"
    project("integrations:" + push("a", title="Else") + push("b"), head=FILE)
    file = folder / "reviewed.plan"
    assert novu_sync("plan", "-c", folder, "--out", file).code == 0
    before = ledger.read_bytes()
    row = rows(sandbox)[edited]
    ask(sandbox, "PUT", f"/v1/integrations/{row['_id']}", {"name": "By hand", "check": False})
    assert ledger.read_bytes() == before
    run = novu_sync("apply", file, "-c", folder, "--yes")
    assert run.code == 5, run
    assert f"server: {edited} [{row['_id']}] (name)." in run.out
    assert rows(sandbox)["a"]["name"] == "Push"


def test_auth0_preview_that_goes_another_way(
    serving: Callable[..., Any], project: Callable[..., Path], novu_sync: Callable[..., Run]
) -> None:
    """auth0-deploy-cli: what has no preview of its own is not shown, and applied all the same.

    Of every kind of change: what the plan shows is what the report tells is what was sent.
    """
    with serving() as (sandbox, asked):
        before = mail("stays", "primary: true") + mail("updated") + mail("old-name")
        before += push("replaced", "gone", "keeps")
        folder = project("integrations:" + before)
        assert novu_sync("apply", "-c", folder, "--yes").code == 0
        after = mail("stays") + mail("updated", "conditions: []", "primary: true")
        after += mail("new-name", "previousIdentifiers: [old-name]") + push("created", "keeps")
        after += (
            push("replaced")
            .replace("pusher-beams", "one-signal")
            .replace("instanceId: i, secretKey", "applicationId: i, apiKey")
        )
        after = after.replace("name: updated", "name: Updated")
        project("integrations:" + after)
        words = ("-c", folder, "--prune", "--allow", "replace=replaced", "-o", "json")
        shown = json.loads(novu_sync("plan", *words).out)["environments"][0]
        known = {row["_id"]: name for name, row in rows(sandbox).items()}
        asked.clear()
        run = novu_sync("apply", *words, "--yes")
        assert run.code == 0, run
        report = json.loads(run.out)["environments"][0]
        planned = [each for each in shown["changes"] if each["action"] != Action.KEEP]
        assert {each["action"] for each in planned} == set(Action) - {Action.KEEP}
        assert [(each["action"], each["identifier"]) for each in planned] == [
            (each["action"], each["identifier"]) for each in report["outcomes"]
        ]
        written = writes(asked)
        assert len(written) == len(planned) + 1  # a replacement is two
        touched = {each.split("/")[3] for each in written if each.count("/") > 2}
        assert {known[each] for each in touched} == {"updated", "old-name", "replaced", "gone"}
        assert sum(each == "POST /v1/integrations" for each in written) == 2


def test_dnscontrol_unset_variable_that_becomes_an_empty_credential(
    serving: Callable[..., Any],
    project: Callable[..., Path],
    novu_sync: Callable[..., Run],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """dnscontrol: a variable that is not set is an empty credential, which is then sent."""
    with serving() as (sandbox, asked):
        folder = project("integrations:" + push("a").replace(":-one", ""))
        for value in (None, ""):
            monkeypatch.delenv("PUSH_KEY", raising=False)
            if value is not None:
                monkeypatch.setenv("PUSH_KEY", value)
            for command in (("plan",), ("apply", "--yes")):
                asked.clear()
                run = novu_sync(*command, "-c", folder)
                assert run.code == 3, run
                assert "NS305" in run.err
                assert asked == []
        assert "a" not in rows(sandbox)


@pytest.mark.parametrize(
    "fault",
    [
        *(f"GET /v1/integrations status={status}" for status in (429, 502, 503, 504)),
        *(f"PUT /v1/integrations/* status={status}" for status in (429, 502, 503, 504)),
        *(f"DELETE /v1/integrations/* status={status}" for status in (429, 502, 503, 504)),
        *(f"POST /v1/integrations status={status}" for status in (429, 503)),
        "GET /v1/integrations drop=before",
        "PUT /v1/integrations/* drop=after",
        "DELETE /v1/integrations/* drop=after",
        "POST /v1/integrations drop=after",
        "GET /v1/environments/me status=503",
    ],
)
def test_go_database_reconciler_retries_that_know_500_only(
    fault: str,
    serving: Callable[..., Any],
    project: Callable[..., Path],
    novu_sync: Callable[..., Run],
) -> None:
    """go-database-reconciler: only 500 is tried again, so that a 503 or a 429 ends the run."""
    with serving() as (sandbox, asked):
        folder = project("integrations:" + push("changes", "goes"), head=FILE)
        assert novu_sync("apply", "-c", folder, "--yes").code == 0
    with serving(fault) as (sandbox, asked):
        for name in ("changes", "goes"):
            body = {"identifier": name, "providerId": "pusher-beams", "channel": "push"}
            rest = {"name": "Old", "credentials": {}, "active": False, "check": False}
            ask(sandbox, "POST", "/v1/integrations", {**body, **rest})
        (folder / ".novu-sync" / "development.ledger.json").unlink()
        project("integrations:" + push("changes", "new"), head=FILE)
        assert novu_sync("adopt", "goes", "-c", folder).code == 0
        asked.clear()
        run = novu_sync("apply", "-c", folder, "--yes", "--prune", *LIFTED)
        assert run.code == 0, run
        assert asked.count("struck") == 1
        listed = ask(sandbox, "GET", "/v1/integrations").data
        names = [row["identifier"] for row in listed if row["channel"] == "push"]
        assert sorted(names) == ["changes", "new"]


@pytest.mark.usefixtures("server")
def test_keycloak_config_cli_cache_that_hides_drift(
    sandbox: Sandbox, project: Callable[..., Path], novu_sync: Callable[..., Run]
) -> None:
    """keycloak-config-cli: files that have not changed since are not compared with the server."""
    folder = project("integrations:" + push("a"))
    for _ in range(3):
        assert novu_sync("apply", "-c", folder, "--yes").code == 0
    row = rows(sandbox)["a"]
    ask(sandbox, "PUT", f"/v1/integrations/{row['_id']}", {"name": "By hand", "check": False})
    plan = novu_sync("plan", "-c", folder, "--detailed-exitcode")
    assert plan.code == 2, plan
    assert 'name: "By hand" → "Push"' in plan.out
    assert novu_sync("drift", "-c", folder).code == 2
    assert novu_sync("apply", "-c", folder, "--yes").code == 0
    assert rows(sandbox)["a"]["name"] == "Push"
    ask(sandbox, "DELETE", f"/v1/integrations/{row['_id']}")
    assert novu_sync("apply", "-c", folder, "--yes").code == 0
    assert "a" in rows(sandbox)


def test_novus_dotnet_sync_that_matches_by_provider_deletes_first_and_goes_elsewhere(
    serving: Callable[..., Any], project: Callable[..., Path], novu_sync: Callable[..., Run]
) -> None:
    """Novu's own .NET sync: pairs by provider and channel, deletes first, in all environments."""
    with serving() as (sandbox, asked):
        for name in ("theirs", "one"):
            body = {"identifier": name, "providerId": "pusher-beams", "channel": "push"}
            rest = {"name": name, "credentials": {}, "active": True, "check": False}
            ask(sandbox, "POST", "/v1/integrations", {**body, **rest}, key="sandbox-production")
        elsewhere = rows(sandbox, "sandbox-production")
        folder = project("integrations:" + push("one", "two", "three", "four"))
        assert novu_sync("apply", "-c", folder, "--yes").code == 0
        ids = {name: row["_id"] for name, row in rows(sandbox).items()}
        text = push("one") + push("two", title="Renamed") + push("three", "new")
        project("integrations:" + text)
        asked.clear()
        run = novu_sync("apply", "-c", folder, "--yes", "--prune", *LIFTED)
        assert run.code == 0, run
        after = rows(sandbox)
        assert {name: after[name]["_id"] for name in ("one", "two", "three")} == {
            name: ids[name] for name in ("one", "two", "three")
        }
        assert after["two"]["name"] == "Renamed"
        assert writes(asked) == [
            "POST /v1/integrations",
            f"PUT /v1/integrations/{ids['two']}",
            f"DELETE /v1/integrations/{ids['four']}",
        ]
        assert rows(sandbox, "sandbox-production") == elsewhere


@pytest.mark.parametrize("fault", ["POST /v1/integrations", "PUT /v1/integrations/*"])
def test_novus_sdks_that_retry_409_for_an_hour(
    fault: str,
    serving: Callable[..., Any],
    project: Callable[..., Path],
    novu_sync: Callable[..., Run],
) -> None:
    """Novu's SDKs: a conflict is tried again, with pauses, for up to an hour."""
    with serving(f"{fault} times=99 status=409") as (_, asked):
        folder = project("integrations:" + push("a"))
        if "PUT" in fault:
            assert novu_sync("apply", "-c", folder, "--yes").code == 0
            project("integrations:" + push("a", title="Else"))
        asked.clear()
        begun = time.monotonic()
        run = novu_sync("apply", "-c", folder, "--yes")
        assert run.code == 4, run
        assert time.monotonic() - begun < 10
        written = [each for each in asked if "/v1/integrations" in each]
        assert sum(each.startswith(fault[:4].strip()) for each in written) == 1
