"""What is wrong with the shape of a project: plain values in, problems out.

Two questions, asked one after the other. `document_problems` looks at one file as it was written:
keys, types, words, and of its integrations everything that is the same for every provider.
`integration_problems` looks at one integration after defaults, base and overlay were merged, and
asks what depends on its provider: credentials, channel, what is missing.
References are still strings in both, and count as whatever they stand for.

Both ask the published JSON Schema, by its definitions, so an editor and this program agree by
construction. What is surely right is waved through by `reconciler.config.accept`; jsonschema judges
the rest, by the one definition of the provider: a schema with a branch for each provider, as an
editor needs it, costs a millisecond an integration.

What the schema leaves open is decided where values are merged: `null` in a value of ``credentials``
takes the key out again (an overlay over a base), an overlay that is `null` is an empty one.
Credentials in ``defaults`` are judged here against all providers of the channel, so they are to be
merged into an integration only as far as its provider takes them.
"""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any

from reconciler.config.accept import Acceptor
from reconciler.config.catalogue import catalogue
from reconciler.config.explain import explained, for_example
from reconciler.config.objections import Problem
from reconciler.findings import Severity
from reconciler.model import Channel, Kind
from reconciler.resources import shipped

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from jsonschema.protocols import Validator

    from reconciler.config.accept import Check
    from reconciler.config.catalogue import Provider
    from reconciler.config.places import Path
    from reconciler.secret import Json

__all__ = ["Problem", "document_problems", "integration_problems"]

_PROJECT_NEEDS = ("version", "project", "environments")
_INCLUDED_TAKES = ("version", "environment", "integrations")
_UNKNOWN = ("NS211", "NS216")


def document_problems(document: Json, *, included: bool = False) -> tuple[Problem, ...]:
    """What is wrong with one file as it was written, whatever the providers.

    Args:
        document: the parsed file.
        included: whether it is a file that the project includes (it may hold ``integrations``,
            ``environment`` and ``version``) and not the project file itself.
    """
    problems = list(_file_problems(document, included=included))
    integrations = document.get("integrations") if isinstance(document, dict) else None
    if isinstance(integrations, list):
        accepts = _acceptor().definition("shape")
        for index, integration in enumerate(integrations):
            if not accepts(integration):
                for error in _validator("shape").iter_errors(integration):
                    problems.extend(explained(error, ("integrations", index)))
    return tuple(dict.fromkeys(problems))


def integration_problems(
    integration: dict[str, Json],
    *,
    allow_unknown: bool = False,
    cleared: Collection[Path] = (),
) -> tuple[Problem, ...]:
    """What is wrong with one merged integration, given its provider.

    What `document_problems` has judged is not judged again; what it complained of does no harm
    here. Credentials that are left out altogether are not managed, which is a warning at most.

    Args:
        integration: defaults, base and overlay merged, without ``environments``; references are
            still strings.
        allow_unknown: unknown providers, credential keys and configuration keys are warnings only.
        cleared: the paths that ``null`` took out.
    """
    provider_id = integration.get("providerId")
    if not isinstance(provider_id, str):
        return ()
    unknown = Severity.WARNING if allow_unknown else None
    provider = catalogue().get(provider_id)
    problems: list[Problem] = []
    if provider is None:
        problems.extend(_unknown_provider(provider_id, integration, unknown))
        takes = "credentials"
    else:
        problems.extend(_unfit(provider, integration))
        problems.extend(_missing(provider, integration, cleared))
        takes = f"credentials.{provider_id}"
    for key, definition in (("credentials", takes), ("configurations", "configurations")):
        value = integration.get(key)
        if isinstance(value, dict) and not _acceptor().definition(definition)(value):
            for error in _validator(definition).iter_errors(value):
                problems.extend(_softened(problem, unknown) for problem in explained(error, (key,)))
    return tuple(dict.fromkeys(problems))


def _softened(problem: Problem, unknown: Severity | None) -> Problem:
    """The problem, as a warning where it is about a key that Novu may have learnt since."""
    return replace(problem, severity=unknown) if problem.code in _UNKNOWN else problem


def _unknown_provider(
    provider_id: str, integration: dict[str, Json], severity: Severity | None
) -> Iterator[Problem]:
    known = catalogue()
    if provider_id in known.documented_only:
        severity = Severity.WARNING
        detail = f"Novu's list of words has `{provider_id}`, but no provider stands behind it."
    else:
        meant = known.suggest(provider_id)
        detail = f"novu-sync knows no provider `{provider_id}`, and Novu would take it unseen." + (
            f" Did you mean `{meant}`?"
            if meant
            else " Where Novu has it by now, say `allowUnknownProviders: true`."
        )
    yield Problem(path=("providerId",), code="NS210", detail=detail, severity=severity)
    if integration.get("channel") is None and integration.get("kind") != Kind.AGENT:
        detail = f"`channel` is missing: nobody knows what `{provider_id}` delivers to."
        yield Problem(path=(), code="NS203", detail=detail)


