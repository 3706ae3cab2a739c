from dataclasses import replace

import pytest

from reconciler.fingerprint import Fingerprinter
from reconciler.ledger import journal
from reconciler.ledger.document import Owner
from reconciler.ledger.journal import (
    Chain,
    Damaged,
    Doubted,
    Forgotten,
    Journal,
    Marked,
    Recorded,
    Told,
)
from reconciler.model import Entry
from reconciler.secret import Secret

FINGERPRINTER = Fingerprinter(Secret("api-key-of-development"), "env-1")
OWNER = Owner(
    project="acme",
    environment="development",
    environment_id="env-1",
    key_id=FINGERPRINTER.key_id,
)
SES = Entry(
    identifier="ses",
    remote_id="row-1",
    credentials={"apiKey": "aa"},
    fields={"name": "bb"},
    credentials_version=1,
    protected=True,
    updated_at="now",
)
FCM = Entry(identifier="fcm", remote_id="row-2", credentials={"serviceAccount": "cc"})
STEPS = (Recorded(entry=SES), Doubted(identifier="ses"), Forgotten(identifier="fcm"))


def lines_of(*steps: Told, base: str = "base") -> list[bytes]:
    chain = Chain(FINGERPRINTER)
    lines = [chain.first(OWNER, base)]
    for step in steps:
        chain.moves_on(lines[-1])
        lines.append(chain.step(step))
    return lines


def read(text: bytes) -> Journal:
    return journal.read(text, OWNER, FINGERPRINTER)


def test_what_was_written_is_read_back() -> None:
    found = read(b"".join(lines_of(*STEPS)))
    assert found == Journal(base="base", steps=STEPS)


def test_a_last_line_without_its_end_is_left_out() -> None:
    text = b"".join(lines_of(*STEPS))
    whole = read(text)
    for cut in range(1, len(lines_of(*STEPS)[-1])):
        assert read(text[:-cut]) == replace(whole, steps=STEPS[:-1])


@pytest.mark.parametrize("cut", [None, 1, 50])
def test_a_journal_without_a_first_line_says_nothing(cut: int | None) -> None:
    text = b"" if cut is None else lines_of()[0][:-cut]
    assert read(text) == Journal()


def test_a_changed_line_is_damaged_and_those_after_it_are_read() -> None:
    lines = lines_of(*STEPS)
    lines[1] = lines[1].replace(b"row-1", b"row-9")
    assert read(b"".join(lines)).steps == (Damaged(), *STEPS[1:])


def test_a_line_that_went_missing_shows() -> None:
    lines = lines_of(*STEPS)
    del lines[2]
    assert read(b"".join(lines)).steps == (STEPS[0], Damaged())


def test_a_line_of_noise_does_not_stop_the_reading() -> None:
    lines = [*lines_of(*STEPS[:1]), b"\xff\xfe noise\n"]
    assert read(b"".join(lines)).steps == (STEPS[0], Damaged())


def test_a_line_of_another_journal_is_not_believed() -> None:
    other = lines_of(*STEPS, base="another")
    assert read(lines_of()[0] + other[1]).steps == (Damaged(),)


@pytest.mark.parametrize(
    "theirs",
    [
        replace(OWNER, project="other"),
        replace(OWNER, environment="production"),
        replace(OWNER, environment_id="env-2"),
        replace(OWNER, key_id="0" * 16),
    ],
)
def test_a_journal_of_another_owner_is_foreign(theirs: Owner) -> None:
    chain = Chain(FINGERPRINTER)
    first = chain.first(theirs, "base")
    assert read(first) == Journal(foreign=True)


def test_a_journal_under_another_api_key_is_foreign() -> None:
    chain = Chain(Fingerprinter(Secret("another key"), "env-1"))
    assert read(chain.first(OWNER, "base")) == Journal(foreign=True)


def test_a_doubted_entry_keeps_whose_row_it_is_and_its_protection() -> None:
    found = SES.doubted()
    assert found == Entry(identifier="ses", remote_id="row-1", protected=True)


def test_steps_change_what_is_remembered() -> None:
    entries = {"fcm": FCM}
    for step in (*STEPS, Doubted(identifier="unknown"), Forgotten(identifier="unknown")):
        journal.take(entries, step)
    assert entries == {"ses": SES.doubted()}


def test_a_damaged_line_makes_everything_before_it_uncertain_and_nothing_after_it() -> None:
    entries = {"fcm": FCM}
    for step in (Damaged(), Recorded(entry=SES)):
        journal.take(entries, step)
    assert entries == {"fcm": FCM.doubted(), "ses": SES}


def test_a_journal_goes_on_from_its_document() -> None:
    found = journal.joined({"fcm": FCM}, "base", Journal(base="base", steps=STEPS))
    assert found == {"ses": SES.doubted()}


def test_a_journal_that_was_folded_in_already_changes_nothing() -> None:
    before = {"fcm": FCM}
    older = Journal(base="base", steps=STEPS)
    folded = journal.joined(before, "base", older)
    assert journal.joined(folded, "mac of the folded one", older) == folded


def test_where_an_older_journal_and_another_document_disagree_values_are_uncertain() -> None:
    """Neither a delete nor a wrong "unchanged" can come of a document that was exchanged."""
    pulled = {"ses": replace(SES, credentials={"apiKey": "other"}), "fcm": FCM, "new": FCM}
    older = Journal(base="base", steps=(Recorded(entry=SES), Forgotten(identifier="fcm")))
    found = journal.joined(pulled, "another", older)
    assert found == {
        "ses": SES.doubted(),
        "fcm": FCM.doubted(),
        "new": FCM,
    }


def test_small_facts_follow_the_last_word_about_them() -> None:
    steps = (
        Marked(name="one", value="1"),
        Marked(name="two", value="2"),
        Doubted(identifier="ses"),
        Marked(name="one", value=None),
    )
    assert read(b"".join(lines_of(*steps))).steps == steps
    assert journal.marked({"old": "0", "two": "x"}, steps) == {"old": "0", "two": "2"}


def test_small_facts_are_no_business_of_any_entry() -> None:
    entries = {"ses": SES}
    journal.take(entries, Marked(name="one", value="1"))
    assert entries == {"ses": SES}
