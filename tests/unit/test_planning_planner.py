from __future__ import annotations

import pytest
from planning_values import (
    FINGERPRINTER,
    codes,
    declared,
    ledger,
    planned,
    project,
    readable,
    remembered,
    row,
    secrets,
    server,
    told,
)

from reconciler.errors import ServerStateError
from reconciler.model import Applied, Channel, Patch
from reconciler.planning.fingerprints import not_stored
from reconciler.planning.options import CredentialsMode
from reconciler.planning.plan import (
    Action,
    Create,
    Delete,
    FieldAction,
    FieldChange,
    Keep,
    Reason,
    Rename,
    Replace,
    SetPrimary,
    Update,
)
from reconciler.secret import Secret, Unresolved


def test_what_the_server_lacks_is_created() -> None:
    one = declared(name="Mail")
    result = planned(project(one), server())

    assert result.changes == (Create(desired=one),)
    assert (result.environment, result.environment_id) == ("development", "e" * 24)


def test_what_is_as_declared_is_kept_and_the_rest_is_unmanaged() -> None:
    one = declared(name="Amazon SES")
    result = planned(project(one), server(row("z"), row(), row("b")))

    assert result.changes == (Keep(desired=one, observed=row()),)
    assert [each.identifier for each in result.unmanaged] == ["b", "z"]
    assert result.is_empty


def test_an_update_sends_whole_fields_and_only_those_that_differ() -> None:
    conditions = [{"type": "GROUP", "value": "AND", "children": []}]
    one = declared(
        name="Mail", active=True, conditions=conditions, rules={}, configurations={"a": 1, "b": 2}
    )
    result = planned(
        project(one), server(row(active=True, conditions=conditions, configurations={"a": 1}))
    )

    (update,) = result.changes
    assert isinstance(update, Update)
    assert update.patch == Patch(name="Mail", configurations={"a": 1, "b": 2})
    assert [each.path for each in update.fields] == ["configurations.b", "name"]
    assert update.reason is Reason.FIELD_DIFFERS


def test_every_managed_field_can_be_sent() -> None:
    rules, conditions = {"==": [1, 1]}, [{"children": []}]
    one = declared(active=True, conditions=conditions, rules=rules)
    (update,) = planned(project(one), server(row())).changes

    assert isinstance(update, Update)
    assert update.patch == Patch(active=True, conditions=conditions, rules=rules)


def test_cleared_fields_are_sent_empty() -> None:
    one = declared(conditions=[], rules={}, configurations={})
    result = planned(
        project(one),
        server(row(conditions=[{"children": []}], rules={"==": [1, 1]}, configurations={"a": 1})),
    )

    (update,) = result.changes
    assert isinstance(update, Update)
    assert update.patch == Patch(conditions=[], rules={}, configurations={})


def test_credentials_alone_give_their_own_reason() -> None:
    one = declared(credentials=secrets({"apiKey": "hush-1"}))
    (update,) = planned(project(one), server(row())).changes

    assert isinstance(update, Update)
    assert update.reason is Reason.SECRET_UNVERIFIABLE
    assert update.patch == Patch(credentials=one.credentials)


def test_the_check_goes_along_with_credentials_only() -> None:
    one = declared(name="Mail", credentials=secrets({"apiKey": "k"}), check=True)
    (sent,) = planned(project(one), server(row())).changes
    (kept,) = planned(project(one), server(row()), ledger(remembered(one))).changes

    assert isinstance(sent, Update)
    assert sent.patch.check
    assert isinstance(kept, Update)
    assert not kept.patch.check


def test_another_provider_or_channel_is_a_replace() -> None:
    provider = planned(project(declared(provider_id="sendgrid")), server(row())).changes[0]
    channel = planned(project(declared(channel=Channel.CHAT)), server(row())).changes[0]
    both = planned(
        project(declared(provider_id="slack", channel=Channel.CHAT)), server(row())
    ).changes[0]

    assert isinstance(provider, Replace)
    assert provider.reason is both.reason is Reason.PROVIDER_CHANGED
    assert isinstance(channel, Replace)
    assert channel.reason is Reason.CHANNEL_CHANGED


def test_a_rename_carries_other_fields_along() -> None:
    one = declared("new", name="Mail", previous_identifiers=("old",))
    (rename,) = planned(project(one), server(row("old"))).changes

    assert isinstance(rename, Rename)
    assert rename.patch == Patch(identifier="new", name="Mail")
    assert [each.path for each in rename.fields] == ["name"]


def test_a_rename_alone_sends_nothing_else() -> None:
    before = declared("old", credentials=secrets({"apiKey": "k"}))
    after = declared(
        "new", credentials=secrets({"apiKey": "k"}), previous_identifiers=("older", "old")
    )
    (rename,) = planned(project(after), server(row("old")), ledger(remembered(before))).changes

    assert isinstance(rename, Rename)
    assert (rename.patch, rename.fields) == (Patch(identifier="new"), ())


