"""Integrations: create, update, delete, set-primary and list, as Novu carries them out.

A use case writes step by step, as Novu does without transactions: where it refuses halfway, what
was written before stays (a create that fails on its conditions has moved the primary already).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reconciler.model import Channel
from reconciler.sandbox.answers import echoed, listed, remaining
from reconciler.sandbox.casting import (
    CastError,
    cast_conditions,
    cast_configurations,
)
from reconciler.sandbox.credentials import kept_credentials, try_credentials
from reconciler.sandbox.fields import is_object_id, problems_of_create, problems_of_update
from reconciler.sandbox.priorities import CHANNELS, Priorities
from reconciler.sandbox.refusals import compact, crashed, invalid, invalid_command, refused
from reconciler.sandbox.rules import check_rules
from reconciler.sandbox.stamps import short_id

if TYPE_CHECKING:
    from reconciler.sandbox.parts import Parts
    from reconciler.sandbox.wire import Document

_IN_APP = "novu"
_DEMO = frozenset({"novu-email", "novu-sms", "novu-slack"})
_TAKEN = "Integration with identifier already exists"


class Integrations:
    """The use cases, called inside a transaction with the environment of the API key."""

    def __init__(self, parts: Parts) -> None:
        """Work with the parts of a sandbox."""
        self._rows = parts.store.integrations
        self._environments = parts.store.environments
        self._generation = parts.generation
        self._stamps = parts.stamps
        self._overlaps = parts.overlaps
        self._order = ("active",) if parts.indexed and parts.generation.lists_by_index else ()
        self._offers_demo = parts.offers_demo
        self._deliver = parts.deliver
        self._priorities = Priorities(self._rows, self._write)

    def listing(self, environment: Document, *, active_only: bool = False) -> str:
        """All rows in reach, as JSON objects joined by commas."""
        wanted = {"active": True} if active_only else {}
        return self._rows.answers(
            order=self._order,
            deleted=False,
            **self._generation.reach.scope(environment),
            **wanted,
        )

    def remaining(self, environment: Document) -> str:
        """The rows of the environment as a delete answers them, likewise."""
        rows = self._rows.find(_environmentId=environment["_id"], deleted=False)
        return ",".join(compact(remaining(row, self._generation)) for row in rows)

    def create(self, environment: Document, body: Document) -> Document:
        """Make a row.

        Raises:
            Refusal: Novu does not take it.
        """
        if problems := problems_of_create(body, self._generation):
            raise invalid(422, problems)
        row = self._new_row(environment, body)
        self._check_room(row, body)
        rules = body.get("rules") if self._generation.has_rules else None
        check_rules(rules)
        if self._is_checked(body):
            try_credentials(body, body.get("credentials"), self._generation, self._deliver)
        if body.get("credentials") is not None:
            self._keep_credentials(row, body)
        if row["active"] and row.get("channel") in CHANNELS:
            self._priorities.join(row, may_lead=True)
        try:
            self._cast(row, body)
        except CastError as problem:
            raise refused(400, f"Integration validation failed: {problem}") from None
        if row.get("configurations") == {}:
            del row["configurations"]  # a create leaves empty objects out, an update stores them
        if rules:
            row["rules"] = rules
        row["createdAt"] = self._stamps.time
        return self._finish(row)

    def update(self, environment: Document, row_id: str, body: Document) -> Document:
        """Change what the body names.

        Raises:
            Refusal: Novu does not take it.
        """
        if problems := problems_of_update(body, self._generation):
            raise invalid(422, problems)
        row = self._row(environment, row_id, "Entity")
        home = self._home(environment, body.get("_environmentId"))
        identifier = body.get("identifier")
        if identifier == row["identifier"]:
            identifier = None
        if identifier and self._first(identifier=identifier, deleted=False):
            raise refused(409, _TAKEN)  # in whichever environment: updates look everywhere
        if self._is_checked(body):
            given = body.get("credentials")
            tried = row.get("credentials", {}) if given is None else given
            try_credentials(row, tried, self._generation, self._deliver)
        changes: Document = {"name": body.get("name"), "identifier": identifier}
        changes = {key: value for key, value in changes.items() if value}
        if not changes and not self._names_more(body):
            raise refused(400, "No properties found for update")
        if body.get("_environmentId") is not None:
            changes["_environmentId"] = home
        return self._apply(row | changes, row, body)

    def delete(self, environment: Document, row_id: str) -> None:
        """Delete a row softly: it is kept, and seen by nobody.

        Raises:
            Refusal: there is none, or it is another environment's.
        """
        row = self._row(environment, row_id, "Entity")
        self._write(row | {"deleted": True, "deletedAt": self._stamps.time})
        if row.get("channel") in CHANNELS:
            self._priorities.close_gap(row)

    def set_primary(self, environment: Document, row_id: str) -> Document:
        """Make a row its channel's primary: it becomes active and loses its filters.

        Raises:
            Refusal: there is none, it is another environment's, or its channel has no primary.
        """
        if not is_object_id(row_id):
            raise invalid_command(
                "SetIntegrationAsPrimaryCommand",
                "integrationId",
                ["integrationId must be a mongodb id"],
                value=row_id,
            )
        row = self._row(environment, row_id, "Integration")
        if row.get("channel") not in CHANNELS:
            raise refused(400, f"Channel {row.get('channel')} does not support primary")
        if not (row["active"] and row["primary"]):
            self._priorities.hand_over(row)
            row |= {"active": True, "primary": True, "conditions": []}
            if "rules" in row:
                row["rules"] = None
            self._priorities.lead(row)
        return echoed(row, self._generation)

    def _row(self, environment: Document, row_id: str, entity: str) -> Document:
        if not self._generation.is_row_id(row_id):
            raise crashed()
        row = self._first(_id=row_id.lower(), deleted=False)
        if row is None:
            raise refused(404, f"{entity} with id {row_id} not found")
        self._generation.reach.admit(environment, row)
        return row

    def _first(self, **wanted: str | bool) -> Document | None:
        return self._overlaps.first(self._rows, **wanted)

    def _home(self, environment: Document, asked: str | None) -> str:
        return self._generation.reach.home(environment, asked, self._environments)

    def _is_checked(self, body: Document) -> bool:
        check = body.get("check")
        return self._generation.checks_by_default if check is None else bool(check)

    def _check_room(self, row: Document, body: Document) -> None:
        provider, channel = body["providerId"], body.get("channel", "")
        here: dict[str, Any] = {"_environmentId": row["_environmentId"], "deleted": False}
        if provider == _IN_APP and channel == Channel.IN_APP:
            if self._first(providerId=provider, channel=channel, **here):
                raise refused(400, "One environment can only have one In app provider")
        elif provider in _DEMO:
            if not self._offers_demo:
                message = f"Creating Novu integration for {provider} provider is not allowed"
                raise refused(400, message)
            if self._first(providerId=provider, channel=channel, **here):
                message = f"Integration with novu provider for {channel} channel already exists"
                raise refused(409, message)
        identifier = body.get("identifier")
        nearby = self._generation.identifier_reach.scope({"_id": row["_environmentId"]})
        if identifier and self._first(identifier=identifier, deleted=False, **nearby):
            raise refused(409, _TAKEN)

    def _new_row(self, environment: Document, body: Document) -> Document:
        provider = body["providerId"]
        name = body.get("name")
        if name is None:
            capitalized = provider[:1].upper() + provider[1:]
            name = self._generation.providers.get(provider, capitalized)
        identifier = body.get("identifier")
        if identifier is None:
            identifier = f"{self._generation.slug(name)}-{short_id()}"
        row: Document = {
            "_id": self._stamps.object_id(),
            "_environmentId": self._home(environment, body.get("_environmentId")),
            "_organizationId": environment["_organizationId"],
            "providerId": provider,
            "name": name,
            "identifier": identifier,
            "active": bool(body.get("active")),
            "priority": 0,
            "primary": False,
            "conditions": [],
            "deleted": False,
            "__v": 0,
        }
        if self._generation.kinds:
            row["kind"] = body.get("kind") or "delivery"
        if row.get("kind") != "agent":
            row["channel"] = body["channel"]
        if "conditions" in body and body["conditions"] is None:
            row["conditions"] = None
        if self._generation.has_configurations and body.get("configurations", {}) is None:
            row["configurations"] = None
        return row

    def _names_more(self, body: Document) -> bool:
        given = ["_environmentId", "credentials", "conditions"]
        if self._generation.has_configurations:
            given.append("configurations")
        return (
            "active" in body
            or (self._generation.has_rules and "rules" in body)
            or any(body.get(field) is not None for field in given)
        )

    def _apply(self, row: Document, before: Document, body: Document) -> Document:
        if body.get("credentials") is not None:
            row["credentials"] = kept_credentials(body["credentials"], self._generation, before)
        rules = body.get("rules") if self._generation.has_rules else None
        check_rules(rules)
        ranked = row.get("channel") in CHANNELS
        if "active" in body:
            row["active"] = body["active"]
            if ranked and row["active"] is not before["active"]:
                if row["active"]:
                    self._priorities.join(row, may_lead=False)
                else:
                    self._priorities.leave(row)
        try:
            self._cast(row, body)
        except CastError as problem:
            raise _uncastable(problem, body) from None
        if self._generation.has_rules and "rules" in body:
            row["rules"] = rules or None
        if rules:
            row["conditions"] = []
        if (rules or body.get("conditions")) and before["primary"]:
            row["primary"] = False
            if row["active"] and self._generation.renumbers_when_filtered:
                self._priorities.lead(row)
        return self._finish(row)

    def _keep_credentials(self, row: Document, body: Document) -> None:
        # The database leaves empty objects out of a new row.
        kept = kept_credentials(body["credentials"], self._generation, None)
        if kept := {key: value for key, value in kept.items() if value != {}}:
            row["credentials"] = kept

    def _cast(self, row: Document, body: Document) -> None:
        if body.get("conditions") is not None:
            row["conditions"] = cast_conditions(body["conditions"], self._stamps)
        types = self._generation.configuration_types
        if self._generation.has_configurations and body.get("configurations") is not None:
            row["configurations"] = cast_configurations(body["configurations"], types)

    def _finish(self, row: Document) -> Document:
        self._write(row)
        return echoed(row, self._generation)

    def _write(self, row: Document) -> None:
        row["updatedAt"] = self._stamps.time
        self._rows.put(row, listed(row, self._generation))


def _uncastable(problem: CastError, body: Document) -> Exception:
    if not problem.path.startswith("conditions."):
        return crashed()
    group = body["conditions"][int(problem.path.split(".")[1])]
    return refused(400, CastError("conditions", "embedded", group, "CastError").detail)
