"""A plan as JSON: ``schemas/plan.schema.json`` describes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.findings import in_order
from reconciler.planning.plan import Action, Create, Delete, Keep, Rename, SetPrimary
from reconciler.views import document
from reconciler.views.counts import planned
from reconciler.views.declared import becomes_primary, fields_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reconciler.model import ObservedIntegration
    from reconciler.planning.guards import Refusal
    from reconciler.planning.plan import Plan, Planned
    from reconciler.views.document import Document
    from reconciler.views.style import Look
    from reconciler.views.subjects import Reviewed, Unplanned


def render(reviewed: Sequence[Reviewed], unplanned: Sequence[Unplanned], _look: Look, /) -> str:
    """The plans of one run, and the environments without one."""
    plans = [each.plan for each in reviewed]
    return document.text(
        "plan",
        {
            "empty": not unplanned and all(plan.is_empty for plan in plans),
            "summary": _summary(plans),
            "environments": [_environment(each) for each in reviewed],
            "unplanned": [document.unplanned(each) for each in unplanned],
        },
    )


def _environment(reviewed: Reviewed) -> Document:
    plan = reviewed.plan
    return {
        "environment": plan.environment,
        "environmentId": plan.environment_id,
        "ledger": plan.ledger_note,
        "digest": reviewed.digest or None,
        "empty": plan.is_empty,
        "summary": _summary([plan]),
        "changes": [_change(each) for each in plan.changes],
        "unmanaged": [unmanaged(each) for each in plan.unmanaged],
        "findings": [document.finding(each) for each in in_order(plan.findings)],
        "refusals": [_refusal(each) for each in reviewed.refusals],
    }


def _summary(plans: Sequence[Plan]) -> Document:
    counts = planned(plans)
    return {
        "create": counts[Action.CREATE],
        "update": counts[Action.UPDATE],
        "delete": counts[Action.DELETE],
        "rename": counts[Action.RENAME],
        "setPrimary": counts[Action.SET_PRIMARY],
        "replace": counts[Action.REPLACE],
        "keep": counts[Action.KEEP],
        "unmanaged": sum(len(plan.unmanaged) for plan in plans),
    }


def _change(change: Planned) -> Document:
    """Every kind of change has the same keys; what does not apply to one is null or false."""
    row = change.observed if isinstance(change, Delete) else change.desired
    observed = None if isinstance(change, Create) else change.observed
    return {
        "action": change.action,
        "symbol": change.action.symbol,
        "reason": change.reason,
        "stage": None if isinstance(change, Keep) else change.stage.name.lower().replace("_", "-"),
        "identifier": change.identifier,
        "previousIdentifier": change.observed.identifier if isinstance(change, Rename) else None,
        "id": observed.id if observed else None,
        "providerId": row.provider_id,
        "channel": row.channel,
        "kind": row.kind,
        "becomesPrimary": isinstance(change, Create) and becomes_primary(change),
        "previousPrimary": change.previous if isinstance(change, SetPrimary) else None,
        "fields": [document.field(each) for each in fields_of(change)],
        "location": (
            None if isinstance(change, Delete) else document.location(change.desired.location)
        ),
    }


def unmanaged(row: ObservedIntegration) -> Document:
    """A row that nobody declares."""
    return {
        "identifier": row.identifier,
        "id": row.id,
        "name": row.name,
        "providerId": row.provider_id,
        "channel": row.channel,
        "kind": row.kind,
        "active": row.active,
        "primary": row.primary,
    }


def _refusal(refusal: Refusal) -> Document:
    return {
        "guard": refusal.guard,
        "identifiers": list(refusal.identifiers),
        "detail": refusal.detail,
        "mend": refusal.mend,
    }
