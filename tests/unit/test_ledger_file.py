import json
import resource
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from reconciler.errors import ApiKeyError, FileError, LockedError
from reconciler.fingerprint import Fingerprinter
from reconciler.ledger.file import FileLedger
from reconciler.model import Applied, Entry
from reconciler.secret import Secret

SES = Entry(
    identifier="ses",
    remote_id="row-1",
    credentials={"apiKey": "aa"},
    fields={"name": "bb"},
    credentials_version=1,
    protected=True,
)
FCM = Entry(identifier="fcm", remote_id="row-2", credentials={"serviceAccount": "cc"})
APNS = Entry(identifier="apns", remote_id="row-3")


def ledger_in(
    folder: Path,
    *,
    environment: str = "development",
    project: str = "acme",
    environment_id: str = "env-1",
    api_key: str = "api-key-of-development",
) -> FileLedger:
    return FileLedger(
        folder / f"{environment}.ledger.json",
        project=project,
        environment=environment,
        environment_id=environment_id,
        fingerprinter=Fingerprinter(Secret(api_key), environment_id),
    )


def apply(folder: Path, *entries: Entry) -> None:
    ledger = ledger_in(folder)
    ledger.begin()
    for entry in entries:
        ledger.record(entry)
    ledger.close()


def names(folder: Path) -> list[str]:
    return sorted(each.name for each in folder.iterdir())


def killed(folder: Path, copy: Path) -> Path:
    """What lies on disk when a run dies now: another folder, since the dead hold no locks."""
    shutil.copytree(folder, copy)
    return copy


def remembered(folder: Path) -> dict[str, Entry]:
    return dict(ledger_in(folder).read().entries)


def test_reading_where_there_is_nothing_makes_nothing(tmp_path: Path) -> None:
    folder = tmp_path / ".novu-sync"
    assert ledger_in(folder).read() == Applied(note="no ledger yet")
    assert not folder.exists()


def test_what_was_recorded_is_read_back_by_the_next_run(tmp_path: Path) -> None:
    apply(tmp_path, SES, FCM)
    assert ledger_in(tmp_path).read() == Applied(
        entries={"fcm": FCM, "ses": SES}, environment_id="env-1"
    )
    assert names(tmp_path) == ["development.ledger.json"]


def test_what_was_recorded_is_on_disk_at_once(tmp_path: Path) -> None:
    ledger = ledger_in(tmp_path)
    ledger.record(SES)
    assert remembered(tmp_path) == {"ses": SES}
    ledger.record(FCM)
    ledger.forget("ses")
    assert remembered(tmp_path) == {"fcm": FCM}
    ledger.close()
    assert remembered(tmp_path) == {"fcm": FCM}


def test_a_ledger_tells_what_it_holds_while_it_is_written(tmp_path: Path) -> None:
    ledger = ledger_in(tmp_path)
    ledger.begin()
    ledger.begin()
    ledger.record(SES)
    assert ledger.read().entries == {"ses": SES}
    ledger.close()


def test_nothing_recorded_writes_nothing(tmp_path: Path) -> None:
    apply(tmp_path, SES)
    before = (tmp_path / "development.ledger.json").stat()
    ledger = ledger_in(tmp_path)
    ledger.begin()
    ledger.record(SES)
    ledger.close()
    ledger.close()
    after = (tmp_path / "development.ledger.json").stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    assert names(tmp_path) == ["development.ledger.json"]


def test_a_run_that_is_killed_loses_nothing_that_was_recorded(tmp_path: Path) -> None:
    folder = tmp_path / "a"
    apply(folder, SES)
    ledger = ledger_in(folder)
    ledger.record(FCM)
    ledger.forget("ses")
    left = killed(folder, tmp_path / "b")
    ledger.close()
    assert remembered(left) == {"fcm": FCM}
    apply(left, APNS)
    assert remembered(left) == {"fcm": FCM, "apns": APNS}
    assert names(left) == ["development.ledger.json"]


