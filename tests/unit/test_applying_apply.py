import threading
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from fake_novu import (
    ENVIRONMENT_ID,
    FINGERPRINTER,
    FakeLedger,
    FakeNovu,
    FakeTime,
    Fault,
    dropped,
    email,
    integration,
    patch_of,
    status,
    unreachable,
)

from reconciler.applying.apply import apply
from reconciler.applying.report import Event, Finished, Outcome, Report, Result, Started
from reconciler.errors import ApiKeyError, FileError, InterruptedRunError, NetworkError
from reconciler.model import Applied, Channel, Integration, ObservedIntegration, Patch
from reconciler.planning.fingerprints import desired_fingerprints
from reconciler.planning.plan import (
    Create,
    Delete,
    Keep,
    Plan,
    Planned,
    Reason,
    Rename,
    Replace,
    SetPrimary,
    Update,
)
from reconciler.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Callable

DONE, FAILED, NOT_ATTEMPTED = Result.DONE, Result.FAILED, Result.NOT_ATTEMPTED


def update(desired: Integration, observed: ObservedIntegration, **changes: object) -> Update:
    return Update(
        desired=desired,
        observed=observed,
        patch=Patch(**changes) if changes else patch_of(desired),  # type: ignore[arg-type]
        fields=(),
        reason=Reason.FIELD_DIFFERS,
    )


class Scene:
    """A run with its world: what it was told to do and what it told."""

    def __init__(self, novu: FakeNovu | None = None, *, ledger: FakeLedger | None = None) -> None:
        self.novu = novu or FakeNovu()
        self.ledger = ledger or FakeLedger()
        self.time = FakeTime()
        self.stop = threading.Event()
        self.events: list[Event] = []
        self.on_event: Callable[[Event], None] = self.events.append

    def applied(self) -> Applied:
        """What the ledger holds now."""
        return Applied(entries=dict(self.ledger.entries))

    def apply(self, *changes: Planned, parallelism: int = 4) -> Report:
        """Carry out a plan of these changes."""
        return apply(
            Plan(environment="development", environment_id=ENVIRONMENT_ID, changes=changes),
            self.novu,
            self.ledger,
            FINGERPRINTER,
            applied=self.applied(),
            parallelism=parallelism,
            on_event=self.on_event,
            stop=self.stop,
            clock=self.time.clock,
            sleep=self.time.sleep,
        )

    def fail(self, verb: str, subject: str, fault: Fault) -> None:
        """Let one kind of request of one integration go wrong, always."""
        self.novu.fault = lambda _, each, name: fault if (each, name) == (verb, subject) else None


def results(report: Report) -> dict[str, Result]:
    return {each.change.identifier: each.result for each in report.outcomes}


def outcome(report: Report, identifier: str) -> Outcome:
    return next(each for each in report.outcomes if each.change.identifier == identifier)


def credentials_of(desired: Integration) -> dict[str, str] | None:
    return desired_fingerprints(desired, FINGERPRINTER)[0]


def test_everything_that_is_planned_is_done_and_remembered() -> None:
    scene = Scene()
    old = scene.novu.make(integration("old"))
    gone = scene.novu.make(integration("gone"))
    report = scene.apply(
        Create(desired=integration("new")),
        update(integration("old", name="Newer"), old),
        Delete(observed=gone),
    )
    assert results(report) == {"new": DONE, "old": DONE, "gone": DONE}
    assert report.is_complete
    assert [row.identifier for row in scene.novu.shown()] == ["new", "old"]
    assert scene.ledger.entries.keys() == {"new", "old"}
    assert scene.ledger.entries["new"].credentials == credentials_of(integration("new"))


def test_a_report_has_the_changes_in_plan_order_and_says_where() -> None:
    scene = Scene()
    names = ["d", "a", "c", "b"]
    report = scene.apply(*(Create(desired=integration(each)) for each in names))
    assert [each.change.identifier for each in report.outcomes] == names
    assert (report.environment, report.environment_id) == ("development", ENVIRONMENT_ID)


def test_an_empty_plan_asks_novu_nothing() -> None:
    scene = Scene()
    assert scene.apply().is_complete
    assert scene.novu.requests == []
    assert scene.ledger.steps == []