def test_an_entry_under_the_earlier_name_of_the_same_row_still_counts() -> None:
    before = declared("old", credentials=secrets({"apiKey": "k"}))
    after = declared("new", credentials=secrets({"apiKey": "k"}), previous_identifiers=("old",))
    known = ledger(remembered(before, remote_id="id-of-new"))

    assert planned(project(after), server(row("new")), known).is_empty


def test_an_entry_of_another_row_says_nothing() -> None:
    one = declared(credentials=secrets({"apiKey": "k"}))
    known = ledger(remembered(one, remote_id="another"))

    assert told(planned(project(one), server(row()), known)) == [("update", "ses")]


def test_the_in_app_built_in_is_adopted_without_being_renamed() -> None:
    one = declared("inbox", provider_id="novu", channel=Channel.IN_APP, name="Inbox", active=True)
    observed = row("novu-x7", provider_id="novu", channel=Channel.IN_APP, active=True)
    (update,) = planned(project(one), server(observed)).changes

    assert isinstance(update, Update)
    assert update.patch == Patch(name="Inbox")


def test_a_pair_with_a_finding_is_left_out_of_the_changes() -> None:
    result = planned(
        project(declared("new", previous_identifiers=("old",)), declared("b")),
        server(row("old"), row("new")),
    )

    assert codes(result) == ["NS501"]
    assert told(result) == [("create", "b")]


def test_findings_about_what_is_not_covered_are_not_told() -> None:
    result = planned(
        project(declared("new", previous_identifiers=("old",)), declared("b")),
        server(row("old"), row("new")),
        targets=("b",),
    )

    assert codes(result) == []


def test_duplicates_stop_the_run_whatever_it_is_about() -> None:
    with pytest.raises(ServerStateError):
        planned(project(), server(row("x", id="1"), row("x", id="2")), targets=("ses",))


def test_targets_and_excludes_choose_changes_and_leave_the_report_of_unmanaged() -> None:
    desired = project(declared("a"), declared("b"), declared("c", primary=True, active=True))
    observed = server(row("a"), row("other", active=True, primary=True))

    targeted = planned(desired, observed, targets=("c",))
    excluded = planned(desired, observed, excludes=("b", "c"))

    assert told(targeted) == [("create", "c"), ("set-primary", "c")]
    assert len(targeted.changes) == 2
    assert [(each.action, each.identifier) for each in excluded.changes] == [(Action.KEEP, "a")]
    assert (
        [each.identifier for each in targeted.unmanaged]
        == [each.identifier for each in excluded.unmanaged]
        == ["other"]
    )


def test_prune_deletes_what_we_applied_and_reports_the_rest() -> None:
    known = ledger(remembered(declared("gone")))
    observed = server(row("gone"), row("by-hand"))

    off = planned(project(), observed, known)
    on = planned(project(), observed, known, prune=True)

    assert off.is_empty
    assert [each.identifier for each in off.unmanaged] == ["by-hand", "gone"]
    assert on.changes == (Delete(observed=row("gone")),)
    assert [each.identifier for each in on.unmanaged] == ["by-hand"]


def test_a_value_that_the_server_does_not_store_is_not_planned_again() -> None:
    one = declared(configurations={"odd": 1})
    change = FieldChange(
        path="configurations.odd", action=FieldAction.ADD, reason=Reason.FIELD_DIFFERS
    )
    known = ledger(remembered(one, not_stored=not_stored(one, [change], FINGERPRINTER)))

    assert told(planned(project(one), server(row()))) == [("update", "ses")]
    assert planned(project(one), server(row()), known).is_empty


def test_a_withheld_signing_key_is_sent_once() -> None:
    one = declared(configurations={"inboundWebhookSigningKey": Secret("hush-1")})
    observed = server(row(configurations={}))
    (update,) = planned(project(one), observed).changes

    assert isinstance(update, Update)
    assert update.patch == Patch(configurations=one.configurations)
    assert update.reason is Reason.SECRET_UNVERIFIABLE
    assert planned(project(one), observed, ledger(remembered(one))).is_empty


def test_never_holds_a_signing_key_back_unless_its_object_is_sent_anyway() -> None:
    alone = declared(configurations={"inboundWebhookSigningKey": Secret("k")})
    beside = declared(configurations={"inboundWebhookSigningKey": Secret("k"), "a": 1})
    held = planned(project(alone), server(row()), credentials=CredentialsMode.NEVER)
    sent = planned(project(beside), server(row()), credentials=CredentialsMode.NEVER)

    assert (held.is_empty, codes(held)) == (True, ["NS513"])
    assert (told(sent), codes(sent)) == ([("update", "ses")], [])


