from dataclasses import replace

import pytest
from fake_novu import FakeLedger
from planning_values import declared, row

from reconciler.applying.memory import Memory
from reconciler.errors import FileError
from reconciler.model import Applied, Entry, Patch
from reconciler.planning.plan import Create, Delete, Rename

SES = Entry(identifier="ses", remote_id="row-1", credentials={"apiKey": "aa"}, protected=True)
FCM = Entry(identifier="fcm", remote_id="row-2", credentials={"apiKey": "bb"})


def both(*entries: Entry) -> tuple[Memory, FakeLedger]:
    known = {each.identifier: each for each in entries}
    ledger = FakeLedger(entries=dict(known))
    return Memory(Applied(entries=known), ledger), ledger


def test_what_is_remembered_is_in_the_ledger() -> None:
    memory, ledger = both(SES)
    memory.remember(FCM)
    assert memory.of_row("row-1") == SES
    assert memory.of_row("row-2") == FCM
    assert memory.of_row("row-3") is None
    assert ledger.entries == {"ses": SES, "fcm": FCM}


def test_what_the_ledger_holds_already_is_not_written_again() -> None:
    memory, ledger = both(SES)
    memory.remember(SES)
    assert ledger.steps == []


def test_a_row_with_another_name_has_one_entry_still() -> None:
    memory, ledger = both(SES)
    renamed = replace(SES, identifier="ses-eu")
    memory.remember(renamed)
    assert ledger.steps == [("forget", "ses"), ("record", "ses-eu")]
    assert ledger.entries == {"ses-eu": renamed}


def test_a_name_with_another_row_has_one_entry_still() -> None:
    memory, ledger = both(SES)
    replaced = replace(SES, remote_id="row-9")
    memory.remember(replaced)
    assert memory.of_row("row-1") is None
    assert memory.of_row("row-9") == replaced
    assert ledger.entries == {"ses": replaced}


def test_rows_that_are_gone_are_forgotten_once() -> None:
    memory, ledger = both(SES, FCM)
    memory.forget_rows({FCM.remote_id, "somebody else's"})
    memory.forget_rows({FCM.remote_id})
    assert memory.of_row(FCM.remote_id) == FCM
    assert memory.of_row("row-1") is None
    assert ledger.steps == [("forget", "ses")]


def test_doubt_hides_values_until_they_are_known_again() -> None:
    memory, ledger = both(SES)
    memory.doubt("row-1")
    assert memory.of_row("row-1") == SES.doubted()
    assert memory.before_doubt("row-1") == SES
    assert ledger.entries == {"ses": SES.doubted()}
    memory.believe("row-1")
    assert memory.of_row("row-1") == memory.before_doubt("row-1") == SES
    assert ledger.entries == {"ses": SES}


def test_what_is_remembered_ends_the_doubt() -> None:
    memory, ledger = both(SES)
    new = replace(SES, credentials={"apiKey": "cc"})
    memory.doubt("row-1")
    memory.remember(new)
    memory.believe("row-1")
    assert memory.before_doubt("row-1") == new
    assert ledger.entries == {"ses": new}


def test_there_is_nothing_to_doubt_of_what_is_not_known() -> None:
    memory, ledger = both(SES.doubted())
    memory.doubt("row-1")
    memory.doubt("row-2")
    memory.believe("row-2")
    assert ledger.steps == []


def test_a_ledger_that_takes_no_writes_is_not_hidden() -> None:
    memory, ledger = both(SES, FCM)
    ledger.full = 1
    with pytest.raises(FileError):
        memory.remember(replace(SES, protected=False))
    with pytest.raises(FileError):
        memory.remember(replace(FCM, identifier="new"))
    with pytest.raises(FileError):
        memory.forget_rows({FCM.remote_id})
    with pytest.raises(FileError):
        memory.doubt("row-1")
    assert memory.of_row("row-1") == SES


def test_the_ledger_is_told_what_is_going_to_be_written_old_names_included() -> None:
    memory, ledger = both(SES, FCM)
    rows = [row(each.identifier, id=each.remote_id) for each in (SES, FCM)]
    memory.expect(
        [
            Create(desired=declared("new", protect=True)),
            Rename(desired=declared("ses-eu"), observed=rows[0], patch=Patch(), fields=()),
            Delete(observed=rows[1]),
        ]
    )
    assert ledger.expected == [{"new": True, "ses": False, "ses-eu": False}]
