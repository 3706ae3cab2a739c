"""Looks at everything that `doctor` tells of, one environment after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.cli.composition import tell_exchange
from reconciler.cli.homes import home_of
from reconciler.cli.project import declared, picked, sources
from reconciler.errors import ApiKeyError, FindingsError, NovuSyncError, UsageError
from reconciler.findings import errors

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import httpx

    from reconciler.cli.options import ConnectionOptions, ProjectOptions
    from reconciler.config.project import Project
    from reconciler.config.references import Source
    from reconciler.doctor.checkup import Check, Checkup, Topic
    from reconciler.model import Environment
    from reconciler.transport.session import Session

DEADLINE = 30.0
"""Seconds that one request may take with all its repetitions: whoever asks wants to know soon."""


def examine(
    where: ProjectOptions,
    how: ConnectionOptions,
    *,
    verbose: bool,
    transport: httpx.BaseTransport | None = None,
) -> Checkup:
    """Look at the project, at each API key and its server, and at each ledger; write nothing.

    Args:
        where: the project and its environments; all of them where none is named.
        how: how to talk to Novu.
        verbose: tell every request on standard error.
        transport: answers instead of the network, for tests.

    Raises:
        UsageError: an environment is named that the project does not have, or a host that is none.
    """
    from reconciler.doctor.checkup import Checkup

    return Checkup(checks=tuple(_Examination(where, how, verbose, transport).checks()))


class _Examination:
    """One look at everything; remembers which key opened which of Novu's environments."""

    def __init__(
        self,
        where: ProjectOptions,
        how: ConnectionOptions,
        verbose: bool,  # noqa: FBT001 - one caller, above
        transport: httpx.BaseTransport | None,
    ) -> None:
        self._where = where
        self._how = how
        self._verbose = verbose
        self._transport = transport
        self._opened: dict[str, str] = {}
        self._sound = False

    def checks(self) -> Iterator[Check]:
        """All checks, the project's first."""
        from reconciler.config.project import load
        from reconciler.config.resolve import check
        from reconciler.doctor import judging
        from reconciler.doctor.checkup import Topic, failed, fine

        try:
            project = load(self._where.config, readable=self._where.allow_files)
        except NovuSyncError as error:
            yield failed(Topic.PROJECT, error)
            return
        yield fine(Topic.PROJECT, f"{project.name or 'without a name'}, {project.root.file}")
        findings = check(project)
        self._sound = not errors(findings)
        yield judging.configuration(
            findings,
            environments=len(project.environments),
            integrations=len(project.declarations),
        )
        try:
            given = sources(project, self._where)
        except NovuSyncError as error:
            yield failed(Topic.VALUES, error)
            return
        for name in self._names(project):
            yield from self._environment(project, name, given)

    def _names(self, project: Project) -> tuple[str, ...]:
        where = self._where
        if not where.environments:
            return project.environments
        if not self._sound:  # which may be why a name is not there
            return tuple(each for each in project.environments if each in where.environments)
        return picked(project, where)

    def _environment(
        self, project: Project, name: str, given: Mapping[str, Source]
    ) -> Iterator[Check]:
        from reconciler.config.connections import connection
        from reconciler.doctor.checkup import failed

        try:
            environment = connection(project, name, sources=given)
        except NovuSyncError as error:
            yield failed(_topic(error), error, environment=name)
            return
        if self._sound:
            yield self._values(project, name, given)
        try:
            yield from self._server(project, environment)
        except UsageError:
            raise  # the same for every environment
        except NovuSyncError as error:
            yield failed(_topic(error), error, environment=name)

    def _values(self, project: Project, name: str, given: Mapping[str, Source]) -> Check:
        from reconciler.doctor.checkup import Topic, failed, fine

        try:
            declared(project, name, given)
        except NovuSyncError as error:
            return failed(Topic.VALUES, error, environment=name)
        return fine(Topic.VALUES, "every reference has a value", environment=name)

    def _server(self, project: Project, environment: Environment) -> Iterator[Check]:
        from reconciler.doctor import judging
        from reconciler.novu.sighting import look
        from reconciler.transport.session import Session

        how = self._how
        with Session(
            environment.api_url,
            environment.api_key,
            allowed_hosts=how.allowed_hosts,
            allow_insecure_http=how.allow_insecure_http,
            timeout=how.timeout,
            deadline=DEADLINE,
            parallelism=1,
            on_exchange=tell_exchange if self._verbose else None,
            transport=self._transport,
        ) as session:
            seen = look(session)
            ledger = tuple(self._ledger(project, environment, session, seen.own.id))
        twin = self._opened.setdefault(seen.own.id, environment.name)
        yield from judging.sighting(
            environment.name,
            seen,
            pinned=environment.environment_id,
            twin=None if twin == environment.name else twin,
        )
        yield from ledger

    def _ledger(
        self, project: Project, environment: Environment, session: Session, environment_id: str
    ) -> Iterator[Check]:
        from reconciler.doctor import judging
        from reconciler.doctor.checkup import Topic, failed, fine
        from reconciler.fingerprint import Fingerprinter

        try:
            home = home_of(project, environment, session, self._how)
            try:
                key = Fingerprinter(environment.api_key, environment_id)
                opened = home.open(environment_id, key)
                held = home.held_by()
            finally:
                home.let_go()
        except NovuSyncError as error:
            yield failed(Topic.LEDGER, error, environment=environment.name)
            return
        told = opened.note.removeprefix("ledger: ")
        yield fine(Topic.LEDGER, told, environment=environment.name)
        yield judging.lock(environment.name, str(held or ""))


def _topic(error: NovuSyncError) -> Topic:
    """Whether it is the settings, the key or the way to the server that is not well."""
    from reconciler.doctor.checkup import Topic

    if isinstance(error, FindingsError):
        return Topic.CONFIGURATION
    return Topic.KEY if isinstance(error, ApiKeyError) else Topic.SERVER
