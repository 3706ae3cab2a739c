from dataclasses import replace

from fake_novu import FINGERPRINTER, FakeLedger, FakeNovu, email, integration

from reconciler.applying.carrying import EVERYTHING
from reconciler.applying.entries import entry_of
from reconciler.applying.memory import Memory
from reconciler.applying.report import Divergence
from reconciler.applying.reread import Reread, Settled, compare_again
from reconciler.model import Applied, Entry, Integration, Patch
from reconciler.planning.plan import FieldAction, FieldChange, Reason, Visibility
from reconciler.secret import Secret

SENT = frozenset({"name", "active", "credentials", "conditions", "configurations"})


def looked_at(
    novu: FakeNovu,
    *settled: Settled,
    entries: tuple[Entry, ...] = (),
) -> Reread:
    memory = Memory(Applied(entries={each.identifier: each for each in entries}), FakeLedger())
    return compare_again(settled, novu.shown(), memory, FINGERPRINTER)


def created(novu: FakeNovu, desired: Integration) -> tuple[Settled, Entry]:
    """An integration that this run created, and what is remembered of it."""
    row_id = novu.make(desired).id
    answer = next(row for row in novu.shown() if row.id == row_id)
    entry = entry_of(
        desired,
        row_id,
        sent=EVERYTHING,
        seen=None,
        before=None,
        updated_at=answer.updated_at,
        fingerprinter=FINGERPRINTER,
    )
    return Settled(desired=desired, row_id=row_id, sent=SENT, answers=(answer,)), entry


def paths(divergence: Divergence) -> list[str]:
    return [each.path for each in divergence.fields]


def test_what_is_as_declared_is_not_told() -> None:
    for readable in (True, False):
        novu = FakeNovu(readable=readable)
        settled, entry = created(novu, integration("slack"))
        found = looked_at(novu, settled, entries=(entry,))
        assert found.divergences == ()
        assert found.entries == (entry,)


def test_a_row_that_is_gone_is_told() -> None:
    novu = FakeNovu()
    settled, entry = created(novu, integration("slack"))
    novu.delete(settled.row_id)
    found = looked_at(novu, settled, entries=(entry,))
    assert found.divergences == (Divergence(identifier="slack", fields=()),)
    assert found.entries == ()


def test_divergences_come_sorted_by_identifier() -> None:
    novu = FakeNovu()
    gone = [Settled(desired=integration(name), row_id="gone") for name in ("b", "c", "a")]
    assert [each.identifier for each in looked_at(novu, *gone).divergences] == ["a", "b", "c"]


def test_what_somebody_changed_meanwhile_is_told_and_not_taken_for_the_servers_doing() -> None:
    novu = FakeNovu()
    settled, entry = created(novu, integration("slack"))
    novu.change(settled.row_id, Patch(name="Theirs"))
    found = looked_at(novu, settled, entries=(entry,))
    assert [(each.identifier, paths(each), each.remembered) for each in found.divergences] == [
        ("slack", ["name"], False)
    ]
    assert found.entries[0].not_stored == {}


def test_a_credential_that_the_server_did_not_keep_is_told_and_remembered() -> None:
    declared = integration("slack", credentials={"apiKey": Secret("a"), "extra": Secret("b")})
    novu = FakeNovu(readable=True, drops=frozenset({"extra"}))
    settled, entry = created(novu, declared)
    found = looked_at(novu, settled, entries=(entry,))
    assert [(paths(each), each.remembered) for each in found.divergences] == [
        (["credentials.extra"], True)
    ]
    assert found.entries[0].not_stored.keys() == {"credentials.extra"}
    assert "b" not in found.entries[0].not_stored.values()


def test_what_is_remembered_already_is_not_told_again() -> None:
    declared = integration("slack", configurations={"inboxCount": 1})
    novu = FakeNovu(drops=frozenset({"inboxCount"}))
    settled, entry = created(novu, declared)
    first = looked_at(novu, settled, entries=(entry,))
    assert [paths(each) for each in first.divergences] == [["configurations.inboxCount"]]
    again = replace(settled, sent=frozenset())
    assert looked_at(novu, again, entries=first.entries).divergences == ()


def test_a_value_that_the_server_changed_in_its_very_answer_is_remembered() -> None:
    novu = FakeNovu()
    settled, entry = created(novu, integration("slack"))
    novu.change(settled.row_id, Patch(name="slack, as the server writes it"))
    settled = replace(settled, answers=novu.shown())
    found = looked_at(novu, settled, entries=(entry,))
    assert [(paths(each), each.remembered) for each in found.divergences] == [(["name"], True)]
    assert found.entries[0].not_stored.keys() == {"name"}


