"""A plan with an error in it, and two guards that refuse it."""

from golden.rows import ENVIRONMENT_ID, row
from golden.values import Case

from reconciler.findings import Finding, Severity
from reconciler.planning.guards import Refusal
from reconciler.planning.plan import Delete, Plan
from reconciler.views.style import Look, Style
from reconciler.views.subjects import Reviewed

PLAN = Plan(
    environment="production",
    environment_id=ENVIRONMENT_ID,
    ledger_note="ledger: .novu-sync/production.ledger.json, 9 integrations",
    changes=(
        Delete(observed=row("mailgun-old", provider_id="mailgun", name="Mailgun", primary=True)),
        Delete(observed=row(None, name=None, active=False)),
    ),
    findings=(
        Finding(
            severity=Severity.ERROR,
            code="NS598",
            summary="two rows of one name",
            detail="The server holds ses-production twice.",
        ),
    ),
)

REFUSALS = (
    Refusal(
        guard="deletes",
        identifiers=("65b2000000000000000000aa", "mailgun-old"),
        detail="2 to delete and at most 0 allowed.\nWhat is deleted cannot be restored.",
        mend="If all of them are meant: --allow deletes=2.",
    ),
    Refusal(
        guard="primary",
        identifiers=("mailgun-old",),
        detail="email would be left without a primary integration.",
        mend="Declare primary: true on another one.\nOr keep this one.",
    ),
)

EMPTY = Plan(
    environment="staging",
    environment_id="65a1f0c2d3e4f5a6b7c8d903",
    changes=(),
    findings=PLAN.findings,
)

CASE = Case(
    subject="plan",
    given=((Reviewed(plan=PLAN, refusals=REFUSALS), Reviewed(plan=EMPTY)), ()),
    looks={"plain": Look(), "colored": Look(style=Style(color=True))},
)
