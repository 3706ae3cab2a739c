"""Values too long for a line: cut with their length, and so that a difference can be seen."""

from golden.rows import ENVIRONMENT_ID, changed, update
from golden.values import Case

from reconciler.planning.plan import FieldAction, FieldChange, Plan, Reason
from reconciler.views.subjects import Reviewed

ADDRESS = "https://hooks.acme.com/" + "very/" * 20

PLAN = Plan(
    environment="development",
    environment_id=ENVIRONMENT_ID,
    changes=(
        update(
            changed("configurations.differsLate", ADDRESS + "one", ADDRESS + "two"),
            changed("configurations.differsEarly", "x" + ADDRESS, ADDRESS),
            changed("configurations.grows", ADDRESS, ADDRESS + "more"),
            changed("configurations.fits", "a" * 72, "a" * 71 + "b"),
            changed("configurations.object", {"a": [ADDRESS, 1]}, {"a": [ADDRESS, 2]}),
            changed("configurations.empty", "", None),
            FieldChange(
                path="rules",
                action=FieldAction.ADD,
                reason=Reason.FIELD_DIFFERS,
                after={"and": [{"==": [{"var": "context.tenant.id"}, word]} for word in "abcde"]},
            ),
            FieldChange(
                path="name",
                action=FieldAction.REMOVE,
                reason=Reason.FIELD_DIFFERS,
                before="line\n" * 30,
            ),
        ),
    ),
)

CASE = Case(subject="plan", given=((Reviewed(plan=PLAN),), ()))
