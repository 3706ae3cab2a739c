"""An environment that is as declared, with more unmanaged rows than are listed at first."""

from golden.rows import ENVIRONMENT_ID, keep, row
from golden.values import Case

from reconciler.model import Kind
from reconciler.planning.plan import Plan
from reconciler.views.style import Look
from reconciler.views.subjects import Reviewed

PLAN = Plan(
    environment="production",
    environment_id=ENVIRONMENT_ID,
    changes=tuple(keep(f"slack-{number}") for number in range(3)),
    unmanaged=(
        row(None, name=None),
        row("agent", provider_id="anthropic", channel=None, kind=Kind.AGENT, active=False),
        *(row(f"mailgun-{number:02}", provider_id="mailgun") for number in range(20)),
    ),
)

CASE = Case(
    subject="plan",
    given=((Reviewed(plan=PLAN),), ()),
    looks={"plain": Look(), "verbose": Look(verbose=True)},
)