def _unfit(provider: Provider, integration: dict[str, Json]) -> Iterator[Problem]:
    """What the provider is, against what the integration says of it."""
    channel, kind = integration.get("channel"), integration.get("kind")
    if channel in tuple(Channel) and channel != provider.channel:
        mend = f"Write `channel: {provider.channel}`, or leave" if provider.channel else "Leave"
        what = f"delivers to {provider.channel}" if provider.channel else "runs agents"
        detail = f"`{provider.id}` {what}, and Novu would not notice. {mend} `channel` out."
        yield Problem(path=("channel",), code="NS213", detail=detail)
    if kind in tuple(Kind) and kind != provider.kind:
        detail = f"`{provider.id}` is of kind {provider.kind}. Leave `kind` out."
        yield Problem(path=("kind",), code="NS214", detail=detail)
    if provider.novu_owned and provider.channel is not Channel.IN_APP:
        detail = f"{provider.note} It can be adopted where it exists."
        yield Problem(path=("providerId",), code="NS215", detail=detail)


def _missing(
    provider: Provider, integration: dict[str, Json], cleared: Collection[Path]
) -> Iterator[Problem]:
    """Required credentials that are not there. An active integration cannot send without."""
    required = [each.key for each in provider.credentials if each.required]
    # A reference may turn out as true, and Novu creates inactive where nothing is said.
    active = integration.get("active") not in (None, False)
    if "credentials" not in integration:
        if active and required:
            detail = (
                f"`credentials` is left out, so they are not managed: {provider.name} sends only"
                " where somebody sets them in Novu."
            )
            yield Problem(path=(), code="NS212", detail=detail, severity=Severity.WARNING)
        return
    given = integration["credentials"]
    if given is not None and not isinstance(given, dict):
        return
    fields = _published()["$defs"][f"credentials.{provider.id}"]["properties"]
    for key in required:
        if given is None or given.get(key) in (None, ""):
            when = "to send" if active else "as soon as it is active"
            detail = f"{provider.name} needs `{key}` {when}, and Novu does not check it."
            severity = None if active else Severity.WARNING
            own: Path = ("credentials", key)
            yield Problem(
                path=own if own in cleared or key in (given or ()) else own[:1],
                code="NS212",
                detail=detail + for_example((key,), fields[key]),
                severity=severity,
            )


def _file_problems(document: Json, *, included: bool) -> Iterator[Problem]:
    if _accepts_file(included=included)(document):
        return
    schema = _file_schema(included=included)
    forgiving = isinstance(document, dict) and document.get("allowUnknownProviders") is True
    for error in _whole().evolve(schema=schema).iter_errors(document):
        for problem in explained(error):
            key = problem.path[0] if problem.code == "NS201" else ""
            if included and key in _published()["properties"]:
                detail = f"`{key}` belongs in the project file, not in one it includes."
                yield replace(problem, detail=detail)
            else:
                yield _softened(problem, Severity.WARNING if forgiving else None)


@cache
def _published() -> dict[str, Any]:
    schema: dict[str, Any] = json.loads(
        shipped("schemas", "novu-sync.schema.json").read_text("utf-8")
    )
    return schema


@cache
def _acceptor() -> Acceptor:
    return Acceptor(_published()["$defs"])


@cache
def _accepts_file(*, included: bool) -> Check:
    return _acceptor().schema(_file_schema(included=included))


@cache
def _whole() -> Validator:
    from jsonschema import Draft202012Validator  # noqa: PLC0415 - imported late: costs 50 ms

    return Draft202012Validator(_published())


@cache
def _validator(definition: str) -> Validator:
    """For one of the published definitions; the others stay in its reach."""
    return _whole().evolve(schema=_published()["$defs"][definition])


def _file_schema(*, included: bool) -> dict[str, Any]:
    """The schema of a file whose integrations are judged one by one afterwards."""
    published = _published()
    properties = published["properties"] | {"integrations": {"type": "array"}}
    if included:
        properties = {key: properties[key] for key in _INCLUDED_TAKES}
    return {
        "title": published["title"],
        "type": published["type"],
        "properties": properties,
        "patternProperties": published["patternProperties"],
        "additionalProperties": published["additionalProperties"],
        "required": [] if included else list(_PROJECT_NEEDS),
    }
