import threading

import pytest
from fake_novu import (
    FINGERPRINTER,
    FakeLedger,
    FakeNovu,
    FakeTime,
    Fault,
    dropped,
    email,
    integration,
    status,
    unreachable,
)

from reconciler.applying.carrying import EVERYTHING, Carrier
from reconciler.applying.creating import Creator
from reconciler.applying.listing import Listing
from reconciler.applying.memory import Memory
from reconciler.errors import (
    ApiKeyError,
    ConflictError,
    InterruptedRunError,
    NetworkError,
    NovuSyncError,
    WorldError,
)
from reconciler.model import Applied, Entry, Integration, ObservedIntegration, Patch
from reconciler.planning.plan import Create, Delete, Reason, Rename, Replace, SetPrimary, Update
from reconciler.secret import Secret


class Scene:
    """A carrier, its world and its memory of one row."""

    def __init__(self, *made: Integration, fault: Fault | None = None) -> None:
        self.novu, self.time, self.ledger = FakeNovu(), FakeTime(), FakeLedger()
        self.rows = [self.novu.make(each) for each in made]
        if fault is not None:
            self.novu.fault = lambda number, *_: fault if number == 1 else None
        entries = {
            each.identifier or "": Entry(
                identifier=each.identifier or "",
                remote_id=each.id,
                credentials={"apiKey": "aa"},
                fields={"name": "bb"},
            )
            for each in self.rows
        }
        self.ledger.entries.update(entries)
        self.memory = Memory(Applied(entries=entries), self.ledger)
        creator = Creator(
            self.novu,
            Listing(self.novu, clock=self.time.clock),
            FINGERPRINTER,
            stop=threading.Event(),
            settle=1.0,
            clock=self.time.clock,
            sleep=self.time.sleep,
        )
        self.carrier = Carrier(self.novu, creator, self.memory)

    @property
    def row(self) -> ObservedIntegration:
        """The first row."""
        return self.rows[0]

    def update(self, **changes: object) -> Update:
        """A change of the first row."""
        return Update(
            desired=integration("slack"),
            observed=self.row,
            patch=Patch(**changes),  # type: ignore[arg-type]
            fields=(),
            reason=Reason.FIELD_DIFFERS,
        )


def test_a_create_sends_everything() -> None:
    scene = Scene()
    done = scene.carrier.carry_out(Create(desired=integration("slack")))
    assert done.row == scene.novu.shown()[0]
    assert done.row_id == scene.novu.shown()[0].id
    assert done.sent == EVERYTHING


def test_an_update_sends_its_patch_and_says_what_that_was() -> None:
    scene = Scene(integration("slack"))
    done = scene.carrier.carry_out(scene.update(name="New", active=False))
    assert scene.novu.shown()[0].name == "New"
    assert done.row == scene.novu.shown()[0]
    assert done.sent == {"name", "active"}


def test_a_rename_keeps_the_row() -> None:
    scene = Scene(integration("slack"))
    change = Rename(
        desired=integration("slack-eu"),
        observed=scene.row,
        patch=Patch(identifier="slack-eu"),
        fields=(),
    )
    done = scene.carrier.carry_out(change)
    assert done.row_id == scene.row.id
    assert scene.novu.shown()[0].identifier == "slack-eu"


@pytest.mark.parametrize(
    "patch",
    [{"credentials": {"apiKey": Secret("new")}}, {"configurations": {"inboxCount": 1}}],
)
def test_what_is_known_of_unseen_values_is_doubted_before_they_are_sent(
    patch: dict[str, object],
) -> None:
    scene = Scene(integration("slack"))
    doubted_first = []
    scene.novu.fault = lambda *_: doubted_first.append(scene.ledger.steps == [("doubt", "slack")])
    scene.carrier.carry_out(scene.update(**patch))
    assert doubted_first == [True]


def test_values_that_every_list_shows_are_not_doubted() -> None:
    scene = Scene(integration("slack"))
    scene.carrier.carry_out(scene.update(name="New"))
    assert scene.ledger.steps == []


