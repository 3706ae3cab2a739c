"""Random files full of aliases, merges and styles: edits do what is wished, or leave it and say so.

An edit that would change anything else ends in an assertion of the editor itself.
"""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from reconciler.authoring.editing import Wish, edited
from reconciler.authoring.showing import unified
from reconciler.authoring.uses import reread, value_at
from reconciler.config.documents import Document
from reconciler.config.forms import form_in
from reconciler.config.project import assembled

if TYPE_CHECKING:
    from reconciler.config.project import Project

HEAD = """\
x-n: [&n0 Anchored one, &n1 "other"]
x-m: &m { active: true, name: Merged }
version: 1
project: x
environments:
  d: { apiKey: "${env:D}" }
  p: { apiKey: "${env:P}" }
"""
VALUES: dict[tuple[str, ...], list[Any]] = {
    ("name",): ["New", "it's: #1", "two\nlines"],
    ("active",): [True, False],
    ("credentials", "from"): ["n@x", "*q"],
    ("conditions",): [[{"value": "AND"}]],
}


class Author:
    """Somebody who writes YAML in all of its ways."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)  # noqa: S311 - it makes up files

    def text(self, value: str, indent: int) -> str:
        """A text behind a key, on its line or below."""
        remark = self.chance.choice(["", " # r"])
        pad = " " * (indent + 2)
        match self.chance.randrange(7):
            case 0:
                return f"|-{remark}\n{pad}{value}" + self.chance.choice(["", "\n"])
            case 1:
                folded = value.replace(" ", f"\n{pad}")
                return f">{remark}\n{pad}{folded}" + self.chance.choice(["", "\n\n"])
            case 2:
                return f"&a{self.chance.randrange(9)} {value}{remark}"
            case _:
                return self.short(value).rstrip() + remark

    def short(self, value: str) -> str:
        """A text that may stand in braces, too."""
        quoted = "'" + value.replace("'", "''") + "'"
        return self.chance.choice([value, quoted, json.dumps(value), "*n0 ", "*n1 "])

    def braced(self, value: Any) -> str:  # noqa: ANN401 - any JSON
        """A value as it stands in braces."""
        if isinstance(value, dict):
            inner = ", ".join(f"{key}: {self.braced(each)}" for key, each in value.items())
            space = self.chance.choice(["", " "])
            return f"{{{space}{inner}{space}}}"
        return "" if value is None else self.short(value)

    def below(self, value: Any, indent: int) -> str:  # noqa: ANN401 - any JSON
        """What stands behind the colon of a key."""
        if value is None:
            return ""
        if isinstance(value, str):
            return " " + self.text(value, indent)
        if not value or self.chance.randrange(3) == 0:
            return " " + self.braced(value) + self.chance.choice(["", " # z"])
        return "\n" + self.block(value, indent + self.chance.choice([2, 4]))

    def block(self, value: dict[str, Any], indent: int) -> str:
        """A mapping, a key a line."""
        gap = self.chance.choice(["", "", "", "\n"])
        return f"\n{gap}".join(
            f"{' ' * indent}{key}:{self.below(each, indent)}" for key, each in value.items()
        )

    def integration(self, number: int) -> dict[str, Any]:
        """One to write."""
        maybe = self.chance.randrange
        made: dict[str, Any] = {"identifier": f"i{number}-x"}
        if maybe(2):
            made["name"] = self.chance.choice(["Some name", "Two words here"])
        made["providerId"] = "resend"
        if maybe(2):
            made["credentials"] = {"from": "val one", "senderName": "v2"}
        if maybe(3):
            made["environments"] = {
                name: None
                if maybe(3) == 0
                else {
                    **({"name": "Over lay"} if maybe(2) else {}),
                    **({"credentials": {"from": "ov x"}} if maybe(2) else {}),
                }
                for name in self.chance.sample(["d", "p"], maybe(2) + 1)
            }
        return made

    def file(self) -> str:
        """A whole file."""
        text = HEAD
        if self.chance.randrange(2):
            text += "defaults: { email: { active: false, credentials: { senderName: Def } } }\n"
        text += "integrations:\n"
        for number in range(self.chance.randint(1, 4)):
            block = self.block(self.integration(number), 4).rstrip("\n")
            merge = self.chance.choice(["", "\n    <<: *m"])
            text += f"  - {block[4:]}{merge}\n"
        return text

    def wishes(self, project: Project) -> list[Wish]:
        """Some, for anything."""
        made = []
        for number, declaration in enumerate(project.declarations):
            for name in project.environments:
                if name in declaration.environments:
                    made += [
                        Wish(
                            declaration=number,
                            environment=name,
                            path=path,
                            value=self.chance.choice(values),
                        )
                        for path, values in VALUES.items()
                        if self.chance.randrange(3) == 0
                    ]
                elif self.chance.randrange(2):
                    overlay = self.chance.choice([{}, {"name": "J"}])
                    made.append(Wish(declaration=number, environment=name, path=(), value=overlay))
        return made


@pytest.mark.parametrize("seed", range(150))
def test_what_is_done_is_so_and_all_else_is_as_it_was(seed: int) -> None:
    author = Author(seed)
    document = Document(author.file().encode(), "x.yaml")
    assert document.findings == ()
    project = assembled(document, directory=Path())
    wishes = author.wishes(project)
    result = edited(project, wishes)
    new = reread(project, {file: after for file, (_, after) in result.texts.items()})
    left = [each.wish for each in result.left]
    for wish in wishes:
        form = form_in(new, new.declarations[wish.declaration], wish.environment)
        here = wish.environment in new.declarations[wish.declaration].environments
        if wish in left:
            assert wish not in result.done
        elif wish.path:
            assert value_at(form.value, wish.path) == wish.value
        else:
            assert here
    if result.texts:
        assert unified(project, result.texts)
    else:
        assert result.done == ()
