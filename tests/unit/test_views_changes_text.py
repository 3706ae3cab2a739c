from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from golden.rows import changed, hidden, keep, row, ses, slack, update

from reconciler.model import Channel, Kind, Patch
from reconciler.planning.plan import (
    Create,
    Delete,
    FieldAction,
    FieldChange,
    Reason,
    Rename,
    Replace,
    SetPrimary,
    Visibility,
)
from reconciler.views.changes_text import change_lines, field_line, observed_line
from reconciler.views.style import Style

if TYPE_CHECKING:
    from reconciler.planning.plan import (
        Planned,
    )

PLAIN = Style()


def lines(change: Planned) -> list[str]:
    return list(change_lines(change, PLAIN))


def test_a_create_takes_a_line_a_field_and_one_for_all_credentials() -> None:
    assert lines(Create(desired=ses(), becomes_primary=True)) == [
        "  + ses-development  (ses, email)",
        '      + name: "Amazon SES"',
        "      + active: true",
        "      + primary: true",
        "      + credentials: apiKey, from, region, secretKey",
    ]


def test_an_agent_is_told_as_one() -> None:
    desired = slack("claude", provider_id="anthropic", channel=None, kind=Kind.AGENT)
    assert lines(Create(desired=desired))[0] == "  + claude  (anthropic, agent)"


def test_an_update_takes_a_line_a_field() -> None:
    assert lines(update(changed("name", "Old", "New"), hidden("credentials.apiKey"))) == [
        "  ~ ses-development  (ses, email)",
        '      ~ name: "Old" → "New"',
        "      ~ credentials.apiKey  (secret, changed)",
    ]


def test_a_rename_shows_both_names() -> None:
    rename = Rename(desired=ses("new"), observed=row("old"), patch=Patch(), fields=())
    assert lines(rename) == ["  > old → new  (ses, email)"]


def test_a_row_without_identifier_goes_by_its_id() -> None:
    rename = Rename(desired=ses("new"), observed=row(None), patch=Patch(), fields=())
    assert lines(rename) == ["  > 65b2000000000000000000aa → new  (ses, email)"]


def test_setting_a_primary_shows_who_hands_over() -> None:
    assert lines(SetPrimary(desired=ses(), observed=None, previous="old")) == [
        "  * ses-development  (ses, email)  becomes primary instead of old"
    ]
    assert lines(SetPrimary(desired=ses(), observed=None)) == [
        "  * ses-development  (ses, email)  becomes primary"
    ]


@pytest.mark.parametrize(
    ("reason", "what"),
    [(Reason.PROVIDER_CHANGED, "provider"), (Reason.CHANNEL_CHANGED, "channel")],
)
def test_a_replace_says_that_it_deletes_and_what_is_lost(reason: Reason, what: str) -> None:
    replace = Replace(
        desired=ses(),
        observed=row(),
        fields=(changed("providerId", "fcm", "expo", reason),),
        reason=reason,
    )
    heading, field, remark = lines(replace)
    assert heading == "-/+ ses-development  (ses, email)  deleted and created again"
    assert field == '      ~ providerId: "fcm" → "expo"'
    assert f"cannot change a {what} in place" in remark
    assert "lost" in remark


def test_a_delete_shows_what_goes() -> None:
    assert lines(Delete(observed=row("old", name="Old one", primary=True))) == [
        '  - old  (ses, email, active, primary)  "Old one"  declared no more'
    ]


def test_a_keep_is_one_line() -> None:
    assert lines(keep("slack")) == ["    slack  (slack, chat)  unchanged"]


@pytest.mark.parametrize(
    "change",
    [
        Create(desired=ses(check=True)),
        update(patch=Patch(check=True)),
        Rename(desired=ses(), observed=row(), patch=Patch(check=True), fields=()),
        Replace(desired=ses(check=True), observed=row(), fields=(), reason=Reason.PROVIDER_CHANGED),
    ],
)
def test_that_novu_will_send_a_real_message_is_told(change: Planned) -> None:
    assert "real message" in lines(change)[-1]


def test_an_update_that_does_not_check_says_nothing_of_it() -> None:
    assert lines(update(desired=ses(check=True))) == ["  ~ ses-development  (ses, email)"]


@pytest.mark.parametrize(
    ("field", "line"),
    [
        (changed("name", None, "b"), '~ name: null → "b"'),
        (
            FieldChange(
                path="rules", action=FieldAction.ADD, reason=Reason.FIELD_DIFFERS, after={}
            ),
            "+ rules: {}",
        ),
        (
            FieldChange(
                path="rules", action=FieldAction.REMOVE, reason=Reason.FIELD_DIFFERS, before={}
            ),
            "- rules: {}",
        ),
        (
            FieldChange(
                path="a", action=FieldAction.RESEND, reason=Reason.FIELD_DIFFERS, after="b"
            ),
            '~ a: "b"  (sent again)',
        ),
        (hidden("credentials.a", action=FieldAction.ADD), "+ credentials.a  (secret)"),
        (hidden("credentials.a", action=FieldAction.REMOVE), "- credentials.a  (secret)"),
        (
            hidden("credentials.a", Reason.SECRET_UNVERIFIABLE, FieldAction.RESEND),
            "~ credentials.a  (secret, unverifiable: sent once)",
        ),
        (
            hidden("credentials.a", Reason.ROTATION_ASKED, FieldAction.RESEND),
            "~ credentials.a  (secret, sent again: --rotate)",
        ),
        (
            hidden("credentials.a", Reason.FIELD_DIFFERS, FieldAction.RESEND),
            "~ credentials.a  (secret, sent again)",
        ),
        (
            hidden("name", Reason.FIELD_DIFFERS, visibility=Visibility.REFERENCE),
            "~ name  (from reference, changed)",
        ),
        (
            hidden("name", Reason.NOT_ON_SERVER, FieldAction.ADD, visibility=Visibility.REFERENCE),
            "+ name  (from reference)",
        ),
    ],
)
def test_a_field_says_what_happens_to_it(field: FieldChange, line: str) -> None:
    assert field_line(field, PLAIN) == line


def test_a_value_that_may_not_be_seen_is_not_even_where_it_is_given() -> None:
    field = FieldChange(
        path="name",
        action=FieldAction.CHANGE,
        reason=Reason.FIELD_DIFFERS,
        visibility=Visibility.SECRET,
        before="planted",
        after="planted",
    )
    assert "planted" not in field_line(field, PLAIN)


def test_an_observed_row_shows_how_it_stands() -> None:
    sms = row("twilio", provider_id="twilio", channel=Channel.SMS, name=None, active=False)
    assert observed_line(sms, PLAIN) == "twilio  (twilio, sms)"
    agent = row("claude", provider_id="anthropic", channel=None, kind=Kind.AGENT)
    assert observed_line(agent, PLAIN) == 'claude  (anthropic, agent, active)  "Amazon SES"'
