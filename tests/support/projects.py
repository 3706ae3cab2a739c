"""Random projects as somebody could write them: YAML files, the variables and the files they name."""

from __future__ import annotations

import contextlib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest import mock

import yaml
from hypothesis import strategies as st

from reconciler.config.catalogue import catalogue

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator

    from reconciler.config.catalogue import Credential, Provider

ENVIRONMENTS = ("development", "production")
KEYS = {f"{name.upper()}_API_KEY": f"sandbox-{name}" for name in ENVIRONMENTS}
RANKED = ("email", "sms")

PROVIDERS: dict[str, list[Provider]] = {}
for _each in catalogue().providers:
    if _each.channel is not None and not _each.novu_owned:
        PROVIDERS.setdefault(_each.channel.value, []).append(_each)

letters = st.sampled_from("abcXYZ0189 äß秘🔑'\"\\:#{}[]&*!|%@`,-=?~/.")
texts = st.text(letters, min_size=1, max_size=12).filter(lambda text: text.strip() == text)
secrets = st.text(st.one_of(letters, st.sampled_from("\n\t")), min_size=1, max_size=30).filter(
    lambda text: text.strip() == text
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A project.

    Attributes:
        documents: YAML documents by path.
        variables: what its references name.
        files: what ``${file:…}`` names.
    """

    documents: dict[str, dict[str, Any]]
    variables: dict[str, str]
    files: dict[str, str]

    def shuffled(self, chance: random.Random) -> Drawn:
        """The same project with integrations and keys written in another order.

        Environments keep theirs, in which they are applied.
        """

        def mixed(value: Any, *, mix_list: bool = False) -> Any:  # noqa: ANN401 - any YAML
            if isinstance(value, dict):
                keys = chance.sample(list(value), len(value))
                return {key: mixed(value[key], mix_list=key == "integrations") for key in keys}
            if isinstance(value, list) and mix_list:
                return [mixed(each) for each in chance.sample(value, len(value))]
            return value

        return Drawn(
            documents={
                path: mixed(each) | {key: each[key] for key in ("environments",) if key in each}
                for path, each in self.documents.items()
            },
            variables=self.variables,
            files=self.files,
        )


class Values:
    """Makes up what references name, and remembers it."""

    def __init__(self, draw: st.DrawFn) -> None:
        self._draw = draw
        self.variables: dict[str, str] = {}
        self.files: dict[str, str] = {}

    def secret(self) -> str:
        """A reference to a text, whole or embedded, of a variable or of a file."""
        value = self._draw(secrets)
        match self._draw(st.sampled_from(("variable", "variable", "embedded", "default", "file"))):
            case "file":
                path = f"secrets/{len(self.files)}.txt"
                self.files[path] = value
                return f"${{file:{path}}}"
            case "embedded":
                return f"a {self.variable(value)} $${{b}}"
            case "default":
                return f"${{env:NOBODY_SETS_THIS:-{self._draw(st.sampled_from(('x', 'y z')))}}}"
            case _:
                return self.variable(value)

    def variable(self, value: str) -> str:
        """A reference to a variable of that value."""
        name = f"DRAWN_{len(self.variables)}"
        self.variables[name] = value
        return f"${{env:{name}}}"

    def credential(self, known: Credential) -> Any:  # noqa: ANN401 - any YAML
        """A value for a credential."""
        if known.enum:
            return self._draw(st.sampled_from(known.enum))
        if known.json_type == "boolean":
            return self._draw(st.booleans())
        if known.json_type == "object":
            return self.variable('{"a": ["b", 1, null]}')
        if known.secret or self._draw(st.booleans()):
            return self.secret()
        return self._draw(texts)

    def name(self) -> str:
        """A name, said or referred to."""
        return self.secret() if self._draw(st.integers(0, 3)) == 0 else self._draw(texts)


@st.composite
def projects(draw: st.DrawFn) -> Drawn:
    """Valid projects: every channel, overlays, defaults, tied files, primaries, filters, secrets."""
    values = Values(draw)
    places = draw(st.sampled_from((ENVIRONMENTS, ENVIRONMENTS, ENVIRONMENTS[:1])))
    documents: dict[str, dict[str, Any]] = {
        "novu-sync.yaml": {
            "version": 1,
            "project": "drawn",
            "environments": {
                name: {
                    "apiUrl": "http://127.0.0.1:1",
                    "apiKey": f"${{env:{name.upper()}_API_KEY}}",
                }
                for name in places
            },
        },
        "parts/more.yaml": {},
    }
    main = documents["novu-sync.yaml"]
    if draw(st.booleans()):
        main["defaults"] = {
            channel: {"active": draw(st.booleans())}
            for channel in draw(st.lists(st.sampled_from(sorted(PROVIDERS)), unique=True))
        }
    single: set[str] = set()
    leaders: set[str] = set()
    for number in range(draw(st.integers(0, 7))):
        channel = draw(st.sampled_from((*sorted(PROVIDERS), *RANKED)))
        provider = draw(st.sampled_from(PROVIDERS[channel]))
        if provider.id in single:
            continue
        if provider.single_per_environment:
            single.add(provider.id)
        block = _integration(draw, values, provider, number, lead=channel not in leaders)
        if block.get("primary"):
            leaders.add(channel)
        _put(draw, values, block, provider, documents, places)
    if draw(st.booleans()):
        inbox = {"identifier": "inbox", "providerId": "novu", "name": draw(texts), "active": True}
        main.setdefault("integrations", []).append(inbox)
    if any(document for path, document in documents.items() if path.startswith("parts/")):
        main["include"] = ["parts/*.yaml"]
    return Drawn(documents=documents, variables=values.variables, files=values.files)


def _integration(
    draw: st.DrawFn, values: Values, provider: Provider, number: int, *, lead: bool
) -> dict[str, Any]:
    ending = draw(st.sampled_from(("", "-${environment}", "_x.y")))
    block: dict[str, Any] = {"identifier": f"{provider.id}-{number}{ending}"}
    block["providerId"] = provider.id
    keys = [
        each
        for each in provider.credentials
        if not each.server_made and (each.required or draw(st.booleans()))
    ]
    if keys:
        block["credentials"] = {each.key: values.credential(each) for each in keys}
    if draw(st.booleans()):
        block["name"] = values.name()
    if draw(st.booleans()):
        block["channel"] = str(provider.channel)
    if draw(st.integers(0, 3)) == 0:
        block["protect"] = True
        block["credentialsVersion"] = draw(st.integers(1, 3))
    if lead and provider.channel in RANKED and draw(st.booleans()):
        return {**block, "active": True, "primary": True}
    if draw(st.booleans()):
        block["active"] = draw(st.booleans())
    match draw(st.sampled_from(("", "", "rules", "conditions"))):
        case "rules":
            block["rules"] = {"==": [{"var": "context.tenant.id"}, draw(texts)]}
        case "conditions":
            rule = {
                "on": "tenant",
                "field": "identifier",
                "operator": "EQUAL",
                "value": values.name(),
            }
            group = {"type": "GROUP", "isNegated": False, "value": "AND", "children": [rule]}
            block["conditions"] = [group]
    return block


def _put(
    draw: st.DrawFn,
    values: Values,
    block: dict[str, Any],
    provider: Provider,
    documents: dict[str, dict[str, Any]],
    places: tuple[str, ...],
) -> None:
    """Write an integration into one of the files, everywhere, or where an overlay names."""
    where = draw(st.sampled_from(("main", "main", "more", "tied")))
    if where == "tied":
        name = draw(st.sampled_from(places))
        document = documents.setdefault(f"parts/{name}.yaml", {"environment": name})
        document.setdefault("integrations", []).append(block)
        return
    if draw(st.booleans()):
        block["environments"] = {
            name: _overlay(draw, values, block, provider)
            for name in draw(st.lists(st.sampled_from(places), unique=True, min_size=1))
        }
    document = documents["novu-sync.yaml" if where == "main" else "parts/more.yaml"]
    document.setdefault("integrations", []).append(block)


def _overlay(
    draw: st.DrawFn, values: Values, block: dict[str, Any], provider: Provider
) -> dict[str, Any]:
    overlay: dict[str, Any] = {}
    if draw(st.booleans()):
        overlay["name"] = values.name()
    if "primary" not in block and draw(st.booleans()):
        overlay["active"] = draw(st.booleans())
    changed = [
        known
        for known in provider.credentials
        if known.key in block.get("credentials", ()) and draw(st.integers(0, 3)) == 0
    ]
    if changed:
        overlay["credentials"] = {each.key: values.credential(each) for each in changed}
    return overlay


class _Quoting(yaml.SafeDumper):
    """Quotes every text: PyYAML leaves bare what other readers take for numbers, like ``08``."""


_Quoting.add_representer(
    str, lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", text, style='"')
)


@contextlib.contextmanager
def written(drawn: Drawn) -> Iterator[Path]:
    """The project's folder, for as long as its variables are set."""
    with (
        tempfile.TemporaryDirectory() as folder,
        mock.patch.dict(os.environ, {**KEYS, **drawn.variables}),
    ):
        write(drawn, Path(folder))
        yield Path(folder)


def write(drawn: Drawn, folder: Path) -> None:
    """Write the project's files."""
    texts_by_path = {
        **{
            path: yaml.dump(each, Dumper=_Quoting, allow_unicode=True, sort_keys=False)
            for path, each in drawn.documents.items()
            if each
        },
        **drawn.files,
    }
    for path, text in texts_by_path.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
