"""Forms: what one declared integration comes to, once for each environment where it differs.

Environments without an overlay of their own share a form, so that a thousand integrations in ten
environments are judged a thousand times.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from reconciler.config.catalogue import catalogue
from reconciler.config.layers import Layer, Layered, merge
from reconciler.config.project import Declaration
from reconciler.model import Channel

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from reconciler.config.catalogue import Credential, Provider
    from reconciler.config.places import Path
    from reconciler.config.project import Project
    from reconciler.secret import Json

_KEYED: Final = ("credentials", "configurations")
"""Objects that Novu replaces as a whole, so that leaving a key out clears it."""
_OF_OBJECT: Final = 2
"""How many steps lead to a key of one of them."""
_CLEARABLE: Final = (*_KEYED, "conditions", "rules")


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """One integration with defaults and overlay merged; references are strings still.

    Attributes:
        declaration: as it was written.
        layered: the merged keys: the channel is filled in, and keys that ``null`` takes out of
            an object are out.
        environments: where it is that.
        cleared: the paths at which ``null`` was written.
        provider: its provider, where the catalogue has it.
    """

    declaration: Declaration
    layered: Layered
    environments: tuple[str, ...]
    cleared: tuple[Path, ...]
    provider: Provider | None

    @property
    def value(self) -> dict[str, Json]:
        """The merged keys."""
        return self.layered.value

    def json_type(self, path: Path) -> str:
        """What Novu takes at a path: ``string``, ``boolean`` or ``object``."""
        if path == ("active",):
            return "boolean"
        known = self.known(path)
        return known.json_type if known and len(path) == _OF_OBJECT else "string"

    def is_secret(self, path: Path) -> bool:
        """Whether what stands at a path may never be shown; what nobody knows may not."""
        if path[0] not in _KEYED:
            return False
        known = self.known(path)
        return known is None or known.secret

    def needs(self, path: Path) -> bool:
        """Whether an empty value at a path will not do: Novu takes it, and nothing is sent."""
        known = self.known(path)
        required = path[0] == "credentials" and known is not None and known.required
        return path == ("name",) or (required and self.value.get("active") not in (None, False))

    def known(self, path: Path) -> Credential | None:
        """What the catalogue has about the key of credentials or configurations at a path."""
        key = str(path[1]) if len(path) >= _OF_OBJECT else ""
        if path[0] == "configurations":
            return catalogue().configuration_keys.get(key)
        if path[0] != "credentials":
            return None
        own = self.provider.credential(key) if self.provider else None
        return own or catalogue().credential_keys.get(key)


def forms(project: Project, declaration: Declaration) -> Iterator[Form]:
    """All forms of an integration, in the order of the environments.

    One that lives nowhere has a form all the same, of no environment: its mistakes are mistakes.
    """
    alike = tuple(each for each in declaration.environments if declaration.overlay(each) is None)
    if alike or not declaration.environments:
        yield _form(project, declaration, None, alike)
    for each in declaration.environments:
        overlay = declaration.overlay(each)
        if overlay is not None:
            yield _form(project, declaration, overlay, (each,))


def default_forms(project: Project) -> Iterator[Form]:
    """The defaults of each channel, as a form of no environment: no integration may be using them.

    A secret that nobody uses stands in the file all the same.
    """
    for channel in Channel:
        layer = project.defaults(channel)
        if layer.value:
            yield Form(
                declaration=Declaration(base=layer, index=0, environments=()),
                layered=Layered(value=dict(layer.value), base=layer),
                environments=(),
                cleared=(),
                provider=None,
            )


def form_in(project: Project, declaration: Declaration, environment: str) -> Form:
    """The form of an integration in one of the environments in which it lives."""
    return _form(project, declaration, declaration.overlay(environment), (environment,))


def form_of_overlay(
    project: Project, declaration: Declaration, overlay: Mapping[str, Json]
) -> Form:
    """The form of an integration with an overlay that no file has yet."""
    base = declaration.base
    above = Layer(value=overlay, document=base.document, path=base.path)
    return _form(project, declaration, above, ())


def _form(
    project: Project,
    declaration: Declaration,
    overlay: Layer | None,
    environments: tuple[str, ...],
) -> Form:
    base = declaration.base.value
    value = merge(base, overlay.value) if overlay else dict(base)
    value.pop("environments", None)
    id_ = value.get("providerId")
    provider = catalogue().get(id_) if isinstance(id_, str) else None
    if provider and provider.channel and value.get("channel") is None:
        value["channel"] = provider.channel.value
    channel = value.get("channel")
    defaults = project.defaults(channel) if isinstance(channel, str) else None
    if defaults and defaults.value:
        value = merge(_fitting(defaults.value, value, provider), value)
    cleared = tuple(_take_out_nulls(value))
    layered = Layered(value=value, base=declaration.base, above=overlay, below=defaults)
    return Form(
        declaration=declaration,
        layered=layered,
        environments=environments,
        cleared=cleared,
        provider=provider,
    )


def _fitting(
    defaults: Mapping[str, Json], value: Mapping[str, Json], provider: Provider | None
) -> Mapping[str, Json]:
    """The defaults that an integration can use.

    Credentials are all or nothing: where an integration leaves them out they are not managed, and
    a default must not make them so. What its provider does not take is not meant for it.
    """
    shared = defaults.get("credentials")
    if not isinstance(shared, dict):
        return defaults
    fitting = {key: each for key, each in defaults.items() if key != "credentials"}
    if isinstance(value.get("credentials"), dict):
        fitting["credentials"] = {
            key: each
            for key, each in shared.items()
            if provider is None or provider.credential(key)
        }
    return fitting


def _take_out_nulls(value: dict[str, Json]) -> Iterator[Path]:
    for field in _CLEARABLE:
        inner = value.get(field)
        if inner is None and field in value:
            yield (field,)
        elif field in _KEYED and isinstance(inner, dict) and None in inner.values():
            yield from ((field, key) for key, each in inner.items() if each is None)
            value[field] = {key: each for key, each in inner.items() if each is not None}
