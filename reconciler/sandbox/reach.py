"""How far an API key reaches: its own environment, or every one of the organization."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from reconciler.sandbox.refusals import refused

if TYPE_CHECKING:
    from reconciler.sandbox.store import Collection
    from reconciler.sandbox.wire import Document

_FOREIGN = "API key does not have access to this environment"


class Reach(Protocol):
    """What the key of an environment may see and touch."""

    def scope(self, environment: Document) -> dict[str, str | bool]:
        """The members that a row must have to be in reach."""

    def admit(self, environment: Document, row: Document) -> None:
        """Let the key write to a row.

        Raises:
            Refusal: the row is out of reach.
        """

    def home(self, environment: Document, asked: str | None, environments: Collection) -> str:
        """The id of the environment that a body's ``_environmentId`` puts a row into.

        Raises:
            Refusal: that environment is out of reach.
        """


class OwnEnvironment:
    """Since May 2026: other environments cannot be seen, and their rows are 403."""

    def scope(self, environment: Document) -> dict[str, str | bool]:
        """Rows of the key's environment."""
        return {"_environmentId": environment["_id"]}

    def admit(self, environment: Document, row: Document) -> None:
        """Refuse rows of another environment."""
        if row["_environmentId"] != environment["_id"]:
            raise refused(403, _FOREIGN)

    def home(self, environment: Document, asked: str | None, environments: Collection) -> str:
        """The key's environment; another one is 403, an unknown one 404."""
        own: str = environment["_id"]
        if asked in (None, own):
            return own
        if environments.first(_id=asked) is None:
            raise refused(404, f"Environment with id {asked} not found")
        raise refused(403, _FOREIGN)


class WholeOrganization:
    """Until May 2026: a key sees, changes and deletes the rows of every environment."""

    def scope(self, _environment: Document) -> dict[str, str | bool]:
        """All rows: there is one organization."""
        return {}

    def admit(self, _environment: Document, _row: Document) -> None:
        """Every row."""

    def home(self, environment: Document, asked: str | None, _environments: Collection) -> str:
        """Whatever id the body asks for, whether it exists or not."""
        own: str = environment["_id"]
        return own if asked is None else asked
