"""What holds of a ledger wherever it lies: one suite for all backends."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from support.ledgers import BACKENDS, Site

from reconciler.errors import ApiKeyError
from reconciler.model import Entry

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SES = Entry(
    identifier="ses",
    remote_id="row-1",
    credentials={"apiKey": "aa" * 32, "secretKey": "bb" * 32},
    fields={"name": "cc" * 32},
    credentials_version=3,
    protected=True,
    updated_at="2026-11-23T10:00:00.000Z",
    not_stored={"credentials.x": "dd" * 32},
)
FCM = Entry(identifier="fcm-ü-\u2028", remote_id="row-2", credentials={"serviceAccount": "ee" * 32})


@pytest.fixture(params=BACKENDS)
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Site]:
    with ExitStack() as stack:
        yield Site(request.param, tmp_path, stack)


def test_where_nothing_was_applied_it_says_so_and_reading_makes_nothing(site: Site) -> None:
    before = site.stored()
    applied = site.open().applied
    assert (applied.entries, applied.note) == ({}, "no ledger yet")
    assert site.stored() == before


def test_what_was_recorded_is_read_back_whole(site: Site) -> None:
    with site.writing() as opened:
        opened.ledger.record(SES)
        opened.ledger.record(FCM)
    applied = site.open().applied
    assert applied.entries == {SES.identifier: SES, FCM.identifier: FCM}
    assert applied.note == ""
    assert applied.environment_id == site.environment_id


def test_what_is_there_goes_on_with_the_next_run(site: Site) -> None:
    with site.writing() as opened:
        opened.ledger.record(SES)
        opened.ledger.record(FCM)
    changed = replace(SES, credentials={"apiKey": "ff" * 32})
    with site.writing() as opened:
        assert opened.applied.entries[SES.identifier] == SES
        opened.ledger.record(changed)
        opened.ledger.forget(FCM.identifier)
        opened.ledger.forget("never heard of")
    assert site.open().applied.entries == {SES.identifier: changed}


def test_a_run_that_changes_nothing_writes_nothing(site: Site) -> None:
    with site.writing() as opened:
        opened.ledger.record(SES)
    before = site.stored()
    with site.writing():
        pass
    assert site.stored() == before


def test_after_a_run_that_died_before_its_write_was_recorded_the_values_are_in_doubt(
    site: Site,
) -> None:
    with site.writing() as opened:
        opened.ledger.record(SES)
        opened.ledger.record(FCM)
    dying = site.open(writing=True).ledger
    dying.expect({SES.identifier: False})
    dying.doubt(SES.identifier)
    site.forget_the_dead(dying)
    applied = site.open().applied
    assert applied.entries == {SES.identifier: SES.doubted(), FCM.identifier: FCM}
    assert site.open().applied.entries[SES.identifier].protected


def test_doubt_ends_with_the_next_record(site: Site) -> None:
    with site.writing() as opened:
        opened.ledger.record(SES)
    changed = replace(SES, credentials={"apiKey": "ff" * 32})
    with site.writing() as opened:
        opened.ledger.expect({SES.identifier: True})
        opened.ledger.doubt(SES.identifier)
        opened.ledger.record(changed)
    assert site.open().applied.entries == {SES.identifier: changed}
    assert site.open().applied.note == ""


def test_what_was_to_be_written_and_was_not_is_believed_as_before(site: Site) -> None:
    with site.writing() as opened:
        opened.ledger.record(SES)
    with site.writing() as opened:
        opened.ledger.expect({SES.identifier: True, "new": True})
    assert site.open().applied.entries == {SES.identifier: SES}


def test_small_facts_are_there_for_the_next_run_even_if_this_one_dies(site: Site) -> None:
    with site.writing() as opened:
        opened.ledger.record(SES)
    dying = site.open(writing=True).ledger
    dying.mark("plan/1", "used")
    site.forget_the_dead(dying)
    assert site.open().applied.marks == {"plan/1": "used"}
    with site.writing() as opened:
        opened.ledger.mark("plan/2", "used")
        opened.ledger.mark("plan/1", None)
    assert site.open().applied.marks == {"plan/2": "used"}
    assert site.open().applied.entries == {SES.identifier: SES}


def test_a_document_that_somebody_changed_counts_as_lost(site: Site) -> None:
    with site.writing() as opened:
        opened.ledger.record(SES)
    site.tamper()
    applied = site.open().applied
    assert applied.entries == {}
    assert "ledger lost: it was changed by something else than novu-sync" in applied.note
    with site.writing() as opened:
        opened.ledger.record(FCM)
    assert site.open().applied.entries == {FCM.identifier: FCM}


def test_a_regenerated_api_key_is_told_apart_from_changed_secrets(site: Site) -> None:
    with site.writing() as opened:
        opened.ledger.record(SES)
    applied = site.open(api_key="another").applied
    assert applied.entries == {}
    assert "the API key was regenerated" in applied.note
    with site.writing(api_key="another") as opened:
        opened.ledger.record(FCM)
    again = site.open(api_key="another").applied
    assert (again.entries, again.note) == ({FCM.identifier: FCM}, "")


def test_a_lost_ledger_begins_anew(site: Site) -> None:
    with site.writing() as opened:
        opened.ledger.record(SES)
    site.lose()
    assert site.open().applied.note == "no ledger yet"
    with site.writing() as opened:
        opened.ledger.record(SES)
    assert site.open().applied.entries == {SES.identifier: SES}


def test_another_name_for_the_same_environment_is_refused(site: Site) -> None:
    with site.writing() as opened:
        opened.ledger.record(SES)
    with pytest.raises(ApiKeyError, match="applied as development"):
        site.open(environment="production")


def test_nothing_stored_tells_a_fingerprint_apart_from_noise_without_the_key(site: Site) -> None:
    """Two different short passwords leave the same names, and nothing that could be tried out."""
    fingerprinters = site.fingerprinters("sandbox-development", "guessed")
    mine, guessed = (each.of("ses", "credentials.password", "1234") for each in fingerprinters)
    with site.writing() as opened:
        opened.ledger.record(replace(SES, credentials={"password": mine}))
    assert mine != guessed
    assert b"1234" not in site.stored().replace(mine.encode(), b"")


def test_many_integrations_come_back_whole(site: Site) -> None:
    entries = {
        f"ses-{number}": replace(
            SES,
            identifier=f"ses-{number}",
            remote_id=f"row-{number}",
            credentials={
                key: f"{number:04d}{index:04d}" * 8
                for index, key in enumerate(["apiKey", "secretKey", "region"])
            },
        )
        for number in range(1200)
    }
    with site.writing() as opened:
        for entry in entries.values():
            opened.ledger.record(entry)
    assert site.open().applied.entries == entries
    with site.writing() as opened:
        for name in list(entries)[::2]:
            opened.ledger.forget(name)
            del entries[name]
    assert site.open().applied.entries == entries