def test_what_was_not_sent_is_never_taken_for_the_servers_doing() -> None:
    novu = FakeNovu()
    settled, entry = created(novu, integration("slack", configurations={"inboxCount": 1}))
    novu.rows[settled.row_id] = replace(novu.rows[settled.row_id], configurations={})
    found = looked_at(novu, replace(settled, sent=frozenset()), entries=(entry,))
    assert [each.remembered for each in found.divergences] == [False]


def test_credentials_that_this_run_did_not_send_are_not_judged() -> None:
    """The plan left them alone: because they are ignored, or ``--credentials never`` was said."""
    novu = FakeNovu(readable=True)
    settled, entry = created(novu, integration("slack"))
    other = replace(
        settled,
        desired=integration("slack", credentials={"apiKey": Secret("new")}),
        sent=frozenset(),
    )
    assert looked_at(novu, other, entries=(entry,)).divergences == ()


def test_some_of_a_row_can_be_the_servers_doing_and_some_not() -> None:
    declared = integration("slack", configurations={"inboxCount": 1})
    novu = FakeNovu(drops=frozenset({"inboxCount"}))
    settled, entry = created(novu, declared)
    novu.change(settled.row_id, Patch(name="Theirs"))
    found = looked_at(novu, settled, entries=(entry,))
    assert [(paths(each), each.remembered) for each in found.divergences] == [
        (["name"], False),
        (["configurations.inboxCount"], True),
    ]


def primary_of(desired: Integration) -> tuple[FieldChange, ...]:
    novu = FakeNovu()
    novu.make(email("first"))
    settled, entry = created(novu, desired)
    (divergence,) = looked_at(novu, settled, entries=(entry,)).divergences
    assert not divergence.remembered
    return divergence.fields


def test_a_primary_that_is_none_is_told() -> None:
    (field,) = primary_of(email("ses", primary=True))
    assert field == FieldChange(
        path="primary",
        action=FieldAction.CHANGE,
        reason=Reason.NOT_PRIMARY,
        before=False,
        after=True,
    )


def test_a_primary_that_came_from_a_reference_is_told_without_its_value() -> None:
    (field,) = primary_of(email("ses", primary=True, referenced=frozenset({"primary"})))
    assert field.visibility is Visibility.REFERENCE
    assert (field.before, field.after) == (None, None)


def test_the_servers_times_are_remembered_for_every_row_that_is_known() -> None:
    """Renumbering moves them for rows that nobody wrote to, of email and sms."""
    novu = FakeNovu()
    settled, entry = created(novu, integration("slack"))
    _, bystander = created(novu, email("other"))
    novu.make(integration("unknown"))
    novu.rows = {key: replace(row, updated_at="later") for key, row in novu.rows.items()}
    found = looked_at(novu, settled, entries=(entry, bystander))
    assert {each.identifier: each.updated_at for each in found.entries} == {
        "slack": "later",
        "other": "later",
    }


def test_a_time_that_others_moved_is_not_remembered_before_credentials_are_sent() -> None:
    """Else a change made outside would be told once, and forgotten with the next apply."""
    novu = FakeNovu()
    kept, kept_entry = created(novu, integration("kept"))
    renamed, renamed_entry = created(novu, integration("renamed"))
    rotated, rotated_entry = created(novu, integration("rotated"))
    _, bystander = created(novu, integration("bystander"))
    fresh, fresh_entry = created(novu, integration("fresh"))
    entries = (kept_entry, renamed_entry, rotated_entry, bystander)
    novu.rows = {key: replace(row, updated_at="later") for key, row in novu.rows.items()}
    found = looked_at(
        novu,
        replace(kept, sent=frozenset()),
        replace(renamed, sent=frozenset({"name"}), mark="before"),
        replace(rotated, sent=frozenset({"name", "credentials"}), mark="before"),
        replace(fresh, sent=frozenset()),
        entries=(*entries, replace(fresh_entry, updated_at=None)),
    )
    assert {each.identifier: each.updated_at for each in found.entries} == {
        "kept": kept_entry.updated_at,
        "renamed": "before",
        "rotated": "later",
        "bystander": bystander.updated_at,
        "fresh": "later",
    }


def test_nothing_secret_shows_in_a_divergence() -> None:
    declared = integration("slack", credentials={"apiKey": Secret("planted-secret")})
    novu = FakeNovu(readable=True)
    settled, entry = created(novu, declared)
    novu.change(settled.row_id, Patch(credentials={"apiKey": Secret("planted-other")}))
    found = looked_at(novu, settled, entries=(entry,))
    assert len(found.divergences) == 1
    assert "planted" not in repr(found)


def test_a_row_without_entry_is_compared_all_the_same() -> None:
    novu = FakeNovu()
    row = novu.make(integration("slack"))
    settled = Settled(desired=integration("slack", name="New"), row_id=row.id)
    assert [paths(each) for each in looked_at(novu, settled).divergences] == [["name"]]
