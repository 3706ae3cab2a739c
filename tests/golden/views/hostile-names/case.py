"""Names that try to recolour, overwrite, reverse or forge lines of the terminal."""

from golden.rows import changed, hidden, row, ses, slack, update
from golden.values import Case

from reconciler.findings import Finding, Location, Severity
from reconciler.model import Patch
from reconciler.planning.guards import Refusal
from reconciler.planning.plan import Create, Delete, Plan, Rename, SetPrimary
from reconciler.views.style import Look
from reconciler.views.subjects import Reviewed, Unplanned

EVIL = "\x1b[2J\x1b]0;owned\x07evil\r\n  + forged\u202etxt\u2028\x9b31m\u200b\ud800\U000e0041"

PLAN = Plan(
    environment=EVIL,
    environment_id=EVIL,
    ledger_note=EVIL,
    changes=(
        Rename(
            desired=slack(EVIL),
            observed=row(EVIL, channel=EVIL),
            patch=Patch(),
            fields=(changed(EVIL, EVIL, [EVIL]), hidden(EVIL)),
        ),
        Create(desired=ses(EVIL, name=EVIL, provider_id=EVIL, credentials={EVIL: EVIL})),
        update(changed("name", 'quotes " and \\ slashes', "tab\tand\nline")),
        SetPrimary(desired=ses('a "quoted" name'), observed=None, previous=EVIL),
        Delete(observed=row(EVIL, name=EVIL, provider_id=EVIL, channel=EVIL)),
        Delete(observed=row("", name="")),
    ),
    unmanaged=(row(EVIL, name=EVIL, provider_id=EVIL, channel=EVIL),),
    findings=(
        Finding(
            severity=Severity.WARNING,
            code="NS599",
            summary=EVIL,
            detail=EVIL,
            location=Location(file=EVIL, line=1, column=1),
            environment=EVIL,
        ),
    ),
)

CASE = Case(
    subject="plan",
    given=(
        (
            Reviewed(
                plan=PLAN,
                refusals=(Refusal(guard=EVIL, identifiers=(EVIL,), detail=EVIL, mend=EVIL),),
            ),
        ),
        (Unplanned(environment=EVIL, summary=EVIL, mend=EVIL),),
    ),
    looks={"plain": Look(), "verbose": Look(verbose=True)},
)
