"""Every kind of change once, in the order of a plan, with and without colours."""

from golden.rows import ENVIRONMENT_ID, changed, hidden, keep, row, ses, slack, update
from golden.values import Case

from reconciler.findings import Finding, Location, Severity
from reconciler.model import Channel, Patch
from reconciler.planning.plan import (
    Create,
    Delete,
    FieldAction,
    FieldChange,
    Plan,
    Reason,
    Rename,
    Replace,
    SetPrimary,
)
from reconciler.views.style import Look, Style
from reconciler.views.subjects import Reviewed

PLAN = Plan(
    environment="development",
    environment_id=ENVIRONMENT_ID,
    ledger_note="ledger: .novu-sync/development.ledger.json, 9 integrations",
    changes=(
        Rename(
            desired=slack("slack-team"),
            observed=row("slack-old", provider_id="slack", channel=Channel.CHAT),
            patch=Patch(identifier="slack-team", name="Team Slack"),
            fields=(changed("name", "Slack", "Team Slack"),),
        ),
        Replace(
            desired=slack("push-development", provider_id="expo", channel=Channel.PUSH),
            observed=row("push-development", provider_id="fcm", channel=Channel.PUSH),
            fields=(changed("providerId", "fcm", "expo", Reason.PROVIDER_CHANGED),),
            reason=Reason.PROVIDER_CHANGED,
        ),
        Create(desired=ses(), becomes_primary=True),
        Create(desired=slack(credentials={}, active=None)),
        update(
            FieldChange(
                path="conditions[0].children[1].value",
                action=FieldAction.ADD,
                reason=Reason.FIELD_DIFFERS,
                after="acme",
            ),
            hidden("credentials.apiKey"),
            hidden("credentials.from", action=FieldAction.ADD),
            hidden("credentials.ipPoolName", action=FieldAction.REMOVE),
            changed("name", "Amazon SES (dev)", "Amazon SES"),
            FieldChange(
                path='rules["=="]',
                action=FieldAction.REMOVE,
                reason=Reason.FIELD_DIFFERS,
                before=[{"var": "context.tenant.id"}, 7],
            ),
            desired=ses("ses-marketing"),
            observed=row("ses-marketing"),
            patch=Patch(check=True),
        ),
        SetPrimary(
            desired=ses("sendgrid-development", provider_id="sendgrid"),
            observed=None,
            previous="ses-marketing",
        ),
        SetPrimary(
            desired=ses("twilio-development", provider_id="twilio", channel=Channel.SMS),
            observed=row("twilio-development"),
        ),
        Delete(
            observed=row("mailgun-old", provider_id="mailgun", name="Old Mailgun", primary=True)
        ),
        keep("slack-one"),
        keep("slack-two"),
    ),
    unmanaged=(
        row("novu-email-8f3k2q", provider_id="novu-email", name="Novu Email", primary=True),
    ),
    findings=(
        Finding(
            severity=Severity.WARNING,
            code="NS599",
            summary="a thing to know",
            detail="It may matter.\nLook at it.",
            location=Location(file="novu-sync.yaml", line=20, column=7),
            environment="development",
        ),
    ),
)

CASE = Case(
    subject="plan",
    given=((Reviewed(plan=PLAN),), ()),
    looks={
        "plain": Look(next_step="novu-sync apply -e development"),
        "colored": Look(style=Style(color=True), next_step="novu-sync apply -e development"),
        "verbose": Look(verbose=True),
    },
)
