"""Fills forms in: references become values, secrets become `Secret`, a form an integration."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from reconciler.config.inspection import at, contradictions
from reconciler.config.lines import Lines
from reconciler.config.neighbours import named
from reconciler.config.plaintext import PLACEHOLDER, is_placeholder
from reconciler.config.reading import MAX_DEPTH
from reconciler.config.references import MARK, BadReferenceError, parse
from reconciler.model import Channel, Integration, Kind
from reconciler.secret import Secret, Unresolved, holds_secret, holds_unresolved, reveal

if TYPE_CHECKING:
    from reconciler.config.forms import Form
    from reconciler.config.places import Path
    from reconciler.config.references import Resolver
    from reconciler.findings import Finding
    from reconciler.secret import Json, Value

_FIELDS: Final = ("name", "active", "credentials", "conditions", "rules", "configurations")
"""The fields that references may stand in."""
_KEYED: Final = 2  # steps to a key of an object that Novu takes as a whole
_EMPTY: Final = (
    "is needed, and the empty default of its reference would stand in for it. Set what it refers"
    " to, or write another default."
)
_BOOLEANS: Final = {"true": True, "false": False}


class _WrongTypeError(ValueError):
    """A value from outside is not what Novu takes there; the message says what it takes."""


class Filler:
    """Fills in the forms of one environment.

    Attributes:
        findings: what was wrong with values from outside, in the order of the forms.
        resolver: gives the values of references.
    """

    def __init__(self, resolver: Resolver, *, secrets: bool = True) -> None:
        """Take the values of references from a resolver.

        Args:
            resolver: of the environment.
            secrets: whether to ask it for values from outside; else they are `Unresolved`.
        """
        self.findings: list[Finding] = []
        self.resolver = resolver
        self._secrets = secrets

    def integration(self, form: Form) -> Integration:
        """The integration that a form without findings stands for.

        Where a value cannot be had there is a finding, and the integration is of no use.
        """
        value: Any = form.value  # the schema has judged every type in it
        filled: Any = {
            field: self._field(form, field, value[field]) for field in _FIELDS if field in value
        }
        shown = {field for field in filled if field != "credentials"}
        referenced = frozenset(field for field in shown if holds_secret(filled[field]))
        unresolved = frozenset(field for field in filled if holds_unresolved(filled[field]))
        if "active" in unresolved:
            filled["active"] = None
        elif "active" in referenced:
            filled["active"] = reveal(filled["active"])  # it decides what is planned
            self.findings += contradictions(form, active=filled["active"])
        kind = value.get("kind") or (form.provider.kind if form.provider else Kind.DELIVERY)
        environment = self.resolver.environment
        declaration = form.declaration
        return Integration(
            identifier=named(value["identifier"], environment),
            provider_id=value["providerId"],
            channel=Channel(value["channel"]) if "channel" in value else None,
            kind=Kind(kind),
            primary=value.get("primary"),
            check=value.get("check", False),
            previous_identifiers=tuple(
                named(each, environment) for each in value.get("previousIdentifiers", ())
            ),
            protect=value.get("protect", False),
            ignore_changes=frozenset(value.get("ignoreChanges", ())),
            credentials_version=value.get("credentialsVersion"),
            referenced=referenced,
            unresolved=unresolved,
            location=declaration.base.document.block(declaration.index),
            lines=Lines(form.layered),
            **filled,
        )

    def _field(self, form: Form, field: str, value: Json) -> Value:
        if value is None:
            return [] if field == "conditions" else {}
        return self._fill(form, (field,), value)

    def _fill(self, form: Form, path: Path, value: Json) -> Value:
        filled: Value
        if isinstance(value, str):
            filled = self._text(form, path, value) if MARK in value else value
        elif isinstance(value, dict):
            filled = {key: self._fill(form, (*path, key), each) for key, each in value.items()}
        elif isinstance(value, list):
            filled = [self._fill(form, (*path, i), each) for i, each in enumerate(value)]
        else:
            filled = value
        if len(path) == _KEYED and form.is_secret(path) and not isinstance(filled, Secret):
            return Secret(reveal(filled))
        return filled

    def _text(self, form: Form, path: Path, text: str) -> Value:
        template = parse(text)
        if not (self._secrets or template.is_public):
            return Unresolved()
        try:
            resolved = self.resolver.text(template)
            if template.is_public:
                return resolved
            if not resolved and form.needs(path):
                self.findings.append(at(form, path, "NS305", f"`{path[-1]}` {_EMPTY}"))
            if path[0] == "credentials" and is_placeholder(resolved):
                self.findings.append(at(form, path, "NS311", f"`{path[-1]}` {PLACEHOLDER}"))
            return Secret(_typed(form, path, resolved))
        except BadReferenceError as bad:
            self.findings.append(at(form, path, bad.code, bad.detail))
        except _WrongTypeError as wrong:
            detail = f"The value that `{path[-1]}` refers to is not {wrong}."
            self.findings.append(at(form, path, "NS308", detail))
        return ""


def _typed(form: Form, path: Path, text: str) -> Json:
    """A value from outside as the type that Novu takes there."""
    kind = form.json_type(path)
    if kind == "boolean":
        if text.lower() not in _BOOLEANS:
            raise _WrongTypeError("`true` or `false`, and nothing else will do")
        return _BOOLEANS[text.lower()]
    if kind == "object":
        return _object(text)
    known = form.known(path)
    if known and known.enum and text not in known.enum:
        words = ", ".join(f"`{word}`" for word in known.enum)
        raise _WrongTypeError(f"one of the words that are allowed: {words}")
    return text


def _object(text: str) -> Json:
    try:
        value = json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict) or _deeper(value, MAX_DEPTH):
        # From None: the library's exception holds the text.
        raise _WrongTypeError('a JSON object like `{"key": "value"}`') from None
    return value


def _refuse(_: str) -> None:
    raise ValueError


def _deeper(value: Json, depth: int) -> bool:
    if not isinstance(value, dict | list):
        return False
    inner = value.values() if isinstance(value, dict) else value
    return depth == 0 or any(_deeper(each, depth - 1) for each in inner)
