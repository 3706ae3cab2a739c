"""One integration of the server as it would be declared: what means something, and what to ask for.

Left out is what Novu makes by itself (ids, priority, times, credential keys of its own) and what
is empty anyway. A secret is asked for by a variable, and so is whatever a server does not tell:
values of secrets are never looked at.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, TypeAlias

from reconciler.authoring.declared import refers
from reconciler.config.catalogue import catalogue
from reconciler.config.schema import document_problems
from reconciler.findings import finding
from reconciler.model import Channel, Readback
from reconciler.planning.facts import made_by_novu, present
from reconciler.secret import Secret, reveal

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from reconciler.config.catalogue import Credential, Provider
    from reconciler.findings import Finding
    from reconciler.model import Kind, ObservedIntegration
    from reconciler.secret import Json, Value

_MARK = re.compile(r"(\$+)\{")
_EMPTY: Final = ""

PLACEHOLDER: Final = "<CHANGE_ME>"
"""What stands where a value has to be filled in that is no secret; `validate` points at it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A value that somebody has to fill in.

    Attributes:
        key: of the credentials or configurations.
        secret: it is asked for by a variable; all else by a placeholder in the file.
        choices: the words that it may be; empty where any will do.
    """

    key: str
    secret: bool
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A value that the project declares already, as it is written there.

    Attributes:
        value: a text with references mostly.
    """

    value: Json


