from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from planning_values import FINGERPRINTER, declared, readable, remembered, row, secrets

from reconciler.model import Kind, ObservedCredentials, OutsideChanges, Readback
from reconciler.planning.credentials import Decision, decide, withheld_changes
from reconciler.planning.fingerprints import not_stored
from reconciler.planning.options import CredentialsMode, Options
from reconciler.planning.plan import FieldAction, Reason, Visibility
from reconciler.secret import Secret, Unresolved

if TYPE_CHECKING:
    from reconciler.model import Entry, Integration
    from reconciler.planning.plan import FieldChange

OPAQUE = ObservedCredentials(readback=Readback.OPAQUE)
ABSENT = ObservedCredentials(readback=Readback.ABSENT)
KEYS = {"apiKey": "hush-1", "secretKey": "hush-2"}


def asked(
    desired: Integration,
    entry: Entry | None = None,
    credentials: ObservedCredentials = ABSENT,
    **options: object,
) -> Decision:
    return decide(desired, row(credentials=credentials), entry, FINGERPRINTER, Options(**options))


def brief(changes: tuple[FieldChange, ...] | list[FieldChange]) -> list[tuple[str, str, str]]:
    return [(each.path, str(each.action), str(each.reason)) for each in changes]


def test_credentials_that_are_not_managed_are_never_sent() -> None:
    decision = asked(declared(), rotate=("*",), credentials=ABSENT)

    assert decision == Decision()


@pytest.mark.parametrize("untold", [ABSENT, OPAQUE])
def test_without_memory_they_are_unverifiable_and_sent_once(untold: ObservedCredentials) -> None:
    one = declared(credentials=secrets(KEYS))
    decision = asked(one, None, untold)

    assert brief(decision.changes) == [
        ("credentials.apiKey", "resend", "secret-unverifiable"),
        ("credentials.secretKey", "resend", "secret-unverifiable"),
    ]
    assert decision.send == secrets(KEYS)
    assert asked(one, remembered(one), untold) == Decision()


def test_an_entry_that_never_knew_credentials_verifies_none() -> None:
    one = declared(credentials=secrets(KEYS))
    entry = remembered(declared())

    assert {each.reason for each in asked(one, entry).changes} == {Reason.SECRET_UNVERIFIABLE}


def test_empty_credentials_that_cannot_be_verified_are_sent_to_clear_them() -> None:
    one = declared(credentials={})
    decision = asked(one)

    assert brief(decision.changes) == [("credentials", "resend", "secret-unverifiable")]
    assert decision.send == {}
    assert asked(one, remembered(one)) == Decision()


def test_fingerprints_tell_which_keys_changed() -> None:
    before = declared(credentials=secrets({"apiKey": "a", "secretKey": "b", "old": "c"}))
    after = declared(credentials=secrets({"apiKey": "a", "secretKey": "new", "region": "eu"}))
    decision = asked(after, remembered(before))

    assert brief(decision.changes) == [
        ("credentials.secretKey", "change", "secret-changed"),
        ("credentials.region", "add", "secret-changed"),
        ("credentials.old", "remove", "secret-changed"),
    ]
    assert decision.send == after.credentials


def test_fingerprints_are_compared_under_the_name_they_were_made_for() -> None:
    before = declared("old", credentials=secrets(KEYS))
    after = declared("new", credentials=secrets(KEYS))

    assert asked(after, remembered(before)) == Decision()


def test_readable_credentials_are_compared_by_value_and_need_no_memory() -> None:
    one = declared(credentials={**secrets(KEYS), "region": "eu", "none": None})
    same = readable(**KEYS, region="eu", nothing=None)
    other = readable(apiKey="hush-0", secretKey="hush-2", senderName="x")

    assert asked(one, None, same) == Decision()
    assert brief(asked(one, None, other).changes) == [
        ("credentials.apiKey", "change", "secret-changed"),
        ("credentials.region", "add", "secret-changed"),
        ("credentials.senderName", "remove", "secret-changed"),
    ]


def test_no_credential_is_ever_shown() -> None:
    one = declared(credentials={"region": "hush-1"})
    (change,) = asked(one, None, readable(region="hush-0")).changes

    assert change.visibility is Visibility.SECRET
    assert "hush" not in repr(change)


