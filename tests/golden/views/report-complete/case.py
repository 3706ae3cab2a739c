"""Two environments, everything done."""

from golden.rows import ENVIRONMENT_ID, changed, hidden, row, ses, slack, update
from golden.values import Case

from reconciler.applying.report import Divergence, Outcome, Report, Result
from reconciler.model import Patch
from reconciler.planning.plan import Create, Delete, Rename, SetPrimary
from reconciler.views.style import Look

DONE = Result.DONE

DEVELOPMENT = Report(
    environment="development",
    environment_id=ENVIRONMENT_ID,
    outcomes=(
        Outcome(
            change=Rename(desired=slack(), observed=row("slack-old"), patch=Patch(), fields=()),
            result=DONE,
            seconds=0.2,
        ),
        Outcome(change=Create(desired=ses()), result=DONE, seconds=0.2146, note="sent twice"),
        Outcome(change=update(changed("name", "a", "b")), result=DONE, seconds=0.1),
        Outcome(change=SetPrimary(desired=ses(), observed=row()), result=DONE, seconds=0.1),
        Outcome(change=Delete(observed=row("mailgun-old")), result=DONE, seconds=0.3),
    ),
    divergences=(
        Divergence(identifier="braze", fields=(hidden("credentials.appID"),), remembered=True),
    ),
)

PRODUCTION = Report(
    environment="production", environment_id="65a1f0c2d3e4f5a6b7c8d902", outcomes=()
)

CASE = Case(
    subject="report",
    given=((DEVELOPMENT, PRODUCTION),),
    looks={"plain": Look(next_step="novu-sync plan --all-environments")},
)
