"""The ledger inside Novu, against a sandbox; what holds of every ledger is in tests/contract."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from support.breaking import Broken
from support.inprocess import ask
from support.time import PatientTime

from reconciler.errors import NovuSyncError, ServerStateError, WorldError
from reconciler.fingerprint import Fingerprinter
from reconciler.ledger import shard
from reconciler.ledger.contexts import FLUSH_EVERY, ContextLedger
from reconciler.ledger.document import Owner
from reconciler.ledger.gathered import CUT_SHORT
from reconciler.model import Entry
from reconciler.novu.contexts import Contexts
from reconciler.sandbox.application import Sandbox
from reconciler.secret import Secret
from reconciler.transport.session import Session

if TYPE_CHECKING:
    from collections.abc import Iterator

KEY = Secret("sandbox-development")
FINGERPRINTER = Fingerprinter(KEY, "env-1")
OWNER = Owner(
    project="acme", environment="development", environment_id="env-1", key_id=FINGERPRINTER.key_id
)
SES = Entry(identifier="ses", remote_id="row-1", credentials={"apiKey": "aa" * 32})
FCM = Entry(identifier="fcm", remote_id="row-2", credentials={"apiKey": "bb" * 32})
APNS = Entry(identifier="apns", remote_id="row-3")


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as made:
        yield made


class Run:
    """One run's ledger, and what it sends."""

    def __init__(self, sandbox: Sandbox, **how: Any) -> None:  # noqa: ANN401 - as `Broken`
        self.time = PatientTime()
        self.transport = Broken(sandbox, **how)
        session = Session(
            "http://127.0.0.1:9",
            KEY,
            transport=self.transport,
            sleep=self.time.sleep,
            clock=self.time.clock,
        )
        self.ledger = ContextLedger(
            Contexts(session, shard.TYPE), OWNER, FINGERPRINTER, clock=self.time.clock
        )

    @property
    def sent(self) -> list[str]:
        """The methods of its requests, in order."""
        return [method for method, *_ in self.transport.requests]


def applied(sandbox: Sandbox, *entries: Entry) -> None:
    ledger = Run(sandbox).ledger
    for entry in entries:
        ledger.record(entry)
    ledger.close()


def contexts(sandbox: Sandbox) -> dict[str, Any]:
    rows = sandbox._store.contexts.find()
    return {row["id"]: row["data"] for row in rows}


def put(sandbox: Sandbox, name: str, data: object) -> None:
    ask(sandbox, "PATCH", f"/v2/contexts/novu-sync/{name}", {"data": data})


def numbered(count: int, seed: int = 1) -> list[Entry]:
    """Entries that do not compress: a third of one document is full with some dozens."""
    rng = random.Random(seed)  # noqa: S311 - protects nothing
    return [
        Entry(
            identifier=f"ses-{number}",
            remote_id=f"row-{number}",
            credentials={f"key{each}": rng.randbytes(32).hex() for each in range(8)},
        )
        for number in range(count)
    ]


def test_a_first_run_reads_once_and_writes_once(sandbox: Sandbox) -> None:
    run = Run(sandbox)
    run.ledger.expect({"ses": False})
    run.ledger.record(SES)
    run.ledger.close()
    assert run.sent == ["GET", "GET", "POST"]
    assert list(contexts(sandbox)) == ["ledger-822b33ad87c148a0-0000"]


def test_a_run_that_changes_one_of_many_sends_one_intent_and_one_document(sandbox: Sandbox) -> None:
    applied(sandbox, SES, FCM)
    run = Run(sandbox)
    run.ledger.expect({"ses": False})
    run.ledger.doubt("ses")
    run.ledger.record(replace(SES, credentials={}))
    run.ledger.close()
    assert run.sent == ["GET", "POST", "GET", "PATCH", "DELETE"]


def test_a_hundred_integrations_lie_in_two_documents_and_five_thousand_on_one_page(
    sandbox: Sandbox,
) -> None:
    """With three credentials and five other fields each."""
    rng = random.Random(5)  # noqa: S311 - protects nothing

    def marks(*keys: str) -> dict[str, str]:
        return {key: rng.randbytes(32).hex() for key in keys}

    entries = [
        Entry(
            identifier=f"integration-{number}",
            remote_id=rng.randbytes(12).hex(),
            credentials=marks("apiKey", "secretKey", "region"),
            fields=marks("name", "active", "check", "conditions", "primary"),
            updated_at="2026-11-23T10:00:00.000Z",
        )
        for number in range(5000)
    ]
    applied(sandbox, *entries[:100])
    assert len(contexts(sandbox)) <= 2
    applied(sandbox, *entries)
    assert len(contexts(sandbox)) <= 100
    assert Run(sandbox).ledger.read().entries == {each.identifier: each for each in entries}