def test_stages_wait_for_each_other() -> None:
    scene = Scene()
    rows = [scene.novu.make(email(name)) for name in ("first", "second")]
    scene.apply(
        Delete(observed=rows[0]),
        SetPrimary(desired=email("new", primary=True), observed=None),
        Create(desired=email("new", primary=True)),
        Create(desired=email("newer")),
        Rename(
            desired=email("renamed"),
            observed=rows[1],
            patch=Patch(identifier="renamed"),
            fields=(),
        ),
    )
    assert [verb for verb, _ in scene.novu.requests] == [
        "update",
        "create",
        "create",
        "set-primary",
        "delete",
        "list",
    ]
    assert [row.identifier for row in scene.novu.shown() if row.primary] == ["new"]


def test_every_change_is_told_when_it_begins_and_when_it_is_done_and_recorded() -> None:
    scene = Scene()
    recorded_before = []

    def on_event(event: Event) -> None:
        scene.events.append(event)
        if isinstance(event, Finished):
            recorded_before.append(event.outcome.change.identifier in scene.ledger.entries)

    scene.on_event = on_event
    scene.apply(*(Create(desired=integration(f"i-{number}")) for number in range(20)))
    finished = [each for each in scene.events if isinstance(each, Finished)]
    assert [each.done for each in finished] == [*range(1, 21)]
    assert {each.total for each in finished} == {20}
    assert recorded_before == [True] * 20
    for each in finished:
        started = Started(change=each.outcome.change)
        assert scene.events.index(started) < scene.events.index(each)


def test_events_are_told_by_one_thread_at_a_time() -> None:
    scene = Scene()
    telling = threading.Lock()
    overlaps = []

    def on_event(_: Event) -> None:
        overlaps.append(not telling.acquire(blocking=False))
        telling.release()

    scene.on_event = on_event
    scene.apply(*(Create(desired=integration(f"i-{number}")) for number in range(50)))
    assert not any(overlaps)


def test_an_outcome_tells_how_long_it_took() -> None:
    scene = Scene(FakeNovu(fault=lambda number, *_: dropped(done=False) if number == 1 else None))
    report = scene.apply(Create(desired=integration("slack")))
    assert report.outcomes[0].seconds == pytest.approx(5.0)
    assert "sent twice" in report.outcomes[0].note


def test_what_is_kept_becomes_ours() -> None:
    scene = Scene()
    kept = integration("kept", credentials=None, protect=True)
    row = scene.novu.make(kept)
    assert scene.apply(Keep(desired=kept, observed=row)).is_complete
    assert scene.ledger.entries["kept"].remote_id == row.id
    assert scene.ledger.entries["kept"].protected
    assert scene.novu.requests == []


def test_what_is_kept_and_known_is_not_written_again() -> None:
    scene = Scene()
    scene.apply(Create(desired=integration("slack")))
    before = len(scene.ledger.steps)
    scene.apply(Keep(desired=integration("slack"), observed=scene.novu.shown()[0]))
    assert len(scene.ledger.steps) == before


def test_credentials_nobody_could_verify_are_not_vouched_for_by_keeping_them() -> None:
    scene = Scene()
    kept = integration("kept")
    scene.apply(Keep(desired=kept, observed=scene.novu.make(kept)))
    assert scene.ledger.entries["kept"].credentials is None


def test_sent_credentials_are_vouched_for_and_others_stay_as_they_were() -> None:
    scene = Scene()
    scene.apply(Create(desired=integration("slack")))
    row = scene.novu.shown()[0]
    new = integration("slack", name="New", credentials={"apiKey": Secret("new")})
    scene.apply(update(new, row, name="New"))
    assert scene.ledger.entries["slack"].credentials == credentials_of(integration("slack"))
    scene.apply(update(new, row, credentials=new.credentials))
    assert scene.ledger.entries["slack"].credentials == credentials_of(new)


def test_sending_configurations_costs_no_certainty_about_credentials() -> None:
    scene = Scene()
    scene.apply(Create(desired=integration("slack")))
    new = integration("slack", configurations={"inboxCount": 1})
    scene.apply(update(new, scene.novu.shown()[0], configurations={"inboxCount": 1}))
    assert scene.ledger.entries["slack"].credentials == credentials_of(new)


