"""Finds an environment's ledger, for every command that looks into one."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from reconciler.cli.streams import problem
from reconciler.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reconciler.cli.options import ConnectionOptions, ProjectOptions
    from reconciler.config.project import Project
    from reconciler.fingerprint import Fingerprinter
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
    if environment.ledger == "http" and environment.ledger_address is not None:
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


def hold(home: Home, name: str, how: ConnectionOptions) -> None:
    """Take the lock, and warn of what was unusual about that.

    Args:
        home: where it lies.
        name: the environment's.
        how: how long to wait for it.

    Raises:
        LockedError: another run holds it.
        WorldError: it cannot be taken.
    """
    from reconciler.ledger.holder import this_run

    if unusual := home.hold(this_run(os.environ), timeout=how.lock_timeout):
        problem(f"warning: {unusual}", environment=name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """The ledger of one environment.

    Attributes:
        home: where it lies.
        environment_id: Novu's id of the environment.
        fingerprinter: of it and its API key.
    """

    home: Home
    environment_id: str
    fingerprinter: Fingerprinter
    _project: Project
    _environment: Environment
    _session: Session
    _how: ConnectionOptions

    @property
    def name(self) -> str:
        """The environment's declared name."""
        return self._environment.name

    @property
    def declared(self) -> str:
        """The backend that the project file names."""
        return self._environment.ledger

    def elsewhere(self, backend: str) -> Home:
        """Another place for it.

        Raises:
            UsageError: the project file does not say where that is.
        """
        if backend == "http" and self._environment.ledger_address is None:
            raise UsageError(
                f"the project file does not say at which address the ledger of {self.name} is",
                "Write `ledger: {backend: http, address: …}` there first, and say with --from where"
                " the ledger lies now.",
            )
        there = replace(self._environment, ledger=backend)
        return home_of(self._project, there, self._session, self._how)


def each_site(
    where: ProjectOptions, how: ConnectionOptions, *, instead: str | None = None
) -> Iterator[Site]:
    """The environments of a run, each with its ledger.

    Only the API keys are resolved: what integrations refer to need not be set.

    Args:
        where: the project and its environments.
        how: how to talk to Novu.
        instead: the backend to look into, in the place of the one that the project file names.

    Raises:
        FindingsError: the settings of an environment have findings.
        NovuSyncError: as `find_home`.
    """
    from reconciler.cli.project import open_project, sources
    from reconciler.config.connections import connection
    from reconciler.fingerprint import Fingerprinter
    from reconciler.novu.environments import own
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
            environment_id = own(session).id
            looked = environment if instead is None else replace(environment, ledger=instead)
            home = home_of(project, looked, session, how)
            try:
                yield Site(
                    home=home,
                    environment_id=environment_id,
                    fingerprinter=Fingerprinter(environment.api_key, environment_id),
                    _project=project,
                    _environment=environment,
                    _session=session,
                    _how=how,
                )
            finally:
                home.let_go()