@pytest.mark.parametrize(
    "fault",
    [status(400), status(404), Fault(ApiKeyError("x")), Fault(InterruptedRunError("x"))],
)
def test_a_refused_update_leaves_what_is_known(fault: Fault) -> None:
    scene = Scene(integration("slack"), fault=fault)
    before = dict(scene.ledger.entries)
    with pytest.raises(NovuSyncError):
        scene.carrier.carry_out(scene.update(credentials={}))
    assert scene.ledger.entries == before


def uncertain(fault: Fault) -> Fault:
    fault.error.uncertain = True
    return fault


@pytest.mark.parametrize(
    "fault",
    [
        status(500),
        dropped(done=True),
        dropped(done=False),
        unreachable(),
        uncertain(status(400)),
        uncertain(Fault(ApiKeyError("x"))),
        Fault(ConflictError("answered 409", status=409, server_message="exists")),
    ],
)
def test_an_update_with_an_open_end_leaves_the_doubt(fault: Fault) -> None:
    """Even where the last try surely did nothing, one before it may have."""
    scene = Scene(integration("slack"), fault=fault)
    before = dict(scene.ledger.entries)
    with pytest.raises(NovuSyncError):
        scene.carrier.carry_out(scene.update(credentials={}))
    assert scene.ledger.entries == {"slack": before["slack"].doubted()}


def test_a_row_becomes_the_primary() -> None:
    scene = Scene(email("a"), email("b"))
    done = scene.carrier.carry_out(SetPrimary(desired=email("b"), observed=scene.rows[1]))
    assert done.row_id == scene.rows[1].id
    assert done.row is None
    assert [row.primary for row in scene.novu.shown()] == [False, True]


def test_a_row_that_this_run_created_becomes_the_primary() -> None:
    scene = Scene(email("a"))
    scene.carrier.carry_out(Create(desired=email("b")))
    scene.carrier.carry_out(SetPrimary(desired=email("b"), observed=None))
    assert [row.primary for row in scene.novu.shown()] == [False, True]


def test_a_row_that_does_not_exist_does_not_become_the_primary() -> None:
    scene = Scene()
    with pytest.raises(WorldError, match="was not created"):
        scene.carrier.carry_out(SetPrimary(desired=email("b"), observed=None))
    assert scene.novu.requests == []


def test_a_delete_takes_the_row_away() -> None:
    scene = Scene(integration("slack"))
    assert scene.carrier.carry_out(Delete(observed=scene.row)).row_id == scene.row.id
    assert scene.novu.rows == {}


def replacing(scene: Scene) -> Replace:
    return Replace(
        desired=integration("slack", provider_id="discord"),
        observed=scene.row,
        fields=(),
        reason=Reason.PROVIDER_CHANGED,
    )


def test_a_replacement_is_a_delete_and_a_create() -> None:
    scene = Scene(integration("slack"))
    done = scene.carrier.carry_out(replacing(scene))
    assert [verb for verb, _ in scene.novu.requests] == ["delete", "create"]
    assert done.row_id != scene.row.id
    assert [row.provider_id for row in scene.novu.shown()] == ["discord"]


def test_a_replacement_whose_delete_fails_creates_nothing() -> None:
    scene = Scene(integration("slack"), fault=status(500))
    with pytest.raises(WorldError, match="answered 500"):
        scene.carrier.carry_out(replacing(scene))
    assert [verb for verb, _ in scene.novu.requests] == ["delete"]


def test_a_replacement_that_stops_half_way_says_so() -> None:
    scene = Scene(integration("slack"))
    scene.novu.fault = lambda number, *_: unreachable() if number == 2 else None
    with pytest.raises(WorldError) as told:
        scene.carrier.carry_out(replacing(scene))
    assert not isinstance(told.value, NetworkError)
    assert told.value.summary.startswith("deleted, but not created again: the connection was")
    assert told.value.mend == "Check the address. A new plan creates it."
