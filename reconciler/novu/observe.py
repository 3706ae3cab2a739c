"""What one environment holds on the server."""

from __future__ import annotations

from concurrent.futures import wait
from functools import partial
from typing import TYPE_CHECKING

from reconciler.errors import ApiKeyError
from reconciler.model import Observed
from reconciler.novu import environments, integrations, wire
from reconciler.novu.meanwhile import meanwhile

if TYPE_CHECKING:
    from reconciler.novu.environments import OwnEnvironment
    from reconciler.transport.session import Session


def observe(session: Session, *, pinned: str | None = None) -> Observed:
    """Read the API key's environment and its integrations, in two requests at once.

    Args:
        session: with the environment's API key.
        pinned: the environment id that the project says the key belongs to.

    Raises:
        ApiKeyError: the key was rejected, or belongs to another environment than `pinned`.
        StatusError, ResponseError, NetworkError: as `Session.request` says.
    """
    # Neither read needs the other's answer, so it is one round trip.
    listed = meanwhile(partial(session.request, "GET", integrations.PATH))
    try:
        own = _own(session, pinned)
        rows = wire.read_list(listed.result().data)
    except Exception:
        wait([listed])  # the session must not be closed under it
        raise
    holders: dict[str, set[str]] = {}
    for row in rows:
        if row.identifier:
            holders.setdefault(row.identifier, set()).add(row.environment_id)
    return Observed(
        environment_id=own.id,
        environment_name=own.name,
        integrations=integrations.of_environment(rows, own.id),
        foreign=frozenset(name for name, ids in holders.items() if ids - {own.id}),
        shares_identifiers=any(len(ids) > 1 for ids in holders.values()),
    )


def _own(session: Session, pinned: str | None) -> OwnEnvironment:
    own = environments.own(session)
    if pinned is not None and pinned != own.id:
        raise ApiKeyError(
            f"the API key belongs to environment {own.id} ({own.name}), but the project pins"
            f" environment {pinned}",
            "Use the secret key of the pinned environment, or correct environmentId.",
        )
    return own
