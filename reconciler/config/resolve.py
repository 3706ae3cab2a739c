"""From a project to what it declares: all findings at once, or the desired state.

`check` tells everything that can be told offline and without secrets, of all environments.
`resolve` does the same for one environment, and then puts the values in.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from reconciler.config.filling import Filler
from reconciler.config.forms import default_forms, form_in, forms
from reconciler.config.inspection import Leave, inspect, strings
from reconciler.config.ledgers import ledger_address
from reconciler.config.neighbours import clashes
from reconciler.config.outside import Permit, Sources, fetch
from reconciler.config.policy import breaches, policy_of
from reconciler.config.references import MARK, BadReferenceError, Resolver, parse
from reconciler.config.settings import api_key, api_keys, api_url, described, environment_findings
from reconciler.config.spelling import hint
from reconciler.errors import ApiKeyError, UsageError
from reconciler.findings import errors, finding, in_order
from reconciler.model import Desired
from reconciler.secret import Unresolved

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from reconciler.config.forms import Form
    from reconciler.config.layers import Layer
    from reconciler.config.project import Project
    from reconciler.config.references import Reference, Source
    from reconciler.findings import Finding


_NO_VARIABLES: Final[Mapping[str, str]] = MappingProxyType({})
_MOOT: Final = frozenset(("NS304", "NS311"))
"""Of a forbidden reference, or of a placeholder, it is enough to say so."""
_OF_SCHEMA: Final = "NS2"


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolved:
    """What a project declares for one environment.

    Attributes:
        desired: `None` where findings keep it from being used.
        findings: warnings, and errors where there is no desired state; sorted.
    """

    desired: Desired | None
    findings: tuple[Finding, ...]


def check(project: Project) -> tuple[Finding, ...]:
    """Everything that is wrong with a project, told offline and without secrets; sorted.

    A finding that shows up wherever its integration lives is told once, without an environment;
    any other once for each environment.
    """
    keys = api_keys(project)
    found = _Found()
    standing: dict[str, list[Form]] = {name: [] for name in project.environments}
    for declaration in project.declarations:
        home = declaration.environments
        for form in forms(project, declaration):
            for leave, names in _leaves(project, form, keys):
                found.add(inspect(form, leave), names, home)
            for name in form.environments:
                standing[name].append(form)
    for name, neighbours in standing.items():
        found.add(environment_findings(project, name, keys), (), ())
        for form in default_forms(project):
            found.add(inspect(form, _leave(project, name, keys)), (name,), project.environments)
        for form, each in _among(project, neighbours, name):
            found.add([each], (name,), form.declaration.environments)
    return _told_once([*project.findings, *found.told()])


def resolve(  # noqa: PLR0913 - what may be asked for, each by name
    project: Project,
    environment: str,
    *,
    variables: Mapping[str, str] = _NO_VARIABLES,
    sources: Mapping[str, Source] | None = None,
    secrets: bool = True,
    keyless: bool = False,
) -> Resolved:
    """What a project declares for one environment, references resolved.

    What can be told without values comes first: they are asked for only where that is nothing.

    Args:
        project: the project.
        environment: the name of one of its environments.
        variables: what ``${env:…}`` sees, where there are no `sources`.
        sources: where references find their values: one set of them for all environments of a
            run, so that each value is read once. `None` is variables, files and plug-ins.
        secrets: whether to ask for more than the environment's key and address; without, all else
            from outside is unresolved, and no source is asked for it.
        keyless: not even the key and the address are asked for: what is declared can be compared
            with what is known already, and nothing can be sent anywhere.

    Raises:
        ApiKeyError: nothing is wrong but that the environment's API key is not set, or that it
            cannot be a key.
        UsageError: the project has no such environment.
    """
    if environment not in project.environments:
        if errors(project.findings):  # which may be why
            return Resolved(desired=None, findings=project.findings)
        known = hint(environment, project.environments).strip()
        raise UsageError(f"the project has no environment {environment!r}", known)
    neighbours = [
        form_in(project, declaration, environment)
        for declaration in project.declarations
        if environment in declaration.environments
    ]
    offline = _offline(project, environment, neighbours)
    if errors(offline):
        return Resolved(desired=None, findings=offline)
    if sources is None:
        sources = Sources(project, variables, Permit())
    filler = Filler(Resolver(environment, sources), secrets=secrets and not keyless)
    if keyless:
        return _keyless(project, neighbours, filler, offline)
    fetch(sources, _references(project, environment, neighbours if secrets else ()))
    return _filled(project, neighbours, filler, offline)


def _keyless(
    project: Project, neighbours: Sequence[Form], filler: Filler, offline: tuple[Finding, ...]
) -> Resolved:
    """What is declared, without anything that comes from outside."""
    name = filler.resolver.environment
    integrations = tuple(map(filler.integration, neighbours))
    environment = described(project, name, url="", key=Unresolved())
    desired = Desired(project=project.name, environment=environment, integrations=integrations)
    return Resolved(desired=desired, findings=offline)


def _offline(project: Project, name: str, neighbours: Sequence[Form]) -> tuple[Finding, ...]:
    keys = api_keys(project)
    found = [*project.findings, *environment_findings(project, name, keys)]
    leave = _leave(project, name, keys)
    for form in (*default_forms(project), *neighbours):
        found += inspect(form, leave)
    found += (each for _, each in _among(project, neighbours, name))
    return _told_once(found)


def _among(
    project: Project, neighbours: Sequence[Form], name: str
) -> Iterator[tuple[Form, Finding]]:
    """What integrations of an environment do to each other, and in what they break its policy."""
    yield from clashes(neighbours, name)
    yield from breaches(neighbours, name, policy_of(project, name))


def _references(project: Project, name: str, neighbours: Iterable[Form]) -> Iterator[Reference]:
    """References of an environment that has no findings, all that may be slow among them."""
    settings = project.settings(name).value
    own = [settings.get(key) for key in ("apiKey", "apiUrl", "ledger")]
    values = [*own, *(each.value for each in neighbours)]
    for value in values:
        for _, text in strings(value):
            if MARK in text.replace("${env:", ""):  # a project may hold thousands of those
                yield from parse(text).references


def _filled(
    project: Project, neighbours: Sequence[Form], filler: Filler, offline: tuple[Finding, ...]
) -> Resolved:
    resolver = filler.resolver
    name = resolver.environment
    settings = project.settings(name)
    integrations = tuple(map(filler.integration, neighbours))
    found = filler.findings
    url = ""
    try:
        url = api_url(project, name, resolver)
    except BadReferenceError as bad:
        found.append(_of(settings, "apiUrl", bad))
    try:
        key = api_key(project, name, resolver)
    except BadReferenceError as bad:
        if not found:
            raise ApiKeyError(f"the API key of `{name}` is missing", bad.detail) from None
        found.append(_of(settings, "apiKey", bad))
    address = None
    try:
        address = ledger_address(project, name, resolver)
    except BadReferenceError as bad:
        found.append(_of(settings, "ledger", bad))
    if found:
        labelled = (replace(each, environment=name) for each in found)
        return Resolved(desired=None, findings=in_order([*offline, *labelled]))
    environment = described(project, name, url=url, key=key, address=address)
    desired = Desired(project=project.name, environment=environment, integrations=integrations)
    return Resolved(desired=desired, findings=offline)


def _of(settings: Layer, key: str, bad: BadReferenceError) -> Finding:
    spot = settings.spot((key,))
    return finding(bad.code, bad.detail, location=spot.location, pointer=spot.pointer)


def _leave(project: Project, name: str, keys: Collection[tuple[str, str]]) -> Leave:
    return Leave(
        keys=keys,
        elsewhere=bool(project.readable),
        plaintext=project.allows("allowPlaintextSecrets", name),
        unknown=project.allows("allowUnknownProviders", name),
    )


def _leaves(
    project: Project, form: Form, keys: Collection[tuple[str, str]]
) -> Iterator[tuple[Leave, tuple[str, ...]]]:
    """The different permissions under which a form stands, with the environments of each."""
    groups: dict[tuple[bool, bool], tuple[Leave, list[str]]] = {}
    for name in form.environments:
        leave = _leave(project, name, keys)
        groups.setdefault((leave.plaintext, leave.unknown), (leave, []))[1].append(name)
    for leave, names in groups.values():
        yield leave, tuple(names)
    if not groups:
        yield _leave(project, "", keys), ()


def _told_once(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Sorted, and without what the schema says of a forbidden reference or a placeholder."""
    moot = {(each.location, each.pointer) for each in findings if each.code in _MOOT}
    return in_order(
        each
        for each in findings
        if (each.location, each.pointer) not in moot or not each.code.startswith(_OF_SCHEMA)
    )


class _Found:
    """Findings with the environments that they show up in, and those that they could."""

    def __init__(self) -> None:
        self._seen: dict[Finding, tuple[dict[str, None], set[str]]] = {}

    def add(self, findings: Iterable[Finding], names: Iterable[str], home: Iterable[str]) -> None:
        for each in findings:
            seen, homes = self._seen.setdefault(each, ({}, set()))
            seen.update(dict.fromkeys(names))
            homes.update(home)

    def told(self) -> Iterator[Finding]:
        for each, (seen, homes) in self._seen.items():
            if homes <= seen.keys():
                yield each
            else:
                yield from (replace(each, environment=name) for name in seen)