def test_keys_that_novu_made_are_carried_over_where_they_can_be_read() -> None:
    one = declared(provider_id="sendblue", credentials={"apiKey": Secret("new")})
    stored = readable(apiKey="old", token="made", outboundConnectedAt="now")
    decision = asked(one, None, stored)

    assert brief(decision.changes) == [("credentials.apiKey", "change", "secret-changed")]
    assert decision.send == secrets(
        {"apiKey": "new", "token": "made", "outboundConnectedAt": "now"}
    )
    assert not decision.loses_made_keys


def test_a_declared_value_wins_over_one_that_novu_made() -> None:
    one = declared(provider_id="sendblue", credentials=secrets({"token": "mine"}))
    decision = asked(one, None, readable(token="made"))

    assert brief(decision.changes) == [("credentials.token", "change", "secret-changed")]
    assert decision.send == secrets({"token": "mine"})


@pytest.mark.parametrize(
    ("fields", "loses"),
    [
        ({"provider_id": "sendblue"}, True),
        ({"provider_id": "anthropic", "kind": Kind.AGENT}, True),
        ({"provider_id": "ses"}, False),
    ],
)
def test_keys_that_novu_made_and_does_not_tell_are_said_to_be_lost(
    fields: dict[str, Any], *, loses: bool
) -> None:
    one = declared(credentials=secrets(KEYS), **fields)

    assert asked(one).loses_made_keys is loses


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"credentials": CredentialsMode.ALWAYS}, "credentials-always"),
        ({"rotate": ("se?",)}, "rotation-asked"),
        ({"rotate": ("*",), "credentials": CredentialsMode.ALWAYS}, "rotation-asked"),
    ],
)
@pytest.mark.parametrize("stored", [ABSENT, readable(**KEYS)])
def test_unchanged_credentials_are_sent_again_when_that_is_asked_for(
    stored: ObservedCredentials, options: dict[str, Any], reason: str
) -> None:
    one = declared(credentials=secrets(KEYS))
    observed = row(credentials=stored)
    decision = decide(one, observed, remembered(one), FINGERPRINTER, Options(**options))

    assert brief(decision.changes) == [
        ("credentials.apiKey", "resend", reason),
        ("credentials.secretKey", "resend", reason),
    ]
    assert decision.send == one.credentials


def test_a_key_that_changed_says_so_also_when_all_are_sent_again() -> None:
    before = declared(credentials=secrets({"apiKey": "a", "secretKey": "b"}))
    after = declared(credentials=secrets({"apiKey": "a", "secretKey": "c"}))

    assert brief(asked(after, remembered(before), rotate=("ses",)).changes) == [
        ("credentials.secretKey", "change", "secret-changed"),
        ("credentials.apiKey", "resend", "rotation-asked"),
    ]


def test_another_credentials_version_sends_them_again() -> None:
    before = declared(credentials=secrets(KEYS), credentials_version=2)
    bumped = declared(credentials=secrets(KEYS), credentials_version=3)
    dropped = declared(credentials=secrets(KEYS))

    assert {each.reason for each in asked(bumped, remembered(before)).changes} == {
        Reason.CREDENTIALS_VERSION
    }
    assert asked(before, remembered(before)) == Decision()
    assert asked(dropped, remembered(before)) == Decision()


def test_a_version_without_memory_sends_nothing_that_is_seen_to_be_right() -> None:
    one = declared(credentials=secrets(KEYS), credentials_version=3)
    observed = row(credentials=readable(**KEYS))

    assert decide(one, observed, None, FINGERPRINTER, Options()) == Decision()


def test_never_holds_back_what_changed_or_cannot_be_verified() -> None:
    one = declared(credentials=secrets({"apiKey": "a"}))
    never = Options(credentials=CredentialsMode.NEVER)
    decision = decide(one, row(), None, FINGERPRINTER, never)

    assert decision == Decision(withheld=("credentials.apiKey",))
    assert decide(one, row(), remembered(one), FINGERPRINTER, never) == Decision()


