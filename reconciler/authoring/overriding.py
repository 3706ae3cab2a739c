"""Fits a sketch onto the defaults of its channel: what they would add has to be said otherwise.

An integration lies over the defaults of the project, so what a server does not have and the
defaults do is written as ``null``. A credential that has to be asked for and that the defaults
have already is not asked for.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from reconciler.authoring.sketch import Asked, Kept
from reconciler.model import Readback

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reconciler.authoring.sketch import Sketch, Told
    from reconciler.model import ObservedIntegration
    from reconciler.secret import Json

_FILTERS: Final = ("conditions", "rules")


def over_defaults(sketch: Sketch, row: ObservedIntegration, defaults: Mapping[str, Json]) -> Sketch:
    """The sketch of a row, as it has to be written over the defaults of its channel."""
    cleared: dict[str, Json] = {
        field: None for field in _FILTERS if field in defaults and field not in sketch.fields
    }
    # What cannot be declared was left out, and clearing it would be worse than a default.
    stored = [field for field in cleared if getattr(row, field)]
    fields = {**sketch.fields, **{key: None for key in cleared if key not in stored}}
    return replace(
        sketch,
        fields=fields,
        credentials=_credentials(sketch, row, _inner(defaults, "credentials")),
        configurations=_configurations(sketch, _inner(defaults, "configurations")),
    )


def _credentials(
    sketch: Sketch, row: ObservedIntegration, defaults: Mapping[str, Json]
) -> Mapping[str, Told] | None:
    told = sketch.credentials
    if not told:
        return told
    if row.credentials.readback is Readback.READABLE:
        taken = sketch.provider.credentials if sketch.provider else ()
        lacking = {
            each.key: None for each in taken if each.key in defaults and each.key not in told
        }
        return {**told, **lacking}
    own = {
        key: value
        for key, value in told.items()
        if key not in defaults
        or not (isinstance(value, Asked) or value == Kept(value=defaults[key]))
    }
    return own or told


def _configurations(sketch: Sketch, defaults: Mapping[str, Json]) -> Mapping[str, Told] | None:
    if not defaults:
        return sketch.configurations
    told = sketch.configurations or {}
    return {**told, **{key: None for key in defaults if key not in told}}


def _inner(defaults: Mapping[str, Json], field: str) -> Mapping[str, Json]:
    value = defaults.get(field)
    return value if isinstance(value, dict) else {}
