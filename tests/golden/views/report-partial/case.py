"""A run that failed in places, was stopped and left something that differs."""

from golden.rows import ENVIRONMENT_ID, changed, hidden, row, ses, slack, update
from golden.values import Case

from reconciler.applying.report import Divergence, Outcome, Report, Result
from reconciler.planning.plan import Create, SetPrimary
from reconciler.views.style import Look, Style

REPORT = Report(
    environment="development",
    environment_id=ENVIRONMENT_ID,
    outcomes=(
        Outcome(change=Create(desired=slack()), result=Result.DONE, seconds=0.1),
        Outcome(
            change=Create(desired=ses()),
            result=Result.FAILED,
            problem="Novu answered 422:\ncredentials must be an object\x1b[31m",
            mend="Mend the file.\n\nThen apply again.",
            seconds=1.5,
        ),
        Outcome(change=update(hidden("credentials.apiKey")), result=Result.FAILED, problem="500"),
        Outcome(
            change=SetPrimary(desired=ses(), observed=None),
            result=Result.NOT_ATTEMPTED,
            problem="it could not be created",
        ),
        *(
            Outcome(change=Create(desired=slack(f"slack-{number:02}")), result=Result.NOT_ATTEMPTED)
            for number in range(22)
        ),
    ),
    divergences=(
        Divergence(identifier="slack-development", fields=(changed("name", "a", "b"),)),
        Divergence(identifier=row().identifier or "", fields=()),
        Divergence(identifier="braze", fields=(hidden("credentials.appID"),), remembered=True),
    ),
    interrupted=True,
    aborted="Novu rejects the API key\nsince just now",
)

CASE = Case(
    subject="report",
    given=((REPORT,),),
    looks={
        "plain": Look(),
        "colored": Look(style=Style(color=True)),
        "verbose": Look(verbose=True),
    },
)
