"""Integrations on both sides and on one, values that are shown, covered or unknown, odd names."""

from golden.values import Case

from reconciler.authoring.comparison import Compared, Comparison
from reconciler.planning.plan import FieldAction, FieldChange, Reason, Visibility
from reconciler.views.style import Look, Style


def field(
    path: str, action: FieldAction, visibility: Visibility = Visibility.PUBLIC, **values: object
) -> FieldChange:
    return FieldChange(
        path=path, action=action, reason=Reason.FIELD_DIFFERS, visibility=visibility, **values
    )


COMPARISON = Comparison(
    left="development",
    right="live:production",
    integrations=(
        Compared(
            left="ses-development",
            right="ses-production",
            provider_id="ses",
            channel="email",
            changes=(
                field("name", FieldAction.CHANGE, before="SES (dev)", after="SES"),
                field("primary", FieldAction.ADD, after=True),
                field("credentials.apiKey", FieldAction.CHANGE, Visibility.SECRET),
                field("credentials.from", FieldAction.CHANGE, Visibility.REFERENCE),
                field("conditions", FieldAction.REMOVE, before=[{"value": "AND"}]),
            ),
            unknown=("credentials.secretKey", 'rules["\x1b[31m"]'),
        ),
        Compared(left="odd \x1b[31mname", right=None, provider_id="discord", channel="chat"),
        Compared(left=None, right="claude", provider_id="anthropic", channel=None),
        Compared(left="fcm", right="fcm", provider_id="fcm", channel="push"),
    ),
)

CASE = Case(
    subject="diff",
    given=(COMPARISON,),
    looks={
        "plain": Look(),
        "colored": Look(style=Style(color=True)),
        "verbose": Look(verbose=True),
    },
)
