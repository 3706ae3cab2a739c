from pathlib import Path

import pytest

from reconciler.errors import LockedError
from reconciler.fingerprint import Fingerprinter
from reconciler.ledger.none import NoLedger
from reconciler.ledger.open import OpenLedger, hold_ledger, open_ledger
from reconciler.model import Entry
from reconciler.secret import Secret

SES = Entry(identifier="ses", remote_id="row-1")
FCM = Entry(identifier="fcm", remote_id="row-2")


def opened(
    folder: Path, backend: str = "auto", *, environment: str = "development", writing: bool = False
) -> OpenLedger:
    return open_ledger(
        backend,
        folder,
        project="acme",
        environment=environment,
        environment_id="env-1",
        fingerprinter=Fingerprinter(Secret("api-key"), "env-1"),
        writing=writing,
    )


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


def test_auto_is_a_file(tmp_path: Path) -> None:
    found = opened(tmp_path, "file", writing=True)
    found.ledger.record(SES)
    found.ledger.close()
    assert opened(tmp_path, "auto").applied.entries == {"ses": SES}


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
    held = hold_ledger("auto", tmp_path, "development")
    with pytest.raises(LockedError):
        opened(tmp_path, writing=True)
    found = open_ledger(
        "auto",
        tmp_path,
        project="acme",
        environment="development",
        environment_id="env-1",
        fingerprinter=Fingerprinter(Secret("api-key"), "env-1"),
        writing=True,
        held=held,
    )
    found.ledger.record(SES)
    found.ledger.close()
    assert opened(tmp_path).applied.entries == {"ses": SES}


def test_no_ledger_is_held_where_none_is_kept(tmp_path: Path) -> None:
    assert hold_ledger("none", tmp_path, "development") is None
    assert not list(tmp_path.iterdir())
