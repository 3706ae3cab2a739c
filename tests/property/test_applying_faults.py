"""A run may die or fail at any instant; running it again ends where an undisturbed run ends."""

from __future__ import annotations

import shutil
import tempfile
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from fake_novu import (
    ENVIRONMENT_ID,
    FINGERPRINTER,
    FakeNovu,
    FakeTime,
    Fault,
    Killed,
    dropped,
    email,
    garbled,
    integration,
    status,
    unreachable,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from reconciler.applying.apply import apply
from reconciler.ledger.file import FileLedger
from reconciler.model import Desired, Environment, Observed
from reconciler.planning.options import Options
from reconciler.planning.planner import plan
from reconciler.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from reconciler.applying.report import Report
    from reconciler.model import Entry, Integration, ObservedIntegration
    from reconciler.planning.plan import Plan

SECRETS = ("planted-secret-1", "planted-secret-2")
FAULTS: Mapping[str, Callable[[], Fault]] = {
    "dropped before": lambda: dropped(done=False),
    "dropped after": lambda: dropped(done=True),
    "garbled after": lambda: garbled(done=True),
    "answered 500 before": lambda: status(500),
    "answered 502 after": lambda: status(502, done=True),
    "answered 400": lambda: status(400),
    "unreachable": unreachable,
    "killed before": lambda: Fault(Killed()),
    "killed after": lambda: Fault(Killed(), done=True),
}


@dataclass
class DyingLedger:
    """Passes everything on, and ends the process at one of its steps."""

    ledger: FileLedger
    dies_at: int
    written: bool
    steps: int = 0

    def expect(self, writes: Mapping[str, bool], /) -> None:
        """Pass it on."""
        self.ledger.expect(writes)

    def record(self, entry: Entry, /) -> None:
        """Record, or die before or after."""
        self._step(lambda: self.ledger.record(entry))

    def forget(self, identifier: str, /) -> None:
        """Forget, or die before or after."""
        self._step(lambda: self.ledger.forget(identifier))

    def doubt(self, identifier: str, /) -> None:
        """Doubt, or die before or after."""
        self._step(lambda: self.ledger.doubt(identifier))

    def _step(self, write: Callable[[], None]) -> None:
        self.steps += 1
        if self.steps < self.dies_at or self.written:
            write()
        if self.steps >= self.dies_at:
            raise Killed


@dataclass
class World:
    """A Novu, and a folder with the project's ledger."""

    novu: FakeNovu
    folder: Path = field(default_factory=lambda: Path(tempfile.mkdtemp()))
    lives: int = 0

    def ledger(self) -> FileLedger:
        """The ledger as it lies in the folder."""
        return FileLedger(
            self.folder / "development.ledger.json",
            project="acme",
            environment="development",
            environment_id=ENVIRONMENT_ID,
            fingerprinter=FINGERPRINTER,
        )

    def plan(self, declared: tuple[Integration, ...]) -> Plan:
        """What is left to do."""
        environment = Environment(name="development", api_url="", api_key=Secret(""))
        return plan(
            Desired(project="acme", environment=environment, integrations=declared),
            Observed(
                environment_id=ENVIRONMENT_ID,
                environment_name="Development",
                integrations=self.novu.shown(),
            ),
            self.ledger().read(),
            FINGERPRINTER,
            Options(prune=True),
        )

    def apply(
        self, declared: tuple[Integration, ...], *, dies_at: int = 0, written: bool = False
    ) -> Report | None:
        """Plan and apply; `None` where the process died."""
        ledger, time = self.ledger(), FakeTime()
        ledger.begin()
        try:
            report = apply(
                self.plan(declared),
                self.novu,
                DyingLedger(ledger, dies_at, written) if dies_at else ledger,
                FINGERPRINTER,
                applied=ledger.read(),
                parallelism=3,
                on_event=lambda _: None,
                stop=threading.Event(),
                clock=time.clock,
                sleep=time.sleep,
            )
        except Killed:
            # What lies on disk is what the next run finds; the dead one never closes its ledger.
            self.lives += 1
            left = self.folder.with_name(f"{self.folder.name}-{self.lives}")
            shutil.copytree(self.folder, left)
            ledger.close()
            shutil.rmtree(self.folder)
            self.folder = left
            assert not self.tells_a_secret()
            return None
        ledger.close()
        return report

    def tells_a_secret(self) -> bool:
        """Whether any byte on disk comes from a secret."""
        on_disk = b"".join(each.read_bytes() for each in self.folder.iterdir())
        return any(secret.encode() in on_disk for secret in (*SECRETS, "secret-of-"))

    def leave(self) -> None:
        """Take the folder away."""
        shutil.rmtree(self.folder)


def declared(
    chats: Mapping[str, tuple[str, int]], mails: tuple[str, ...]
) -> tuple[Integration, ...]:
    """A project: chats with a name and a secret each, mails of which the last is the primary."""
    return (
        *(
            integration(f"chat-{key}", name=name, credentials={"apiKey": Secret(SECRETS[secret])})
            for key, (name, secret) in chats.items()
        ),
        *(
            email(f"mail-{key}", primary=key == mails[-1], credentials_version=len(mails))
            for key in mails
        ),
    )


PROJECTS = st.builds(
    declared,
    st.dictionaries(
        st.sampled_from("abcd"),
        st.tuples(st.sampled_from(["One", "Two"]), st.integers(0, 1)),
        max_size=4,
    ),
    st.lists(st.sampled_from("xyz"), max_size=3, unique=True).map(tuple),
)


def identifiers(rows: tuple[ObservedIntegration, ...]) -> list[str | None]:
    return [row.identifier for row in rows]


def ends_where_an_undisturbed_run_ends(
    before: tuple[Integration, ...],
    after: tuple[Integration, ...],
    *,
    readable: bool,
    disturbed: Callable[[World], None],
) -> None:
    calm, rough = World(FakeNovu(readable=readable)), World(FakeNovu(readable=readable))
    try:
        for world in (calm, rough):
            world.apply(before)
        calm.apply(after)
        assert calm.plan(after).is_empty
        disturbed(rough)
        rough.novu.fault = lambda *_: None
        for _ in range(2):
            rough.apply(after)
        assert rough.novu.state() == calm.novu.state()
        assert rough.plan(after).is_empty
        shown = identifiers(rough.novu.shown())
        assert len(shown) == len(set(shown))
        assert not rough.tells_a_secret()
    finally:
        calm.leave()
        rough.leave()


@settings(max_examples=150, deadline=None)
@given(
    before=PROJECTS,
    after=PROJECTS,
    readable=st.booleans(),
    position=st.integers(1, 12),
    kind=st.sampled_from(sorted(FAULTS)),
)
def test_a_fault_at_any_request_and_a_second_run_end_as_if_nothing_had_happened(
    before: tuple[Integration, ...],
    after: tuple[Integration, ...],
    *,
    readable: bool,
    position: int,
    kind: str,
) -> None:
    def disturbed(world: World) -> None:
        first = len(world.novu.requests) + position

        def fault(number: int, _: str, __: str) -> Fault | None:
            # The dead send nothing any more.
            struck = number >= first if kind.startswith("killed") else number == first
            if number > first and kind == "killed after":
                return Fault(Killed())
            return FAULTS[kind]() if struck else None

        world.novu.fault = fault
        world.apply(after)

    ends_where_an_undisturbed_run_ends(before, after, readable=readable, disturbed=disturbed)


@settings(max_examples=100, deadline=None)
@given(
    before=PROJECTS,
    after=PROJECTS,
    readable=st.booleans(),
    dies_at=st.integers(1, 12),
    written=st.booleans(),
)
def test_a_death_at_any_step_of_the_ledger_and_a_second_run_end_as_if_nothing_had_happened(
    before: tuple[Integration, ...],
    after: tuple[Integration, ...],
    *,
    readable: bool,
    dies_at: int,
    written: bool,
) -> None:
    def disturbed(world: World) -> None:
        world.apply(after, dies_at=dies_at, written=written)

    ends_where_an_undisturbed_run_ends(before, after, readable=readable, disturbed=disturbed)


@settings(max_examples=100, deadline=None)
@given(
    before=PROJECTS,
    meanwhile=PROJECTS,
    position=st.integers(1, 12),
    kind=st.sampled_from(sorted(FAULTS)),
)
def test_going_back_after_a_fault_is_never_taken_for_unchanged(
    before: tuple[Integration, ...],
    meanwhile: tuple[Integration, ...],
    *,
    position: int,
    kind: str,
) -> None:
    """Where a change may have arrived and the project is then reverted, secrets are sent again.

    The server gives no credentials back, so only what the ledger admits not to know saves it.
    """
    world = World(FakeNovu())
    try:
        world.apply(before)
        wanted = {row.identifier: world.novu.stored[row.id] for row in world.novu.rows.values()}
        first = len(world.novu.requests) + position
        world.novu.fault = lambda number, *_: FAULTS[kind]() if number >= first else None
        world.apply(meanwhile)
        world.novu.fault = lambda *_: None
        for _ in range(2):
            world.apply(before)
        found = {row.identifier: world.novu.stored[row.id] for row in world.novu.rows.values()}
        assert found.items() >= wanted.items()
    finally:
        world.leave()