def test_ignored_credentials_are_sent_only_when_asked_for_by_name_or_version() -> None:
    one = declared(
        credentials=secrets({"apiKey": "a"}),
        ignore_changes=frozenset({"credentials"}),
        credentials_version=1,
    )
    always = Options(credentials=CredentialsMode.ALWAYS)

    assert asked(one) == Decision()
    assert decide(one, row(), None, FINGERPRINTER, always) == Decision()
    assert asked(one, rotate=("ses",)).send == one.credentials
    assert asked(one, remembered(one, credentials_version=None)).send == one.credentials


def test_a_key_that_the_server_does_not_store_is_not_planned_again() -> None:
    one = declared(credentials=secrets({"apiKey": "a", "odd": "b"}))
    stored = readable(apiKey="a")
    (change,) = asked(one, None, stored).changes
    entry = remembered(one, not_stored=not_stored(one, [change], FINGERPRINTER))

    assert change.path == "credentials.odd"
    assert asked(one, entry, stored) == Decision()
    assert change.action is FieldAction.ADD


def signing(value: str | None = "hush-1", **more: object) -> Integration:
    given = {} if value is None else {"inboundWebhookSigningKey": Secret(value)}
    return declared(configurations={**given, **more})


def sealed(
    desired: Integration, entry: Entry | None = None, **configurations: object
) -> list[tuple[str, str, str]]:
    observed = row(configurations=configurations)
    return brief(withheld_changes(desired, observed, entry, FINGERPRINTER))


SIGNING = "configurations.inboundWebhookSigningKey"


def test_a_withheld_signing_key_is_decided_by_memory() -> None:
    assert sealed(signing()) == [(SIGNING, "resend", "secret-unverifiable")]
    assert sealed(signing(), remembered(signing())) == []
    assert sealed(signing("other"), remembered(signing())) == [
        (SIGNING, "change", "secret-changed")
    ]
    assert sealed(signing(), remembered(signing(None))) == [(SIGNING, "add", "secret-changed")]
    assert sealed(signing(None), remembered(signing())) == [(SIGNING, "remove", "secret-changed")]
    assert sealed(signing(None), remembered(signing(None))) == []
    assert sealed(signing(None)) == []


def test_memory_without_configurations_says_nothing_of_a_signing_key() -> None:
    assert sealed(signing(), remembered(declared())) == [(SIGNING, "resend", "secret-unverifiable")]


def test_a_signing_key_that_is_told_not_managed_or_ignored_is_not_decided_here() -> None:
    ignored = declared(
        configurations=signing().configurations, ignore_changes=frozenset({"configurations"})
    )

    assert sealed(signing(), None, inboundWebhookSigningKey=Secret("x")) == []
    assert sealed(declared()) == []
    assert sealed(ignored) == []


UNASKED = declared(credentials={"apiKey": Unresolved(), "secretKey": Unresolved(), "region": "eu"})


def test_values_that_were_not_asked_for_are_no_changes_and_all_else_is_compared() -> None:
    """Keys that come or go, and values of the file, are exact without any secret."""
    known = declared(credentials={**secrets({"apiKey": "a", "old": "b"}), "region": "us"})

    assert brief(asked(UNASKED, remembered(known)).changes) == [
        ("credentials.secretKey", "add", "secret-changed"),
        ("credentials.region", "change", "secret-changed"),
        ("credentials.old", "remove", "secret-changed"),
    ]
    same_keys = declared(credentials={**secrets(KEYS), "region": "eu"})
    assert asked(UNASKED, remembered(same_keys)) == Decision()


def test_a_raised_version_sends_values_again_that_were_not_asked_for() -> None:
    """That one of them changed as well cannot be told: it is one of those that are sent again."""
    raised = replace(UNASKED, credentials_version=2)
    known = declared(credentials={**secrets({**KEYS, "apiKey": "other"}), "region": "us"})

    assert brief(asked(raised, remembered(known)).changes) == [
        ("credentials.region", "change", "secret-changed"),
        ("credentials.apiKey", "resend", "credentials-version"),
        ("credentials.secretKey", "resend", "credentials-version"),
    ]


