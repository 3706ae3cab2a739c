"""Changes what a project declares, in the texts of its files, and nothing that others use.

A wish is a value that one integration is to have in one environment. Where everybody who uses a
written value wishes for the same one, it is replaced where it stands, behind an anchor or in the
defaults too. Else the environment gets an overlay. What cannot be had in either way is left, with
the reason. In the end the texts are read again: all is as it was but for what was wished.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeAlias, cast

from reconciler.authoring.splicing import NoPlaceError, applied, grafted, replaced
from reconciler.authoring.uses import (
    Uses,
    changed_leaves,
    documents_of,
    meaning,
    reread,
    value_at,
    with_value,
)
from reconciler.config.forms import form_in, form_of_overlay

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from reconciler.authoring.splicing import Edit
    from reconciler.authoring.uses import Key, Use
    from reconciler.config.places import Path
    from reconciler.config.project import Project
    from reconciler.secret import Json

_SHARED: Final = "what it would be written into is used by others, too"
_Tree: TypeAlias = "dict[str, Any]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A value that an integration is to have.

    Attributes:
        declaration: the position of the integration in the project.
        environment: in which it is to have it.
        path: of a field, or of a key of credentials or configurations; empty to let it live in an
            environment in which it does not yet, with the value as its overlay.
        value: as it is to be written, references and all.
    """

    declaration: int
    environment: str
    path: Path
    value: Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """A wish that was not fulfilled.

    Attributes:
        why: half a sentence.
    """

    wish: Wish
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Edited:
    """What came of wishes.

    Attributes:
        texts: the files that change, as they were and as they are to be.
        done: what was fulfilled.
        left: what was not.
    """

    texts: Mapping[str, tuple[str, str]]
    done: tuple[Wish, ...]
    left: tuple[Left, ...]


def edited(project: Project, wishes: Collection[Wish]) -> Edited:
    """Fulfil wishes in the texts of a project.

    Args:
        project: whose files can be read.
        wishes: of one integration, environment and path one at most.
    """
    changes = [each for each in wishes if each.path]
    homes = [each for each in wishes if not each.path]
    first = _Editor(project).fulfil(changes)
    if not homes:
        return first
    # Only now: what comes to live somewhere uses what was changed for others there.
    second = _Editor(reread(project, {file: new for file, (_, new) in first.texts.items()}))
    then = second.fulfil(homes)
    texts = dict(first.texts)
    for file, (before, after) in then.texts.items():
        texts[file] = (texts.get(file, (before, ""))[0], after)
    return Edited(texts=texts, done=first.done + then.done, left=first.left + then.left)