def test_a_rename_moves_the_entry() -> None:
    scene = Scene()
    scene.apply(Create(desired=integration("old")))
    row = scene.novu.shown()[0]
    renamed = replace(integration("old"), identifier="new")
    change = Rename(desired=renamed, observed=row, patch=Patch(identifier="new"), fields=())
    assert scene.apply(change).is_complete
    assert scene.ledger.entries.keys() == {"new"}
    assert scene.ledger.entries["new"].credentials == credentials_of(renamed)


def test_a_replaced_row_has_a_new_entry() -> None:
    scene = Scene()
    scene.apply(Create(desired=integration("slack")))
    old = scene.novu.shown()[0]
    desired = integration("slack", provider_id="discord")
    change = Replace(desired=desired, observed=old, fields=(), reason=Reason.PROVIDER_CHANGED)
    assert scene.apply(change).is_complete
    new = scene.novu.shown()[0]
    assert new.provider_id == "discord"
    assert scene.ledger.entries["slack"].remote_id == new.id != old.id


def test_a_deleted_row_is_forgotten() -> None:
    scene = Scene()
    scene.apply(Create(desired=integration("slack")))
    scene.apply(Delete(observed=scene.novu.shown()[0]))
    assert scene.ledger.entries == {}


def test_a_row_that_is_listed_after_its_delete_is_not_forgotten_and_the_delete_failed() -> None:
    """Something that stands before the server said yes to it."""
    scene = Scene()
    scene.apply(Create(desired=integration("slack")))
    row = scene.novu.shown()[0]
    scene.novu.delete = lambda _: None  # type: ignore[method-assign]
    report = scene.apply(Delete(observed=row))
    assert results(report) == {"slack": FAILED}
    assert "lists it still" in outcome(report, "slack").problem
    assert scene.ledger.entries.keys() == {"slack"}


def test_a_delete_that_failed_keeps_its_own_words() -> None:
    scene = Scene()
    scene.apply(Create(desired=integration("slack")), Create(desired=integration("other")))
    slack = next(row for row in scene.novu.shown() if row.identifier == "slack")
    other = next(row for row in scene.novu.shown() if row.identifier == "other")
    scene.fail("delete", "slack", status(400))
    report = scene.apply(Delete(observed=slack), Delete(observed=other))
    assert results(report) == {"slack": FAILED, "other": DONE}
    assert "400" in outcome(report, "slack").problem


def test_a_deleted_row_stays_remembered_until_a_list_shows_that_it_is_gone() -> None:
    scene = Scene()
    scene.apply(Create(desired=integration("slack")))
    scene.fail("list", "", status(500))
    scene.apply(Delete(observed=scene.novu.shown()[0]))
    assert scene.ledger.entries.keys() == {"slack"}


def test_a_row_that_others_deleted_is_forgotten_at_the_next_look() -> None:
    scene = Scene()
    scene.apply(Create(desired=integration("slack")), Create(desired=integration("other")))
    row = next(row for row in scene.novu.shown() if row.identifier == "slack")
    scene.novu.delete(row.id)
    kept = next(row for row in scene.novu.shown())
    scene.apply(update(integration("other", name="New"), kept))
    assert scene.ledger.entries.keys() == {"other"}


def test_a_primary_that_was_set_is_remembered() -> None:
    scene = Scene()
    scene.novu.make(email("first"))
    row = scene.novu.make(email("ses", credentials=None))
    desired = email("ses", credentials=None, primary=True)
    assert scene.apply(SetPrimary(desired=desired, observed=row)).is_complete
    assert "primary" in scene.ledger.entries["ses"].fields


def test_the_servers_last_word_is_remembered() -> None:
    scene = Scene()
    scene.apply(Create(desired=email("a", primary=True)), Create(desired=email("b")))
    times = {row.identifier: row.updated_at for row in scene.novu.shown()}
    assert {name: each.updated_at for name, each in scene.ledger.entries.items()} == times


def test_other_creates_and_updates_go_on_after_a_failure() -> None:
    scene = Scene()
    old = scene.novu.make(integration("old"))
    scene.fail("create", "bad", status(400))
    report = scene.apply(
        Create(desired=integration("bad")),
        Create(desired=integration("good")),
        update(integration("old", name="New"), old),
    )
    assert results(report) == {"bad": FAILED, "good": DONE, "old": DONE}
    assert outcome(report, "bad").problem == "answered 400"
    assert not report.is_complete