def test_a_run_that_is_killed_while_values_are_on_their_way_remembers_the_doubt(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "a"
    apply(folder, SES, FCM)
    ledger = ledger_in(folder)
    ledger.doubt("ses")
    left = killed(folder, tmp_path / "b")
    ledger.record(SES)
    ledger.close()
    assert remembered(left) == {"ses": SES.doubted(), "fcm": FCM}
    assert remembered(folder) == {"ses": SES, "fcm": FCM}


def test_a_torn_last_line_loses_only_itself(tmp_path: Path) -> None:
    folder = tmp_path / "a"
    ledger = ledger_in(folder)
    ledger.record(SES)
    ledger.record(FCM)
    left = killed(folder, tmp_path / "b")
    ledger.close()
    journal = left / "development.ledger.journal"
    journal.write_bytes(journal.read_bytes()[:-5])
    assert ledger_in(left).read() == Applied(entries={"ses": SES})


def test_a_kill_between_folding_in_and_removing_the_journal_changes_nothing(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "a"
    ledger = ledger_in(folder)
    ledger.record(SES)
    ledger.doubt("ses")
    ledger.record(FCM)
    journal = (folder / "development.ledger.journal").read_bytes()
    ledger.close()
    after = remembered(folder)
    (folder / "development.ledger.journal").write_bytes(journal)
    assert remembered(folder) == after == {"ses": SES.doubted(), "fcm": FCM}
    apply(folder)
    assert remembered(folder) == after
    assert names(folder) == ["development.ledger.json"]


def test_a_document_exchanged_under_a_journal_makes_values_uncertain(tmp_path: Path) -> None:
    folder = tmp_path / "a"
    apply(folder, SES, FCM)
    older = (folder / "development.ledger.json").read_bytes()
    apply(folder, APNS)
    ledger = ledger_in(folder)
    ledger.record(replace(SES, credentials={"apiKey": "new"}))
    left = killed(folder, tmp_path / "b")
    ledger.close()
    (left / "development.ledger.json").write_bytes(older)
    assert remembered(left) == {"ses": SES.doubted(), "fcm": FCM}


def test_a_damaged_journal_is_noted_and_nothing_before_it_counts_as_known(tmp_path: Path) -> None:
    folder = tmp_path / "a"
    apply(folder, APNS, SES)
    ledger = ledger_in(folder)
    ledger.record(FCM)
    left = killed(folder, tmp_path / "b")
    ledger.close()
    journal = left / "development.ledger.journal"
    journal.write_bytes(journal.read_bytes().replace(b"row-2", b"row-9"))
    found = ledger_in(left).read()
    assert found.entries == {"apns": APNS.doubted(), "ses": SES.doubted()}
    assert "damaged" in found.note


def test_a_journal_of_another_api_key_is_kept_aside(tmp_path: Path) -> None:
    folder = tmp_path / "a"
    ledger = ledger_in(folder)
    ledger.record(SES)
    left = killed(folder, tmp_path / "b")
    ledger.close()
    later = ledger_in(left, api_key="regenerated")
    assert "journal" in later.read().note
    assert later.read().entries == {}
    later.record(FCM)
    later.close()
    assert names(left) == ["development.ledger.journal.lost", "development.ledger.json"]


@pytest.mark.parametrize(
    ("text", "told"),
    [("{}", "not a ledger"), ("{", "cut short"), ("<<<<<<< HEAD", "not JSON")],
)
def test_a_document_that_cannot_be_believed_is_lost_and_never_destroyed(
    tmp_path: Path, text: str, told: str
) -> None:
    (tmp_path / "development.ledger.json").write_text(text)
    found = ledger_in(tmp_path).read()
    assert found.entries == {}
    assert found.note.startswith("ledger lost: ")
    assert told in found.note
    apply(tmp_path, SES)
    assert remembered(tmp_path) == {"ses": SES}
    assert (tmp_path / "development.ledger.json.lost").read_text() == text


def test_a_lost_document_stays_where_it_is_as_long_as_nothing_is_recorded(tmp_path: Path) -> None:
    (tmp_path / "development.ledger.json").write_text("{")
    apply(tmp_path)
    assert names(tmp_path) == ["development.ledger.json"]


def test_a_regenerated_api_key_is_said_to_be_the_reason(tmp_path: Path) -> None:
    apply(tmp_path, SES)
    found = ledger_in(tmp_path, api_key="regenerated").read()
    assert found.entries == {}
    assert "the API key was regenerated" in found.note


def test_the_ledger_of_another_project_or_environment_is_lost(tmp_path: Path) -> None:
    apply(tmp_path, SES)
    assert "another project" in ledger_in(tmp_path, project="other").read().note
    assert "another Novu environment" in ledger_in(tmp_path, environment_id="env-2").read().note


def test_one_novu_environment_behind_two_names_is_refused(tmp_path: Path) -> None:
    apply(tmp_path, SES)
    production = ledger_in(tmp_path, environment="production")
    with pytest.raises(ApiKeyError) as told:
        production.read()
    assert "production" in told.value.summary
    assert "development" in told.value.summary
    assert "development.ledger.json" in told.value.mend
    with pytest.raises(ApiKeyError):
        production.begin()
    assert names(tmp_path) == ["development.ledger.json"]


def test_a_renamed_document_is_refused_too(tmp_path: Path) -> None:
    apply(tmp_path, SES)
    (tmp_path / "development.ledger.json").rename(tmp_path / "production.ledger.json")
    with pytest.raises(ApiKeyError):
        ledger_in(tmp_path, environment="production").read()


def test_ledgers_of_several_environments_lie_side_by_side(tmp_path: Path) -> None:
    apply(tmp_path, SES)
    (tmp_path / "other.ledger.json").write_text("no ledger")
    production = ledger_in(tmp_path, environment="production", environment_id="env-2")
    production.record(FCM)
    production.close()
    assert remembered(tmp_path) == {"ses": SES}
    assert production.read().entries == {"fcm": FCM}


def test_two_runs_do_not_write_one_ledger(tmp_path: Path) -> None:
    ledger = ledger_in(tmp_path)
    ledger.begin()
    with pytest.raises(LockedError):
        ledger_in(tmp_path).begin()
    ledger.close()
    ledger_in(tmp_path).begin()


def test_a_folder_that_takes_no_writes_is_known_when_a_run_begins(tmp_path: Path) -> None:
    (tmp_path / ".novu-sync").write_text("a file where a folder should be")
    with pytest.raises(FileError, match="cannot write"):
        ledger_in(tmp_path / ".novu-sync").begin()


def test_a_disk_that_fills_up_at_the_end_leaves_the_journal_for_the_next_run(
    tmp_path: Path,
) -> None:
    ledger = ledger_in(tmp_path)
    ledger.record(SES)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10, before[1]))
    try:
        with pytest.raises(FileError):
            ledger.close()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert names(tmp_path) == ["development.ledger.journal"]
    assert remembered(tmp_path) == {"ses": SES}