class _Editor:
    def __init__(self, project: Project) -> None:
        self._project = project
        self._uses = Uses(project)
        self._left: list[Left] = []
        self._inside: frozenset[int] = frozenset()

    def fulfil(self, wishes: list[Wish]) -> Edited:
        in_place, others = self._in_place(wishes)
        added = [each for each in others if self._has_place(each)]
        if not self._is_as_wished([*in_place, *added]):
            added = self._without_side_effects(added)
        done = [*in_place, *added]
        assert self._is_as_wished(done)  # noqa: S101 - or nothing may be written
        return Edited(
            texts={
                file: (self._uses.document(file).text, text)
                for file, text in self._texts(done).items()
            },
            done=tuple(done),
            left=tuple(self._left),
        )

    def _without_side_effects(self, added: list[Wish]) -> list[Wish]:
        """Those that change nothing else, tried one integration after the other."""
        kept: list[Wish] = []
        for number in dict.fromkeys(each.declaration for each in added):
            own = [each for each in added if each.declaration == number]
            if self._is_as_wished(own):
                kept += own
            else:
                self._left += (Left(wish=each, why=_SHARED) for each in own)
        return kept

    def _in_place(self, wishes: list[Wish]) -> tuple[list[Wish], list[Wish]]:
        """The wishes that can be fulfilled where the values stand, and the others."""
        leaves = {id(each): self._leaves(each) for each in wishes}
        inside = [each for each in wishes if leaves[id(each)]]
        while True:
            wanted: dict[Key, dict[Use, bytes]] = {}
            for wish in inside:
                for key, use, value in leaves[id(wish)] or ():
                    wanted.setdefault(key, {})[use] = meaning(value)
            refused = {
                key
                for key, uses in wanted.items()
                if self._uses.of(key) - uses.keys() or len(set(uses.values())) > 1
            }
            kept = [
                each
                for each in inside
                if not any(key in refused for key, _, _ in leaves[id(each)] or ())
            ]
            if len(kept) == len(inside):
                break
            inside = kept
        self._inside = frozenset(map(id, inside))
        return inside, [each for each in wishes if leaves[id(each)] != [] and not self._fits(each)]

    def _fits(self, wish: Wish) -> bool:
        return id(wish) in self._inside

    def _leaves(self, wish: Wish) -> list[tuple[Key, Use, Json]] | None:
        """The single values that a wish comes to, with where they stand; `None` where in none."""
        if not wish.path:
            return None
        form = self._uses.form(wish.declaration, wish.environment)
        changed = changed_leaves(value_at(form.value, wish.path), wish.value, wish.path)
        if changed is None:
            return None
        found: list[tuple[Key, Use, Json]] = []
        for path, value in changed:
            key = self._uses.key(form, path)
            assert key is not None  # noqa: S101 - the one field that is in no file is the channel
            found.append((key, (wish.declaration, wish.environment, path), value))
        return found

    def _has_place(self, wish: Wish) -> bool:
        """Whether a wish can be added to its integration; if not it is left."""
        try:
            self._grafts(wish.declaration, [wish])
        except NoPlaceError as no:
            self._left.append(Left(wish=wish, why=str(no)))
            return False
        return True

    def _texts(self, wishes: Sequence[Wish]) -> dict[str, str]:
        edits: dict[str, set[Edit]] = {}
        for wish in filter(self._fits, wishes):
            for (file, _), (number, environment, path), value in self._leaves(wish) or ():
                node = self._uses.node(self._uses.form(number, environment), path)
                text = self._uses.document(file).text
                edits.setdefault(file, set()).add(replaced(text, node, value))
        added = [each for each in wishes if not self._fits(each)]
        for number in dict.fromkeys(each.declaration for each in added):
            own = [each for each in added if each.declaration == number]
            file = self._project.declarations[number].base.document.file
            edits.setdefault(file, set()).update(self._grafts(number, own))
        return {file: applied(self._uses.document(file).text, each) for file, each in edits.items()}

    def _grafts(self, number: int, wishes: Sequence[Wish]) -> list[Edit]:
        declaration = self._project.declarations[number]
        tree: _Tree = {}
        for wish in wishes:
            if wish.path and self._belongs_in_base(wish, wishes):
                _put(tree, wish.path, wish.value)
            else:
                _put(tree, ("environments", wish.environment, *wish.path), wish.value)
        if "environments" in tree and "environments" not in declaration.base.value:
            tree["environments"] = {
                name: tree["environments"].get(name, {}) for name in declaration.environments
            }
        document = declaration.base.document
        node = self._uses.tree(document.file).find(declaration.base.path)
        if node is None or node.target is not None:
            raise NoPlaceError("the whole integration is an alias of what is written elsewhere")
        return grafted(document.text, node, tree)

    def _belongs_in_base(self, wish: Wish, wishes: Sequence[Wish]) -> bool:
        """Whether all environments of an integration wish for it, and none has anything there."""
        declaration = self._project.declarations[wish.declaration]
        alike = {
            each.environment
            for each in wishes
            if each.path == wish.path and meaning(each.value) == meaning(wish.value)
        }
        forms = [self._uses.form(wish.declaration, each) for each in declaration.environments]
        return alike == set(declaration.environments) and not any(
            form.layered.has(wish.path) for form in forms
        )

    def _is_as_wished(self, done: Sequence[Wish]) -> bool:
        """Whether the project, edited so, is the old one with these wishes fulfilled."""
        new = reread(self._project, self._texts(done))
        wished: dict[tuple[int, str], list[Wish]] = {}
        for wish in done:
            wished.setdefault((wish.declaration, wish.environment), []).append(wish)
        homes = [self._homes(number, done) for number in range(len(self._project.declarations))]
        return (
            all(each.usable and not each.findings for each in documents_of(new))
            and [each.environments for each in new.declarations] == homes
            and all(
                meaning(form_in(new, new.declarations[number], name).value)
                == meaning(self._wished(number, name, wished.get((number, name), ())))
                for number, names in enumerate(homes)
                for name in names
            )
        )

    def _homes(self, number: int, wishes: Iterable[Wish]) -> tuple[str, ...]:
        """Where an integration is to live."""
        own = self._project.declarations[number].environments
        more = {each.environment for each in wishes if each.declaration == number and not each.path}
        names = self._project.environments
        return tuple(name for name in names if name in own or name in more)

    def _wished(self, number: int, environment: str, wishes: Iterable[Wish]) -> dict[str, Json]:
        declaration = self._project.declarations[number]
        if environment not in declaration.environments:
            (wish,) = wishes
            overlay = cast("dict[str, Json]", wish.value)
            return form_of_overlay(self._project, declaration, overlay).value
        value = self._uses.form(number, environment).value
        for wish in wishes:
            value = with_value(value, wish.path, wish.value)
        return value


def _put(tree: _Tree, path: Path, value: Json) -> None:
    for step in path[:-1]:
        tree = tree.setdefault(str(step), {})
    tree[str(path[-1])] = value