Told: TypeAlias = "Json | Asked | Kept"
"""What is known of a value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sketch:
    """One integration of one environment, as it would be declared.

    Attributes:
        environment: the project's name for it.
        identifier: as the server has it.
        provider: where the catalogue has it.
        fields: name, active, primary, conditions and rules, as far as they mean something; text
            is written so that no reference is read into it.
        credentials: as far as they can be told, in the order of the catalogue; `None` where they
            are better left alone.
        configurations: likewise.
        offered: credentials that may be set, and that the server does not tell.
    """

    environment: str
    identifier: str
    provider_id: str
    channel: str | None
    kind: Kind
    provider: Provider | None = None
    fields: Mapping[str, Json] = field(default_factory=dict)
    credentials: Mapping[str, Told] | None = None
    configurations: Mapping[str, Told] | None = None
    offered: tuple[Credential, ...] = ()

    @property
    def side(self) -> str:
        """Where it is."""
        return self.environment

    @property
    def title(self) -> str | None:
        """Its display name, where it has one."""
        name = self.fields.get("name")
        return name if isinstance(name, str) else None

    @property
    def is_built_in(self) -> bool:
        """Whether Novu makes one such integration in every environment, under a name of its own."""
        return self.provider is not None and self.provider.single_per_environment


def literal(text: str) -> str:
    """A text as it has to be written where references are read: `${` stands for itself."""
    return _MARK.sub(lambda found: f"{found[1]}{found[1]}{{", text)


def sketched(
    row: ObservedIntegration,
    environment: str,
    *,
    primary: bool,
    declared: Mapping[str, Json] | None = None,
) -> tuple[Sketch, tuple[Finding, ...]]:
    """What a row would be declared as, and what could not be taken along.

    What is declared by a reference is secret, in any field, and stays that reference; and what
    the server does not tell is what is declared.

    Args:
        row: with an identifier.
        environment: the project's name for where it is.
        primary: whether it is its channel's one primary.
        declared: what the project declares for it already, references as they are written.
    """
    declared = declared or {}
    provider = catalogue().get(row.provider_id)
    credentials, offered = _credentials(row, provider, declared)
    fields = dict(_fields(row, primary=primary))
    refused = [each for each in _refused(fields) if not refers(declared.get(each))]
    sketch = Sketch(
        environment=environment,
        identifier=row.identifier or "",
        provider_id=row.provider_id,
        channel=None if row.channel is None else str(row.channel),
        kind=row.kind,
        provider=provider,
        fields={key: value for key, value in fields.items() if key not in refused}
        | {key: declared[key] for key in fields if refers(declared.get(key))},
        credentials=credentials or None,
        configurations=_kept(dict(_configurations(row)), declared.get("configurations")) or None,
        offered=offered if credentials else (),
    )
    problems = list(_left_out(row, provider, environment))
    if refused:
        detail = (
            f"{row.identifier!r} has {' and '.join(refused)} on the server that novu-sync does not"
            " take: Novu stores whatever it is given, and evaluates what it knows. They were left"
            " out, so they stay as they are. Look at them in Novu's dashboard."
        )
        problems.append(finding("NS343", detail, environment=environment))
    return sketch, tuple(problems)


def is_taken(row: ObservedIntegration) -> bool:
    """Whether an export has it: all but the demo providers, which Novu alone can make."""
    provider = catalogue().get(row.provider_id)
    return provider is None or not provider.novu_owned or provider.channel is Channel.IN_APP


def _fields(row: ObservedIntegration, *, primary: bool) -> Iterator[tuple[str, Json]]:
    if row.name:
        yield "name", literal(row.name)
    yield "active", row.active
    filtered = bool(row.conditions or row.rules)
    if primary and row.active and not filtered and row.channel in ("email", "sms"):
        yield "primary", True
    if row.rules:  # Novu empties the conditions when it saves rules: they mean nothing beside them
        yield "rules", _literals(dict(row.rules))
    elif row.conditions:
        yield "conditions", _literals(row.conditions)


def _refused(fields: Mapping[str, Json]) -> tuple[str, ...]:
    """The filters that `validate` has something against: servers hardly look at them."""
    filters = {key: fields[key] for key in ("conditions", "rules") if key in fields}
    if not filters:
        return ()
    block: Json = {"identifier": "x", "providerId": "novu", **filters}
    problems = document_problems({"integrations": [block]}, included=True)
    return tuple(key for key in filters if any(key in each.path for each in problems))


def _credentials(
    row: ObservedIntegration, provider: Provider | None, declared: Mapping[str, Json]
) -> tuple[dict[str, Told], tuple[Credential, ...]]:
    """What is told or asked of the credentials, and what may be set and is neither."""
    own = declared.get("credentials")
    if row.credentials.readback is Readback.READABLE:
        return _kept(_stored(row, provider), own), ()
    if provider is None or (declared and not isinstance(own, dict)):
        return {}, ()  # nobody knows what it takes, or somebody left them to Novu
    known = own if isinstance(own, dict) else {}
    wanted = {
        each.key: _asked(each)
        for each in provider.credentials
        if each.required or each.key in known
    }
    offered = (
        each for each in provider.credentials if each.key not in wanted and not each.server_made
    )
    return _kept(wanted, own), tuple(offered)


def _stored(row: ObservedIntegration, provider: Provider | None) -> dict[str, Told]:
    stored = {
        key: value
        for key, value in row.credentials.values.items()
        if not made_by_novu(row.provider_id, key) and reveal(value) is not None
    }
    if provider is None:
        return {key: _told(row.provider_id, key, stored[key]) for key in sorted(stored)}
    told: dict[str, Told] = {}
    for each in provider.credentials:
        empty = each.key not in stored or reveal(stored[each.key]) == _EMPTY
        if empty and each.required and row.active and stored:
            told[each.key] = _asked(each)
        elif each.key in stored:
            told[each.key] = _told(row.provider_id, each.key, stored[each.key])
    return told


def _kept(told: Mapping[str, Told], declared: Json) -> dict[str, Told]:
    known = declared if isinstance(declared, dict) else {}
    return {
        key: Kept(value=known[key])
        if (isinstance(value, Asked) and known.get(key, PLACEHOLDER) != PLACEHOLDER)
        or refers(known.get(key))
        else value
        for key, value in told.items()
    }


def _told(provider_id: str, key: str, value: Value) -> Told:
    """A stored value: of a secret only that there is one."""
    if not catalogue().is_secret(provider_id, key):
        return _literals(value)
    return _EMPTY if reveal(value) == _EMPTY else Asked(key=key, secret=True)


def _asked(known: Credential) -> Asked:
    return Asked(key=known.key, secret=known.secret, choices=known.enum)


def _configurations(row: ObservedIntegration) -> Iterator[tuple[str, Told]]:
    values = present(row.configurations)
    for key, known in catalogue().configuration_keys.items():
        if key in values:
            secret = known.secret or isinstance(values[key], Secret)
            yield key, Asked(key=key, secret=True) if secret else _literals(values[key])


def _left_out(
    row: ObservedIntegration, provider: Provider | None, environment: str
) -> Iterator[Finding]:
    if provider is None:
        detail = (
            f"{row.identifier!r} is one of the provider {row.provider_id!r}, which the catalogue of"
            " this version lacks. Write `allowUnknownProviders: true` in the project file, or"
            " validate refuses it."
        )
        yield finding("NS342", detail, environment=environment)
        return
    taken = {each.key for each in provider.credentials}
    keys = [
        *(
            f"credentials.{key}"
            for key, value in sorted(row.credentials.values.items())
            if key not in taken
            and not made_by_novu(row.provider_id, key)
            and reveal(value) is not None
        ),
        *(
            f"configurations.{key}"
            for key in sorted(present(row.configurations))
            if key not in catalogue().configuration_keys
        ),
    ]
    if keys:
        detail = (
            f"{row.identifier!r} has {', '.join(keys)} on the server, and {provider.name} takes no"
            " such key, so it was left out and the next apply clears it. Where it is needed, keep"
            " the object out of the file altogether."
        )
        yield finding("NS341", detail, environment=environment)


def _literals(value: Value) -> Json:
    """A value in which no text is read as a reference."""
    if isinstance(value, str):
        return literal(value)
    if isinstance(value, dict):
        return {key: _literals(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_literals(each) for each in value]
    if isinstance(value, Secret):  # of a key that is none: servers' credentials come wrapped
        return _literals(value.reveal())
    return value
