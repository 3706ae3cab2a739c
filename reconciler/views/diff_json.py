"""Two environments beside each other as JSON: ``schemas/diff.schema.json`` describes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.views import document

if TYPE_CHECKING:
    from reconciler.authoring.comparison import Compared, Comparison
    from reconciler.views.document import Document
    from reconciler.views.style import Look


def render(comparison: Comparison, _look: Look, /) -> str:
    """All integrations of both sides."""
    return document.text(
        "diff",
        {
            "left": comparison.left,
            "right": comparison.right,
            "summary": {
                "differing": comparison.differing,
                "onlyLeft": comparison.only_left,
                "onlyRight": comparison.only_right,
                "same": comparison.same,
            },
            "integrations": [_integration(each) for each in comparison.integrations],
        },
    )


def _integration(each: Compared) -> Document:
    return {
        "left": each.left,
        "right": each.right,
        "providerId": each.provider_id,
        "channel": each.channel,
        "fields": [document.field(field) for field in each.changes],
        "notCompared": list(each.unknown),
    }