def test_the_same_holds_where_a_server_gives_credentials_back() -> None:
    assert brief(asked(UNASKED, None, readable(apiKey="a", region="us", old="b")).changes) == [
        ("credentials.secretKey", "add", "secret-changed"),
        ("credentials.region", "change", "secret-changed"),
        ("credentials.old", "remove", "secret-changed"),
    ]
    assert asked(UNASKED, None, readable(region="eu", **KEYS)) == Decision()


def test_without_memory_they_would_be_sent_whatever_they_are() -> None:
    assert {each.reason for each in asked(UNASKED).changes} == {Reason.SECRET_UNVERIFIABLE}


def test_a_value_that_the_server_did_not_store_and_nobody_asked_for_stays_unstored() -> None:
    applied = declared(credentials={**secrets(KEYS), "region": "eu"})
    unkept = not_stored(applied, asked(applied, None, readable(region="eu")).changes, FINGERPRINTER)
    entry = remembered(applied, not_stored=unkept)

    assert asked(UNASKED, entry, readable(region="eu")) == Decision()


def test_a_configuration_that_nobody_asked_for_is_not_compared() -> None:
    one = declared(
        configurations={"inboundWebhookSigningKey": Unresolved()},
        unresolved=frozenset({"configurations"}),
    )

    assert withheld_changes(one, row(), None, FINGERPRINTER) == []


BEFORE, AFTER = "2026-11-26T10:00:00.000Z", "2026-11-26T10:00:00.001Z"


def written(outside: OutsideChanges, *, to: str = AFTER, **fields: object) -> Decision:
    """Credentials that were applied, of a row that was written to afterwards."""
    one = declared(credentials=secrets(KEYS), **fields)
    entry = remembered(one, updated_at=BEFORE)
    return decide(one, row(updated_at=to), entry, FINGERPRINTER, Options(), outside=outside)


def test_a_row_that_others_wrote_to_is_told_of_sent_to_again_or_left() -> None:
    assert written(OutsideChanges.WARN) == Decision(changed_outside=True)
    assert written(OutsideChanges.IGNORE) == Decision()
    assert brief(written(OutsideChanges.RESEND).changes) == [
        ("credentials.apiKey", "resend", "possibly-changed-outside"),
        ("credentials.secretKey", "resend", "possibly-changed-outside"),
    ]
    assert written(OutsideChanges.RESEND).send == secrets(KEYS)


@pytest.mark.parametrize("outside", OutsideChanges)
def test_a_row_that_nobody_wrote_to_is_left_alone(outside: OutsideChanges) -> None:
    assert written(outside, to=BEFORE) == Decision()
    assert written(outside, ignore_changes=frozenset({"credentials"})) == Decision()


def test_where_credentials_can_be_read_or_are_sent_anyway_nothing_is_guessed() -> None:
    one = declared(credentials=secrets(KEYS))
    entry = remembered(one, updated_at=BEFORE)
    same = row(updated_at=AFTER, credentials=readable(**KEYS))
    resend = OutsideChanges.RESEND

    assert decide(one, same, entry, FINGERPRINTER, Options(), outside=resend) == Decision()
    other = remembered(declared(credentials=secrets({**KEYS, "apiKey": "b"})), updated_at=BEFORE)
    decision = decide(one, row(updated_at=AFTER), other, FINGERPRINTER, Options())
    assert brief(decision.changes) == [("credentials.apiKey", "change", "secret-changed")]
    assert not decision.changed_outside
    unknown = remembered(declared(), updated_at=BEFORE)
    decision = decide(one, row(updated_at=AFTER), unknown, FINGERPRINTER, Options(), outside=resend)
    assert {each.reason for each in decision.changes} == {Reason.SECRET_UNVERIFIABLE}


def test_never_holds_back_what_would_be_sent_again() -> None:
    one = declared(credentials=secrets(KEYS))
    decision = decide(
        one,
        row(updated_at=AFTER),
        remembered(one, updated_at=BEFORE),
        FINGERPRINTER,
        Options(credentials=CredentialsMode.NEVER),
        outside=OutsideChanges.RESEND,
    )
    assert decision.withheld == ("credentials.apiKey", "credentials.secretKey")
