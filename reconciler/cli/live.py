"""What environments hold on the server, for commands that need no declared state."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.cli.composition import tell_exchange
from reconciler.errors import ApiKeyError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import httpx

    from reconciler.cli.options import ConnectionOptions
    from reconciler.config.project import Project
    from reconciler.config.references import Source
    from reconciler.model import Observed


def observe_live(  # noqa: PLR0913 - the options of the command line, in bundles
    project: Project,
    names: Sequence[str],
    given: Mapping[str, Source],
    how: ConnectionOptions,
    *,
    verbose: bool,
    transport: httpx.BaseTransport | None = None,
) -> dict[str, Observed]:
    """What the servers have, by environment, in the order of the names.

    Only the API keys are resolved: what integrations refer to need not be set.

    Args:
        project: the project.
        names: of its environments.
        given: where references find their values.
        how: how to talk to Novu.
        verbose: tell every request on standard error.
        transport: answers instead of the network, for tests.

    Raises:
        FindingsError: the settings of an environment have findings.
        ApiKeyError: a key is missing or rejected, or two of them belong to one environment.
        WorldError: a server gave no usable answer.
    """
    from reconciler.config.connections import connection
    from reconciler.novu.observe import observe
    from reconciler.transport.session import Session

    environments = [connection(project, name, sources=given) for name in names]
    live: dict[str, Observed] = {}
    opened: dict[str, str] = {}
    for environment in environments:
        with Session(
            environment.api_url,
            environment.api_key,
            allowed_hosts=how.allowed_hosts,
            allow_insecure_http=how.allow_insecure_http,
            timeout=how.timeout,
            parallelism=how.parallelism,
            on_exchange=tell_exchange if verbose else None,
            transport=transport,
        ) as session:
            observed = observe(session, pinned=environment.environment_id)
        twin = opened.setdefault(observed.environment_id, environment.name)
        if twin != environment.name:
            raise ApiKeyError(
                f"the API keys of {twin} and {environment.name} belong to the same Novu"
                f" environment, {observed.environment_id}",
                "Give each environment of the project its own key.",
            )
        live[environment.name] = observed
    return live
