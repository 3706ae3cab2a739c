"""What the things that were seen mean for a run: values in, checks out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from reconciler.doctor.checkup import Topic, doubtful, failed, fine, in_order
from reconciler.errors import ApiKeyError, FindingsError, ServerStateError
from reconciler.findings import errors
from reconciler.model import Readback

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from reconciler.doctor.checkup import Check
    from reconciler.findings import Finding
    from reconciler.novu.sighting import Sighting

MAX_SKEW: Final = 30.0
"""Seconds that the clocks of this machine and the server may differ before it is worth a word."""

LOW: Final = 20
"""Requests left of the rate limit below which a run begins by waiting."""

_NAMES: Final = (("dev", "prod"), ("prod", "dev"))
"""How the names of environments begin, with what the other one must not begin with."""


def configuration(findings: Sequence[Finding], *, environments: int, integrations: int) -> Check:
    """Whether the files of the project are sound.

    Args:
        findings: all that `validate` tells.
        environments: how many the project has.
        integrations: how many it declares.
    """
    if errors(findings):
        return failed(Topic.CONFIGURATION, FindingsError(errors(findings)))
    size = f"{_counted(environments, 'environment')}, {_counted(integrations, 'integration')}"
    if findings:
        return doubtful(
            Topic.CONFIGURATION,
            f"{size}; {_counted(len(findings), 'warning')}",
            "`novu-sync validate` tells them.",
        )
    return fine(Topic.CONFIGURATION, size)


def sighting(
    environment: str, seen: Sighting, *, pinned: str | None, twin: str | None
) -> tuple[Check, ...]:
    """What one API key showed of its server.

    Args:
        environment: the project's name for the environment.
        seen: what was seen.
        pinned: the environment id that the project says the key belongs to.
        twin: another environment of the project whose key opens the same Novu environment.
    """
    return in_order(
        (
            _key(environment, seen, pinned=pinned, twin=twin),
            _server(environment, seen),
            _integrations(environment, seen),
            _credentials(environment, seen),
            _clock(environment, seen),
            _limit(environment, seen),
        )
    )


def lock(environment: str, holder: str) -> Check:
    """Whether an apply would have to wait.

    Args:
        environment: the project's name for the environment.
        holder: the run that holds the lock, for people; empty where none does.
    """
    if not holder:
        return fine(Topic.LOCK, "nobody holds it", environment=environment)
    return doubtful(
        Topic.LOCK,
        f"held by {holder}",
        "Plans need none. An apply waits with --lock-timeout; where that run has surely ended,"
        f" `novu-sync unlock -e {environment}` lifts it.",
        environment=environment,
    )


def _key(environment: str, seen: Sighting, *, pinned: str | None, twin: str | None) -> Check:
    own = seen.own
    opens = f"{own.name} ({own.id})" if own.name else own.id
    if pinned is not None and pinned != own.id:
        problem = ApiKeyError(
            f"it opens Novu's environment {opens}, but the project pins {pinned}",
            "Use the secret key of the pinned environment, or correct environmentId.",
        )
        return failed(Topic.KEY, problem, environment=environment)
    if twin is not None:
        problem = ApiKeyError(
            f"it opens Novu's environment {opens}, and so does the key of {twin}",
            "Give each environment of the project its own key.",
        )
        return failed(Topic.KEY, problem, environment=environment)
    says = f"it opens Novu's environment {opens}"
    if _is_swapped(environment, own.name):
        return doubtful(
            Topic.KEY,
            f"{says}, under the name of {environment}",
            "If the keys were not swapped, `environmentId` pins what is meant.",
            environment=environment,
        )
    return fine(Topic.KEY, says, environment=environment)


def _is_swapped(declared: str, told: str) -> bool:
    return any(
        declared.lower().startswith(one) and told.lower().startswith(other) for one, other in _NAMES
    )


def _server(environment: str, seen: Sighting) -> Check:
    traits = [
        f"the key sees {_counted(seen.foreign, 'integration')} of other environments, too"
        if seen.foreign
        else "the key sees its own environment only",
        f"integrations have {_listed(seen.fields)}" if seen.fields else "",
        "it keeps contexts" if seen.contexts else "it keeps no contexts",
    ]
    return fine(Topic.SERVER, "; ".join(filter(None, traits)), environment=environment)


def _integrations(environment: str, seen: Sighting) -> Check:
    if seen.duplicates:
        problem = ServerStateError(
            f"several integrations share an identifier: {_listed(seen.duplicates)}",
            "Integrations are told apart by it. Delete or rename all but one of each in Novu's"
            " dashboard.",
        )
        return failed(Topic.INTEGRATIONS, problem, environment=environment)
    number = seen.integrations
    says = f"{number} on the server, each with its own identifier" if number else "none yet"
    return fine(Topic.INTEGRATIONS, says, environment=environment)


def _credentials(environment: str, seen: Sighting) -> Check:
    says = {
        None: "nothing to judge by yet",
        Readback.READABLE: "given back in clear to whoever has the key: compared, never shown",
        Readback.ABSENT: "not given back; what was sent is told apart by the ledger's fingerprints",
        Readback.OPAQUE: "given back encrypted; what was sent is told apart by the ledger's"
        " fingerprints",
    }[seen.readback]
    return fine(Topic.CREDENTIALS, says, environment=environment)


def _clock(environment: str, seen: Sighting) -> Check:
    if seen.skew is None:
        return fine(Topic.CLOCK, "the server tells no time", environment=environment)
    seconds = abs(seen.skew)
    side = "ahead of" if seen.skew > 0 else "behind"
    if seconds > MAX_SKEW:
        return doubtful(
            Topic.CLOCK,
            f"this machine is {seconds:.0f} s {side} the server",
            "Set the clock, by NTP best. Certificates and everything that expires are judged by"
            " it.",
            environment=environment,
        )
    return fine(Topic.CLOCK, "agrees with the server's", environment=environment)


def _limit(environment: str, seen: Sighting) -> Check:
    if not seen.limit:
        return fine(Topic.LIMIT, "the server tells none", environment=environment)
    if seen.remaining is None:
        return fine(Topic.LIMIT, seen.limit, environment=environment)
    says = f"{seen.limit}, {seen.remaining} left now"
    if seen.remaining < LOW:
        return doubtful(
            Topic.LIMIT,
            says,
            "Something else uses it up. novu-sync waits as long as it must; a smaller"
            " --parallelism leaves more to others.",
            environment=environment,
        )
    return fine(Topic.LIMIT, says, environment=environment)


def _listed(words: Collection[str]) -> str:
    return ", ".join(f"`{word}`" for word in words)


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
