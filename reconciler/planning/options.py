"""What the person who runs a plan asks of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase


class CredentialsMode(StrEnum):
    """When the credentials of an integration that exists already are sent. Users see these words.

    A create sends them in every mode.
    """

    CHANGED = "changed"
    ALWAYS = "always"
    NEVER = "never"


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What a plan covers and which limits are lifted for it.

    Attributes:
        credentials: when credentials are sent to integrations that exist.
        rotate: identifier globs; the credentials of these are sent again.
        targets: identifier globs; where there are any, nothing else is planned.
        excludes: identifier globs; these are not planned.
        prune: delete what was applied earlier and is declared no more.
        allow_deletes: how many deletes are allowed in spite of the project's own limit.
        allow_delete_percent: the share of all managed rows that may be deleted, likewise.
        allow_updates: how many rows may be changed, likewise.
        allow_replace: identifiers of integrations that may be deleted and created again.
        allow_primary: channels that may be left without a primary.
        allow_last_active: channels that may be left without an active integration; agents have
            no channel and are called ``agents``.
        allow_empty: environments, as the project calls them, for which nothing need be declared.
        allow_environment_id: Novu environments that may take the place of the one applied last.
    """

    credentials: CredentialsMode = CredentialsMode.CHANGED
    rotate: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    excludes: tuple[str, ...] = ()
    prune: bool = False
    allow_deletes: int | None = None
    allow_delete_percent: int | None = None
    allow_updates: int | None = None
    allow_replace: tuple[str, ...] = ()
    allow_primary: tuple[str, ...] = ()
    allow_last_active: tuple[str, ...] = ()
    allow_empty: tuple[str, ...] = ()
    allow_environment_id: tuple[str, ...] = ()

    def covers(self, identifier: str) -> bool:
        """Whether the plan is about this integration. Globs are case-sensitive everywhere."""
        if self.targets and not _matches(identifier, self.targets):
            return False
        return not _matches(identifier, self.excludes)

    def rotates(self, identifier: str) -> bool:
        """Whether its credentials are to be sent again."""
        return _matches(identifier, self.rotate)


def _matches(identifier: str, globs: tuple[str, ...]) -> bool:
    return any(fnmatchcase(identifier, glob) for glob in globs)
