"""Finds an environment's ledger, for every command that looks into one."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reconciler.cli.options import ConnectionOptions
    from reconciler.config.project import Project
    from reconciler.ledger.open import Home
    from reconciler.model import Environment
    from reconciler.transport.session import Session


def home_of(
    project: Project, environment: Environment, session: Session, how: ConnectionOptions
) -> Home:
    """Where the ledger of an environment lies; see `find_home`."""
    from reconciler.ledger.open import find_home

    return find_home(
        environment.ledger,
        project.directory,
        project=project.name,
        environment=environment.name,
        session=session,
        parallelism=how.parallelism,
    )
