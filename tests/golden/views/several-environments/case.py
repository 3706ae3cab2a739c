"""Three environments in one run: changes, none, and one that could not be planned."""

from golden.rows import ENVIRONMENT_ID, keep, row, ses, slack
from golden.values import Case

from reconciler.planning.plan import Create, Plan
from reconciler.views.style import Look
from reconciler.views.subjects import Reviewed, Unplanned

DEVELOPMENT = Plan(
    environment="development",
    environment_id=ENVIRONMENT_ID,
    ledger_note="ledger: none, nothing is remembered",
    changes=(Create(desired=ses()), Create(desired=slack()), keep("push-development")),
    unmanaged=(row("novu-email-8f3k2q", provider_id="novu-email", name="Novu Email"),),
)

PRODUCTION = Plan(
    environment="production",
    environment_id="65a1f0c2d3e4f5a6b7c8d902",
    ledger_note="ledger: .novu-sync/production.ledger.json, 9 integrations",
    changes=(keep("ses-production"), keep("slack-production")),
)

CASE = Case(
    subject="plan",
    given=(
        (Reviewed(plan=DEVELOPMENT), Reviewed(plan=PRODUCTION)),
        (
            Unplanned(
                environment="staging",
                summary="Novu does not know the API key",
                mend="Set NOVU_STAGING_API_KEY.",
            ),
        ),
    ),
    looks={"plain": Look(next_step="novu-sync apply --all-environments")},
)
