"""What Novu tells API keys of a stored integration."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reconciler.sandbox.generation import Generation
    from reconciler.sandbox.readback import View
    from reconciler.sandbox.wire import Document


def listed(row: Document, generation: Generation) -> Document:
    """The row as lists show it."""
    return _shown(row, generation, generation.read_back.listed)


def remaining(row: Document, generation: Generation) -> Document:
    """The row as it is shown in the list that answers a delete."""
    return _shown(row, generation, generation.read_back.remaining)


def echoed(row: Document, generation: Generation) -> Document:
    """The row as a write answers it: with an ``id`` beside every ``_id``, without empty objects."""
    shown = _shown(row, generation, generation.read_back.written) | {"id": row["_id"]}
    if row.get("configurations") == {}:
        del shown["configurations"]
    if row["conditions"]:
        shown["conditions"] = [_with_id(group) for group in row["conditions"]]
    return shown


def _shown(row: Document, generation: Generation, view: View) -> Document:
    shown = {key: value for key, value in row.items() if key != "credentials"}
    shown |= view(row, generation.encrypted_credentials)
    if row.get("configurations"):
        withheld = generation.withheld_configurations
        shown["configurations"] = {
            key: value for key, value in row["configurations"].items() if key not in withheld
        }
    return shown


def _with_id(part: Document) -> Document:
    shown = part | {"id": part["_id"]}
    if part.get("children"):
        shown["children"] = [child and _with_id(child) for child in part["children"]]
    return shown
