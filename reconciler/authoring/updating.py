"""What a server has otherwise than a project declares, as wishes for the project's files.

Only what is declared is looked at: a field that is left out is not managed. What is declared by a
reference is secret, or somebody else's to change, and stays.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from reconciler.authoring.declared import declared_in, references, refers
from reconciler.authoring.editing import Wish
from reconciler.authoring.rows import form_of, primaries_of, refuse_twins
from reconciler.authoring.sides import said
from reconciler.authoring.sketch import Asked, Kept, is_taken, sketched
from reconciler.authoring.uses import meaning
from reconciler.config.neighbours import named
from reconciler.findings import finding
from reconciler.model import Readback
from reconciler.planning.facts import WITHHELD_CONFIGURATIONS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from reconciler.authoring.editing import Left
    from reconciler.authoring.sketch import Sketch, Told
    from reconciler.config.forms import Form
    from reconciler.config.places import Path
    from reconciler.config.project import Project
    from reconciler.findings import Finding
    from reconciler.model import Observed, ObservedIntegration
    from reconciler.secret import Json

_PLAIN: Final = ("name", "active", "primary")
_FILTERS: Final = ("conditions", "rules")
_DEFAULTS: Final[Mapping[str, Json]] = {"isNegated": False, "children": []}
"""Of a group of conditions: some servers add them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """What servers have otherwise than declared.

    Attributes:
        wishes: what would have to be written for the two to agree.
        findings: what differs and cannot be wished for; warnings all.
        missing: identifiers that are declared and not there, with their environments.
        unmanaged: how many rows nobody declares, Novu's demo providers aside.
    """

    wishes: tuple[Wish, ...]
    findings: tuple[Finding, ...]
    missing: tuple[tuple[str, str], ...]
    unmanaged: int


def drift(project: Project, live: Mapping[str, Observed]) -> Drift:
    """Compare what is declared with what is there.

    Args:
        project: whose files can be read.
        live: by the project's name for each environment.

    Raises:
        ServerStateError: two rows of an environment share an identifier.
    """
    numbers = {id(each.base): number for number, each in enumerate(project.declarations)}
    wishes: list[Wish] = []
    found: list[Finding] = []
    missing: list[tuple[str, str]] = []
    unmanaged = 0
    for name, observed in live.items():
        refuse_twins(observed.integrations, name)
        primaries = primaries_of(observed.integrations)
        forms = declared_in(project, name)
        seen: set[int] = set()
        comparisons: list[_Comparison] = []
        for row in observed.integrations:
            form = form_of(forms, row)
            if form is None:
                unmanaged += is_taken(row)
                continue
            number = numbers[id(form.declaration.base)]
            seen.add(number)
            comparison = _Comparison(number, form, row, name, primary=row.id in primaries)
            comparisons.append(comparison)
            found += comparison.problems
        wishes += _with_new_primaries(comparisons)
        missing += (
            (identifier, name)
            for identifier, form in forms.items()
            if numbers[id(form.declaration.base)] not in seen
        )
    return Drift(
        wishes=tuple(wishes),
        findings=tuple(found),
        missing=tuple(missing),
        unmanaged=unmanaged,
    )


def unwritten(project: Project, left: Left) -> Finding:
    """What to tell of a wish that could not be fulfilled."""
    wish = left.wish
    declaration = project.declarations[wish.declaration]
    identifier = named(str(declaration.base.value.get("identifier")), wish.environment)
    what = f"`{'.'.join(map(str, wish.path))}` of {identifier!r} would have to be"
    if not wish.path:
        what = f"{identifier!r} would have to live in {wish.environment} with the overlay"
    why = f"and this could not be written: {left.why}. Edit it by hand."
    detail = f"{what} {_shown(wish.value)}, {why}"
    spot = declaration.base.spot(wish.path)
    return finding(
        "NS345",
        detail,
        location=spot.location,
        pointer=spot.pointer,
        environment=wish.environment,
    )


def _shown(value: Json) -> str:
    from reconciler.authoring.writing import flow  # noqa: PLC0415 - seldom needed

    return flow(value)


def _with_new_primaries(comparisons: list[_Comparison]) -> Iterator[Wish]:
    """All wishes; where a declared primary lost its place, the row that has it now says so."""
    lost = {
        each.channel
        for each in comparisons
        if any(wish.path == ("primary",) and wish.value is False for wish in each.wishes)
    }
    for each in comparisons:
        yield from each.wishes
        told = any(wish.path == ("primary",) for wish in each.wishes)
        if each.channel in lost and each.is_primary and not told:
            yield each.wish(("primary",), value=True)


