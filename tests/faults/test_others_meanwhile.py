"""Somebody works in Novu's dashboard while a run goes on, and clocks jump."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from faults.scenarios import GENERATIONS, NEW, OLD, SCENARIOS, desired, prepared
from support.inprocess import ask
from support.time import PatientTime
from support.world import World

from reconciler.sandbox.application import Sandbox
from reconciler.secret import Secret
from reconciler.transport.session import Session

if TYPE_CHECKING:
    from collections.abc import Iterator

EDIT = SCENARIOS["edit"]
LAST = 16
"""One request more than an undisturbed run of the scenario sends."""

EDITS = {
    "renames by hand": ("PUT", "chat-a", {"name": "Edited"}),
    "switches off": ("PUT", "push-a", {"active": False}),
    "switches off what becomes the primary": ("PUT", "mail-b", {"active": False}),
    "adds conditions to the primary": ("PUT", "mail-a", {"conditions": [{"children": []}]}),
    "deletes what is updated": ("DELETE", "mail-a", None),
    "deletes what is renamed": ("DELETE", "chat-old", None),
    "deletes what is deleted": ("DELETE", "chat-gone", None),
    "deletes what becomes the primary": ("DELETE", "mail-b", None),
    "makes another the primary": ("PRIMARY", "mail-c", None),
    "gives the old name to another": ("PUT", "chat-asleep", {"identifier": "chat-elsewhere"}),
    "creates what is created": (
        "POST",
        "",
        {"providerId": "fcm", "channel": "push", "identifier": "push-new", "name": "By hand"},
    ),
}


def looks(world: World) -> list[tuple[Any, ...]]:
    rows = world.rows("development")
    told = ("name", "providerId", "channel", "active", "primary")
    return sorted(
        (row["identifier"], *(row[key] for key in told), sorted(row["credentials"].items()))
        for row in rows
        if row["providerId"] not in ("novu", "novu-email")
    )


def somebody(world: World, edit: str) -> None:
    method, whose, body = EDITS[edit]
    found = [row["_id"] for row in world.rows("development") if row["identifier"] == whose]
    if whose and not found:
        return  # the run was quicker
    path = "/".join(["/v1/integrations", *found])
    if method == "PRIMARY":
        ask(world.sandbox, "POST", f"{path}/set-primary")
    else:
        # A refusal is as good: it is what the dashboard would have shown.
        ask(world.sandbox, method, path, None if body is None else {**body, "check": False})


@pytest.fixture(scope="module", params=GENERATIONS)
def world(request: pytest.FixtureRequest) -> Iterator[World]:
    with prepared(EDIT, request.param, 1) as made:
        yield made


@pytest.mark.parametrize("edit", EDITS)
def test_an_edit_between_any_two_requests_of_a_run_is_made_up_for_by_the_next(
    edit: str, world: World
) -> None:
    """Whatever was moved is told or taken in; nothing is made twice, nothing of others is touched."""
    after = desired(EDIT.after, NEW)
    world.restore()
    assert world.run(after, EDIT.options).is_well
    wanted, others = looks(world), world.everything("production")
    extra = "chat-elsewhere" if edit == "gives the old name to another" else None
    for at in range(1, LAST + 1):
        world.restore()
        first = world.run(after, EDIT.options, meanwhile={at: lambda: somebody(world, edit)})
        assert first.error is None, (at, first.error)
        assert not first.refusals
        if at > 3:
            assert first.report is not None
        for _ in range(2):
            ended = world.run(after, EDIT.options)
            assert not ended.refusals, (at, ended.refusals)
        assert ended.is_well, (at, ended)
        left = world.run(after, EDIT.options, writing=False).plan
        assert left is not None
        assert left.is_empty, (at, left.writes)
        assert [row for row in looks(world) if row[0] != extra] == wanted, at
        assert world.everything("production") == others
        assert not world.lies(after)


@pytest.mark.parametrize("generation", GENERATIONS)
@pytest.mark.parametrize("years", [-30, 30])
def test_a_servers_clock_that_jumps_changes_no_plan(generation: str, years: int) -> None:
    """`updatedAt` is remembered as a hint, and decides nothing."""
    now = datetime(2026, 11, 1, tzinfo=UTC)

    def clock() -> float:
        return now.timestamp()

    before, after = desired(EDIT.before or "", OLD), desired(EDIT.after, NEW)
    with World(generation=generation) as world:
        world.sandbox.close()
        world.sandbox = Sandbox(generation=generation, clock=clock)
        assert world.run(before, EDIT.options).is_well
        now += timedelta(days=365 * years)
        assert world.run(before, writing=False).plan.is_empty  # type: ignore[union-attr]
        assert world.run(after, EDIT.options).is_well
        now -= timedelta(days=365 * years)
        again = world.run(after, EDIT.options, writing=False).plan
        assert again is not None
        assert again.is_empty


@pytest.mark.parametrize("server_is_ahead_by", [-10_000, 0, 10_000])
def test_a_date_to_come_back_at_counts_from_the_servers_own_clock(server_is_ahead_by: int) -> None:
    """Days are neither waited for nor is the server run into because this machine's clock is wrong."""
    servers = datetime.now(UTC) + timedelta(days=server_is_ahead_by)
    headers = {
        "date": format_datetime(servers, usegmt=True),
        "retry-after": format_datetime(servers + timedelta(seconds=7), usegmt=True),
    }
    answers = [
        httpx.Response(503, headers=headers, json={"message": "busy"}),
        httpx.Response(200, json={"data": []}),
    ]
    time = PatientTime()
    transport = httpx.MockTransport(lambda _: answers.pop(0))
    with Session(
        "http://127.0.0.1:9",
        Secret("key"),
        transport=transport,
        clock=time.clock,
        sleep=time.sleep,
    ) as session:
        begun = time.now
        session.request("GET", "/v1/integrations")
    assert 7 <= time.now - begun < 8
