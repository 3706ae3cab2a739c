"""The words for drift: what each reason is called, and the lines that say a difference."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from reconciler.planning.drift import Cause, Why
from reconciler.planning.plan import FieldAction, Visibility
from reconciler.views import values
from reconciler.views.declared import field_place
from reconciler.views.style import Tone

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from reconciler.findings import Location
    from reconciler.planning.drift import Difference, Drift
    from reconciler.planning.plan import FieldChange
    from reconciler.views.style import Style

WORDS: Mapping[Why, str] = {
    Why.EDITED: "edited on the server",
    Why.DELETED: "deleted on the server",
    Why.RECREATED: "made anew on the server",
    Why.RENAMED_THERE: "renamed on the server",
    Why.BOTH_MOVED: "edited on the server, and declared anew",
    Why.DECLARED_ANEW: "declared anew since the last apply",
    Why.NEWLY_MANAGED: "managed since the last apply",
    Why.NOT_APPLIED_YET: "declared, and not applied yet",
    Why.RENAMED_HERE: "renamed in the configuration",
    Why.VERSION_RAISED: "credentialsVersion was raised",
    Why.NO_LEDGER: "no ledger tells what was applied",
    Why.NOT_IN_LEDGER: "the ledger does not remember it",
    Why.APPLY_CUT_SHORT: "an apply was cut short while it wrote this",
    Why.PARTLY_WITHHELD: "the server withholds a part of it",
}
"""What is said of each reason."""

TONES = {
    Cause.DRIFTED: Tone.RED,
    Cause.BOTH: Tone.MAGENTA,
    Cause.CONFIG_CHANGE: Tone.YELLOW,
    Cause.UNVERIFIABLE: Tone.CYAN,
}

_WIDTH = max(map(len, Cause))


def counts_line(drifts: Iterable[Drift]) -> str:
    """Like ``2 drifted, 0 both, 1 config-change, 0 unverifiable; 7 as applied, 1 unmanaged``."""
    drifts = tuple(drifts)
    counts = ", ".join(f"{sum(each.count(cause) for each in drifts)} {cause}" for cause in Cause)
    same = sum(each.as_applied for each in drifts)
    unmanaged = sum(len(each.unmanaged) for each in drifts)
    return f"{counts}; {same} as applied, {unmanaged} unmanaged"


def by_integration(drift: Drift) -> Iterator[tuple[Difference, ...]]:
    """The differences of each integration together."""
    for _, each in groupby(drift.differences, key=lambda each: each.identifier):
        yield tuple(each)


def place_of(difference: Difference) -> Location | None:
    """The line that declares what differs."""
    return field_place(difference.desired, difference.path)


def integration_lines(differences: tuple[Difference, ...], style: Style) -> Iterator[str]:
    """The lines of one integration: what it is, and a line with its place for each difference."""
    desired = differences[0].desired
    facts = f"({values.escaped(f'{desired.provider_id}, {desired.channel or desired.kind}')})"
    name = style.paint(Tone.STRONG, values.name(desired.identifier))
    yield f"  {name}  {style.paint(Tone.FAINT, facts)}"
    for each in differences:
        cause = style.paint(TONES[each.cause], f"{each.cause:<{_WIDTH}}")
        place = place_of(each)
        where = f"  {style.paint(Tone.FAINT, values.escaped(str(place)))}" if place else ""
        yield f"      {cause}  {sentence(each)}{where}"


def sentence(difference: Difference) -> str:
    """What differs and why, on one line."""
    why = WORDS[difference.why]
    if difference.known_as:
        why += f"; there it is {values.name(difference.known_as)}"
    if difference.field is None:
        return why
    field = difference.field
    path = values.escaped(field.path)
    if field.visibility is not Visibility.PUBLIC:
        what = "secret" if field.visibility is Visibility.SECRET else "from reference"
        return f"{path}  ({what}; {why})"
    return f"{path}: {_both(field)}  ({why})"


def _both(field: FieldChange) -> str:
    declared = "nothing" if field.action is FieldAction.REMOVE else values.value(field.after)
    observed = "nothing" if field.action is FieldAction.ADD else values.value(field.before)
    return f"declared {declared}, on the server {observed}"