class _Comparison:
    """One integration in one environment, compared with its row.

    Attributes:
        wishes: what the row has otherwise.
        problems: what it has otherwise and nobody can wish for.
        channel: of the row.
        is_primary: whether the row is its channel's primary, and may be declared so.
    """

    def __init__(
        self, number: int, form: Form, row: ObservedIntegration, environment: str, *, primary: bool
    ) -> None:
        self._number = number
        self._form = form
        self._row = row
        self._environment = environment
        self.problems: list[Finding] = []
        self.channel = row.channel
        self._primary = primary
        sketch, _ = sketched(row, environment, primary=primary, declared=form.value)
        self.is_primary = "primary" in sketch.fields
        ignored = form.value.get("ignoreChanges")
        self._ignored = ignored if isinstance(ignored, list) else []
        self.wishes = tuple(self._compare(sketch))

    def wish(self, path: Path, *, value: Json) -> Wish:
        """A wish for this integration in this environment."""
        return Wish(declaration=self._number, environment=self._environment, path=path, value=value)

    def _compare(self, sketch: Sketch) -> Iterator[Wish]:
        declared = self._form.value
        for field in ("providerId", "channel"):
            there = self._row.provider_id if field == "providerId" else self._row.channel
            if there is not None and declared.get(field) not in (None, there):
                self._problem((field,), f"it is {there!r} there; Novu cannot change it")
        managed = [each for each in declared if each not in self._ignored]
        told: dict[str, Json] = {**sketch.fields, "primary": self._primary}
        for field in managed:
            if field in _PLAIN and told.get(field) is not None:
                yield from self._value((field,), declared[field], told[field])
            elif field in _FILTERS:
                yield from self._filter(field, declared[field], told.get(field))
        if "credentials" in managed and self._row.credentials.readback is Readback.READABLE:
            yield from self._keyed("credentials", declared["credentials"], sketch.credentials)
        if "configurations" in managed and self._row.configurations is not None:
            yield from self._keyed(
                "configurations", declared["configurations"], sketch.configurations
            )

    def _value(self, path: Path, declared: Json, there: Json) -> Iterator[Wish]:
        environment = self._environment
        if refers(declared) or meaning(said(declared, environment)) == meaning(
            said(there, environment)
        ):
            return
        if any(references(declared)):
            self._problem(path, "it holds `${environment}`, and the server has something else")
        else:
            yield self.wish(path, value=there)

    def _filter(self, field: str, declared: Json, there: Json) -> Iterator[Wish]:
        stored = getattr(self._row, field)
        if stored is None or (stored and there is None):
            return  # not told, moot beside rules, or of a shape that nobody can declare
        empty: Json = [] if field == "conditions" else {}
        mine = empty if declared is None else declared
        yield from self._value((field,), mine, _aligned(there or empty, mine))

    def _keyed(
        self, field: str, declared: Json, there: Mapping[str, Told] | None
    ) -> Iterator[Wish]:
        known = declared if isinstance(declared, dict) else {}
        for key, value in (there or {}).items():
            path = (field, key)
            if isinstance(value, Kept) or (isinstance(value, Asked) and key in known):
                continue  # a secret, or declared by a reference: nobody compares those here
            if isinstance(value, Asked):
                self._problem(path, "it is there, secret and not declared; add a reference")
            elif key in known:
                yield from self._value(path, known[key], value)
            else:
                yield self.wish(path, value=value)
        for key, value in known.items():
            path = (field, key)
            hidden = key in WITHHELD_CONFIGURATIONS or refers(value) or self._form.is_secret(path)
            if key not in (there or {}) and not hidden:
                self._problem(path, "it is not there any more; remove the line")

    def _problem(self, path: Path, what: str) -> None:
        spot = self._form.layered.spot(path)
        detail = f"`{'.'.join(map(str, path))}` of {self._row.identifier!r} differs: {what}."
        self.problems.append(
            finding(
                "NS345",
                detail,
                location=spot.location,
                pointer=spot.pointer,
                environment=self._environment,
            )
        )


def _aligned(there: Json, declared: Json) -> Json:
    """Groups of conditions with the defaults that servers add as far as they are declared."""
    if not (isinstance(there, list) and isinstance(declared, list)):
        return there
    mine = [each if isinstance(each, dict) else {} for each in declared]
    mine += [{}] * len(there)
    return [
        _group(group, own) if isinstance(group, dict) else group
        for group, own in zip(there, mine, strict=False)
    ]


def _group(there: dict[str, Json], declared: dict[str, Json]) -> dict[str, Json]:
    kept = {
        key: value
        for key, value in there.items()
        if key in declared or key not in _DEFAULTS or value != _DEFAULTS[key]
    }
    added = {key: _DEFAULTS[key] for key in declared if key in _DEFAULTS and key not in there}
    return {**kept, **added}
