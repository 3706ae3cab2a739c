from dataclasses import replace

from fake_novu import ENVIRONMENT_ID, FINGERPRINTER, integration

from reconciler.applying.carrying import EVERYTHING
from reconciler.applying.entries import entry_of
from reconciler.model import (
    Entry,
    Integration,
    ObservedCredentials,
    ObservedIntegration,
    Readback,
)
from reconciler.planning.fingerprints import desired_fingerprints
from reconciler.planning.fingerprints import not_stored as marks_of
from reconciler.planning.plan import FieldAction, FieldChange, Reason
from reconciler.secret import Secret

NOTHING: frozenset[str] = frozenset()
SLACK = integration("slack")
KEY = "configurations.inboundWebhookSigningKey"
SIGNED = integration("slack", configurations={"inboundWebhookSigningKey": Secret("k")})
HIDDEN = ObservedIntegration(
    id="row-1",
    environment_id=ENVIRONMENT_ID,
    identifier="slack",
    provider_id="slack",
    channel="chat",
    name="Slack",
    active=True,
)


def shown(**values: str) -> ObservedIntegration:
    """The row of a server that gives credentials back."""
    told = {key: Secret(value) for key, value in values.items()}
    return replace(HIDDEN, credentials=ObservedCredentials(readback=Readback.READABLE, values=told))


def entry(
    desired: Integration,
    *,
    sent: frozenset[str] = NOTHING,
    seen: ObservedIntegration | None = HIDDEN,
    before: Entry | None = None,
) -> Entry:
    return entry_of(
        desired,
        "row-1",
        sent=sent,
        seen=seen,
        before=before,
        updated_at="now",
        fingerprinter=FINGERPRINTER,
    )


def remembered(desired: Integration, **more: object) -> Entry:
    """The entry of an integration that was sent whole."""
    return replace(entry(desired, sent=EVERYTHING, seen=None), **more)  # type: ignore[arg-type]


def test_everything_that_was_sent_is_vouched_for() -> None:
    declared = integration("slack", credentials_version=3, protect=True)
    credentials, fields = desired_fingerprints(declared, FINGERPRINTER)
    assert entry(declared, sent=EVERYTHING, seen=None) == Entry(
        identifier="slack",
        remote_id="row-1",
        credentials=credentials,
        fields=fields,
        credentials_version=3,
        protected=True,
        updated_at="now",
    )


def test_no_value_is_in_an_entry() -> None:
    assert "secret-of-slack" not in repr(remembered(SLACK))


def test_credentials_that_are_not_managed_are_not_remembered() -> None:
    declared = integration("slack", credentials=None, credentials_version=3)
    found = entry(declared, before=remembered(SLACK))
    assert found.credentials is None
    assert found.credentials_version is None


def test_credentials_that_nobody_saw_are_not_vouched_for() -> None:
    """As where they are not sent because the person said ``--credentials never``."""
    declared = integration("slack", credentials_version=3)
    for seen in (HIDDEN, None, shown(apiKey="another")):
        found = entry(declared, seen=seen)
        assert found.credentials is None
        assert found.credentials_version is None


def test_credentials_that_were_read_back_are_vouched_for() -> None:
    declared = integration("slack", credentials_version=3)
    found = entry(declared, seen=shown(apiKey="secret-of-slack"))
    assert found == remembered(declared)


def test_credentials_that_were_not_sent_stay_what_they_were() -> None:
    before = remembered(integration("slack", credentials_version=1))
    changed = integration("slack", credentials={"apiKey": Secret("new")}, credentials_version=2)
    found = entry(changed, sent=frozenset({"name"}), before=before)
    assert found.credentials == before.credentials
    assert found.credentials_version == 1


def test_what_was_doubted_stays_doubted_until_it_is_sent() -> None:
    before = remembered(SLACK).doubted()
    assert entry(SLACK, before=before).credentials is None
    sent = frozenset({"credentials"})
    assert entry(SLACK, sent=sent, before=before).credentials == remembered(SLACK).credentials


def test_a_rename_carries_what_is_known_to_the_new_name() -> None:
    renamed = replace(SLACK, identifier="slack-eu")
    found = entry(renamed, before=remembered(SLACK))
    assert found == remembered(renamed)
    assert found.credentials != remembered(SLACK).credentials


def test_a_rename_carries_nothing_that_is_not_declared_any_more() -> None:
    renamed = integration("slack-eu", credentials={"apiKey": Secret("new")})
    assert entry(renamed, before=remembered(SLACK)).credentials is None
    assert entry(renamed, before=remembered(SLACK).doubted()).credentials is None


def test_a_configuration_that_is_withheld_is_vouched_for_only_when_it_was_sent_or_seen() -> None:
    mark = remembered(SIGNED).fields[KEY]
    assert KEY not in entry(SIGNED).fields
    assert KEY not in entry(SIGNED, seen=None).fields
    assert entry(SIGNED, sent=frozenset({"configurations"})).fields[KEY] == mark
    assert entry(SIGNED, before=remembered(SIGNED)).fields[KEY] == mark
    told = replace(HIDDEN, configurations={"inboundWebhookSigningKey": Secret("k")})
    assert entry(SIGNED, seen=told).fields[KEY] == mark


def test_a_configuration_that_changed_and_was_not_sent_is_not_vouched_for() -> None:
    changed = integration("slack", configurations={"inboundWebhookSigningKey": Secret("new")})
    assert KEY not in entry(changed, before=remembered(SIGNED)).fields


def test_what_the_server_did_not_keep_stays_remembered_while_it_is_declared() -> None:
    declared = integration("slack", credentials={"apiKey": Secret("a"), "extra": Secret("b")})
    unkept = FieldChange(
        path="credentials.extra", action=FieldAction.ADD, reason=Reason.SECRET_CHANGED
    )
    before = remembered(declared, not_stored=marks_of(declared, [unkept], FINGERPRINTER))
    assert entry(declared, before=before).not_stored == before.not_stored
    assert entry(declared, sent=frozenset({"credentials"}), before=before).not_stored == {}
    assert entry(SLACK, before=before).not_stored == {}
    assert entry(declared, seen=shown(apiKey="a"), before=before).credentials == before.credentials
    renamed = replace(declared, identifier="slack-eu")
    assert entry(renamed, before=before).not_stored == marks_of(renamed, [unkept], FINGERPRINTER)
