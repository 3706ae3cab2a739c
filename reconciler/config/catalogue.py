"""Novu's providers: which there are, on which channel, and which credentials each one takes.

The catalogue is built by ``script/schemas`` from ``schemas/facts`` and shipped as one compact
file. Novu itself checks none of it: it takes any provider id and drops credential keys that it
does not know without a word, so whatever is wrong has to be found here.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

from reconciler.config.spelling import closest
from reconciler.model import Channel, Kind
from reconciler.resources import shipped

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class Credential:
    """One key of ``credentials`` (or of ``configurations``) and what may stand there.

    Attributes:
        key: as the API spells it.
        json_type: ``string``, ``boolean`` or ``object``: what the API wants on the wire (ports
            are strings).
        secret: whether it may never be shown, nor be written down in a project.
        required: whether the provider cannot send without it. Novu does not check it.
        enum: the values that are allowed; empty where any is.
        label: what Novu's dashboard calls it.
        description: what it is.
        server_made: Novu fills it in by itself; a project leaves it out.
    """

    key: str
    json_type: str
    secret: bool
    required: bool = False
    enum: tuple[str, ...] = ()
    label: str = ""
    description: str = ""
    server_made: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """One provider.

    Attributes:
        id: what ``providerId`` says.
        channel: the one channel it delivers to; absent on agents.
        kind: delivery or agent.
        name: what Novu's dashboard calls it.
        docs: address of a page about it; may be empty.
        novu_owned: Novu makes its integrations by itself; a client cannot count on creating one.
        single_per_environment: an environment holds one at most.
        credentials: in the order of Novu's own form.
        configurations: the configuration keys that Novu's form offers for it; the API takes the
            others too.
        note: what else there is to know; may be empty.
    """

    id: str
    channel: Channel | None
    kind: Kind
    name: str
    docs: str
    novu_owned: bool
    single_per_environment: bool
    credentials: tuple[Credential, ...]
    configurations: tuple[str, ...]
    note: str

    def credential(self, key: str) -> Credential | None:
        """The credential of that key, where the provider takes it."""
        return next((each for each in self.credentials if each.key == key), None)


class Catalogue:
    """All providers, looked up by id. Each is made when it is first asked for.

    Attributes:
        documented_only: provider ids, with their channels, that Novu's own list of words names
            although there is no such provider.
    """

    def __init__(self, facts: Mapping[str, Any]) -> None:
        self._keys: Mapping[str, Any] = facts["keys"]
        self._configurations: Mapping[str, Any] = facts["configurations"]
        self._rows: Mapping[str, Any] = {row["id"]: row for row in facts["providers"]}
        self._made: dict[str, Provider] = {}
        self.documented_only: Mapping[str, Channel] = {
            row["id"]: Channel(row["channel"]) for row in facts["documentedOnly"]
        }

    @cached_property
    def providers(self) -> tuple[Provider, ...]:
        """All of them, sorted by id."""
        return tuple(self._make(each) for each in self._rows)

    @cached_property
    def credential_keys(self) -> Mapping[str, Credential]:
        """Every credential key that Novu knows, of whichever provider, by key."""
        return {key: _credential(key, fact) for key, fact in self._keys.items()}

    @cached_property
    def configuration_keys(self) -> Mapping[str, Credential]:
        """Every key of ``configurations`` that Novu stores, by key."""
        return {key: _credential(key, fact) for key, fact in self._configurations.items()}

    def get(self, provider_id: str) -> Provider | None:
        """The provider of that id."""
        return self._make(provider_id) if provider_id in self._rows else None

    def is_secret(self, provider_id: str, key: str) -> bool:
        """Whether a credential may never be shown.

        A key that the provider does not take is judged as Novu judges it elsewhere; a key that
        nobody knows counts as secret.
        """
        provider = self.get(provider_id)
        credential = (provider and provider.credential(key)) or self.credential_keys.get(key)
        return credential is None or credential.secret

    def suggest(self, provider_id: str) -> str | None:
        """The provider id that was probably meant, by id or by name (``smtp``, ``Amazon SES``)."""
        named = [(row["name"], row["id"]) for row in self._rows.values()]
        words = Counter(word for name, _ in named for word in name.split())
        # Later entries win: an id says more than a name, a name more than one of its words.
        meanings = {word: id_ for name, id_ in named for word in name.split() if words[word] == 1}
        meanings |= dict(named) | {id_: id_ for id_ in self._rows}
        parts = provider_id.replace("-", " ").replace("_", " ").split()
        for asked in (provider_id, *sorted(parts, key=lambda part: part not in self._rows)):
            if meant := closest(asked, meanings):
                return str(meanings[meant])
        return None

    def _make(self, provider_id: str) -> Provider:
        if provider_id not in self._made:
            row = self._rows[provider_id]
            self._made[provider_id] = Provider(
                id=provider_id,
                channel=Channel(row["channel"]) if "channel" in row else None,
                kind=Kind(row.get("kind", Kind.DELIVERY)),
                name=row["name"],
                docs=row.get("docs", ""),
                novu_owned=row.get("novuOwned", False),
                single_per_environment=row.get("singlePerEnvironment", False),
                credentials=tuple(
                    _credential(each["key"], self._keys[each["key"]] | each)
                    for each in row["credentials"]
                ),
                configurations=tuple(row.get("configurations", ())),
                note=row.get("note", ""),
            )
        return self._made[provider_id]


def _credential(key: str, fact: Mapping[str, Any]) -> Credential:
    return Credential(
        key=key,
        json_type=fact["type"],
        secret=fact.get("secret", False),
        required=fact.get("required", False),
        enum=tuple(fact.get("enum", ())),
        label=fact["label"],
        description=fact["description"],
        server_made=fact.get("serverMade", False),
    )


@cache
def catalogue() -> Catalogue:
    """The shipped catalogue, read once."""
    return Catalogue(json.loads(shipped("schemas", "catalogue.json").read_text("utf-8")))
