"""What integrations of one environment may not do to each other: share a name, or a seat."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.config.inspection import WITH_PRIMARY, at
from reconciler.config.references import MARK, BadReferenceError, parse

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from reconciler.config.forms import Form
    from reconciler.config.places import Path
    from reconciler.findings import Finding


def named(text: str, environment: str) -> str:
    """A name in one environment: the environment's is the only reference that it may hold."""
    if MARK not in text:
        return text
    try:
        parts = parse(text).parts
    except BadReferenceError:
        return text  # that is a finding already
    return "".join(
        part if isinstance(part, str) else environment if part.is_public else str(part)
        for part in parts
    )


def clashes(forms: Sequence[Form], environment: str) -> Iterator[tuple[Form, Finding]]:
    """Everything that forms of one environment do to each other, told of the later one."""
    yield from _names(forms, environment)
    yield from _former_names(forms, environment)
    yield from _seats(forms)


def _names(forms: Sequence[Form], environment: str) -> Iterator[tuple[Form, Finding]]:
    holders: dict[str, Form] = {}
    for form in forms:
        name = _identifier(form, environment)
        if name is None:
            continue
        holder = holders.setdefault(name, form)
        if holder is not form:
            detail = (
                f"`{name}` is declared already, at {_place(holder, ('identifier',))}, and"
                " integrations are told apart by it. Give each a name of its own, or let them live"
                " in different environments."
            )
            yield form, at(form, ("identifier",), "NS403", detail)


def _former_names(forms: Sequence[Form], environment: str) -> Iterator[tuple[Form, Finding]]:
    holders: dict[str, tuple[Form, Path]] = {}
    for form in forms:
        name = _identifier(form, environment)
        if name is not None:
            holders.setdefault(name, (form, ("identifier",)))
    for form in forms:
        former = form.value.get("previousIdentifiers")
        for index, text in enumerate(former if isinstance(former, list) else ()):
            if not isinstance(text, str):
                continue
            name = named(text, environment)
            path = ("previousIdentifiers", index)
            if name in holders:
                detail = (
                    f"`{name}` is taken, at {_place(*holders[name])}, so a row of that name cannot"
                    " become this integration's. Remove it here or there."
                )
                yield form, at(form, path, "NS404", detail)
            else:
                holders[name] = (form, path)


def _seats(forms: Sequence[Form]) -> Iterator[tuple[Form, Finding]]:
    """Seats of which there is one: a channel's primary, and providers that come once."""
    primaries: dict[str, Form] = {}
    singles: dict[str, Form] = {}
    for form in forms:
        channel = form.value.get("channel")
        if form.value.get("primary") is True and channel in WITH_PRIMARY:
            first = primaries.setdefault(str(channel), form)
            if first is not form:
                detail = (
                    f"`{channel}` has a primary already, at {_place(first, ('primary',))}, and"
                    " there can be one. Leave it to one of them."
                )
                yield form, at(form, ("primary",), "NS409", detail)
        if form.provider and form.provider.single_per_environment:
            first = singles.setdefault(form.provider.id, form)
            if first is not form:
                detail = (
                    f"An environment holds one integration of `{form.provider.id}`, and there is"
                    f" one at {_place(first, ('providerId',))}. Remove one of them."
                )
                yield form, at(form, ("providerId",), "NS410", detail)


def _identifier(form: Form, environment: str) -> str | None:
    text = form.value.get("identifier")
    return named(text, environment) if isinstance(text, str) else None


def _place(form: Form, path: Path) -> str:
    return str(form.layered.spot(path).location)
