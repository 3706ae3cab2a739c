import threading
from dataclasses import replace

import pytest
from fake_novu import (
    FINGERPRINTER,
    FakeNovu,
    FakeTime,
    Fault,
    dropped,
    email,
    garbled,
    integration,
    status,
    unreachable,
)

from reconciler.applying.creating import Creator
from reconciler.applying.listing import Listing
from reconciler.errors import (
    ApiKeyError,
    InterruptedRunError,
    NetworkError,
    StatusError,
    WorldError,
)
from reconciler.model import Channel, Integration
from reconciler.secret import Secret

SLACK = integration("slack")
KEY = {"inboundWebhookSigningKey": "signing-key"}


class Scene:
    """A creator, its world and its time."""

    def __init__(self, novu: FakeNovu, *, settle: float = 5.0) -> None:
        self.novu = novu
        self.time = FakeTime()
        self.stop = threading.Event()
        self.creator = Creator(
            novu,
            Listing(novu, clock=self.time.clock),
            FINGERPRINTER,
            stop=self.stop,
            settle=settle,
            clock=self.time.clock,
            sleep=self.time.sleep,
        )

    def verbs(self) -> list[str]:
        """What was asked of Novu, in order."""
        return [verb for verb, _ in self.novu.requests]


def failing(*faults: Fault | None, **more: object) -> FakeNovu:
    """A Novu whose first requests go wrong as told; the rest go well."""
    return FakeNovu(
        fault=lambda number, *_: faults[number - 1] if number <= len(faults) else None,
        **more,  # type: ignore[arg-type]
    )


def failing_creates(*faults: Fault, **more: object) -> FakeNovu:
    """A Novu whose first creates go wrong as told."""
    left = [*faults]
    return FakeNovu(
        fault=lambda _, verb, __: left.pop(0) if verb == "create" and left else None,
        **more,  # type: ignore[arg-type]
    )


def test_a_create_that_is_answered_is_one_request() -> None:
    scene = Scene(FakeNovu())
    made = scene.creator.create(SLACK)
    assert made.row == scene.novu.shown()[0]
    assert made.note == ""
    assert scene.verbs() == ["create"]


@pytest.mark.parametrize("lost", [dropped(done=True), status(502, done=True), garbled(done=True)])
def test_a_lost_create_is_adopted_when_the_row_is_there(lost: Fault) -> None:
    scene = Scene(failing(lost))
    made = scene.creator.create(SLACK)
    assert len(scene.novu.rows) == 1
    assert "adopted" in made.note
    assert made.row.identifier == "slack"
    assert scene.time.waits == []


def test_a_lost_create_is_adopted_when_the_row_appears_later() -> None:
    scene = Scene(failing(dropped(done=True), late=3))
    scene.creator.create(SLACK)
    assert scene.novu.asked("create") == ["slack"]
    assert len(scene.novu.rows) == 1
    assert scene.time.waits == pytest.approx([0.1, 0.2, 0.4])


@pytest.mark.parametrize("lost", [dropped(done=False), status(503), garbled(done=False)])
def test_a_create_that_never_arrived_is_sent_once_more(lost: Fault) -> None:
    scene = Scene(failing(lost))
    made = scene.creator.create(SLACK)
    assert "sent twice" in made.note
    assert len(scene.novu.rows) == 1
    assert sum(scene.time.waits) == pytest.approx(5.0)


def test_looks_become_rarer() -> None:
    scene = Scene(failing(dropped(done=False)))
    scene.creator.create(SLACK)
    assert len(scene.novu.asked("list")) <= 8


def test_a_row_that_lands_after_the_second_create_was_refused_is_adopted() -> None:
    novu = failing(dropped(done=True), late=5)  # five looks fit into a second
    made = Scene(novu, settle=1.0).creator.create(SLACK)
    assert novu.asked("create") == ["slack", "slack"]
    assert len(novu.rows) == 1
    assert "adopted" in made.note


def test_a_second_create_whose_answer_is_lost_too_is_looked_for() -> None:
    scene = Scene(failing_creates(dropped(done=False), dropped(done=True)))
    made = scene.creator.create(SLACK)
    assert "adopted" in made.note
    assert len(scene.novu.rows) == 1


def test_a_create_that_got_lost_twice_fails_and_says_what_to_do() -> None:
    scene = Scene(failing_creates(dropped(done=False), status(500)))
    with pytest.raises(WorldError) as told:
        scene.creator.create(SLACK)
    assert "lost twice" in told.value.summary
    assert "pply again" in told.value.mend
    assert scene.novu.asked("create") == ["slack", "slack"]


@pytest.mark.parametrize("fault", [status(400), unreachable(), status(429)])
def test_a_create_that_surely_did_nothing_fails_as_it_is(fault: Fault) -> None:
    scene = Scene(failing(fault))
    with pytest.raises(type(fault.error)) as told:
        scene.creator.create(SLACK)
    assert told.value is fault.error
    assert scene.verbs() == ["create"]


@pytest.mark.parametrize("second", [status(400), unreachable()])
def test_a_second_create_that_surely_did_nothing_fails_as_it_is(second: Fault) -> None:
    scene = Scene(failing_creates(dropped(done=False), second))
    with pytest.raises((StatusError, NetworkError)) as told:
        scene.creator.create(SLACK)
    assert told.value is second.error


