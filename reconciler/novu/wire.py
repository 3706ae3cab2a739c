"""Integrations as Novu's API writes them, to the model and back.

Reading is lenient: unknown fields are ignored, unknown channels kept, nulls and missing fields
mean "not told". Only what says which row it is must be there. Writing is minimal: what is not
managed is not sent, and of the project only this module and the fingerprints open secrets.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, cast

from reconciler.errors import ResponseError
from reconciler.model import (
    Channel,
    Kind,
    ObservedCredentials,
    ObservedIntegration,
    Readback,
)
from reconciler.secret import Secret, reveal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reconciler.model import Credentials, Integration, Patch
    from reconciler.secret import Json, Value

IN_APP_PROVIDER = "novu"
"""Novu's own in-app provider: made with every environment, under an identifier of Novu's choice."""

CIPHERTEXT = "nvsk."
"""How every value begins that Novu has encrypted (servers of 2024 answer such to writes)."""

_SECRET_CONFIGURATION = "inboundWebhookSigningKey"  # noqa: S105 - the name of a key

_ID = re.compile(r"[A-Za-z0-9_-]+")
_CHANNELS: dict[str, Channel] = {each.value: each for each in Channel}
_ABSENT = ObservedCredentials(readback=Readback.ABSENT)
_OPAQUE = ObservedCredentials(readback=Readback.OPAQUE)
_EMPTY = ObservedCredentials(readback=Readback.READABLE)
_SERVER_MADE = ("_id", "id")


def read_list(data: Json) -> tuple[ObservedIntegration, ...]:
    """The rows of ``GET /v1/integrations``, of all environments it shows, in its order.

    What a server withholds is decided for the answer as a whole. Where one row shows credentials
    in plain text, an empty object in another means that there are none; where no row does, it
    means nothing, since servers from May 2026 on answer ``{}`` to API keys. In the same way a row
    without ``conditions``, ``rules`` or ``configurations`` has none where other rows show theirs,
    and tells nothing where the server does not know the field.

    Raises:
        ResponseError: it is not a list of integrations.
    """
    if not isinstance(data, list):
        raise ResponseError(
            "Novu's list of integrations is not a list",
            "Check that apiUrl is the address of Novu's API.",
        )
    rows = [_row(each) for each in data]
    shows_plain = any(_shows_plain(row) for row in rows)
    told = frozenset(
        name
        for name in ("conditions", "rules", "configurations")
        if any(name in row for row in rows)
    )
    return tuple(_integration(row, shows_plain=shows_plain, told=told) for row in rows)


def read_row(data: Json) -> ObservedIntegration:
    """The row that a create, an update or set-primary answers.

    Raises:
        ResponseError: it is not an integration.
    """
    return _integration(_row(data), shows_plain=False, told=frozenset())


def create_body(integration: Integration) -> dict[str, Json]:
    """What ``POST /v1/integrations`` is sent. Secrets are open in it.

    `primary` is not sent: Novu takes it on no call but set-primary. Neither is an environment:
    the API key has one.
    """
    body: dict[str, Json] = {"providerId": integration.provider_id}
    if integration.channel is not None:
        body["channel"] = integration.channel.value
    if integration.kind is Kind.AGENT:
        body["kind"] = integration.kind.value
    return body | _managed(
        integration,
        identifier=None if is_built_in_inbox(integration) else integration.identifier,
    )


def update_body(patch: Patch) -> dict[str, Json]:
    """What ``PUT /v1/integrations/{id}`` is sent. Secrets are open in it."""
    return _managed(patch, identifier=patch.identifier)


def is_built_in_inbox(integration: Integration | ObservedIntegration) -> bool:
    """Whether it is the one in-app integration that Novu makes with an environment."""
    return integration.provider_id == IN_APP_PROVIDER and integration.channel == Channel.IN_APP


def _managed(source: Integration | Patch, *, identifier: str | None) -> dict[str, Json]:
    fields: dict[str, Json] = {
        "identifier": identifier,
        "name": reveal(source.name),
        "active": source.active,
        "credentials": _without_nulls(source.credentials),
        "conditions": reveal(source.conditions),
        "rules": None
        if source.rules is None
        else {key: reveal(value) for key, value in source.rules.items()},
        "configurations": _without_nulls(source.configurations),
        # Always said: servers of 2024 take its absence for true and send a mail.
        "check": source.check,
    }
    # None is "not managed"; to Novu null would be a value (`active: null` stores null).
    return {name: value for name, value in fields.items() if value is not None}


def _without_nulls(values: Credentials | None) -> Json:
    """Novu replaces these objects whole, so a key is cleared by leaving it out."""
    if values is None:
        return None
    opened = ((key, reveal(value)) for key, value in values.items())
    return {key: value for key, value in opened if value is not None}


def _row(data: Json) -> dict[str, Value]:
    if not isinstance(data, dict):
        raise ResponseError("Novu answered an integration that is not an object")
    # Plain JSON is a value without secrets; the type checker cannot see it, since lists and
    # objects of it may be written to.
    return cast("dict[str, Value]", data)


def _shows_plain(row: Mapping[str, Value]) -> bool:
    credentials = row.get("credentials")
    return isinstance(credentials, dict) and bool(credentials) and not _is_opaque(credentials)


def _is_opaque(credentials: Mapping[str, Value]) -> bool:
    return any(
        isinstance(value, str) and value.startswith(CIPHERTEXT) for value in credentials.values()
    )


def _integration(
    row: dict[str, Value], *, shows_plain: bool, told: frozenset[str]
) -> ObservedIntegration:
    id_ = row.get("_id") or row.get("id")
    if not (isinstance(id_, str) and _ID.fullmatch(id_)):
        # It becomes a part of paths that delete.
        raise ResponseError("Novu answered an integration without a usable `_id`")
    environment_id, provider_id = _text(row, "_environmentId", id_), _text(row, "providerId", id_)
    if environment_id is None or provider_id is None:
        lacking = "_environmentId" if environment_id is None else "providerId"
        raise ResponseError(f"Novu answered integration {id_} without `{lacking}`")
    channel, priority = _text(row, "channel", id_), row.get("priority")
    return ObservedIntegration(
        id=id_,
        environment_id=environment_id,
        identifier=_text(row, "identifier", id_),
        provider_id=provider_id,
        channel=_CHANNELS.get(channel, channel) if channel else None,
        kind=Kind.AGENT if row.get("kind") == Kind.AGENT else Kind.DELIVERY,
        name=_text(row, "name", id_),
        active=row.get("active") is True,
        primary=row.get("primary") is True,
        priority=priority if isinstance(priority, int) else 0,
        credentials=_credentials(row, id_, shows_plain=shows_plain),
        conditions=_conditions(row, id_, told=told),
        rules=_object(row, "rules", id_, told=told),
        configurations=_configurations(row, id_, told=told),
        updated_at=_text(row, "updatedAt", id_),
    )


def _text(row: Mapping[str, Value], name: str, id_: str) -> str | None:
    value = row.get(name)
    if value is None or isinstance(value, str):
        return value
    raise _misshapen(name, id_, "a text")


def _credentials(row: Mapping[str, Value], id_: str, *, shows_plain: bool) -> ObservedCredentials:
    credentials = row.get("credentials")
    if not isinstance(credentials, dict | None):
        raise _misshapen("credentials", id_, "an object")
    if not credentials:
        return _EMPTY if shows_plain else _ABSENT
    if _is_opaque(credentials):
        return _OPAQUE
    return ObservedCredentials(
        readback=Readback.READABLE,
        values={key: Secret(value) for key, value in credentials.items()},
    )


def _conditions(row: Mapping[str, Value], id_: str, *, told: frozenset[str]) -> list[Value] | None:
    conditions = row.get("conditions")
    if conditions is None:
        return [] if "conditions" in told else None
    if not isinstance(conditions, list):
        raise _misshapen("conditions", id_, "a list")
    return [_group(each) for each in conditions]


def _group(group: Value) -> Value:
    """A group of conditions without the ids that the server gave it and its children."""
    if not isinstance(group, dict):
        return group
    own = _own(group)
    children = group.get("children")
    if isinstance(children, list):
        own["children"] = [_own(child) if isinstance(child, dict) else child for child in children]
    return own


def _own(part: Mapping[str, Value]) -> dict[str, Value]:
    return {key: value for key, value in part.items() if key not in _SERVER_MADE}


def _configurations(
    row: Mapping[str, Value], id_: str, *, told: frozenset[str]
) -> dict[str, Value] | None:
    configurations = _object(row, "configurations", id_, told=told)
    if configurations and configurations.get(_SECRET_CONFIGURATION) is not None:
        key = configurations[_SECRET_CONFIGURATION]
        return configurations | {_SECRET_CONFIGURATION: Secret(key)}
    return configurations


def _object(
    row: Mapping[str, Value], name: str, id_: str, *, told: frozenset[str]
) -> dict[str, Value] | None:
    value = row.get(name)
    if value is None:
        return {} if name in told else None
    if not isinstance(value, dict):
        raise _misshapen(name, id_, "an object")
    return dict(value)


def _misshapen(name: str, id_: str, shape: str) -> ResponseError:
    return ResponseError(f"Novu answered integration {id_} with `{name}` that is not {shape}")
