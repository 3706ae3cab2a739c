"""Whose doing a difference is, from what was applied, what is declared and what the server has."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from planning_values import (
    FINGERPRINTER,
    declared,
    ledger,
    project,
    readable,
    remembered,
    row,
    server,
)

from reconciler.model import Applied, Channel, ObservedCredentials, Readback
from reconciler.planning.drift import Cause, Why
from reconciler.planning.options import Options
from reconciler.planning.plan import Visibility
from reconciler.planning.three_way import drift
from reconciler.secret import Secret, Unresolved

if TYPE_CHECKING:
    from reconciler.model import Entry, Integration, ObservedIntegration
    from reconciler.planning.drift import Drift

WHEN, LATER = "2026-11-01T00:00:00.000Z", "2026-11-02T00:00:00.000Z"
DRIFTED, BOTH, OURS, UNKNOWN = Cause.DRIFTED, Cause.BOTH, Cause.CONFIG_CHANGE, Cause.UNVERIFIABLE


def compared(
    desired: Integration | None,
    observed: ObservedIntegration | None,
    entry: Entry | None = None,
    *more: Entry,
    **options: Any,  # noqa: ANN401 - fields of `Options`
) -> Drift:
    applied = ledger(*([] if entry is None else [entry]), *more)
    return drift(
        project(*([] if desired is None else [desired])),
        server(*([] if observed is None else [observed])),
        applied,
        FINGERPRINTER,
        Options(**options),
    )


def told(found: Drift) -> list[tuple[str, Cause, Why]]:
    return [(each.path, each.cause, each.why) for each in found.differences]


CONDITIONS: Any = [{"type": "GROUP", "value": "AND"}]
RULES: Any = {"==": [{"var": "context.tenant.id"}, "acme"]}
WEBHOOK: Any = {"inboundWebhookEnabled": True}


@pytest.mark.parametrize(
    ("field", "applied", "moved", "third"),
    [
        ("name", "Amazon SES", "Edited", "Declared"),
        ("active", True, False, True),
        ("primary", True, False, True),
        ("rules", RULES, {"==": [1, 1]}, {"==": [2, 2]}),
        ("conditions", CONDITIONS, [], [{"value": "OR"}]),
        ("configurations", WEBHOOK, {"inboundWebhookEnabled": False}, {"inboxCount": "none"}),
    ],
)
def test_a_field_is_named_after_the_side_that_moved(
    field: str, applied: object, moved: object, third: object
) -> None:
    active = {"active": True} if field != "active" else {}
    base = declared(**{field: applied, **active})
    was = remembered(base)
    as_applied = row(**{"active": True, field: applied})
    assert told(compared(base, as_applied, was)) == []
    edited = compared(base, row(**{"active": True, field: moved}), was)
    assert {each[1:] for each in told(edited)} == {(DRIFTED, Why.EDITED)}
    anew = compared(declared(**{field: moved, **active}), as_applied, was)
    assert {each[1:] for each in told(anew)} == {(OURS, Why.DECLARED_ANEW)}
    if third != applied:
        both = compared(
            declared(**{field: third, **active}), row(**{"active": True, field: moved}), was
        )
        assert {each[1:] for each in told(both)} == {(BOTH, Why.BOTH_MOVED)}


def test_where_both_sides_moved_to_the_same_there_is_no_difference() -> None:
    was = remembered(declared(name="old"))
    assert compared(declared(name="new"), row(name="new"), was).is_empty


def test_defaults_that_a_server_fills_in_do_not_make_it_the_one_that_moved() -> None:
    was = remembered(declared(conditions=CONDITIONS))
    filled = [{**CONDITIONS[0], "isNegated": False, "children": []}]
    found = compared(declared(conditions=[]), row(conditions=filled), was)
    assert {each[1:] for each in told(found)} == {(OURS, Why.DECLARED_ANEW)}
    odd = compared(declared(conditions=[]), row(conditions=["no group"]), was)
    assert {each[1:] for each in told(odd)} == {(BOTH, Why.BOTH_MOVED)}


def test_a_row_that_nobody_wrote_since_did_not_move_however_it_is_spelled() -> None:
    was = remembered(declared(conditions=[{"isNegated": False, "value": "AND"}]), updated_at=WHEN)
    there = [{"isNegated": False, "children": [], "value": "AND"}]
    desired = declared(conditions=[{"value": "OR"}])
    for moved, cause in ((WHEN, OURS), (LATER, BOTH), (None, BOTH)):
        found = compared(desired, row(conditions=there, updated_at=moved), was)
        assert {each[1] for each in told(found)} == {cause}


def test_a_field_that_was_not_managed_when_last_applied_is_a_change_of_the_configuration() -> None:
    found = compared(
        declared(name="new", active=True), row(active=True), remembered(declared(active=True))
    )
    assert told(found) == [("name", OURS, Why.NEWLY_MANAGED)]


def test_without_a_ledger_nobody_can_tell_who_moved() -> None:
    assert told(compared(declared(name="x"), row())) == [("name", UNKNOWN, Why.NO_LEDGER)]
    assert told(compared(declared(name="x"), None)) == [("", UNKNOWN, Why.NO_LEDGER)]
    assert told(compared(declared(provider_id="sendgrid"), row())) == [
        ("providerId", UNKNOWN, Why.NO_LEDGER)
    ]


def test_with_a_ledger_that_knows_others_the_integration_is_said_to_be_missing_in_it() -> None:
    other = remembered(declared("other"))
    assert told(compared(declared(name="x"), row(), other)) == [
        ("name", UNKNOWN, Why.NOT_IN_LEDGER)
    ]
    assert told(compared(declared(), None, other)) == [("", OURS, Why.NOT_APPLIED_YET)]


def test_an_apply_that_was_cut_short_leaves_the_values_unverifiable() -> None:
    desired = declared(
        name="x",
        credentials={"apiKey": Secret("1")},
        configurations={"inboundWebhookSigningKey": Secret("2")},
    )
    found = compared(desired, row(), remembered(desired).doubted())
    assert told(found) == [
        ("configurations.inboundWebhookSigningKey", UNKNOWN, Why.APPLY_CUT_SHORT),
        ("credentials.apiKey", UNKNOWN, Why.APPLY_CUT_SHORT),
        ("name", UNKNOWN, Why.APPLY_CUT_SHORT),
    ]


def test_a_row_that_is_gone_was_deleted_on_the_server() -> None:
    assert told(compared(declared(), None, remembered(declared()))) == [("", DRIFTED, Why.DELETED)]


def test_a_row_under_another_name_was_renamed_on_the_server() -> None:
    was = remembered(declared(), remote_id="the-row")
    for name, shown in (("by-hand", "by-hand"), (None, "the-row")):
        (found,) = compared(declared(), row(name, id="the-row"), was).differences
        assert (found.cause, found.why, found.known_as) == (DRIFTED, Why.RENAMED_THERE, shown)


def test_another_row_under_the_name_was_made_anew_and_its_fields_are_told_too() -> None:
    base = declared(name="Amazon SES", credentials={"apiKey": Secret("1")})
    found = compared(base, row(name="New"), remembered(base, remote_id="another"))
    assert told(found) == [
        ("", DRIFTED, Why.RECREATED),
        ("credentials.apiKey", UNKNOWN, Why.NOT_IN_LEDGER),
        ("name", DRIFTED, Why.EDITED),
    ]
    replaced = compared(
        declared(), row(provider_id="sendgrid"), remembered(declared(), remote_id="another")
    )
    assert told(replaced) == [("providerId", DRIFTED, Why.RECREATED)]


def test_another_provider_of_the_very_row_can_only_have_been_declared() -> None:
    found = compared(declared(provider_id="sendgrid"), row(), remembered(declared()))
    assert told(found) == [("providerId", OURS, Why.DECLARED_ANEW)]


@pytest.mark.parametrize(
    ("known", "verdict"),
    [
        ("old", (OURS, Why.RENAMED_HERE)),
        ("ses", (DRIFTED, Why.RENAMED_THERE)),
        (None, (UNKNOWN, Why.NO_LEDGER)),
    ],
)
@pytest.mark.parametrize("name", ["old"])
def test_a_row_under_an_earlier_name_was_renamed_by_whoever_the_ledger_says(
    name: str, known: str | None, verdict: tuple[Cause, Why]
) -> None:
    desired = declared(previous_identifiers=(name,))
    was = None if known is None else replace(remembered(declared(known)), remote_id="id-of-old")
    found = compared(desired, row(name), was)
    assert told(found) == [("", *verdict)]
    assert found.differences[0].known_as == name


def credentials(**values: str) -> dict[str, Any]:
    return {"credentials": {key: Secret(value) for key, value in values.items()}}


@pytest.mark.parametrize(
    ("applied", "now", "there", "verdicts"),
    [
        ({"a": "1"}, {"a": "1"}, {"a": "1"}, []),
        ({"a": "1"}, {"a": "1"}, {"a": "2"}, [("credentials.a", DRIFTED, Why.EDITED)]),
        ({"a": "1"}, {"a": "1"}, {}, [("credentials.a", DRIFTED, Why.EDITED)]),
        ({"a": "1"}, {"a": "1"}, {"a": "1", "b": "2"}, [("credentials.b", DRIFTED, Why.EDITED)]),
        ({"a": "1"}, {"a": "2"}, {"a": "1"}, [("credentials.a", OURS, Why.DECLARED_ANEW)]),
        ({"a": "1"}, {}, {"a": "1"}, [("credentials.a", OURS, Why.DECLARED_ANEW)]),
        ({}, {"a": "1"}, {}, [("credentials.a", OURS, Why.DECLARED_ANEW)]),
        ({"a": "1"}, {"a": "2"}, {"a": "3"}, [("credentials.a", BOTH, Why.BOTH_MOVED)]),
        ({"a": "1"}, {}, {"a": "3"}, [("credentials.a", BOTH, Why.BOTH_MOVED)]),
    ],
)
def test_credentials_that_a_server_gives_back_are_told_by_key(
    applied: dict[str, str],
    now: dict[str, str],
    there: dict[str, str],
    verdicts: list[tuple[str, Cause, Why]],
) -> None:
    was = remembered(declared(**credentials(**applied)))
    found = compared(declared(**credentials(**now)), row(credentials=readable(**there)), was)
    assert told(found) == verdicts
    assert found.unseen == ()


@pytest.mark.parametrize("readback", [Readback.ABSENT, Readback.OPAQUE])
def test_credentials_that_are_not_given_back_are_never_drift(readback: Readback) -> None:
    base = declared(**credentials(a="1"))
    hidden = row(credentials=ObservedCredentials(readback=readback))
    found = compared(base, hidden, remembered(base))
    assert found.is_empty
    assert [each.identifier for each in found.unseen] == ["ses"]
    anew = compared(declared(**credentials(a="2")), hidden, remembered(base))
    assert told(anew) == [("credentials.a", OURS, Why.DECLARED_ANEW)]
    unknown = compared(base, hidden, remembered(declared("other")))
    assert told(unknown) == [("credentials.a", UNKNOWN, Why.NOT_IN_LEDGER)]


def test_credentials_that_were_not_managed_and_a_raised_version_are_changes_of_ours() -> None:
    now = declared(**credentials(a="1"), name="Amazon SES")
    found = compared(now, row(), remembered(declared(name="Amazon SES")))
    assert told(found) == [("credentials.a", OURS, Why.NEWLY_MANAGED)]
    raised = compared(replace(now, credentials_version=2), row(), remembered(now))
    assert told(raised) == [("credentials.a", OURS, Why.VERSION_RAISED)]


@pytest.mark.parametrize(
    ("then", "since", "written"),
    [(WHEN, WHEN, False), (WHEN, LATER, True), (None, LATER, False), (WHEN, None, False)],
)
def test_a_row_with_unseen_credentials_that_was_written_since_is_pointed_out(
    then: str | None, since: str | None, *, written: bool
) -> None:
    base = declared(**credentials(a="1"))
    found = compared(base, row(updated_at=since), remembered(base, updated_at=then))
    assert found.is_empty
    assert [each.written_since for each in found.unseen] == [written]


SIGNED: Any = {"inboundWebhookSigningKey": Secret("1")}


def test_configurations_that_a_server_withholds_are_told_from_the_declared_side_alone() -> None:
    was = remembered(declared(configurations=SIGNED))
    assert compared(declared(configurations=SIGNED), row(), was).is_empty
    other = declared(configurations={"inboundWebhookSigningKey": Secret("2")})
    path = "configurations.inboundWebhookSigningKey"
    assert told(compared(other, row(), was)) == [(path, OURS, Why.DECLARED_ANEW)]
    assert told(compared(other, row())) == [(path, UNKNOWN, Why.NO_LEDGER)]
    assert told(compared(other, row(), remembered(declared(name="Amazon SES")))) == [
        (path, OURS, Why.NEWLY_MANAGED)
    ]


def test_configurations_of_which_a_part_is_withheld_cannot_be_blamed_on_anybody() -> None:
    was = remembered(declared(configurations={**SIGNED, "inboxCount": "unread"}))
    for extra in (SIGNED, {}):
        desired = declared(configurations={**extra, "inboxCount": "none"})
        found = compared(desired, row(configurations={"inboxCount": "all"}), was)
        assert ("configurations.inboxCount", UNKNOWN, Why.PARTLY_WITHHELD) in told(found)


def test_what_a_server_is_known_not_to_store_is_no_drift() -> None:
    base = declared(name="x")
    mark = FINGERPRINTER.of("ses", "name", "x")
    assert compared(base, row(), remembered(base, not_stored={"name": mark})).is_empty


def test_being_primary_counts_where_novu_has_a_primary_and_it_is_managed() -> None:
    was = remembered(declared(primary=True, active=True))
    there = row(active=True, primary=False)
    assert told(compared(declared(primary=True, active=True), there, was)) == [
        ("primary", DRIFTED, Why.EDITED)
    ]
    ignoring = declared(primary=True, active=True, ignore_changes=frozenset({"primary"}))
    assert compared(ignoring, there, was).is_empty
    chat = {"provider_id": "slack", "channel": Channel.CHAT}
    assert compared(declared(primary=True, **chat), row(**chat)).is_empty
    hidden = declared(primary=True, active=True, referenced=frozenset({"primary"}))
    (difference,) = compared(hidden, there, was).differences
    assert difference.field is not None
    assert (difference.field.before, difference.field.after) == (None, None)


def test_what_is_not_covered_is_not_looked_at_and_rows_that_nobody_declares_are_told() -> None:
    desired = project(declared("a", name="x"), declared("b", name="x"))
    rows = server(row("a"), row("b"), row("c"))
    found = drift(desired, rows, Applied(), FINGERPRINTER, Options(targets=("a",)))
    assert [each.identifier for each in found.differences] == ["a"]
    assert found.compared == 1
    assert [each.identifier for each in found.unmanaged] == ["c"]


def test_what_cannot_be_paired_is_a_finding_and_not_counted_as_compared() -> None:
    desired = declared("ses", previous_identifiers=("old",))
    found = drift(project(desired), server(row("ses"), row("old")), Applied(), FINGERPRINTER)
    assert [each.code for each in found.findings] == ["NS501"]
    assert (found.compared, found.as_applied, found.is_empty) == (0, 0, True)


def test_differences_are_counted_by_cause_and_integrations_by_what_they_are() -> None:
    base = declared(name="Amazon SES", active=True)
    found = compared(replace(base, name="x"), row(active=False), remembered(base))
    assert [found.count(each) for each in Cause] == [1, 0, 1, 0]
    assert (found.compared, found.as_applied) == (1, 0)


HIDDEN = Unresolved()


def unresolved(**fields: Any) -> Integration:  # noqa: ANN401 - fields of an integration
    """As declared where values were not asked for."""
    return declared(**fields, unresolved=frozenset(fields), referenced=frozenset(fields))


@pytest.mark.parametrize(
    ("field", "applied", "moved"),
    [
        ("name", "Amazon SES", "Edited"),
        ("active", True, False),
        ("rules", RULES, {"==": [1, 1]}),
        ("conditions", CONDITIONS, []),
        ("configurations", WEBHOOK, {"inboundWebhookEnabled": False}),
    ],
)
def test_what_was_not_asked_for_is_told_where_the_server_moved(
    field: str,
    applied: object,
    moved: object,
) -> None:
    not_asked_for: dict[str, Any] = {
        "name": HIDDEN,
        "active": None,
        "rules": {"==": [HIDDEN]},
        "conditions": [HIDDEN],
        "configurations": {"inboundWebhookEnabled": HIDDEN},
    }
    was = remembered(declared(**{field: applied}), updated_at=WHEN)
    now = unresolved(**{field: not_asked_for[field]})
    there = row(**{field: applied}, updated_at=LATER)
    assert compared(now, there, was).is_empty
    edited = compared(now, replace(there, **{field: moved}), was)
    assert told(edited) == [(field, DRIFTED, Why.EDITED)]
    (difference,) = edited.differences
    assert difference.field is not None
    assert difference.field.visibility is Visibility.REFERENCE
    # Another spelling of what nobody wrote is no edit, nor is one without any memory.
    assert compared(now, replace(there, **{field: moved}, updated_at=WHEN), was).is_empty
    assert compared(now, replace(there, **{field: moved})).is_empty
    assert compared(now, replace(there, **{field: moved}), remembered(declared())).is_empty


def test_an_object_that_was_not_asked_for_is_told_only_where_the_row_was_written_since() -> None:
    was = remembered(declared(rules=RULES))
    now = unresolved(rules=HIDDEN)
    assert compared(now, row(rules={"==": [1, 1]}), was).is_empty


@pytest.mark.parametrize(
    ("there", "verdicts"),
    [
        ({"a": "1"}, []),
        ({"a": "2"}, [("credentials.a", DRIFTED, Why.EDITED)]),
        ({}, [("credentials.a", DRIFTED, Why.EDITED)]),
        ({"a": "1", "b": "2"}, [("credentials.b", DRIFTED, Why.EDITED)]),
    ],
)
def test_credentials_that_were_not_asked_for_are_compared_with_what_was_applied(
    there: dict[str, str], verdicts: list[tuple[str, Cause, Why]]
) -> None:
    was = remembered(declared(**credentials(a="1")))
    now = unresolved(credentials={"a": HIDDEN})
    assert told(compared(now, row(credentials=readable(**there)), was)) == verdicts
    anew = unresolved(credentials={"a": HIDDEN, "c": HIDDEN})
    found = compared(anew, row(credentials=readable(a="1")), was)
    assert told(found) == [("credentials.c", OURS, Why.DECLARED_ANEW)]
    assert [each.identifier for each in compared(now, row(), was).unseen] == ["ses"]