def test_an_identifier_of_another_environment_is_explained() -> None:
    scene = Scene(FakeNovu(foreign=frozenset({"slack"})))
    with pytest.raises(WorldError) as told:
        scene.creator.create(SLACK)
    assert "another environment" in told.value.summary
    assert "${environment}" in told.value.mend


def test_an_identifier_of_another_environment_is_explained_after_a_lost_answer_too() -> None:
    scene = Scene(failing(dropped(done=False), foreign=frozenset({"slack"})))
    with pytest.raises(WorldError, match="another environment"):
        scene.creator.create(SLACK)


def test_a_row_that_somebody_made_meanwhile_is_not_touched() -> None:
    novu = FakeNovu()
    novu.make(integration("slack", name="Theirs"))
    scene = Scene(novu)
    with pytest.raises(WorldError, match="appeared on the server") as told:
        scene.creator.create(SLACK)
    assert "Plan again" in told.value.mend
    assert novu.asked("update") == []


def test_a_row_of_another_provider_that_appeared_meanwhile_is_not_adopted() -> None:
    novu = failing(dropped(done=False))
    novu.make(integration("slack", provider_id="discord"))
    with pytest.raises(WorldError, match="appeared on the server"):
        Scene(novu).creator.create(SLACK)
    assert novu.asked("update") == []


def test_a_built_in_is_found_again_by_provider_and_channel() -> None:
    inbox = integration("inbox", provider_id="novu", channel=Channel.IN_APP)
    novu = failing(dropped(done=False))
    novu.make(replace(inbox, identifier="made-up-by-novu"))
    made = Scene(novu).creator.create(inbox)
    assert made.row.identifier == "made-up-by-novu"


def test_adopting_sends_what_cannot_be_seen() -> None:
    """The row may be somebody else's, with other credentials."""
    novu = failing(dropped(done=False))
    row = novu.make(integration("slack", credentials={"apiKey": Secret("theirs")}))
    Scene(novu).creator.create(SLACK)
    assert novu.stored[row.id] == {"apiKey": "secret-of-slack"}


@pytest.mark.parametrize(
    ("declared", "changed"),
    [
        (SLACK, {}),
        (integration("slack", credentials=None), {}),
        (integration("slack", name="New"), {"name": "Old"}),
        (
            integration("slack", configurations={**KEY}),
            {"configurations": {}},
        ),
    ],
)
def test_adopting_sends_no_more_than_what_differs(
    declared: Integration, changed: dict[str, object]
) -> None:
    novu = failing(dropped(done=False), readable=True)
    novu.make(replace(declared, **changed))  # type: ignore[arg-type]
    Scene(novu).creator.create(declared)
    assert len(novu.asked("update")) == bool(changed)
    assert novu.shown()[0].name == declared.name
    assert novu.shown()[0].configurations == (declared.configurations and {**KEY})


def test_adopting_leaves_the_primary_to_a_row_with_conditions() -> None:
    """Novu takes it from a row whose conditions are sent again."""
    declared = email("ses", conditions=[{"value": "AND", "children": []}])
    novu = failing(dropped(done=True))
    assert Scene(novu).creator.create(declared).row.primary


def test_adopting_tries_credentials_only_where_it_sends_them() -> None:
    declared = email("ses", check=True, name="New", credentials=None)
    novu = failing(dropped(done=False))
    novu.make(email("ses", name="Old"))
    assert Scene(novu).creator.create(declared).row.name == "New"


def test_a_list_that_fails_leaves_open_whether_it_was_created() -> None:
    scene = Scene(failing(dropped(done=True), status(500)))
    with pytest.raises(WorldError) as told:
        scene.creator.create(SLACK)
    assert "nobody can tell whether 'slack' was created" in told.value.summary
    assert "answered 500" in told.value.summary
    assert "Apply again" in told.value.mend


def test_a_key_that_is_rejected_meanwhile_stays_that() -> None:
    scene = Scene(failing(dropped(done=True), Fault(ApiKeyError("rejected"))))
    with pytest.raises(ApiKeyError):
        scene.creator.create(SLACK)


def test_a_run_that_is_stopped_looks_once_and_sends_nothing_again() -> None:
    scene = Scene(failing(dropped(done=False)))
    scene.stop.set()
    with pytest.raises(WorldError, match="interrupted before it was known"):
        scene.creator.create(SLACK)
    assert scene.verbs() == ["create", "list"]


def test_a_run_that_is_stopped_while_it_looks_stops_looking() -> None:
    scene = Scene(failing(dropped(done=False)))
    scene.time.on_wait = scene.stop.set
    with pytest.raises(WorldError, match="interrupted before it was known"):
        scene.creator.create(SLACK)
    assert scene.verbs() == ["create", "list", "list"]


def test_a_request_given_up_after_a_lost_answer_leaves_open_whether_it_was_created() -> None:
    scene = Scene(failing(dropped(done=True), Fault(InterruptedRunError("stopped"))))
    with pytest.raises(WorldError, match="interrupted before it was known"):
        scene.creator.create(SLACK)


def test_a_create_that_was_stopped_before_it_was_sent_is_no_failure() -> None:
    scene = Scene(failing(Fault(InterruptedRunError("stopped"))))
    with pytest.raises(InterruptedRunError):
        scene.creator.create(SLACK)
