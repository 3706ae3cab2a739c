"""JSON documents: their envelope, and the pieces that several kinds of them share.

Keys are camelCase, lists never null. The text is ASCII, so it means the same in every encoding
and no terminal acts on it.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, TypeAlias

from reconciler import __version__
from reconciler.findings import in_order
from reconciler.planning.plan import Visibility
from reconciler.views.values import opened

if TYPE_CHECKING:
    from reconciler.findings import Finding, Location
    from reconciler.planning.plan import FieldChange
    from reconciler.views.subjects import Unplanned

FORMAT_VERSION = "1.1"
"""The second number grows when keys are added, the first when a reader has to change."""

Document: TypeAlias = "dict[str, object]"


def text(kind: str, content: Document) -> str:
    """A whole document."""
    document = {
        "formatVersion": FORMAT_VERSION,
        "kind": kind,
        "novuSync": __version__,
        **content,
    }
    return json.dumps(document, indent=2, default=opened) + "\n"


def location(place: Location | None) -> Document | None:
    """A place in a file; null where there is none."""
    if place is None:
        return None
    return {"file": place.file, "line": place.line, "column": place.column}


def finding(each: Finding) -> Document:
    """One finding."""
    return {
        "severity": each.severity,
        "code": each.code,
        "summary": each.summary,
        "detail": each.detail,
        "location": location(each.location),
        "pointer": each.pointer,
        "environment": each.environment,
    }


def unplanned(each: Unplanned) -> Document:
    """An environment of which there is no result."""
    return {
        "environment": each.environment,
        "summary": each.summary,
        "mend": each.mend,
        "findings": [finding(one) for one in in_order(each.findings)],
    }


def field(each: FieldChange) -> Document:
    """One field that differs; before and after only where they may be seen."""
    described: Document = {
        "path": each.path,
        "action": each.action,
        "reason": each.reason,
        "visibility": each.visibility,
    }
    if each.visibility is Visibility.PUBLIC:
        described |= {"before": each.before, "after": each.after}
    return described