def test_a_disk_that_is_full_when_a_run_begins_is_known_before_anything_else(
    tmp_path: Path,
) -> None:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10, before[1]))
    try:
        with pytest.raises(FileError):
            ledger_in(tmp_path).begin()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    ledger_in(tmp_path).begin()


def test_a_journal_that_cannot_be_folded_in_is_left_as_it_is(tmp_path: Path) -> None:
    folder = tmp_path / "a"
    ledger = ledger_in(folder)
    ledger.record(SES)
    left = killed(folder, tmp_path / "b")
    ledger.close()
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10, before[1]))
    try:
        with pytest.raises(FileError):
            ledger_in(left).begin()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert remembered(left) == {"ses": SES}


def test_the_document_is_readable_by_people_and_says_no_value(tmp_path: Path) -> None:
    apply(tmp_path, SES)
    found = json.loads((tmp_path / "development.ledger.json").read_bytes())
    assert [row["identifier"] for row in found["entries"]] == ["ses"]
    assert b"api-key-of-development" not in (tmp_path / "development.ledger.json").read_bytes()


def test_small_facts_are_on_disk_at_once_and_stay(tmp_path: Path) -> None:
    ledger = ledger_in(tmp_path)
    ledger.expect({"ses": True})
    ledger.mark("plan/1", "used")
    assert ledger.read().marks == {"plan/1": "used"}
    again = ledger_in(killed(tmp_path, tmp_path / "copy"))
    assert again.read().marks == {"plan/1": "used"}
    again.mark("plan/2", "used")
    again.mark("plan/1", None)
    again.close()
    assert ledger_in(tmp_path / "copy").read().marks == {"plan/2": "used"}


def test_it_tells_which_novu_environment_it_is_about(tmp_path: Path) -> None:
    apply(tmp_path, SES)
    assert ledger_in(tmp_path).read().environment_id == "env-1"
    assert ledger_in(tmp_path, environment_id="env-2").read().environment_id == "env-1"
