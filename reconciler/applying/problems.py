"""What an error means for a change and for the run."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from reconciler.errors import (
    ApiKeyError,
    ConflictError,
    FileError,
    LockedError,
    NetworkError,
    ResponseError,
    StatusError,
    WorldError,
)
from reconciler.planning.plan import Rename, SetPrimary, Update

if TYPE_CHECKING:
    from reconciler.errors import NovuSyncError
    from reconciler.planning.plan import Change


def is_ambiguous(error: NovuSyncError) -> bool:
    """Whether the write may have been carried out all the same.

    An answer that cannot be read says no more than one that was lost, and a refusal says nothing
    of an earlier sending whose answer was lost.
    """
    if error.uncertain:
        return True
    if isinstance(error, NetworkError | StatusError):
        return error.ambiguous
    return isinstance(error, ResponseError)


def stops_the_run(error: NovuSyncError) -> bool:
    """Whether every other change would fail alike, or could not be remembered."""
    if isinstance(error, NetworkError):
        return not error.ambiguous
    return isinstance(error, ApiKeyError | FileError | LockedError)


def explained(error: NovuSyncError, change: Change) -> NovuSyncError:
    """The error in words that fit the change, where its own do not tell enough."""
    if isinstance(error, ConflictError) and isinstance(change, Rename):
        return taken_elsewhere(change.identifier)
    if _is_gone(error) and isinstance(change, Update | Rename | SetPrimary):
        return WorldError(
            f"{change.identifier!r} is gone from the server since the plan was made",
            "Plan again and look at what changed.",
        )
    if is_ambiguous(error):
        return WorldError(
            error.summary, f"{error.mend} It may have been carried out: a new plan tells.".strip()
        )
    return error


def _is_gone(error: NovuSyncError) -> bool:
    # A 404 without Novu's own words comes from something that stands before it.
    return (
        isinstance(error, StatusError)
        and error.status == HTTPStatus.NOT_FOUND
        and bool(error.server_message)
    )


def taken_elsewhere(identifier: str) -> WorldError:
    """Another environment holds the identifier."""
    return WorldError(
        f"Novu refuses the identifier {identifier!r}: another environment of the organization"
        " holds it",
        "Novu wants it to be unique in the whole organization, on a rename always and on older"
        " servers also on a create. Write ${environment} into it, like ses-${environment}.",
    )
