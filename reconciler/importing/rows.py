"""JSON values as rows of Novu's API, however the tool that wrote them spells the keys."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from reconciler.config.catalogue import catalogue
from reconciler.findings import Severity, finding
from reconciler.importing.shell import MARK

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reconciler.findings import Finding, Location
    from reconciler.importing.jsontext import JsonText
    from reconciler.secret import Json

PLACEHOLDER: Final = "<CHANGE_ME>"
"""Stands for a value that only a shell knows; `validate` points at it."""

_ENVELOPES: Final = ("result", "data", "integrations")
"""Keys under which tools keep the list."""

_SPELLINGS: Final = {
    "id": "_id",
    "environmentId": "_environmentId",
    "environment_id": "_environmentId",
    "provider_id": "providerId",
}
"""How Novu's own libraries for TypeScript and Python spell a row, and how the API does."""

_TYPES: Final = {
    "_environmentId": (str, "text"),
    "identifier": (str, "text"),
    "name": (str, "text"),
    "channel": (str, "text"),
    "kind": (str, "text"),
    "active": (bool, "`true` or `false`"),
    "primary": (bool, "`true` or `false`"),
    "priority": (int, "a whole number"),
    "credentials": (dict, "an object"),
    "conditions": (list, "a list"),
    "rules": (dict, "an object"),
    "configurations": (dict, "an object"),
    "updatedAt": (str, "text"),
}
_ID = re.compile(r"[A-Za-z0-9_-]+")
_HUMP = re.compile(r"_([a-z])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One integration as some tool wrote it down.

    Attributes:
        fields: spelt as the API spells them, its ``_id`` only where Novu could have made it; it may
            hold secrets.
        location: where it begins.
    """

    fields: dict[str, Json] = field(repr=False)
    location: Location

    @property
    def identifier(self) -> str:
        """Never empty."""
        return str(self.fields["identifier"])

    def is_same(self, other: Row) -> bool:
        """Whether both are the same integration of Novu's, as far as they say which they are."""
        id_ = self.fields.get("_id")
        return id_ is not None and id_ == other.fields.get("_id")

    @property
    def environment_id(self) -> str:
        """Empty where the tool did not say."""
        return str(self.fields.get("_environmentId") or "")


@dataclass(slots=True)
class Rows:
    """What was found in some files.

    Attributes:
        rows: in the order of the files.
        findings: what is wrong with them, or was left out.
        deleted: how many were left out because Novu had deleted them.
    """

    rows: list[Row] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    deleted: int = 0

    def add(self, text: JsonText, *, among_others: bool = False) -> None:
        """Take the integrations of one JSON value: a list of them, in whatever envelope, or one.

        Args:
            text: the value.
            among_others: it lies in a folder of many files; that it holds no integrations may be
                quite right, and is a warning.
        """
        found = _unwrapped(text)
        if found is None:
            severity = Severity.WARNING if among_others else None
            detail = (
                "Here belongs a list of integrations as `GET /v1/integrations` answers it, bare or"
                " under `data` or `result`, or one integration with its `providerId`."
            )
            at = text.place()
            self.findings.append(finding("NS351", detail, location=at, severity=severity))
            return
        for path, value in found:
            self._add(text, path, value)

    def _add(self, text: JsonText, path: tuple[str | int, ...], value: Json) -> None:
        place = text.place(*path)
        if not isinstance(value, dict):
            detail = "An integration is an object with `providerId`, `identifier` and the like."
            self.findings.append(finding("NS352", detail, location=place))
            return
        fields = {_SPELLINGS.get(key, key): each for key, each in value.items()}
        if fields.get("deleted") is True:
            self.deleted += 1
            return
        problems = list(_problems(fields, value, text, path))
        self.findings += problems
        if problems:
            return
        if not fields.get("identifier"):
            detail = (
                "Integrations are told apart by `identifier`, and this one has none, so it was left"
                " out. Add the one that it has in Novu."
            )
            self.findings.append(finding("NS353", detail, location=place))
            return
        for name in ("credentials", "configurations"):
            held = fields.get(name)
            if isinstance(held, dict):
                fields[name] = dict(self._values(held, text, (*path, name)))
        if not (isinstance(fields.get("_id"), str) and _ID.fullmatch(str(fields["_id"]))):
            fields.pop("_id", None)
        self.rows.append(Row(fields=fields, location=place))

    def _values(
        self, held: dict[str, Json], text: JsonText, path: tuple[str | int, ...]
    ) -> Iterator[tuple[str, Json]]:
        for key, value in held.items():
            spelt = _camel(key)
            if not _is_unknown(value):
                yield spelt, value
                continue
            yield spelt, PLACEHOLDER
            names = ", ".join(f"`{name}`" for name in MARK.findall(str(value)) if name)
            what = f"the variable {names}" if names else "what a command prints"
            detail = (
                f"`{key}` is {what}, which only a shell knows. A secret becomes a reference; in"
                f" place of anything else stands `{PLACEHOLDER}`, to be filled in."
            )
            self.findings.append(finding("NS355", detail, location=text.place(*path, key)))


def _unwrapped(text: JsonText) -> list[tuple[tuple[str | int, ...], Json]] | None:
    value, path = text.value, ()
    inside: tuple[str | int, ...] = path
    while isinstance(value, dict):
        if "providerId" in value or "provider_id" in value:
            return [(inside, value)]
        key = next((each for each in _ENVELOPES if each in value), None)
        if key is None:
            return None
        value, inside = value[key], (*inside, key)
    if not isinstance(value, list):
        return None
    return [((*inside, number), each) for number, each in enumerate(value)]


def _problems(
    fields: dict[str, Json],
    written: dict[str, Json],
    text: JsonText,
    path: tuple[str | int, ...],
) -> Iterator[Finding]:
    spelt = {_SPELLINGS.get(key, key): key for key in written}
    provider = fields.get("providerId")
    if not isinstance(provider, str) or not provider:
        detail = "`providerId` is missing, or is no text. It says which provider it is, like `ses`."
        at = text.place(*path, spelt.get("providerId", ""))
        yield finding("NS352", detail, location=at)
    for name, (kind, words) in _TYPES.items():
        value = fields.get(name)
        # True is a whole number to Python, and to nobody else.
        if value is not None and (
            not isinstance(value, kind) or (kind is int and isinstance(value, bool))
        ):
            at = text.place(*path, spelt[name])
            yield finding("NS352", f"`{name}` has to be {words}.", location=at)
    for name, value in fields.items():
        if name not in ("credentials", "configurations") and _is_unknown(value):
            detail = (
                f"`{name}` holds a variable or the output of a command, which only a shell knows."
                " Write the value itself."
            )
            yield finding("NS352", detail, location=text.place(*path, spelt[name]))


def _is_unknown(value: Json) -> bool:
    """Whether a value, or any part of it, is known to a shell only."""
    if isinstance(value, dict):
        return any(map(_is_unknown, value.values()))
    if isinstance(value, list):
        return any(map(_is_unknown, value))
    return isinstance(value, str) and MARK.search(value) is not None


def _camel(key: str) -> str:
    """A key as Novu spells it, where Python's spelling is all that differs."""
    known = catalogue()
    if key in known.credential_keys or key in known.configuration_keys:
        return key
    camel = _HUMP.sub(lambda found: found[1].upper(), key)
    return camel if camel in known.credential_keys or camel in known.configuration_keys else key