def test_never_still_sends_credentials_on_create_and_other_fields_on_update() -> None:
    one = declared(name="Mail", credentials=secrets({"apiKey": "k"}))
    created = planned(project(one), server(), credentials=CredentialsMode.NEVER)
    (update,) = planned(project(one), server(row()), credentials=CredentialsMode.NEVER).changes

    assert created.changes == (Create(desired=one),)
    assert not created.findings
    assert isinstance(update, Update)
    assert update.patch == Patch(name="Mail")


def test_the_note_of_the_ledger_is_passed_on() -> None:
    result = planned(project(), server(), Applied(note="no ledger yet"))

    assert result.ledger_note == "no ledger yet"


def test_old_values_of_referenced_fields_are_nowhere_in_a_plan() -> None:
    referenced = frozenset({"name", "conditions", "rules", "configurations", "active"})
    one = declared(
        name=Secret("hush-1"),
        active=True,
        conditions=[Secret("hush-2")],
        rules={"in": [Secret("hush-3")]},
        configurations={"a": Secret("hush-4")},
        credentials=secrets({"apiKey": "hush-5"}),
        referenced=referenced,
    )
    old = row(
        name="hush-6",
        active=True,
        conditions=["hush-7"],
        rules={"in": ["hush-8"]},
        configurations={"a": "hush-9"},
        credentials=readable(apiKey="hush-0"),
    )
    result = planned(project(one), server(old))

    assert told(result) == [("update", "ses")]
    assert "hush" not in repr(result)


def test_rows_beside_a_single_referenced_field_stay_visible() -> None:
    one = declared(active=True, referenced=frozenset({"active"}))
    (update,) = planned(project(one), server(row())).changes

    assert isinstance(update, Update)
    assert update.observed == row()


def test_the_integration_that_the_documentation_follows_takes_that_way() -> None:
    before = declared(
        "ses", name="Amazon SES", credentials={"apiKey": Secret("old"), "region": "eu-west-1"}
    )
    after = declared(
        "ses-eu",
        previous_identifiers=("ses",),
        name="Amazon SES (Europe)",
        active=True,
        primary=True,
        credentials={"apiKey": Secret("new"), "region": "eu-west-1"},
    )
    by_hand = row("by-hand", active=True, primary=True)
    result = planned(
        project(after), server(row("ses", active=True), by_hand), ledger(remembered(before))
    )

    rename, promotion = result.changes
    assert isinstance(rename, Rename)
    assert [each.path for each in rename.fields] == ["credentials.apiKey", "name"]
    assert rename.patch == Patch(
        identifier="ses-eu", name="Amazon SES (Europe)", credentials=after.credentials
    )
    assert isinstance(promotion, SetPrimary)
    assert promotion.previous == "by-hand"
    assert result.unmanaged == (by_hand,)


def test_fields_of_which_a_value_was_not_asked_for_are_not_compared_and_that_is_said() -> None:
    """One warning for all of them; the rest of a row is exact."""
    fields = {
        "name": Unresolved(),
        "conditions": [{"value": Unresolved()}],
        "rules": {"==": [1, Unresolved()]},
        "configurations": {"a": Unresolved()},
        "credentials": {"apiKey": Unresolved()},
    }
    unresolved = frozenset((*fields, "active"))
    ones = [declared(f"one-{at}", **fields, unresolved=unresolved) for at in range(7)]
    other = declared("other", name="Other", credentials=secrets({"apiKey": "a"}))
    rows = [row(each.identifier, active=True, rules={"==": [1, 2]}) for each in ones]
    entries = [
        remembered(declared(each.identifier, credentials=secrets({"apiKey": "a"}))) for each in ones
    ]
    result = planned(
        project(*ones, other, declared("new", **fields, unresolved=unresolved)),
        server(*rows, row("other", name="Other")),
        ledger(*entries, remembered(other)),
    )

    assert told(result) == [("create", "new")]
    assert {each.reason for each in result.changes if each.identifier.startswith("one")} == {
        Reason.SECRET_UNVERIFIABLE
    }
    assert result.unverified == tuple(f"one-{at}" for at in range(7))
    (finding,) = result.findings
    assert finding.code == "NS330"
    assert "active, conditions, configurations, credentials, name and rules of" in finding.detail
    assert "'one-4' and 2 more are unverifiable" in finding.detail


def test_a_row_that_differs_beside_what_was_not_asked_for_is_updated() -> None:
    one = declared(
        name="Mail", credentials={"apiKey": Unresolved()}, unresolved=frozenset({"credentials"})
    )
    entry = remembered(declared(credentials=secrets({"apiKey": "a"})))
    result = planned(project(one), server(row()), ledger(entry))

    (update,) = result.changes
    assert isinstance(update, Update)
    assert [each.path for each in update.fields] == ["name"]
    assert update.patch == Patch(name="Mail")
    assert result.unverified == ("ses",)
