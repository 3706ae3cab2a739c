"""What Novu tells API keys of a stored integration."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reconciler.sandbox.generation import Generation
    from reconciler.sandbox.wire import Document


def listed(row: Document, generation: Generation) -> Document:
    """The row as lists show it: credentials and signing keys held back."""
    shown = row | {"credentials": generation.show_credentials(row.get("credentials", {}))}
    configurations = row.get("configurations")
    if configurations:
        withheld = generation.withheld_configurations
        shown["configurations"] = {
            key: value for key, value in configurations.items() if key not in withheld
        }
    return shown


def echoed(row: Document, generation: Generation) -> Document:
    """The row as a write answers it: with an ``id`` beside every ``_id``, without empty objects."""
    shown = listed(row, generation) | {"id": row["_id"]}
    if row.get("configurations") == {}:
        del shown["configurations"]
    if row["conditions"]:
        shown["conditions"] = [_with_id(group) for group in row["conditions"]]
    return shown


def _with_id(part: Document) -> Document:
    shown = part | {"id": part["_id"]}
    if part.get("children"):
        shown["children"] = [child and _with_id(child) for child in part["children"]]
    return shown
