"""One change of a plan as lines of text: a heading, and one line a field."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from reconciler.planning.paths import split
from reconciler.planning.plan import (
    Create,
    Delete,
    FieldAction,
    Keep,
    Reason,
    Rename,
    Replace,
    SetPrimary,
    Update,
    Visibility,
)
from reconciler.views import values
from reconciler.views.declared import fields_of
from reconciler.views.style import ACTION_TONES, FIELD_MARKS, Tone

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from reconciler.model import Integration, ObservedIntegration
    from reconciler.planning.plan import FieldChange, Planned
    from reconciler.views.style import Style

_INDENT = " " * 6

_WHY_SENT = {
    Reason.SECRET_CHANGED: "changed",
    Reason.SECRET_UNVERIFIABLE: "unverifiable: sent once",
    Reason.CREDENTIALS_ALWAYS: "sent again: --credentials always",
    Reason.CREDENTIALS_VERSION: "sent again: credentialsVersion",
    Reason.ROTATION_ASKED: "sent again: --rotate",
    Reason.POSSIBLY_CHANGED_OUTSIDE: "sent again: possibly changed outside",
}
"""What a line says of a value that it does not show."""

_REPLACED = {
    Reason.PROVIDER_CHANGED: "provider",
    Reason.CHANNEL_CHANGED: "channel",
}


def change_lines(change: Planned, style: Style) -> Iterator[str]:
    """The lines of one change, indented as in a plan."""
    mark = style.paint(ACTION_TONES[change.action], f"{change.action.symbol:>3}")
    match change:
        case Create():
            yield f"{mark} {_declared(change.desired, style)}"
            yield from _create_fields(fields_of(change), style)
        case Update():
            yield f"{mark} {_declared(change.desired, style)}"
        case Keep():
            unsure = change.reason is Reason.SECRET_UNVERIFIABLE
            how = "unchanged, as far as can be told without secrets" if unsure else "unchanged"
            yield f"{mark} {_declared(change.desired, style)}  {_faint(style, how)}"
        case Rename():
            before = values.name(change.observed.identifier or change.observed.id)
            yield f"{mark} {before} → {_declared(change.desired, style)}"
        case SetPrimary():
            instead = f" instead of {values.name(change.previous)}" if change.previous else ""
            yield f"{mark} {_declared(change.desired, style)}  becomes primary{instead}"
        case Replace():
            yield f"{mark} {_declared(change.desired, style)}  deleted and created again"
        case Delete():
            why = _faint(style, "declared no more")
            yield f"{mark} {observed_line(change.observed, style)}  {why}"
        case _:
            assert_never(change)
    if isinstance(change, (Update, Rename, Replace)):
        yield from (f"{_INDENT}{field_line(each, style)}" for each in change.fields)
    yield from _remarks(change, style)


def field_line(field: FieldChange, style: Style) -> str:
    """One field, like ``~ name: "Old" → "New"``; a value that may not be shown by its path only."""
    mark, tone = FIELD_MARKS[field.action]
    start = f"{style.paint(tone, mark)} {values.escaped(field.path)}"
    if field.visibility is not Visibility.PUBLIC:
        return f"{start}  {_faint(style, f'({_hidden(field)})')}"
    if field.action is FieldAction.ADD:
        return f"{start}: {values.value(field.after)}"
    if field.action is FieldAction.REMOVE:
        return f"{start}: {values.value(field.before)}"
    if field.action is FieldAction.RESEND:
        why = _WHY_SENT.get(field.reason, "sent again")
        return f"{start}: {values.value(field.after)}  {_faint(style, f'({why})')}"
    return f"{start}: {values.transition(field.before, field.after)}"


def observed_line(row: ObservedIntegration, style: Style) -> str:
    """A row of the server on one line: what it is called, what it is, how it stands."""
    facts = [row.provider_id, row.channel or row.kind]
    facts += ["active"] * row.active + ["primary"] * row.primary
    line = f"{values.name(row.identifier or row.id)}  {_facts(facts, style)}"
    return f"{line}  {values.value(row.name)}" if row.name else line


def _declared(desired: Integration, style: Style) -> str:
    facts = _facts([desired.provider_id, desired.channel or desired.kind], style)
    return f"{values.name(desired.identifier)}  {facts}"


def _facts(facts: Sequence[str], style: Style) -> str:
    return _faint(style, f"({', '.join(values.escaped(each) for each in facts)})")


def _create_fields(fields: Sequence[FieldChange], style: Style) -> Iterator[str]:
    """As one line a field, but for credentials: their keys share a line, since no value follows."""
    character, tone = FIELD_MARKS[FieldAction.ADD]
    mark = style.paint(tone, character)
    keys = [str(split(each.path)[1]) for each in fields if _is_credential(each)]
    told = False
    for each in fields:
        if not _is_credential(each):
            yield f"{_INDENT}{field_line(each, style)}"
        elif not told:
            told = True
            yield f"{_INDENT}{mark} credentials: {', '.join(values.name(key) for key in keys)}"


def _is_credential(field: FieldChange) -> bool:
    return split(field.path)[0] == "credentials"


def _hidden(field: FieldChange) -> str:
    what = "secret" if field.visibility is Visibility.SECRET else "from reference"
    why = _WHY_SENT.get(field.reason, "")
    if field.action is FieldAction.CHANGE:
        why = why or "changed"
    elif field.action is FieldAction.RESEND:
        why = why or "sent again"
    elif field.reason is Reason.SECRET_CHANGED:
        why = ""  # the mark says it: added or removed
    return f"{what}, {why}" if why else what


def _remarks(change: Planned, style: Style) -> Iterator[str]:
    if isinstance(change, Replace):
        what = _REPLACED.get(change.reason, "provider")
        yield _INDENT + _faint(
            style,
            f"Novu cannot change a {what} in place; subscribers' links to the old row are lost.",
        )
    checks = (
        change.desired.check
        if isinstance(change, (Create, Replace))
        else isinstance(change, (Update, Rename)) and change.patch.check
    )
    if checks:
        yield _INDENT + _faint(
            style, "check: Novu tries the credentials, which sends a real message."
        )


def _faint(style: Style, text: str) -> str:
    return style.paint(Tone.FAINT, text)
