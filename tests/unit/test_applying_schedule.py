import threading

import pytest
from fake_novu import email, integration

from reconciler.applying import schedule
from reconciler.model import Channel, ObservedIntegration, Patch
from reconciler.planning.plan import (
    Change,
    Create,
    Delete,
    Reason,
    Rename,
    Replace,
    SetPrimary,
    Stage,
    Update,
)

WAIT = 30
"""Seconds after which a test that hangs gives up; none of them waits as long."""


def row(
    identifier: str, *, channel: Channel = Channel.EMAIL, active: bool = True
) -> ObservedIntegration:
    return ObservedIntegration(
        id=f"id-of-{identifier}",
        environment_id="environment-1",
        identifier=identifier,
        provider_id="ses",
        channel=channel,
        active=active,
    )


def update(identifier: str, patch: Patch, *, channel: Channel = Channel.EMAIL) -> Update:
    return Update(
        desired=email(identifier),
        observed=row(identifier, channel=channel),
        patch=patch,
        fields=(),
        reason=Reason.FIELD_DIFFERS,
    )


def lanes_of(*changes: Change) -> list[list[str]]:
    return [[one.identifier for _, one in lane] for lane in schedule.lanes(enumerate(changes))]


def test_stages_come_in_their_order_whatever_the_plans_order_is() -> None:
    changes: tuple[Change, ...] = (
        Delete(observed=row("gone")),
        Create(desired=email("new")),
        Create(desired=email("newer")),
    )
    found = [(stage, [number for number, _ in each]) for stage, each in schedule.stages(changes)]
    assert found == [(Stage.CREATE, [1, 2]), (Stage.DELETE, [0])]


def test_active_email_and_sms_wait_for_each_other_and_nothing_else_does() -> None:
    found = lanes_of(
        Create(desired=integration("chat")),
        Create(desired=email("email-1")),
        Create(desired=integration("sms", channel=Channel.SMS)),
        Create(desired=email("email-2")),
        Create(desired=email("email-off", active=False)),
        Create(desired=email("email-unmanaged", active=None)),
    )
    assert found == [["email-1", "email-2"], ["sms"], ["chat"], ["email-off"], ["email-unmanaged"]]


@pytest.mark.parametrize(
    ("patch", "waits"),
    [
        (Patch(name="new"), False),
        (Patch(credentials={}), False),
        (Patch(configurations={}), False),
        (Patch(active=False), True),
        (Patch(conditions=[]), True),
        (Patch(rules={}), True),
    ],
)
def test_updates_wait_for_each_other_where_they_move_priorities(patch: Patch, waits: bool) -> None:  # noqa: FBT001 - a column of the table
    first, second = update("a", patch), update("b", patch)
    assert len(lanes_of(first, second)) == (1 if waits else 2)
    chat = [update(name, patch, channel=Channel.CHAT) for name in ("a", "b")]
    assert len(lanes_of(*chat)) == 2


def test_a_rename_waits_like_an_update() -> None:
    changes = [
        Rename(desired=email(name), observed=row(f"old-{name}"), patch=patch, fields=())
        for name, patch in (("a", Patch(active=True)), ("b", Patch(conditions=[])), ("c", Patch()))
    ]
    assert lanes_of(*changes) == [["a", "b"], ["c"]]


def test_deletes_wait_for_each_other_where_the_rows_are_active() -> None:
    found = lanes_of(
        Delete(observed=row("a")),
        Delete(observed=row("b")),
        Delete(observed=row("off", active=False)),
        Delete(observed=row("chat", channel=Channel.CHAT)),
    )
    assert found == [["a", "b"], ["off"], ["chat"]]


def test_primaries_of_two_channels_are_set_side_by_side() -> None:
    found = lanes_of(
        SetPrimary(desired=email("a"), observed=row("a")),
        SetPrimary(desired=integration("b", channel=Channel.SMS), observed=None),
    )
    assert found == [["a"], ["b"]]


def test_replacements_that_touch_a_channel_with_a_primary_share_one_lane() -> None:
    def replacing(identifier: str, before: Channel, after: Channel) -> Replace:
        return Replace(
            desired=integration(identifier, channel=after),
            observed=row(identifier, channel=before),
            fields=(),
            reason=Reason.CHANNEL_CHANGED,
        )

    found = lanes_of(
        replacing("a", Channel.EMAIL, Channel.CHAT),
        replacing("b", Channel.PUSH, Channel.SMS),
        replacing("c", Channel.PUSH, Channel.CHAT),
    )
    assert found == [["a", "b"], ["c"]]


def test_as_many_lanes_go_side_by_side_as_are_allowed() -> None:
    together = threading.Barrier(3, timeout=WAIT)

    def work(_: int) -> None:
        together.wait()

    schedule.run([[number] for number in range(6)], work, parallelism=3)
    assert not together.broken


def test_never_more_than_allowed_are_under_way() -> None:
    turn, under_way, most = threading.Lock(), [0], [0]

    def work(_: int) -> None:
        with turn:
            under_way[0] += 1
            most[0] = max(most[0], under_way[0])
        with turn:
            under_way[0] -= 1

    schedule.run([[number] for number in range(200)], work, parallelism=2)
    assert most[0] <= 2


def test_a_lane_goes_in_order_while_others_go_on() -> None:
    """The second of a lane begins after the first ended, though another lane is in between."""
    steps: list[str] = []
    other_is_done = threading.Event()

    def work(name: str) -> None:
        if name == "slow-1":
            assert other_is_done.wait(WAIT)
        steps.append(name)
        if name == "other":
            other_is_done.set()

    schedule.run([["slow-1", "slow-2"], ["other"]], work, parallelism=2)
    assert steps == ["other", "slow-1", "slow-2"]


def test_nothing_to_do_starts_nothing() -> None:
    before = threading.active_count()
    schedule.run([], lambda _: None, parallelism=10)
    assert threading.active_count() == before


def test_a_bug_in_one_thread_reaches_the_caller_after_the_others_finished() -> None:
    begun, finished = threading.Event(), []

    def work(name: str) -> None:
        if name == "bug":
            assert begun.wait(WAIT)
            raise ZeroDivisionError
        if name == "other":
            begun.set()
        finished.append(name)

    with pytest.raises(ZeroDivisionError):
        schedule.run([["bug", "never"], ["other"]], work, parallelism=2)
    assert finished == ["other"]
