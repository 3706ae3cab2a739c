"""What it takes to reach one environment, whatever else is wrong with the project."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.config.ledgers import ledger_address
from reconciler.config.places import pointer
from reconciler.config.references import BadReferenceError, Resolver
from reconciler.config.settings import api_key, api_keys, api_url, described, environment_findings
from reconciler.errors import ApiKeyError, FindingsError
from reconciler.findings import errors, finding, in_order

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reconciler.config.project import Project
    from reconciler.config.references import Source
    from reconciler.model import Environment


def connection(project: Project, name: str, *, sources: Mapping[str, Source]) -> Environment:
    """The settings of an environment with its API key.

    Only what is wrong with these settings keeps them from being used: an integration with
    findings says nothing about a key.

    Args:
        project: the project.
        name: one of its environments.
        sources: where references find their values.

    Raises:
        FindingsError: the settings have findings, or a reference in the address has no value.
        ApiKeyError: the API key is not set, or cannot be one.
    """
    settings = project.settings(name)
    place = pointer(("environments", name))
    own = [each for each in project.findings if f"{each.pointer}/".startswith(f"{place}/")]
    found = in_order([*own, *environment_findings(project, name, api_keys(project))])
    if errors(found):
        raise FindingsError(found)
    resolver = Resolver(name, sources)
    try:
        url = api_url(project, name, resolver)
    except BadReferenceError as bad:
        spot = settings.spot(("apiUrl",))
        problem = finding(bad.code, bad.detail, location=spot.location, pointer=spot.pointer)
        raise FindingsError((problem,)) from None
    try:
        key = api_key(project, name, resolver)
    except BadReferenceError as bad:
        raise ApiKeyError(f"the API key of `{name}` is missing", bad.detail) from None
    try:
        address = ledger_address(project, name, resolver)
    except BadReferenceError as bad:
        spot = settings.spot(("ledger",))
        problem = finding(bad.code, bad.detail, location=spot.location, pointer=spot.pointer)
        raise FindingsError((problem,)) from None
    return described(project, name, url=url, key=key, address=address)
