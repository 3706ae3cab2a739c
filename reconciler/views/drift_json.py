"""Drift as JSON: ``schemas/drift.schema.json`` describes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.findings import in_order
from reconciler.planning.drift import Cause
from reconciler.planning.plan import Visibility
from reconciler.views import document
from reconciler.views.drift_words import place_of
from reconciler.views.plan_json import unmanaged

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reconciler.planning.drift import Difference, Drift
    from reconciler.views.document import Document
    from reconciler.views.style import Look
    from reconciler.views.subjects import Unplanned


def render(drifts: Sequence[Drift], unplanned: Sequence[Unplanned], _look: Look, /) -> str:
    """The drift of every environment of a run, and the environments that were not compared."""
    return document.text(
        "drift",
        {
            "empty": not unplanned and all(each.is_empty for each in drifts),
            "summary": _summary(drifts),
            "environments": [_environment(each) for each in drifts],
            "uncompared": [document.unplanned(each) for each in unplanned],
        },
    )


def _environment(drift: Drift) -> Document:
    return {
        "environment": drift.environment,
        "environmentId": drift.environment_id,
        "ledger": drift.ledger_note,
        "empty": drift.is_empty,
        "summary": _summary([drift]),
        "differences": [_difference(each) for each in drift.differences],
        "unseen": [
            {"identifier": each.identifier, "writtenSince": each.written_since}
            for each in drift.unseen
        ],
        "unmanaged": [unmanaged(each) for each in drift.unmanaged],
        "findings": [document.finding(each) for each in in_order(drift.findings)],
    }


def _summary(drifts: Sequence[Drift]) -> Document:
    def total(cause: Cause) -> int:
        return sum(each.count(cause) for each in drifts)

    return {
        "drifted": total(Cause.DRIFTED),
        "both": total(Cause.BOTH),
        "configChange": total(Cause.CONFIG_CHANGE),
        "unverifiable": total(Cause.UNVERIFIABLE),
        "asApplied": sum(each.as_applied for each in drifts),
        "unmanaged": sum(len(each.unmanaged) for each in drifts),
    }


def _difference(difference: Difference) -> Document:
    field = difference.field
    described: Document = {
        "identifier": difference.identifier,
        "knownAs": difference.known_as or None,
        "providerId": difference.desired.provider_id,
        "channel": difference.desired.channel,
        "kind": difference.desired.kind,
        "cause": difference.cause,
        "reason": difference.why,
        "path": field.path if field else None,
        "visibility": field.visibility if field else None,
        "location": document.location(place_of(difference)),
    }
    if field is not None and field.visibility is Visibility.PUBLIC:
        described |= {"declared": field.after, "observed": field.before}
    return described
