"""Finds an environment's ledger, for every command that looks into one."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reconciler.cli.options import ConnectionOptions, ProjectOptions
    from reconciler.config.project import Project
    from reconciler.ledger.open import Home
    from reconciler.model import Environment
    from reconciler.transport.session import Session


def home_of(
    project: Project, environment: Environment, session: Session, how: ConnectionOptions
) -> Home:
    """Where the ledger of an environment lies; see `find_home`."""
    from reconciler.ledger.find import find_home
    from reconciler.transport.state import StateServer

    server = None
    if environment.ledger_address is not None:
        server = StateServer(
            environment.ledger_address,
            allowed_hosts=how.allowed_hosts,
            allow_insecure_http=how.allow_insecure_http,
            timeout=how.timeout,
        )
    return find_home(
        environment.ledger,
        project.directory,
        project=project.name,
        environment=environment.name,
        session=session,
        server=server,
        parallelism=how.parallelism,
    )


def each_home(where: ProjectOptions, how: ConnectionOptions) -> Iterator[tuple[str, Home]]:
    """The environments of a run by name, each with the place of its ledger.

    Only the API keys are resolved: what integrations refer to need not be set.

    Raises:
        FindingsError: the settings of an environment have findings.
        NovuSyncError: as `find_home`.
    """
    from reconciler.cli.project import open_project, sources
    from reconciler.config.connections import connection
    from reconciler.transport.session import Session

    project, names = open_project(where)
    given = sources(project, where)
    for name in names:
        environment = connection(project, name, sources=given)
        with Session(
            environment.api_url,
            environment.api_key,
            allowed_hosts=how.allowed_hosts,
            allow_insecure_http=how.allow_insecure_http,
            timeout=how.timeout,
            parallelism=how.parallelism,
        ) as session:
            home = home_of(project, environment, session, how)
            try:
                yield name, home
            finally:
                home.let_go()
