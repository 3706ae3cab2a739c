"""The catalogue's providers as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.views import document
from reconciler.views.provider_json import described

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reconciler.views.style import Look
    from reconciler.views.subjects import Provider


def render(providers: Sequence[Provider], _look: Look, /) -> str:
    """All of them, sorted by id."""
    ordered = sorted(providers, key=lambda each: each.id)
    return document.text("providers", {"providers": [described(each) for each in ordered]})
