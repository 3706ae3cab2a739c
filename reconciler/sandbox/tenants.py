"""Tenants (``/v1/tenants``), which older servers have: a name and data under an identifier."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from reconciler.sandbox.refusals import crashed, invalid, invalid_commands, refused

if TYPE_CHECKING:
    from reconciler.sandbox.parts import Parts
    from reconciler.sandbox.wire import Document

_DEFAULT = 10
_MOST = 100


class Tenants:
    """The use cases, called inside a transaction with the environment of the API key."""

    def __init__(self, parts: Parts) -> None:
        """Work with the parts of a sandbox."""
        self._rows = parts.store.tenants
        self._stamps = parts.stamps
        self._overlaps = parts.overlaps
        self._usable = parts.has_tenants

    def create(self, environment: Document, body: Document) -> Document:
        """Make a tenant.

        Raises:
            Refusal: its name or identifier is not as it must be, or there is one already.
        """
        self._check_usable()
        given = {field: body.get(field) for field in ("identifier", "name")}
        problems = {
            field: [
                *([f"{field} should not be empty"] if value in (None, "") else []),
                *([] if isinstance(value, str) else [f"{field} must be a string"]),
            ]
            for field, value in given.items()
        }
        if any(problems.values()):
            raise invalid_commands("CreateTenantCommand", problems, given)
        self._check_free(environment, body["identifier"])
        row: Document = {
            "_id": self._stamps.object_id(),
            "identifier": body["identifier"],
            "name": body["name"],
            "_environmentId": environment["_id"],
            "_organizationId": environment["_organizationId"],
            "createdAt": self._stamps.time,
            "updatedAt": self._stamps.time,
            "__v": 0,
        }
        if body.get("data", {}) != {}:
            row["data"] = body["data"]
        return self._put(row)

    def get(self, environment: Document, identifier: str) -> Document:
        """One tenant.

        Raises:
            Refusal: there is none in this environment.
        """
        self._check_usable()
        return _with_id(self._row(environment, identifier))

    def update(self, environment: Document, identifier: str, *, body: Document) -> Document:
        """Change what the body names.

        Raises:
            Refusal: a value is not as it must be, taken, or there is no such tenant.
        """
        self._check_usable()
        problems = [
            f"{field} must be a string"
            for field in ("identifier", "name")
            if not isinstance(body.get(field, ""), str)
        ]
        if problems:
            raise invalid(422, problems)
        row = self._row(environment, identifier)
        if (renamed := body.get("identifier")) and renamed != identifier:
            self._check_free(environment, renamed)
        row |= {key: body[key] for key in ("identifier", "name") if body.get(key)}
        if body.get("data") is not None:
            row["data"] = body["data"]
        if row.get("data") == {}:
            del row["data"]
        row["updatedAt"] = self._stamps.time
        return self._put(row)

    def delete(self, environment: Document, identifier: str) -> None:
        """Forget a tenant.

        Raises:
            Refusal: there is none in this environment.
        """
        self._check_usable()
        self._rows.remove(self._row(environment, identifier))

    def listing(self, environment: Document, query: str) -> Document:
        """One page, the newest first.

        Raises:
            Refusal: the query is not as it must be.
        """
        self._check_usable()
        given = dict(parse_qsl(query, keep_blank_values=True))
        limit, page = _limit(given.get("limit")), int(given.get("page", "0"))
        if page < 0:
            raise crashed()
        rows = self._rows.find(_environmentId=environment["_id"])[::-1]
        shown = rows[page * limit : (page + 1) * limit]
        more = len(rows) > (page + 1) * limit
        return {"page": page, "hasMore": more, "pageSize": limit, "data": shown}

    def _put(self, row: Document) -> Document:
        self._rows.put(row, row)
        return _with_id(row)

    def _row(self, environment: Document, identifier: str) -> Document:
        row = self._overlaps.first(
            self._rows, _environmentId=environment["_id"], identifier=identifier
        )
        if row is None:
            where = f"does not exist under environment {environment['_id']}"
            raise refused(404, f"Tenant with identifier: {identifier} {where}")
        return row

    def _check_free(self, environment: Document, identifier: str) -> None:
        own = environment["_id"]
        if self._overlaps.first(self._rows, _environmentId=own, identifier=identifier):
            where = f"already exists under environment {own}"
            raise refused(409, f"Tenant with identifier: {identifier} {where}")

    def _check_usable(self) -> None:
        if not self._usable:
            raise refused(405, "Tenants is not supported in code first version of the API.")


def _with_id(row: Document) -> Document:
    return row | {"id": row["_id"]}


def _limit(text: str | None) -> int:
    if text is None:
        return _DEFAULT
    limit = int(text) if text.lstrip("-").isdecimal() else None
    problems = []
    if limit is None or limit > _MOST:
        problems.append(f"limit must not be greater than {_MOST}")
    if limit is None or limit < 1:
        problems.append("limit must not be less than 1")
    if limit is None:
        problems.append("limit must be an integer number")
    if limit is None or problems:
        raise invalid(422, problems)
    return limit