def test_a_create_after_a_failed_one_in_the_same_lane_goes_on() -> None:
    scene = Scene()
    scene.fail("create", "a", status(400))
    report = scene.apply(Create(desired=email("a")), Create(desired=email("b")))
    assert results(report) == {"a": FAILED, "b": DONE}


def test_nothing_is_taken_away_after_a_failure() -> None:
    scene = Scene()
    rows = {name: scene.novu.make(email(name)) for name in ("replaced", "off", "gone", "first")}
    scene.fail("update", "first", status(400))
    report = scene.apply(
        Rename(desired=email("new"), observed=rows["first"], patch=Patch(name="x"), fields=()),
        Replace(
            desired=email("replaced", provider_id="sendgrid"),
            observed=rows["replaced"],
            fields=(),
            reason=Reason.PROVIDER_CHANGED,
        ),
        SetPrimary(desired=email("created"), observed=None),
        Create(desired=email("created")),
        update(email("off", active=False), rows["off"], active=False),
        Delete(observed=rows["gone"]),
    )
    ended = [(each.change.action.value, each.result) for each in report.outcomes]
    assert ended == [
        ("rename", FAILED),
        ("replace", NOT_ATTEMPTED),
        ("set-primary", NOT_ATTEMPTED),
        ("create", DONE),
        ("update", NOT_ATTEMPTED),
        ("delete", NOT_ATTEMPTED),
    ]
    assert "a change before it was not carried out" in outcome(report, "gone").problem
    assert [verb for verb, _ in scene.novu.requests] == ["update", "create", "list"]


def test_a_failed_change_does_not_keep_another_of_its_own_stage_from_happening() -> None:
    scene = Scene()
    rows = [scene.novu.make(integration(name)) for name in ("a", "b")]
    scene.fail("delete", "a", status(400))
    report = scene.apply(*(Delete(observed=row) for row in rows), parallelism=1)
    assert results(report) == {"a": FAILED, "b": DONE}


@pytest.mark.parametrize(
    ("fault", "rejected"),
    [(unreachable(), False), (Fault(ApiKeyError("the API key was rejected")), True)],
)
def test_what_dooms_every_change_stops_the_run(
    fault: Fault,
    rejected: bool,  # noqa: FBT001 - a column of the table
) -> None:
    scene = Scene()
    scene.fail("create", "b", fault)
    report = scene.apply(
        *(Create(desired=email(name)) for name in ("a", "b", "c")),
        Create(desired=integration("d")),
        parallelism=1,
    )
    assert results(report) == {"a": DONE, "b": FAILED, "c": NOT_ATTEMPTED, "d": NOT_ATTEMPTED}
    assert report.aborted == str(fault.error)
    assert report.key_rejected is rejected
    assert "earlier failure" in outcome(report, "c").problem
    assert scene.novu.asked("list") == []


def test_a_run_that_is_doomed_twice_tells_one_reason() -> None:
    together = threading.Barrier(2, timeout=30)

    class Unreachable(FakeNovu):
        def create(self, desired: Integration, /) -> ObservedIntegration:
            together.wait()
            raise NetworkError(f"refused {desired.identifier}", ambiguous=False)

    scene = Scene(Unreachable())
    report = scene.apply(*(Create(desired=integration(name)) for name in "ab"), parallelism=2)
    assert results(report) == {"a": FAILED, "b": FAILED}
    assert report.aborted in ("refused a", "refused b")


def test_a_signal_lets_what_has_begun_finish_and_nothing_else_begin() -> None:
    scene = Scene()
    scene.novu.fault = lambda *_: scene.stop.set()
    report = scene.apply(*(Create(desired=email(name)) for name in "abc"))
    assert results(report) == {"a": DONE, "b": NOT_ATTEMPTED, "c": NOT_ATTEMPTED}
    assert report.interrupted
    assert not report.is_complete
    assert outcome(report, "b").problem == "the run was interrupted"
    assert scene.ledger.entries.keys() == {"a"}
    assert scene.novu.asked("list") == []


