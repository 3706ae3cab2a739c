"""Recorded answers of April 2026 as a server of November 2026 gives them.

Nobody recorded such a server. What Novu changed in between is known from its source, and this is
all of it that shows in an answer; what shows in a status is listed in `differences.NEWEST`.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from contract.agreement import Standard
from contract.differences import NEWEST, OWN

if TYPE_CHECKING:
    from contract.cases import Case


def as_newest(case: Case) -> Any:  # noqa: ANN401 - any JSON
    """The recorded answer as a server of November 2026 gives it."""
    if not isinstance(case.answer, dict):
        return case.answer
    answer = json.loads(json.dumps(case.answer).replace("sms, chat, push", "sms, chat, push, tool"))
    rows = answer.get("data")
    if case.lists_integrations:
        # API keys see their own environment only.
        return {"data": [_row(row) for row in rows if row["_environmentId"] == f"<{case.who}>"]}
    if isinstance(rows, dict) and "providerId" in rows:
        return {"data": _row(rows)}
    return answer


def _row(row: dict[str, Any]) -> dict[str, Any]:
    row = row | {"credentials": {}, "kind": "delivery"}
    if row.get("configurations"):
        row["configurations"] = dict(row["configurations"])
        row["configurations"].pop("inboundWebhookSigningKey", None)
    return row


STANDARDS = {
    ("2024-10", "2024-10"): Standard(differences=OWN["2024-10"]),
    ("2026-04", "2026-04"): Standard(differences=OWN["2026-04"]),
    ("2026-11", "2026-04"): Standard(differences=NEWEST, translated=as_newest, ordered=False),
}
"""What a sandbox is held to, by its generation and that of the recordings."""
