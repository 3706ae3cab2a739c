"""Writes definitions: one block for what an integration is in one or several environments."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, cast

from reconciler.authoring import writing
from reconciler.authoring.declared import variables_of
from reconciler.authoring.folding import Own, folded
from reconciler.authoring.sketch import PLACEHOLDER, Asked, Kept, literal
from reconciler.authoring.writing import Noted, Remarked
from reconciler.model import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from reconciler.authoring.names import Names
    from reconciler.authoring.sketch import Sketch, Told
    from reconciler.authoring.writing import Tree
    from reconciler.config.catalogue import Credential
    from reconciler.secret import Json

_ENVIRONMENT: Final = "${environment}"
_IN_APP: Final = "in-app"
_ORDER: Final = (
    "identifier",
    "name",
    "providerId",
    "channel",
    "kind",
    "active",
    "primary",
    "credentials",
    "conditions",
    "rules",
    "configurations",
    "environments",
)
_OFFERED: Final = (
    "Novu replaces credentials as a whole, and does not tell whether these are set. What stays",
    "a remark is cleared when the credentials are sent:",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Variable:
    """A variable that somebody has to set.

    Attributes:
        name: as the references spell it.
        purpose: what it is for.
        optional: it stands in a remark only.
        place: what it is the value of: environment, identifier there, field and key; `None` where
            nothing has it yet.
    """

    name: str
    purpose: str
    optional: bool = False
    place: tuple[str, str, str, str] | None = None


class Writer:
    """Writes definitions, one after the other.

    Attributes:
        variables: that the references written so far need.
        placeholders: how many were written.
    """

    def __init__(self, everywhere: Sequence[str], names: Names, identifiers: set[str]) -> None:
        """Make one.

        Args:
            everywhere: the environments of the project; a definition says where it lives unless
                that is in all of them.
            names: gives out names of variables.
            identifiers: all that are on the servers.
        """
        self.variables: list[Variable] = []
        self.placeholders = 0
        self._everywhere = tuple(everywhere)
        self._names = names
        self._inbox = _IN_APP if _IN_APP not in identifiers else f"novu-{_IN_APP}"

    def block(self, members: Sequence[Sketch], shared: str | None) -> str:
        """One definition, as an item of ``integrations``.

        Args:
            members: what it is in each environment.
            shared: the identifier that stands for all of theirs, if there is one.
        """
        if members[0].is_built_in:
            shared = self._inbox  # Novu makes up the server's, so nobody compares it
        elif shared is not None and _ENVIRONMENT not in shared:
            shared = literal(shared)
        stem = (shared or members[0].title or members[0].identifier).replace(_ENVIRONMENT, "")
        blocks = {
            each.environment: {
                "identifier": shared or literal(each.identifier),
                **dict(_fields(each)),
                **dict(self._filled(each, stem, several=len(members) > 1)),
            }
            for each in members
        }
        for each in members:
            for key, value in each.fields.items():
                self._need(value, f"{key} of {stem.strip('-_. ')}")
        result = folded(blocks)
        base, overlays = result.base, result.overlays
        offered = self._offered(members, stem)
        if offered:
            for holder in [base] if "credentials" in base else overlays.values():
                _remark(holder, offered)
        if any(overlays.values()) or tuple(overlays) != self._everywhere:
            base["environments"] = {name: _ordered(each) for name, each in overlays.items()}
        self.placeholders += _placeholders(base)
        return "\n".join(writing.item(_ordered(base), 2)) + "\n"

    def _filled(
        self, sketch: Sketch, stem: str, *, several: bool
    ) -> Iterator[tuple[str, dict[str, Tree | Own]]]:
        for field in ("credentials", "configurations"):
            values: Mapping[str, Told] | None = getattr(sketch, field)
            if values is None:
                continue
            filled: dict[str, Tree | Own] = {}
            for key, value in values.items():
                where = f" in {sketch.environment}" if several else ""
                purpose = f"{field}.{key} of {stem.strip('-_. ')}{where}"
                if isinstance(value, Kept):
                    self._need(value.value, purpose)
                    filled[key] = Own(value.value)
                elif not isinstance(value, Asked):
                    filled[key] = value
                elif not value.secret:
                    filled[key] = _placeholder(value.choices)
                else:
                    words = (stem, key, sketch.environment) if several else (stem, key)
                    place = (sketch.environment, sketch.identifier, field, key)
                    filled[key] = Own(self._reference(words, purpose, place=place))
            yield field, filled

    def _need(self, value: Json, purpose: str) -> None:
        """Note the variables that a value refers to; one that is shared is noted once."""
        known = {each.name for each in self.variables}
        for name in variables_of(value):
            if name not in known:
                self.variables.append(Variable(name=name, purpose=purpose))

    def _offered(self, members: Sequence[Sketch], stem: str) -> tuple[str, ...]:
        offered: dict[str, Credential] = {
            known.key: known for each in members for known in each.offered
        }
        if not offered:
            return ()
        remarks = list(_OFFERED)
        for key, known in offered.items():
            if known.secret:
                purpose = f"credentials.{key} of {stem.strip('-_. ')}, if it is set"
                value: Tree = self._reference((stem, key), purpose, optional=True)
            elif known.json_type == "boolean":
                value = True
            else:
                value = _placeholder(known.enum)
            remarks += writing.lines({key: value})
        return tuple(remarks)

    def _reference(
        self,
        words: tuple[str, ...],
        purpose: str,
        *,
        optional: bool = False,
        place: tuple[str, str, str, str] | None = None,
    ) -> str:
        name = self._names.give(*words)
        variable = Variable(name=name, purpose=purpose, optional=optional, place=place)
        self.variables.append(variable)
        return f"${{env:{name}}}"


def _fields(sketch: Sketch) -> Iterator[tuple[str, Tree]]:
    yield "providerId", sketch.provider_id
    provider = sketch.provider
    if sketch.channel is not None and (provider is None or provider.channel != sketch.channel):
        yield "channel", sketch.channel
    if sketch.kind is not (Kind.DELIVERY if provider is None else provider.kind):
        yield "kind", sketch.kind.value
    yield from sketch.fields.items()


def _placeholder(choices: tuple[str, ...]) -> Tree:
    if not choices:
        return PLACEHOLDER
    *most, last = choices
    return Noted(value=PLACEHOLDER, remark=f"{', '.join(most)} or {last}" if most else last)


def _remark(holder: dict[str, Tree], remarks: Sequence[str]) -> None:
    entries = cast("Mapping[str, Tree]", holder["credentials"])
    holder["credentials"] = Remarked(entries=entries, remarks=remarks)


def _ordered(block: Mapping[str, Tree]) -> dict[str, Tree]:
    return {key: block[key] for key in _ORDER if key in block}


def _placeholders(tree: Tree) -> int:
    """How many values of a tree have to be filled in."""
    if isinstance(tree, Noted):
        return _placeholders(tree.value)
    if isinstance(tree, Remarked):
        return _placeholders(tree.entries)
    if isinstance(tree, dict):
        return sum(map(_placeholders, tree.values()))
    return int(tree == PLACEHOLDER)