def test_a_replacement_that_has_begun_is_finished_in_spite_of_a_signal() -> None:
    scene = Scene()
    old = scene.novu.make(integration("slack"))
    scene.novu.fault = lambda *_: scene.stop.set()
    desired = integration("slack", provider_id="discord")
    report = scene.apply(
        Replace(desired=desired, observed=old, fields=(), reason=Reason.PROVIDER_CHANGED)
    )
    assert results(report) == {"slack": DONE}
    assert report.interrupted


def test_a_request_that_was_given_up_for_a_signal_was_not_attempted() -> None:
    scene = Scene()
    scene.fail("create", "a", Fault(InterruptedRunError("stopped before it was sent")))
    report = scene.apply(Create(desired=integration("a")))
    assert results(report) == {"a": NOT_ATTEMPTED}


def test_a_ledger_that_takes_no_writes_before_the_first_request_changes_nothing() -> None:
    scene = Scene(ledger=FakeLedger(full=1))
    row = scene.novu.make(integration("kept"))
    with pytest.raises(FileError):
        scene.apply(Keep(desired=integration("kept"), observed=row))
    assert scene.novu.requests == []


def test_a_ledger_that_fills_up_stops_the_run_after_what_is_in_flight() -> None:
    scene = Scene(ledger=FakeLedger(full=2))
    report = scene.apply(*(Create(desired=email(name)) for name in "abc"))
    assert results(report) == {"a": DONE, "b": DONE, "c": NOT_ATTEMPTED}
    assert outcome(report, "b").note == "done in Novu, but not remembered"
    assert "not remembered" in report.aborted
    assert "disk is full" in report.aborted
    assert not report.is_complete
    assert scene.novu.asked("list") == []


def test_a_ledger_that_cannot_note_a_doubt_keeps_values_from_being_sent() -> None:
    scene = Scene()
    scene.apply(Create(desired=integration("slack")))
    scene.ledger.full = len(scene.ledger.steps) + 1
    before = len(scene.novu.requests)
    report = scene.apply(update(integration("slack"), scene.novu.shown()[0], credentials={}))
    assert results(report) == {"slack": FAILED}
    assert "disk is full" in report.aborted
    assert len(scene.novu.requests) == before


def test_a_row_that_is_gone_fails_and_says_to_plan_again() -> None:
    scene = Scene()
    row = scene.novu.make(integration("slack"))
    scene.novu.rows.clear()
    report = scene.apply(update(integration("slack", name="New"), row, name="New"))
    assert "gone from the server" in outcome(report, "slack").problem
    assert "Plan again" in outcome(report, "slack").mend


def test_what_the_last_look_finds_is_told() -> None:
    scene = Scene()
    kept = scene.novu.make(integration("kept", credentials=None))

    def fault(_: int, verb: str, __: str) -> None:
        if verb == "list":
            scene.novu.rows.pop(kept.id)

    scene.novu.fault = fault
    report = scene.apply(
        Keep(desired=integration("kept", credentials=None), observed=kept),
        Create(desired=integration("new")),
    )
    assert [each.identifier for each in report.divergences] == ["kept"]
    assert not report.is_complete


def test_what_failed_is_not_told_a_second_time_by_the_last_look() -> None:
    scene = Scene()
    scene.novu.make(email("first"))
    scene.fail("set-primary", "ses", status(400))
    desired = email("ses", primary=True)
    report = scene.apply(Create(desired=desired), SetPrimary(desired=desired, observed=None))
    assert report.divergences == ()
    assert [each.result for each in report.outcomes] == [DONE, FAILED]


def test_what_several_changes_sent_to_one_row_counts_together() -> None:
    scene = Scene(FakeNovu(drops=frozenset({"inboxCount"})))
    scene.novu.make(email("first"))
    desired = email("ses", primary=True, configurations={"inboxCount": 1})
    report = scene.apply(Create(desired=desired), SetPrimary(desired=desired, observed=None))
    assert [(each.identifier, each.remembered) for each in report.divergences] == [("ses", True)]
    assert report.is_complete
    assert scene.ledger.entries["ses"].not_stored.keys() == {"configurations.inboxCount"}


