"""Every cause and every reason of drift, with values of all three visibilities."""

from golden.rows import ENVIRONMENT_ID, changed, hidden, row, secret, ses, slack
from golden.values import Case

from reconciler.findings import Finding, Location, Severity
from reconciler.planning.drift import Cause, Difference, Drift, Unseen, Why
from reconciler.planning.plan import FieldAction, FieldChange, Reason, Visibility
from reconciler.views.style import Look, Style
from reconciler.views.subjects import Unplanned

NAME = Location(file="novu-sync.yaml", line=15, column=7)
SES = ses(lines={"name": NAME})


def added(path: str, after: object) -> FieldChange:
    return FieldChange(path=path, action=FieldAction.ADD, reason=Reason.FIELD_DIFFERS, after=after)


PRODUCTION = Drift(
    environment="production",
    environment_id=ENVIRONMENT_ID,
    ledger_note="ledger: file .novu-sync/production.ledger.json, 9 entries",
    compared=12,
    differences=(
        Difference(desired=slack("chat"), cause=Cause.CONFIG_CHANGE, why=Why.NOT_APPLIED_YET),
        Difference(desired=slack("gone"), cause=Cause.DRIFTED, why=Why.DELETED),
        Difference(
            desired=slack("moved"), cause=Cause.DRIFTED, why=Why.RENAMED_THERE, known_as="by hand"
        ),
        Difference(
            desired=slack("new"), cause=Cause.CONFIG_CHANGE, why=Why.RENAMED_HERE, known_as="old"
        ),
        Difference(desired=slack("other"), cause=Cause.DRIFTED, why=Why.RECREATED),
        Difference(
            desired=SES,
            cause=Cause.BOTH,
            why=Why.BOTH_MOVED,
            field=changed("active", before=False, after=True),
        ),
        Difference(
            desired=SES,
            cause=Cause.DRIFTED,
            why=Why.EDITED,
            field=added("conditions[0]", {"value": "AND"}),
        ),
        Difference(
            desired=SES,
            cause=Cause.UNVERIFIABLE,
            why=Why.PARTLY_WITHHELD,
            field=FieldChange(
                path="configurations.inboxCount",
                action=FieldAction.REMOVE,
                reason=Reason.FIELD_DIFFERS,
                before="all",
            ),
        ),
        Difference(
            desired=SES,
            cause=Cause.CONFIG_CHANGE,
            why=Why.DECLARED_ANEW,
            field=hidden("credentials.apiKey"),
        ),
        Difference(
            desired=SES,
            cause=Cause.UNVERIFIABLE,
            why=Why.APPLY_CUT_SHORT,
            field=hidden("credentials.secretKey", Reason.SECRET_UNVERIFIABLE, FieldAction.RESEND),
        ),
        Difference(
            desired=SES,
            cause=Cause.DRIFTED,
            why=Why.EDITED,
            field=changed("name", "Edited in the dashboard", "Amazon SES"),
        ),
        Difference(
            desired=SES,
            cause=Cause.CONFIG_CHANGE,
            why=Why.NEWLY_MANAGED,
            field=FieldChange(
                path="rules",
                action=FieldAction.CHANGE,
                reason=Reason.FIELD_DIFFERS,
                visibility=Visibility.REFERENCE,
                # Values that should not be there stay unseen, by visibility.
                before=secret().reveal(),
                after=secret().reveal(),
            ),
        ),
    ),
    unmanaged=(row("novu-email-8f3k2q", provider_id="novu-email", name="Novu Email"),),
    unseen=(
        Unseen(desired=ses("ses-quiet"), written_since=False),
        Unseen(desired=ses("ses-touched", credentials={"a": secret()}), written_since=True),
    ),
    findings=(
        Finding(
            severity=Severity.ERROR,
            code="NS598",
            summary="two rows of one name",
            detail="The server holds ses twice.",
            location=NAME,
            environment="production",
        ),
    ),
)

STAGING = Drift(
    environment="staging",
    environment_id="65a1f0c2d3e4f5a6b7c8d902",
    differences=(),
    compared=3,
)

CASE = Case(
    subject="drift",
    given=(
        (PRODUCTION, STAGING),
        (Unplanned(environment="development", summary="no answer came", mend="Look again."),),
    ),
    looks={
        "plain": Look(next_step="novu-sync plan --all-environments", project="acme"),
        "colored": Look(
            style=Style(color=True), next_step="novu-sync plan --all-environments", project="acme"
        ),
    },
)