def test_no_document_is_larger_than_novu_takes_even_if_what_is_in_it_grows(
    sandbox: Sandbox,
) -> None:
    """Novu would refuse it: 64 KiB."""
    entries = numbered(150)
    applied(sandbox, *entries)
    rng = random.Random(2)  # noqa: S311 - protects nothing
    grown = [
        replace(each, fields={f"field{n}": rng.randbytes(32).hex() for n in range(20)})
        for each in entries
    ]
    applied(sandbox, *grown)
    assert Run(sandbox).ledger.read().entries == {each.identifier: each for each in grown}
    assert len(contexts(sandbox)) > 3


def test_an_entry_that_no_document_could_hold_is_held_without_its_values(sandbox: Sandbox) -> None:
    rng = random.Random(3)  # noqa: S311 - protects nothing
    vast = replace(SES, fields={str(n): rng.randbytes(32).hex() for n in range(2000)})
    applied(sandbox, vast)
    assert Run(sandbox).ledger.read().entries == {"ses": vast.doubted()}


def test_what_a_dead_run_was_going_to_write_is_in_doubt_and_protected(sandbox: Sandbox) -> None:
    applied(sandbox, SES, FCM, APNS)
    dead = Run(sandbox).ledger
    dead.expect({"ses": True, "fcm": False, "new": True})
    dead.doubt("ses")
    found = Run(sandbox).ledger.read()
    assert found.entries == {
        "ses": replace(SES.doubted(), protected=True),
        "fcm": FCM.doubted(),
        "apns": APNS,
    }
    assert found.note == CUT_SHORT
    after = Run(sandbox)
    after.ledger.begin()
    after.ledger.close()
    assert Run(sandbox).ledger.read().entries == found.entries
    assert Run(sandbox).ledger.read().note == ""


def test_more_than_an_intent_can_name_is_everything(sandbox: Sandbox) -> None:
    applied(sandbox, SES)
    rng = random.Random(4)  # noqa: S311 - protects nothing
    Run(sandbox).ledger.expect(
        {"ses": False} | {rng.randbytes(32).hex(): False for _ in range(2000)}
    )
    assert Run(sandbox).ledger.read().entries == {"ses": SES.doubted()}


@pytest.mark.parametrize("data", [{}, {"head": 7}, {"head": {"formatVersion": 1}}])
def test_an_intent_that_cannot_be_read_may_be_about_anything(
    sandbox: Sandbox, data: dict[str, Any]
) -> None:
    applied(sandbox, SES)
    Run(sandbox).ledger.expect({"fcm": False, "ses": False})
    put(sandbox, next(each for each in contexts(sandbox) if each.startswith("intent")), data)
    assert Run(sandbox).ledger.read().entries == {"ses": SES.doubted()}


def test_a_value_that_nobody_expected_is_noted_before_it_is_sent(sandbox: Sandbox) -> None:
    applied(sandbox, SES, FCM)
    run = Run(sandbox)
    run.ledger.expect({"fcm": False})
    run.ledger.doubt("ses")
    run.ledger.doubt("never heard of")
    assert run.sent == ["GET", "POST", "PATCH", "PATCH"]
    assert Run(sandbox).ledger.read().entries == {"ses": SES.doubted(), "fcm": FCM.doubted()}


def test_what_only_became_protected_is_noted_too(sandbox: Sandbox) -> None:
    """So that a flush that is lost does not lead to a delete once the block is removed."""
    applied(sandbox, APNS)
    run = Run(sandbox)
    run.ledger.record(replace(APNS, protected=True))
    run.ledger.expect({"new": False})
    assert Run(sandbox).ledger.read().entries["apns"].protected


def test_a_long_run_writes_now_and_then_and_its_intent_gets_smaller(sandbox: Sandbox) -> None:
    applied(sandbox, SES, FCM)
    run = Run(sandbox)
    run.ledger.expect({"ses": False, "fcm": False})
    run.ledger.doubt("ses")
    run.time.now += FLUSH_EVERY
    changed = replace(SES, credentials={"apiKey": "cc" * 32})
    run.ledger.record(changed)
    assert Run(sandbox).ledger.read().entries == {"ses": changed, "fcm": FCM.doubted()}
    run.ledger.close()
    assert Run(sandbox).ledger.read().entries == {"ses": changed, "fcm": FCM}


