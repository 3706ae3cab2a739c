"""Short ways to write the values of cases: integrations as declared and as the server has them."""

from __future__ import annotations

from typing import Any

from reconciler.findings import Location
from reconciler.model import Channel, Integration, ObservedIntegration, Patch
from reconciler.planning.plan import (
    FieldAction,
    FieldChange,
    Keep,
    Reason,
    Update,
    Visibility,
)
from reconciler.secret import Secret

ENVIRONMENT_ID = "65a1f0c2d3e4f5a6b7c8d901"

PLANTED = "planted-3f9c-never-shown"
"""What every secret of the cases holds; no output may."""


def secret(more: str = "") -> Secret[str]:
    """A secret that is found if it gets out."""
    return Secret(PLANTED + more)


def ses(identifier: str = "ses-development", **more: Any) -> Integration:  # noqa: ANN401 - any field
    """Amazon SES as declared."""
    declared: dict[str, Any] = {
        "provider_id": "ses",
        "channel": Channel.EMAIL,
        "name": "Amazon SES",
        "active": True,
        "credentials": {
            "apiKey": secret(),
            "secretKey": secret(),
            "region": "us-east-2",
            "from": "no-reply@acme.com",
        },
        "location": Location(file="novu-sync.yaml", line=14, column=5),
    }
    return Integration(identifier=identifier, **{**declared, **more})


def slack(identifier: str = "slack-development", **more: Any) -> Integration:  # noqa: ANN401 - any field
    """Slack as declared."""
    declared: dict[str, Any] = {
        "provider_id": "slack",
        "channel": Channel.CHAT,
        "name": "Team Slack",
        "active": True,
        "location": Location(file="integrations/chat.yaml", line=2, column=3),
    }
    return Integration(identifier=identifier, **{**declared, **more})


def row(identifier: str | None = "ses-development", **more: Any) -> ObservedIntegration:  # noqa: ANN401
    """Amazon SES as the server has it."""
    told: dict[str, Any] = {
        "id": "65b2000000000000000000aa",
        "environment_id": ENVIRONMENT_ID,
        "provider_id": "ses",
        "channel": Channel.EMAIL,
        "name": "Amazon SES",
        "active": True,
    }
    return ObservedIntegration(identifier=identifier, **{**told, **more})


def changed(
    path: str,
    before: Any,  # noqa: ANN401 - any JSON
    after: Any,  # noqa: ANN401 - any JSON
    reason: Reason = Reason.FIELD_DIFFERS,
) -> FieldChange:
    """A field whose values may be seen."""
    return FieldChange(
        path=path, action=FieldAction.CHANGE, reason=reason, before=before, after=after
    )


def hidden(
    path: str,
    reason: Reason = Reason.SECRET_CHANGED,
    action: FieldAction = FieldAction.CHANGE,
    visibility: Visibility = Visibility.SECRET,
) -> FieldChange:
    """A field whose values may not be seen."""
    return FieldChange(path=path, action=action, reason=reason, visibility=visibility)


def update(*fields: FieldChange, **more: Any) -> Update:  # noqa: ANN401 - any field
    """An update of Amazon SES."""
    given: dict[str, Any] = {
        "desired": ses(),
        "observed": row(),
        "patch": Patch(),
        "reason": Reason.FIELD_DIFFERS,
    }
    return Update(fields=fields, **{**given, **more})


def keep(identifier: str) -> Keep:
    """A row that is as declared."""
    return Keep(desired=slack(identifier), observed=row(identifier))
