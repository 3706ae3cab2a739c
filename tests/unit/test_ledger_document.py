import json

import pytest

from reconciler.fingerprint import Fingerprinter
from reconciler.ledger import document
from reconciler.ledger.document import Owner
from reconciler.model import Entry
from reconciler.secret import Secret

FINGERPRINTER = Fingerprinter(Secret("api-key-of-development"), "env-1")
OWNER = Owner(
    project="acme",
    environment="development",
    environment_id="env-1",
    key_id=FINGERPRINTER.key_id,
)
FULL = Entry(
    identifier="ses",
    remote_id="row-1",
    credentials={"apiKey": "aa", "region": "bb"},
    fields={"name": "cc"},
    credentials_version=3,
    protected=True,
    updated_at="2026-11-01T00:00:00.000Z",
    not_stored={"credentials.extra": "dd"},
)
BARE = Entry(identifier="fcm-ü", remote_id="row-2")
ENTRIES = {each.identifier: each for each in (FULL, BARE)}


def text_of(entries: dict[str, Entry]) -> bytes:
    return document.write(OWNER, entries, {}, FINGERPRINTER)[0]


def owner(**changes: str) -> Owner:
    return Owner(
        **{
            "project": OWNER.project,
            "environment": OWNER.environment,
            "environment_id": OWNER.environment_id,
            "key_id": OWNER.key_id,
            **changes,
        }
    )


@pytest.mark.parametrize("entries", [ENTRIES, {"ses": FULL}, {}])
def test_what_was_written_is_read_back(entries: dict[str, Entry]) -> None:
    text, written = document.write(OWNER, entries, {}, FINGERPRINTER)
    found = document.read(text, OWNER, FINGERPRINTER)
    assert found == written
    assert found.entries == entries
    assert found.lost == ""


def test_credentials_never_managed_differ_from_credentials_cleared() -> None:
    entries = {
        "a": Entry(identifier="a", remote_id="1", credentials=None),
        "b": Entry(identifier="b", remote_id="2", credentials={}),
    }
    found = document.read(text_of(entries), OWNER, FINGERPRINTER)
    assert found.entries["a"].credentials is None
    assert found.entries["b"].credentials == {}


def test_there_is_one_line_an_entry_sorted_by_identifier() -> None:
    lines = text_of(ENTRIES).decode().splitlines()
    assert len(lines) == 4
    assert json.loads(lines[1].rstrip(","))["identifier"] == BARE.identifier
    assert json.loads(lines[2])["identifier"] == FULL.identifier


def test_the_text_is_one_json_document_that_tells_whose_it_is() -> None:
    found = json.loads(text_of(ENTRIES))
    assert found["formatVersion"] == 1
    assert found["project"] == "acme"
    assert found["environment"] == "development"
    assert found["environmentId"] == "env-1"
    assert found["keyId"] == FINGERPRINTER.key_id


def test_the_order_in_which_entries_came_does_not_show() -> None:
    assert text_of(ENTRIES) == text_of(dict(reversed(ENTRIES.items())))


def test_a_formatter_does_no_harm() -> None:
    pretty = json.dumps(json.loads(text_of(ENTRIES)), indent=4, sort_keys=True).encode()
    assert document.read(pretty, OWNER, FINGERPRINTER).entries == ENTRIES


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b'"row-1"', b'"row-9"'),
        (b'"protected":true,', b""),
        (b'"mac":"', b'"mac":"0'),
        (b'"mac":', b'"mac":1,"was":'),
        (b'"mac":', b'"was":'),
        (b'"}\n', b'","entries":[]}\n'),
    ],
)
def test_a_document_that_something_else_changed_is_lost(before: bytes, after: bytes) -> None:
    text = text_of(ENTRIES)
    assert before in text
    found = document.read(text.replace(before, after), OWNER, FINGERPRINTER)
    assert found.entries == {}
    assert found.mac == ""
    assert "changed" in found.lost


@pytest.mark.parametrize(
    ("theirs", "told"),
    [
        (owner(project="other"), "another project"),
        (owner(environment_id="env-2"), "another Novu environment"),
        (owner(key_id="0" * 16), "regenerated"),
    ],
)
def test_a_document_of_another_owner_is_lost_and_the_reason_is_told(
    theirs: Owner, told: str
) -> None:
    text, _ = document.write(theirs, ENTRIES, {}, FINGERPRINTER)
    found = document.read(text, OWNER, FINGERPRINTER)
    assert found.entries == {}
    assert told in found.lost


def test_a_format_of_the_future_is_lost_and_not_misread() -> None:
    text = text_of(ENTRIES).replace(b'"formatVersion":1', b'"formatVersion":2')
    assert "another version" in document.read(text, OWNER, FINGERPRINTER).lost


@pytest.mark.parametrize(
    "text",
    [
        text_of(ENTRIES)[:-30],
        b"<<<<<<< HEAD\n{}",
        b"\xff\xfe",
        b"[" * 100_000,
    ],
)
def test_half_a_document_is_lost(text: bytes) -> None:
    assert "cut short" in document.read(text, OWNER, FINGERPRINTER).lost


@pytest.mark.parametrize("text", [b"[]", b"null", b"{}", b'{"entries": {}}'])
def test_another_json_document_is_lost(text: bytes) -> None:
    assert "not a ledger" in document.read(text, OWNER, FINGERPRINTER).lost


def test_a_document_says_which_environment_it_is_about_whatever_its_layout() -> None:
    text = text_of(ENTRIES)
    pretty = json.dumps(json.loads(text), indent=2).encode()
    assert document.claim(text) == ("development", "env-1")
    assert document.claim(pretty) == ("development", "env-1")


@pytest.mark.parametrize("text", [b"", b"{}", b"[]", b"null", b"nonsense", b"[" * 100_000])
def test_what_is_no_ledger_claims_no_environment(text: bytes) -> None:
    assert document.claim(text) is None


def test_small_facts_are_read_back_and_are_under_the_code_too() -> None:
    text, written = document.write(OWNER, ENTRIES, {"plan/1": "used"}, FINGERPRINTER)
    assert document.read(text, OWNER, FINGERPRINTER) == written
    assert written.marks == {"plan/1": "used"}
    formatted = json.dumps(json.loads(text), indent=2).encode()
    assert document.read(formatted, OWNER, FINGERPRINTER) == written
    assert document.read(text.replace(b"used", b"new!"), OWNER, FINGERPRINTER).lost