def test_a_server_that_fails_now_and_then_is_asked_again_at_the_end(sandbox: Sandbox) -> None:
    applied(sandbox, SES)
    run = Run(sandbox, breaks={3: "400-before"})
    run.ledger.expect({"ses": False})
    run.time.now += FLUSH_EVERY
    changed = replace(SES, credentials={"apiKey": "cc" * 32})
    run.ledger.record(changed)
    run.ledger.close()
    assert Run(sandbox).ledger.read().entries == {"ses": changed}


@pytest.mark.parametrize(
    "ending", ["400-before", "401-before", "writes-503-after-on", "writes-timeout-before-on"]
)
def test_a_flush_that_is_lost_costs_certainty_and_is_told(sandbox: Sandbox, ending: str) -> None:
    applied(sandbox, SES, FCM)
    run = Run(sandbox, breaks={4: ending})
    run.ledger.expect({"ses": False})
    run.ledger.doubt("ses")
    run.ledger.record(replace(SES, credentials={"apiKey": "cc" * 32}))
    with pytest.raises(NovuSyncError):
        run.ledger.close()
    run.ledger.close()  # once is enough
    assert Run(sandbox).ledger.read().entries == {"ses": SES.doubted(), "fcm": FCM}


def test_an_answer_that_was_lost_is_not_taken_for_another_writer(sandbox: Sandbox) -> None:
    applied(sandbox, SES)
    run = Run(sandbox, breaks={3: "half-after"})
    run.ledger.begin()
    with pytest.raises(WorldError):
        run.ledger.mark("plan/1", "used")
    run.ledger.mark("plan/2", "used")
    assert Run(sandbox).ledger.read().marks == {"plan/1": "used", "plan/2": "used"}


def another_applies(sandbox: Sandbox) -> None:
    applied(sandbox, FCM)


def another_begins(sandbox: Sandbox) -> None:
    Run(sandbox).ledger.expect({"ses": False})


def another_loses_it(sandbox: Sandbox) -> None:
    for name in contexts(sandbox):
        ask(sandbox, "DELETE", f"/v2/contexts/novu-sync/{name}")


@pytest.mark.parametrize("what", [another_applies, another_begins, another_loses_it])
def test_what_another_run_wrote_meanwhile_is_not_written_over(sandbox: Sandbox, what: Any) -> None:  # noqa: ANN401 - a function
    applied(sandbox, SES)
    run = Run(sandbox)
    run.ledger.begin()
    what(sandbox)
    before = contexts(sandbox)
    run.ledger.record(APNS)
    with pytest.raises(ServerStateError, match="another run wrote"):
        run.ledger.close()
    assert contexts(sandbox) == before


def test_two_that_make_the_first_document_at_once_do_not_both(sandbox: Sandbox) -> None:
    run = Run(sandbox, meanwhile={3: lambda: applied(sandbox, FCM)})
    run.ledger.record(SES)
    with pytest.raises(WorldError, match="another run"):
        run.ledger.close()
    assert Run(sandbox).ledger.read().entries == {"fcm": FCM}


def test_a_part_that_was_put_back_is_in_doubt(sandbox: Sandbox) -> None:
    """Its code is right; only the table of the first document tells that it is an older state."""
    entries = numbered(150)
    applied(sandbox, *entries)
    second = "ledger-822b33ad87c148a0-0001"
    before = contexts(sandbox)[second]
    changed = [replace(each, credentials={}) for each in entries]
    applied(sandbox, *changed)
    put(sandbox, second, before)
    found = Run(sandbox).ledger.read()
    there = {row["identifier"] for row in entries_in(before)}
    assert there
    assert found.note.startswith("two runs wrote it at once")
    for each in changed:
        name = each.identifier
        wanted = each.doubted() if name in there else each
        assert found.entries[name] == wanted


def entries_in(data: dict[str, Any]) -> list[dict[str, str]]:
    one = shard.read(data, 1, OWNER, FINGERPRINTER)
    assert isinstance(one, shard.Shard)
    return [{"identifier": name} for name in one.entries]


def test_only_the_documents_that_changed_are_written_and_the_first(sandbox: Sandbox) -> None:
    entries = numbered(250)
    applied(sandbox, *entries)
    run = Run(sandbox)
    run.ledger.record(replace(entries[-1], credentials={}))
    run.ledger.close()
    assert run.sent == ["GET", "GET", "PATCH", "PATCH"]


