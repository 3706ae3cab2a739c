"""Rules that a team sets itself: what a project says under ``policy``, and who breaks it.

A rule holds where it is named. What an environment says of a rule is merged over what the project
says, key by key, so that an environment can turn one off, or into a warning.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from reconciler.config.inspection import WITH_PRIMARY
from reconciler.config.neighbours import named
from reconciler.findings import Severity, finding

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from reconciler.config.forms import Form
    from reconciler.config.places import Path
    from reconciler.config.project import Project
    from reconciler.findings import Finding
    from reconciler.secret import Json

_LEVELS: Final = {each.value: each for each in Severity}


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The rules of one environment; `None` is off.

    Attributes:
        prefix: how identifiers begin.
        prefix_level: how bad it is where one does not.
        primary_level: how bad it is where a used channel declares no primary.
        providers: those that are allowed.
        providers_level: how bad another one is.
        inactive_level: how bad it is where an integration was inactive when last applied already.
    """

    prefix: str
    prefix_level: Severity | None = None
    primary_level: Severity | None = None
    providers: tuple[str, ...] = ()
    providers_level: Severity | None = None
    inactive_level: Severity | None = None


def policy_of(project: Project, environment: str) -> Policy:
    """The rules that hold in an environment. What the schema objects to counts as not there."""
    above = _mapping(project.settings(environment).value.get("policy"))
    below = _mapping(project.root.value.get("policy"))

    def rule(name: str) -> dict[str, Json]:
        return {**_mapping(below.get(name)), **_mapping(above.get(name))}

    def level(name: str) -> Severity | None:
        is_named = name in above or name in below
        return _LEVELS.get(str(rule(name).get("level", Severity.ERROR))) if is_named else None

    prefix = rule("identifierPrefix").get("prefix")
    providers = rule("allowedProviders").get("providers")
    return Policy(
        prefix=prefix if isinstance(prefix, str) else f"{environment}-",
        prefix_level=level("identifierPrefix"),
        primary_level=level("onePrimary"),
        providers=tuple(map(str, providers if isinstance(providers, list) else ())),
        providers_level=level("allowedProviders"),
        inactive_level=level("longInactive"),
    )


def breaches(
    forms: Sequence[Form], environment: str, policy: Policy
) -> Iterator[tuple[Form, Finding]]:
    """Everything in which integrations of an environment break its policy, offline.

    That one has been inactive for long is told with a plan, which knows the last apply.
    """
    for form in forms:
        yield from _names(form, environment, policy)
        yield from _providers(form, policy)
    yield from _primaries(forms, policy)


def _names(form: Form, environment: str, policy: Policy) -> Iterator[tuple[Form, Finding]]:
    text = form.value.get("identifier")
    if policy.prefix_level is None or not isinstance(text, str):
        return
    if form.provider and form.provider.single_per_environment:
        return  # Novu names it, whatever is written here
    name = named(text, environment)
    if not name.startswith(policy.prefix):
        detail = (
            f"`{name}` does not begin with `{policy.prefix}`, as the policy of `{environment}`"
            " wants it. Give it such a name; with `previousIdentifiers` it is renamed in place."
        )
        yield form, _breach(form, ("identifier",), "NS601", detail, policy.prefix_level)


def _providers(form: Form, policy: Policy) -> Iterator[tuple[Form, Finding]]:
    provider = form.value.get("providerId")
    if policy.providers_level is None or not isinstance(provider, str):
        return
    if provider not in policy.providers:
        known = ", ".join(f"`{each}`" for each in policy.providers) or "none"
        detail = f"The policy does not allow `{provider}` here. It allows {known}."
        yield form, _breach(form, ("providerId",), "NS604", detail, policy.providers_level)


def _primaries(forms: Sequence[Form], policy: Policy) -> Iterator[tuple[Form, Finding]]:
    if policy.primary_level is None:
        return
    first: dict[str, Form] = {}
    settled: set[str] = set()
    for form in forms:
        channel = str(form.value.get("channel"))
        if channel in WITH_PRIMARY and form.value.get("active") is True:
            first.setdefault(channel, form)
            if form.value.get("primary") is True:
                settled.add(channel)
    for channel, form in first.items():
        if channel not in settled:
            detail = (
                f"`{channel}` is used, and no active integration of it says `primary: true`, so"
                " which one sends is left to whatever Novu has. Say it of one of them."
            )
            yield form, _breach(form, (), "NS602", detail, policy.primary_level)


def _breach(form: Form, path: Path, code: str, detail: str, severity: Severity) -> Finding:
    spot = form.layered.spot(path)
    return finding(code, detail, location=spot.location, pointer=spot.pointer, severity=severity)


def _mapping(value: Json) -> dict[str, Json]:
    return value if isinstance(value, dict) else {}
