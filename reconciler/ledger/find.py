"""Finds the place where an environment's ledger lies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.ledger import shard
from reconciler.ledger.contexts import listed
from reconciler.ledger.file_home import FileHome
from reconciler.ledger.http_home import HttpHome
from reconciler.ledger.none import NoHome
from reconciler.ledger.novu_home import NovuHome
from reconciler.novu.contexts import Contexts

if TYPE_CHECKING:
    from pathlib import Path

    from reconciler.ledger.open import Home
    from reconciler.transport.session import Session
    from reconciler.transport.state import StateServer


def find_home(  # noqa: PLR0913 - whose memory it is, and where that may be
    backend: str,
    directory: Path,
    *,
    project: str,
    environment: str,
    session: Session,
    server: StateServer | None = None,
    parallelism: int = 10,
) -> Home:
    """Where an environment's ledger lies.

    ``auto`` is the backend that holds this project's ledger already, Novu's contexts before a
    file; where none does, the contexts of a Novu that has them, and a file otherwise.

    Args:
        backend: ``auto``, ``novu``, ``file``, ``http`` or ``none``.
        directory: where the project file lies.
        project: as the project file says.
        environment: the environment's declared name.
        session: with the environment's API key.
        server: of the state, for the backend ``http``.
        parallelism: how many requests may be under way at once.

    Raises:
        WorldError, ApiKeyError: Novu does not tell whether it has contexts.
        ValueError: there is no such backend (the configuration allows only those above).
    """
    file = FileHome(directory, project=project, environment=environment)
    if backend == "none":
        return NoHome()
    if backend == "file":
        return file
    if backend == "http" and server is not None:
        return HttpHome(server, project=project, environment=environment)
    if backend not in ("auto", "novu"):
        raise ValueError(backend)
    contexts = Contexts(session, shard.TYPE)
    found = listed(contexts) if backend == "novu" else contexts.list()
    if found is None:
        return file
    is_theirs = any(
        shard.number_of(project, each.id) is not None or shard.is_intent(project, each.id)
        for each in found.contexts
    )
    if backend == "auto" and not is_theirs and file.is_there:
        return file
    return NovuHome(
        contexts, found, project=project, environment=environment, parallelism=parallelism
    )