def test_a_part_that_is_missing_is_told(sandbox: Sandbox) -> None:
    applied(sandbox, *numbered(150))
    whole = Run(sandbox).ledger.read().entries
    ask(sandbox, "DELETE", "/v2/contexts/novu-sync/ledger-822b33ad87c148a0-0001")
    found = Run(sandbox).ledger.read()
    assert found.note == "a part of the ledger is missing"
    assert found.entries.items() < whole.items()


def test_without_the_first_part_the_others_are_in_doubt(sandbox: Sandbox) -> None:
    applied(sandbox, *numbered(150))
    ask(sandbox, "DELETE", "/v2/contexts/novu-sync/ledger-822b33ad87c148a0-0000")
    found = Run(sandbox).ledger.read()
    assert found.note == "a part of the ledger is missing"
    assert found.entries
    assert all(each == each.doubted() for each in found.entries.values())


def test_a_part_in_the_place_of_another_is_lost(sandbox: Sandbox) -> None:
    applied(sandbox, *numbered(150))
    there = contexts(sandbox)
    put(sandbox, "ledger-822b33ad87c148a0-0000", there["ledger-822b33ad87c148a0-0001"])
    assert "it lies in the place of another" in Run(sandbox).ledger.read().note


def test_an_entry_that_two_parts_tell_differently_is_in_doubt_until_it_is_written(
    sandbox: Sandbox,
) -> None:
    """A run that died while it moved it."""
    applied(sandbox, SES, FCM)
    other = shard.Shard(number=1, seq=1, entries={"ses": replace(SES, credentials={}), "fcm": FCM})
    data, stamp = shard.write(other, OWNER, FINGERPRINTER)
    name = "ledger-822b33ad87c148a0-0001"
    ask(sandbox, "POST", "/v2/contexts", {"type": "novu-sync", "id": name, "data": data})
    first = shard.Shard(number=0, seq=2, entries={"ses": SES, "fcm": FCM}, table={1: stamp})
    put(sandbox, "ledger-822b33ad87c148a0-0000", shard.write(first, OWNER, FINGERPRINTER)[0])
    assert Run(sandbox).ledger.read().entries == {"ses": SES.doubted(), "fcm": FCM}
    run = Run(sandbox)
    run.ledger.record(SES)
    run.ledger.close()
    assert Run(sandbox).ledger.read().entries == {"ses": SES, "fcm": FCM}


def test_what_a_later_version_wrote_is_left_alone(sandbox: Sandbox) -> None:
    applied(sandbox, SES)
    name, data = next(iter(contexts(sandbox).items()))
    put(sandbox, name, {**data, "head": {**data["head"], "formatVersion": 2}})
    with pytest.raises(ServerStateError, match="a later version") as caught:
        Run(sandbox).ledger.begin()
    assert "Use that version" in caught.value.mend


def test_documents_that_no_key_opens_any_more_are_removed_by_the_next_write(
    sandbox: Sandbox,
) -> None:
    applied(sandbox, *numbered(150))
    for name, data in contexts(sandbox).items():
        put(sandbox, name, {**data, "mac": "0"})
    applied(sandbox, SES)
    assert list(contexts(sandbox)) == ["ledger-822b33ad87c148a0-0000"]
    assert Run(sandbox).ledger.read().entries == {"ses": SES}


def test_what_others_keep_under_our_type_is_left_alone(sandbox: Sandbox) -> None:
    ask(sandbox, "POST", "/v2/contexts", {"type": "novu-sync", "id": "theirs", "data": {"a": 1}})
    ask(sandbox, "POST", "/v2/contexts", {"type": "novu-sync", "id": "ledger-822b33ad87c148a0-x"})
    applied(sandbox, SES)
    assert contexts(sandbox)["theirs"] == {"a": 1}
    assert Run(sandbox).ledger.read().note == ""


def test_reading_alone_sends_nothing_else_and_closing_does_nothing_then(sandbox: Sandbox) -> None:
    applied(sandbox, SES)
    run = Run(sandbox)
    run.ledger.read()
    run.ledger.close()
    assert run.sent == ["GET"]


def test_a_novu_without_contexts_is_told() -> None:
    with Sandbox(generation="2024-10") as old, pytest.raises(ServerStateError, match="no contexts"):
        Run(old).ledger.read()