def test_a_last_look_that_fails_is_told_and_what_was_done_stays_done() -> None:
    scene = Scene()
    scene.fail("list", "", status(500))
    report = scene.apply(Create(desired=integration("slack")))
    assert results(report) == {"slack": DONE}
    assert report.aborted.startswith("the changes were made, but not read again")
    assert not report.is_complete


def test_a_last_look_that_a_signal_cuts_short_is_no_failure() -> None:
    scene = Scene()
    scene.fail("list", "", Fault(InterruptedRunError("stopped before it was sent")))
    report = scene.apply(Create(desired=integration("slack")))
    assert results(report) == {"slack": DONE}
    assert report.aborted == ""


def test_nothing_done_is_not_looked_at_again() -> None:
    scene = Scene()
    scene.fail("create", "slack", status(400))
    scene.apply(Create(desired=integration("slack")))
    assert scene.novu.asked("list") == []


def test_as_many_requests_are_under_way_as_are_allowed() -> None:
    scene = Scene()
    together = threading.Barrier(4, timeout=30)

    class Waiting(FakeNovu):
        def create(self, desired: Integration, /) -> ObservedIntegration:
            together.wait()
            return super().create(desired)

    scene.novu = Waiting()
    report = scene.apply(
        *(Create(desired=integration(f"i-{number}")) for number in range(8)), parallelism=4
    )
    assert report.count(DONE) == 8


def test_active_email_is_created_one_by_one_and_the_first_one_is_the_primary() -> None:
    under_way = threading.Lock()

    class Checking(FakeNovu):
        def create(self, desired: Integration, /) -> ObservedIntegration:
            assert under_way.acquire(blocking=False)
            try:
                return super().create(desired)
            finally:
                under_way.release()

    scene = Scene(Checking())
    names = [f"email-{number}" for number in (3, 1, 2)]
    scene.apply(*(Create(desired=email(name)) for name in names))
    assert scene.novu.asked("create") == names
    assert [row.identifier for row in scene.novu.shown() if row.primary] == ["email-3"]


def test_waiting_for_a_lost_row_ends_when_the_run_is_stopped() -> None:
    """Without a sleep of its own a run waits for the signal."""
    scene = Scene(FakeNovu(fault=lambda number, *_: dropped(done=False) if number == 1 else None))
    scene.stop.set()
    report = apply(
        Plan(
            environment="development",
            environment_id=ENVIRONMENT_ID,
            changes=(Create(desired=integration("slack")),),
        ),
        scene.novu,
        scene.ledger,
        FINGERPRINTER,
        applied=Applied(),
        on_event=scene.on_event,
        stop=scene.stop,
    )
    assert results(report) == {"slack": NOT_ATTEMPTED}


def test_a_bug_is_not_taken_for_a_failure_of_the_world() -> None:
    scene = Scene(FakeNovu(fault=lambda *_: Fault(ZeroDivisionError())))
    with pytest.raises(ZeroDivisionError):
        scene.apply(Create(desired=integration("slack")))


def test_no_secret_is_in_reports_events_and_the_ledger() -> None:
    planted = "planted-secret-value"
    declared = [
        integration(
            name,
            name=Secret(planted),
            referenced=frozenset({"name"}),
            credentials={"apiKey": Secret(planted), "extra": Secret(planted)},
        )
        for name in ("a", "b", "c")
    ]
    novu = FakeNovu(readable=True, drops=frozenset({"extra"}))
    scene = Scene(novu)
    scene.fail("create", "b", status(400))
    report = scene.apply(*(Create(desired=each) for each in declared))
    assert any(each.remembered for each in report.divergences)
    for shown in (repr(report), repr(scene.events), repr(scene.ledger.entries), scene.ledger.steps):
        assert planted not in str(shown)


def test_sms_and_email_go_side_by_side() -> None:
    together = threading.Barrier(2, timeout=30)

    class Waiting(FakeNovu):
        def create(self, desired: Integration, /) -> ObservedIntegration:
            together.wait()
            return super().create(desired)

    scene = Scene(Waiting())
    report = scene.apply(
        Create(desired=email("email")),
        Create(desired=integration("sms", provider_id="twilio", channel=Channel.SMS)),
        parallelism=2,
    )
    assert report.is_complete
