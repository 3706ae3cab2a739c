"""Names that are Markdown, HTML or commands of a CI's runner, in every place that can hold one."""

from golden.rows import changed, row, ses, slack, update
from golden.values import Case

from reconciler.findings import Finding, Location, Severity
from reconciler.planning.guards import Refusal
from reconciler.planning.plan import Create, Delete, Plan, Reason, Replace
from reconciler.views.style import Look
from reconciler.views.subjects import Reviewed, Unplanned

FENCE = (
    "```\n\n</details><img src=x onerror=alert(1)>\n@acme/owners [click](https://evil.example) #1"
)
COMMAND = "a%0A::error file=x,line=1::forged\r\n::set-output name=x::y\n##[error]forged --><b>"
TICKS = "``a`b```"

PLAN = Plan(
    environment=TICKS,
    environment_id=COMMAND,
    ledger_note=FENCE,
    changes=(
        Create(desired=ses(FENCE, name=COMMAND, provider_id=TICKS, credentials={FENCE: COMMAND})),
        update(changed("name", FENCE, COMMAND), desired=slack(COMMAND, location=None)),
        Replace(
            desired=slack(
                TICKS, location=Location(file="a,b:c%/::warning::.yaml", line=3, column=7)
            ),
            observed=row(TICKS),
            fields=(changed("providerId", FENCE, TICKS, Reason.PROVIDER_CHANGED),),
            reason=Reason.PROVIDER_CHANGED,
        ),
        Delete(observed=row("```", name="```", provider_id="```", channel="```")),
        Delete(observed=row(FENCE, name=COMMAND)),
    ),
    unmanaged=(row("````", name=FENCE, provider_id=TICKS),),
    findings=(
        Finding(
            severity=Severity.ERROR,
            code="NS599",
            summary=FENCE,
            detail=f"{FENCE}\n```\n{COMMAND}\n````",
            location=Location(file=FENCE, line=1, column=1),
            environment=COMMAND,
        ),
    ),
)

CASE = Case(
    subject="plan",
    given=(
        (
            Reviewed(
                plan=PLAN,
                refusals=(
                    Refusal(guard=TICKS, identifiers=(), detail=FENCE, mend=f"```\n{COMMAND}"),
                ),
            ),
        ),
        (Unplanned(environment="a --> b", summary=FENCE, mend=COMMAND, findings=PLAN.findings),),
    ),
    looks={"plain": Look(next_step=f"novu-sync apply -e '{TICKS}'")},
)
