"""One side of a comparison: what a project declares for an environment, or what a server has.

A value on a side is open or covered. Covered are secrets, and whatever the project declares by a
reference: they can be told apart at most, and where a server or a reference does not tell them not
even that.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from reconciler.authoring.declared import refers
from reconciler.authoring.rows import form_of, primaries_of, refuse_twins
from reconciler.authoring.sketch import is_taken
from reconciler.config.catalogue import catalogue
from reconciler.config.neighbours import named
from reconciler.model import Kind, Readback
from reconciler.planning.facts import made_by_novu, present
from reconciler.planning.plan import Visibility
from reconciler.secret import Secret, reveal

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from reconciler.config.forms import Form
    from reconciler.model import Observed, ObservedIntegration
    from reconciler.secret import Json, Value


@dataclass(frozen=True, slots=True)
class Covered:
    """A value that is not shown.

    Attributes:
        visibility: why not.
        value: to compare it; `None` where nobody knows it.
    """

    visibility: Visibility
    value: Secret[Json] | None = None


Cell: TypeAlias = "Json | Covered"


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One integration on a side.

    Attributes:
        side: what the side is called.
        environment: the environment that it is about.
        live: it is what the server has.
        values: its fields; credentials and configurations as ``(field, key)``.
        told: fields that are known whole: what is not in `values` is not there. Of a declared one
            those that are managed.
    """

    side: str
    environment: str
    live: bool
    identifier: str
    provider_id: str
    channel: str | None
    kind: Kind
    values: Mapping[tuple[str, ...], Cell]
    told: frozenset[str]

    @property
    def title(self) -> str | None:
        """Its display name, where it is open."""
        name = self.values.get(("name",))
        return name if isinstance(name, str) else None

    @property
    def is_built_in(self) -> bool:
        """Whether Novu makes one such integration in every environment."""
        provider = catalogue().get(self.provider_id)
        return provider is not None and provider.single_per_environment


_PLAIN = ("name", "active", "primary", "conditions", "rules")
_KEYED = ("credentials", "configurations")


def declared_side(forms: Mapping[str, Form], environment: str, side: str) -> list[Item]:
    """What a project declares: texts as they are written, references and all."""
    return [
        Item(
            side=side,
            environment=environment,
            live=False,
            identifier=identifier,
            provider_id=str(form.value.get("providerId")),
            channel=_text(form.value.get("channel")),
            kind=_kind(form),
            values=dict(_written(form)),
            told=frozenset(form.value),
        )
        for identifier, form in forms.items()
    ]


def live_side(
    observed: Observed, forms: Mapping[str, Form], environment: str, side: str
) -> list[Item]:
    """What a server has, Novu's demo providers left out.

    Raises:
        ServerStateError: two rows share an identifier.
    """
    refuse_twins(observed.integrations, environment)
    primaries = primaries_of(observed.integrations)
    items: list[Item] = []
    for row in observed.integrations:
        if not is_taken(row) or not row.identifier:
            continue
        form = form_of(forms, row)
        declared = form.value if form else {}
        items.append(
            Item(
                side=side,
                environment=environment,
                live=True,
                identifier=row.identifier,
                provider_id=row.provider_id,
                channel=None if row.channel is None else str(row.channel),
                kind=row.kind,
                values=dict(_stored(row, declared, primary=row.id in primaries)),
                told=frozenset(_told(row)),
            )
        )
    return items


def said(value: Any, environment: str) -> Json:  # noqa: ANN401 - JSON
    """A value with the environment's name filled in, and escapes undone."""
    if isinstance(value, str):
        return named(value, environment)
    if isinstance(value, dict):
        return {key: said(each, environment) for key, each in value.items()}
    if isinstance(value, list):
        return [said(each, environment) for each in value]
    return value  # type: ignore[no-any-return]  # a number, a boolean, or nothing


def _written(form: Form) -> Iterator[tuple[tuple[str, ...], Cell]]:
    for field in _PLAIN:
        if field in form.value:
            yield (field,), form.value[field]
    for field in _KEYED:
        inner = form.value.get(field)
        for key, value in inner.items() if isinstance(inner, dict) else ():
            if form.is_secret((field, key)) and not refers(value):
                yield (field, key), Covered(Visibility.SECRET, Secret(value))
            else:
                yield (field, key), value


def _stored(
    row: ObservedIntegration, declared: Mapping[str, Json], *, primary: bool
) -> Iterator[tuple[tuple[str, ...], Cell]]:
    plain: dict[str, Value] = {
        "name": row.name,
        "active": row.active,
        "primary": primary,
        "conditions": row.conditions,
        "rules": dict(row.rules) if row.rules is not None else None,
    }
    for field, value in plain.items():
        if value is not None:
            yield (field,), _covered_by(declared.get(field), reveal(value))
    for key, value in sorted(row.credentials.values.items()):
        if not made_by_novu(row.provider_id, key):
            secret = catalogue().is_secret(row.provider_id, key)
            yield from _keyed("credentials", key, value, declared, secret=secret)
    for key, value in sorted(present(row.configurations).items()):
        secret = isinstance(value, Secret)
        yield from _keyed("configurations", key, value, declared, secret=secret)


def _keyed(
    field: str, key: str, value: Value, declared: Mapping[str, Json], *, secret: bool
) -> Iterator[tuple[tuple[str, ...], Cell]]:
    stored, known = reveal(value), declared.get(field)
    if stored is None:
        return
    if secret:
        yield (field, key), Covered(Visibility.SECRET, Secret(stored))
    else:
        text = known.get(key) if isinstance(known, dict) else None
        yield (field, key), _covered_by(text, stored)


def _covered_by(declared: Json, value: Json) -> Cell:
    """What is declared by a reference is secret, whatever the server says of it."""
    return Covered(Visibility.REFERENCE, Secret(value)) if refers(declared) else value


def _told(row: ObservedIntegration) -> Iterator[str]:
    yield from ("name", "active", "primary")
    if row.credentials.readback is Readback.READABLE:
        yield "credentials"
    yield from (each for each in ("conditions", "rules", "configurations") if _has(row, each))


def _has(row: ObservedIntegration, field: str) -> bool:
    return getattr(row, field) is not None


def _text(value: Json) -> str | None:
    return value if isinstance(value, str) else None


def _kind(form: Form) -> Kind:
    kind = form.value.get("kind")
    if isinstance(kind, str) and kind in tuple(Kind):
        return Kind(kind)
    return form.provider.kind if form.provider else Kind.DELIVERY
