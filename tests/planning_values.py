"""Small builders for the values that planning works on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.fingerprint import Fingerprinter
from reconciler.model import (
    Applied,
    Channel,
    Desired,
    Entry,
    Environment,
    Guards,
    Integration,
    Observed,
    ObservedCredentials,
    ObservedIntegration,
    Readback,
)
from reconciler.planning.fingerprints import desired_fingerprints
from reconciler.planning.options import Options
from reconciler.planning.planner import plan
from reconciler.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reconciler.planning.plan import Plan

FINGERPRINTER = Fingerprinter(Secret("key-of-the-environment"), "e" * 24)


def declared(identifier: str = "ses", **fields: object) -> Integration:
    """An integration of Amazon SES, of which nothing else is managed."""
    given = {"provider_id": "ses", "channel": Channel.EMAIL, **fields}
    return Integration(identifier=identifier, **given)


def row(identifier: str | None = "ses", **fields: object) -> ObservedIntegration:
    """A row of Amazon SES as today's servers give it: without its credentials."""
    given = {
        "id": f"id-of-{identifier}",
        "environment_id": "e" * 24,
        "provider_id": "ses",
        "channel": Channel.EMAIL,
        "name": "Amazon SES",
        "conditions": [],
        **fields,
    }
    return ObservedIntegration(identifier=identifier, **given)


def readable(**values: object) -> ObservedCredentials:
    """Credentials that a server gives back."""
    return ObservedCredentials(
        readback=Readback.READABLE, values={key: Secret(each) for key, each in values.items()}
    )


def remembered(
    integration: Integration, *, remote_id: str | None = None, **fields: object
) -> Entry:
    """What the ledger has of an integration that was applied as it is declared now."""
    credentials, by_field = desired_fingerprints(integration, FINGERPRINTER)
    given = {
        "credentials": credentials,
        "fields": by_field,
        "credentials_version": integration.credentials_version,
        "protected": integration.protect,
        **fields,
    }
    return Entry(
        identifier=integration.identifier,
        remote_id=remote_id or f"id-of-{integration.identifier}",
        **given,
    )


def ledger(*entries: Entry) -> Applied:
    """A ledger that was read."""
    return Applied(entries={each.identifier: each for each in entries})


def project(
    *integrations: Integration, prefix: str | None = None, max_deletes: int | None = None
) -> Desired:
    """What a project declares for development."""
    environment = Environment(
        name="development",
        api_url="https://api.novu.co",
        api_key=Secret("key-of-the-environment"),
        guards=Guards(max_deletes=max_deletes),
        identifier_prefix=prefix,
    )
    return Desired(project="acme", environment=environment, integrations=integrations)


def server(
    *rows: ObservedIntegration,
    foreign: frozenset[str] = frozenset(),
    shares_identifiers: bool = False,
) -> Observed:
    """What the environment holds."""
    return Observed(
        environment_id="e" * 24,
        environment_name="Development",
        integrations=rows,
        foreign=foreign,
        shares_identifiers=shares_identifiers,
    )


def planned(
    desired: Desired,
    observed: Observed,
    applied: Applied | None = None,
    **options: object,
) -> Plan:
    """A plan, with a ledger that remembers nothing unless one is given."""
    return plan(desired, observed, applied or Applied(), FINGERPRINTER, Options(**options))


def told(result: Plan) -> list[tuple[str, str]]:
    """Actions and identifiers of what a plan writes, in order."""
    return [(str(each.action), each.identifier) for each in result.writes]


def codes(result: Plan) -> list[str]:
    """Codes of a plan's findings."""
    return [each.code for each in result.findings]


def secrets(values: Mapping[str, str]) -> dict[str, Secret[str]]:
    """Credentials of which every one is secret."""
    return {key: Secret(each) for key, each in values.items()}
