"""A secret in every place that can hold one, and every reason for sending credentials."""

from golden.rows import ENVIRONMENT_ID, changed, hidden, row, secret, ses, slack, update
from golden.values import Case

from reconciler.model import ObservedCredentials, Patch, Readback
from reconciler.planning.plan import (
    Create,
    FieldAction,
    FieldChange,
    Plan,
    Reason,
    SetPrimary,
    Visibility,
)
from reconciler.views.subjects import Reviewed

RESEND = FieldAction.RESEND

PLAN = Plan(
    environment="development",
    environment_id=ENVIRONMENT_ID,
    changes=(
        Create(
            becomes_primary=True,
            desired=ses(
                name=secret(),
                referenced=frozenset({"name", "active"}),
                credentials={"apiKey": secret(), "an odd key": {"inside": [secret()]}},
                conditions=[{"children": [{"value": secret()}]}],
                rules={"==": [{"var": "context.tenant.id"}, secret()]},
                configurations={
                    "inboundWebhookEnabled": True,
                    "inboundWebhookSigningKey": secret(),
                },
                check=True,
            ),
        ),
        Create(
            desired=slack(
                credentials={"apiKey": secret()},
                configurations={"inboxCount": "unread"},
                referenced=frozenset({"configurations"}),
            ),
        ),
        update(
            hidden("credentials.a"),
            hidden("credentials.b", Reason.SECRET_UNVERIFIABLE, RESEND),
            hidden("credentials.c", Reason.CREDENTIALS_ALWAYS, RESEND),
            hidden("credentials.d", Reason.CREDENTIALS_VERSION, RESEND),
            hidden("credentials.e", Reason.ROTATION_ASKED, RESEND),
            hidden("credentials.f", Reason.FIELD_DIFFERS, RESEND),
            hidden("credentials.g", Reason.FIELD_DIFFERS, FieldAction.ADD),
            hidden("name", Reason.FIELD_DIFFERS, visibility=Visibility.REFERENCE),
            # Values that should not be there stay unseen: by visibility, or as their mask.
            FieldChange(
                path="rules",
                action=FieldAction.CHANGE,
                reason=Reason.FIELD_DIFFERS,
                visibility=Visibility.SECRET,
                before=secret().reveal(),
                after=secret().reveal(),
            ),
            changed("conditions", [secret("-old")], {"value": secret("-new")}),
            FieldChange(
                path="configurations.inboxCount",
                action=RESEND,
                reason=Reason.SECRET_UNVERIFIABLE,
                after="none",
            ),
            observed=row(
                credentials=ObservedCredentials(
                    readback=Readback.READABLE, values={"a": secret("-stored")}
                ),
                configurations={"inboundWebhookSigningKey": secret("-stored")},
            ),
            patch=Patch(name=secret(), credentials={"a": secret()}),
            reason=Reason.SECRET_CHANGED,
        ),
        SetPrimary(
            desired=ses("ses-other", name=secret(), referenced=frozenset({"primary"})),
            observed=None,
        ),
    ),
    unmanaged=(
        row(
            "mailgun-old",
            credentials=ObservedCredentials(
                readback=Readback.READABLE, values={"apiKey": secret("-stored")}
            ),
        ),
    ),
)

CASE = Case(subject="plan", given=((Reviewed(plan=PLAN),), ()))
