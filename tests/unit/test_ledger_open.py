from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest
from support.inprocess import InProcess

from reconciler.errors import LockedError, ServerStateError
from reconciler.fingerprint import Fingerprinter
from reconciler.ledger.find import find_home
from reconciler.ledger.holder import this_run
from reconciler.ledger.none import NoLedger
from reconciler.model import Entry
from reconciler.sandbox.application import Sandbox
from reconciler.secret import Secret
from reconciler.transport.session import Session

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from reconciler.ledger.open import Home, OpenLedger

SES = Entry(identifier="ses", remote_id="row-1")
FCM = Entry(identifier="fcm", remote_id="row-2")


KEY = Secret("sandbox-development")


def home(
    folder: Path,
    backend: str = "file",
    *,
    environment: str = "development",
    sandbox: Sandbox | None = None,
) -> Home:
    # Where no server is given, nobody may be asked.
    transport = httpx.MockTransport(pytest.fail) if sandbox is None else InProcess(sandbox)
    session = Session("http://127.0.0.1:9", KEY, transport=transport)
    return find_home(backend, folder, project="acme", environment=environment, session=session)


def opened(
    folder: Path,
    backend: str = "file",
    *,
    environment: str = "development",
    writing: bool = False,
    sandbox: Sandbox | None = None,
) -> OpenLedger:
    there = home(folder, backend, environment=environment, sandbox=sandbox)
    return there.open("env-1", Fingerprinter(KEY, "env-1"), writing=writing)


def applied(folder: Path, backend: str, sandbox: Sandbox | None = None) -> None:
    found = opened(folder, backend, writing=True, sandbox=sandbox)
    found.ledger.record(SES)
    found.ledger.close()


def test_the_note_tells_where_the_memory_lies_and_what_is_in_it(tmp_path: Path) -> None:
    place = "ledger: file .novu-sync/development.ledger.json"
    found = opened(tmp_path, writing=True)
    assert found.note == f"{place}, no ledger yet"
    found.ledger.record(SES)
    found.ledger.close()
    assert opened(tmp_path).note == f"{place}, 1 entry"
    found.ledger.record(FCM)
    found.ledger.close()
    found = opened(tmp_path)
    assert found.note == f"{place}, 2 entries"
    assert found.applied.entries == {"ses": SES, "fcm": FCM}


def test_the_note_tells_what_is_wrong_with_a_memory_that_is_there(tmp_path: Path) -> None:
    found = opened(tmp_path, writing=True)
    found.ledger.record(SES)
    journal = tmp_path / ".novu-sync" / "development.ledger.journal"
    with journal.open("ab") as file:
        file.write(b"noise\n")
    note = opened(tmp_path).note
    found.ledger.close()
    assert ", 1 entry; the ledger's journal is damaged" in note


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as made:
        yield made


def test_auto_is_novu_itself_where_it_has_contexts(tmp_path: Path, sandbox: Sandbox) -> None:
    assert opened(tmp_path, "auto", sandbox=sandbox).note == "ledger: novu, no ledger yet"


def test_auto_is_a_file_where_novu_has_no_contexts(tmp_path: Path) -> None:
    with Sandbox(generation="2024-10") as old:
        note = opened(tmp_path, "auto", sandbox=old).note
    assert note == "ledger: file .novu-sync/development.ledger.json, no ledger yet"


def test_auto_is_the_file_that_holds_the_ledger_already(tmp_path: Path, sandbox: Sandbox) -> None:
    applied(tmp_path, "file")
    assert opened(tmp_path, "auto", sandbox=sandbox).applied.entries == {"ses": SES}


def test_auto_is_novu_where_both_hold_one(tmp_path: Path, sandbox: Sandbox) -> None:
    """A file may come back with a checkout; nobody puts contexts back."""
    applied(tmp_path, "file")
    applied(tmp_path, "novu", sandbox)
    assert opened(tmp_path, "auto", sandbox=sandbox).note == "ledger: novu, 1 entry"


def test_a_journal_that_a_run_left_behind_is_a_ledger_too(tmp_path: Path, sandbox: Sandbox) -> None:
    found = opened(tmp_path, "file", writing=True)
    found.ledger.record(SES)
    assert opened(tmp_path, "auto", sandbox=sandbox).applied.entries == {"ses": SES}
    found.ledger.close()


def test_novu_where_it_has_no_contexts_is_told(tmp_path: Path) -> None:
    with (
        Sandbox(generation="2024-10") as old,
        pytest.raises(ServerStateError, match="no contexts") as caught,
    ):
        opened(tmp_path, "novu", sandbox=old)
    assert "ledger: file" in caught.value.mend


def test_none_keeps_nothing(tmp_path: Path) -> None:
    found = opened(tmp_path, "none", writing=True)
    assert isinstance(found.ledger, NoLedger)
    assert found.note == "ledger: none, no ledger: this environment keeps none"
    assert list(tmp_path.iterdir()) == []


def test_a_backend_that_does_not_exist_is_a_bug(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="clay-tablet"):
        opened(tmp_path, "clay-tablet")


def test_planning_makes_nothing(tmp_path: Path) -> None:
    opened(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_writing_holds_the_ledger(tmp_path: Path) -> None:
    found = opened(tmp_path, writing=True)
    with pytest.raises(LockedError):
        opened(tmp_path, writing=True)
    found.ledger.close()


def test_the_name_of_an_environment_stays_inside_the_folder(tmp_path: Path) -> None:
    found = opened(tmp_path, environment="../../outside", writing=True)
    found.ledger.record(SES)
    found.ledger.close()
    assert [each.parent.name for each in tmp_path.rglob("*.json")] == [".novu-sync"]


def test_a_ledger_can_be_held_before_the_environment_is_known(tmp_path: Path) -> None:
    """So that nobody else writes between a run's look at the server and its own first write."""
    there = home(tmp_path)
    there.hold(this_run({}))
    with pytest.raises(LockedError):
        opened(tmp_path, writing=True)
    found = there.open("env-1", Fingerprinter(KEY, "env-1"), writing=True)
    found.ledger.record(SES)
    found.ledger.close()
    there.let_go()
    assert opened(tmp_path).applied.entries == {"ses": SES}


def test_no_ledger_is_held_where_none_is_kept(tmp_path: Path) -> None:
    there = home(tmp_path, "none")
    there.hold(this_run({}))
    there.let_go()
    home(tmp_path).let_go()
    assert not list(tmp_path.iterdir())


def test_a_file_that_nobody_holds_can_be_wiped(tmp_path: Path) -> None:
    applied(tmp_path, "file")
    home(tmp_path).wipe()
    assert not list((tmp_path / ".novu-sync").iterdir())
