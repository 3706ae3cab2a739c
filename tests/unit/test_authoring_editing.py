"""Wishes in texts: where a value is replaced, where an overlay is added, and what is left."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from reconciler.authoring.editing import Wish, edited
from reconciler.authoring.showing import unified
from reconciler.config.documents import Document
from reconciler.config.project import assembled

if TYPE_CHECKING:
    from reconciler.authoring.editing import Edited
    from reconciler.config.places import Path as Steps
    from reconciler.config.project import Project

HEAD = """\
version: 1
project: x
environments:
  d: { apiKey: "${env:D}" }
  p: { apiKey: "${env:P}" }
"""


def opened(*texts: str) -> Project:
    documents = [Document(each.encode(), f"{at}.yaml") for at, each in enumerate(texts)]
    assert not any(each.findings for each in documents), documents[0].findings
    return assembled(documents[0], documents[1:], directory=Path())


def wish(path: str, value: Any, *, environment: str = "p", number: int = 0) -> Wish:  # noqa: ANN401 - any JSON
    steps: Steps = tuple(path.split("."))
    return Wish(declaration=number, environment=environment, path=steps, value=value)


def edit(integrations: str, *wishes: Wish) -> Edited:
    return edited(opened(HEAD + integrations), wishes)


def after(integrations: str, *wishes: Wish) -> str:
    """The text below the head once all wishes were fulfilled."""
    result = edit(integrations, *wishes)
    assert result.left == ()
    assert result.done == wishes
    ((before, text),) = result.texts.values()
    assert before == HEAD + integrations
    assert text.startswith(HEAD)
    return text.removeprefix(HEAD)


def why(integrations: str, *wishes: Wish) -> list[str]:
    """Why wishes were left; the text did not change."""
    result = edit(integrations, *wishes)
    assert result.texts == {}
    return [each.why for each in result.left]


SHARED = "what it would be written into is used by others, too"
BOTH = (wish("name", "M"), wish("name", "M", environment="d"))


def test_no_wish_changes_nothing() -> None:
    assert edit("integrations: []\n").texts == {}
    assert edit("integrations: [{identifier: a, name: M}]\n", *BOTH).texts == {}


def test_where_all_environments_wish_for_the_same_the_base_is_changed() -> None:
    assert after("integrations:\n  - {identifier: a, name: x}\n", *BOTH) == (
        "integrations:\n  - {identifier: a, name: M}\n"
    )


def test_where_one_wishes_for_another_value_it_gets_an_overlay() -> None:
    assert after("integrations:\n  - identifier: a\n    name: x   # y\n", BOTH[0]) == (
        "integrations:\n  - identifier: a\n    name: x   # y\n"
        "    environments:\n      d: {}\n      p:\n        name: M\n"
    )
    assert after("integrations: [{identifier: a, name: x}]\n", BOTH[0]) == (
        "integrations: [{identifier: a, name: x, environments: { d: {}, p: { name: M } }}]\n"
    )


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("p:", "p:\n        name: M"),
        ("p:   # as d", "p:   # as d\n        name: M"),
        ("p: {}", "p: { name: M }"),
        ("p: ~", "p: { name: M }"),
        ("p: null   # as d", "p: { name: M }   # as d"),
        ("p: { active: true }", "p: { active: true, name: M }"),
        ("p:\n        active: true   # z", "p:\n        active: true   # z\n        name: M"),
        ("p: { credentials: { from: x } }", "p: { credentials: { from: x }, name: M }"),
    ],
)
def test_an_overlay_that_is_there_gets_one_more_line(written: str, expected: str) -> None:
    head = "integrations:\n  - identifier: a\n    name: x\n    environments:\n      d:\n      "
    assert after(f"{head}{written}\n", BOTH[0]) == f"{head}{expected}\n"


def test_an_empty_overlay_in_braces_is_filled() -> None:
    text = "integrations: [{identifier: a, name: x, environments: {d: , p: }}]\n"
    assert after(text, BOTH[0]) == text.replace("p: }", "p: { name: M }}")
    text = "integrations: [{identifier: a, name: x, environments: {d, p}}]\n"
    assert after(text, BOTH[0]) == text.replace("p}", "p: { name: M }}")
    text = "integrations: [{identifier: a, name}]\n"
    assert after(text, *BOTH) == text.replace("name}", "name: M}")


def test_more_than_single_values_makes_an_overlay() -> None:
    text = "integrations: [{identifier: a, rules: {or: [{var: a}]}, environments: {p: {}}}]\n"
    value = {"or": [{"var": "a"}, {"var": "b"}]}
    written = "{p: { rules: { or: [{ var: a }, { var: b }] } }}"
    assert after(text, wish("rules", value)) == text.replace("{p: {}}", written)
    value = {"or": [{"not": "a"}]}
    written = "{p: { rules: { or: [{ not: a }] } }}"
    assert after(text, wish("rules", value)) == text.replace("{p: {}}", written)


def test_several_wishes_of_an_overlay_share_it() -> None:
    text = """\
integrations:
  - identifier: a
    name: x
    credentials: { from: a, region: b }
    conditions: []"""
    wishes = (
        wish("name", "M"),
        wish("credentials.from", "c"),
        wish("credentials.region", "d"),
        wish("conditions", [{"value": "AND"}]),
        wish("active", value=True),
    )
    assert after(text, *wishes) == (
        text + "\n    environments:\n      d: {}\n      p:\n        name: M\n        credentials:\n"
        "          from: c\n          region: d\n        conditions:\n          - value: AND\n"
        "        active: true"
    )


def test_a_key_that_all_environments_lack_is_added_to_the_base() -> None:
    text = "integrations:\n  - identifier: a\n    credentials:\n      b: >-\n        c\n\n  - identifier: z\n"
    wishes = (
        wish("credentials.from", "d"),
        wish("credentials.from", "d", environment="d"),
        *BOTH,
    )
    assert after(text, *wishes) == text.replace("c\n\n", "c\n\n      from: d\n    name: M\n")


def test_a_key_with_nothing_behind_it_gets_a_value() -> None:
    assert after("integrations:\n  - identifier: a\n    name:\n", *BOTH) == (
        "integrations:\n  - identifier: a\n    name: M\n"
    )


def test_what_a_block_of_text_becomes() -> None:
    """A block again where that is safe, else a text in quotes; its remark stays."""
    text = "integrations:\n  - identifier: a\n    name: |  # r\n      x\n    active: true\n"
    for value, written in (
        ("M", "|-  # r\n      M"),
        ("M\n", "|  # r\n      M"),
        (" M", '" M"  # r'),
        ("M\n\n", '"M\\n\\n"  # r'),
        ("M\nO", '"M\\nO"  # r'),
        ("", '""  # r'),
        (True, "true  # r"),
    ):
        wishes = [wish("name", value, environment=each) for each in ("d", "p")]
        assert after(text, *wishes) == text.replace("|  # r\n      x", written)
    empty = "integrations:\n  - identifier: a\n    name: >\n    active: true\n"
    assert after(empty, *BOTH) == empty.replace(">", "M")


def test_a_default_is_changed_where_all_that_have_it_wish_for_the_same() -> None:
    text = """\
defaults: { chat: { active: true } }
integrations:
  - { identifier: a, providerId: discord }
  - { identifier: b, providerId: discord }
"""
    every = [
        wish("active", value=False, environment=name, number=number)
        for name in ("d", "p")
        for number in (0, 1)
    ]
    assert after(text, *every) == text.replace("true", "false")
    ((_, some),) = edit(text, *every[:3]).texts.values()
    assert "active: true" in some
    assert some.count("active: false") == 3


def test_an_anchor_is_changed_where_nobody_else_uses_it() -> None:
    text = "integrations:\n  - {identifier: a, name: &n x}\n  - {identifier: b, name: *n}\n"
    every = [*BOTH, *(wish("name", "M", environment=each, number=1) for each in ("d", "p"))]
    assert after(text, *every) == text.replace("x}", "M}")
    ((_, some),) = edit(text, *BOTH).texts.values()
    assert "name: &n x, environments: { d: { name: M }, p: { name: M } }" in some


def test_what_the_project_itself_uses_is_not_changed() -> None:
    project = opened(
        HEAD.replace("project: x", "project: &n x"), "integrations: [{identifier: a}]\n"
    )
    assert edited(project, ()).texts == {}
    text = (
        HEAD.replace("project: x", "project: &n x") + "integrations: [{identifier: a, name: *n}]\n"
    )
    result = edited(opened(text), BOTH)
    ((_, some),) = result.texts.values()
    assert "project: &n x\n" in some
    assert "environments: { d: { name: M }, p: { name: M } }" in some


def test_files_that_are_included_are_changed_too() -> None:
    project = opened(HEAD, "integrations: [{identifier: a, name: x}]\n", "integrations: []\n")
    assert list(edited(project, BOTH).texts) == ["1.yaml"]


def test_what_cannot_be_written_is_left_with_the_reason() -> None:
    alias = "x-a: &a {identifier: a, name: x}\nintegrations: [*a]\n"
    assert why(alias, BOTH[0]) == ["the whole integration is an alias of what is written elsewhere"]
    text = "x-n: &n x\nx-o: {name: *n}\nintegrations:\n  - identifier: a\n    environments:\n      d: { name: *n }\n      p: { name: *n }\n"
    assert why(text, BOTH[0]) == ["`name` is an alias of what is written elsewhere"]
    text = "integrations: [{identifier: a, environments: {p: {conditions: [{a: b}]}}}]\n"
    assert why(text, wish("conditions", [])) == ["`conditions` is written there already"]
    text = (
        "x-e: &e {environments: {d: {}, p: {}}}\nintegrations: [{<<: *e, identifier: a, name: x}]\n"
    )
    assert why(text, BOTH[0]) == [SHARED]


def test_a_merged_value_is_overridden_by_one_of_its_own() -> None:
    text = "x-n: &n {name: x}\nintegrations:\n  - <<: *n\n    identifier: a\n    environments: {p: {}}\n  - <<: *n\n    identifier: b\n"
    assert after(text, BOTH[0]) == text.replace("{p: {}}", "{p: { name: M }}")
    text = "x-n: &n {active: true}\nintegrations:\n  - identifier: a\n    name: x\n    environments: {d: {}, p: {<<: *n, name: y}}\n  - <<: *n\n    identifier: b\n"
    ((_, some),) = edit(text, wish("active", value=False)).texts.values()
    assert "p: {<<: *n, name: y, active: false}" in some


def test_a_mapping_that_others_share_is_not_added_to() -> None:
    """The texts are read again: whatever else would change undoes the wish."""
    text = """\
integrations:
  - identifier: a
    name: x
    environments: &e
      d: {}
      p: {}
  - identifier: b
    name: x
    environments: *e
  - identifier: c
    name: x
"""
    result = edit(text, BOTH[0], wish("name", "O", number=2))
    assert [each.why for each in result.left] == [SHARED]
    assert [each.declaration for each in result.done] == [2]
    ((_, some),) = result.texts.values()
    assert "name: O" in some
    assert "name: M" not in some


def test_a_diff_hides_secrets_that_stand_in_the_file() -> None:
    text = """\
defaults: { sms: { credentials: { apiKey: s3cret-0 } } }
integrations:
  - identifier: a
    providerId: resend
    name: x
    credentials: { apiKey: s3cret-1, from: b, senderName: "${env:M}" }
  - identifier: b
    providerId: apns
    name: x
    credentials:
      secretKey: |
        s3cret-2
        s3cret-3
      apiKey: ${env:A}"""
    project = opened(HEAD.replace('"${env:P}"', "s3cret-4") + text)
    wishes = [wish("name", "M", environment=e, number=n) for e in ("d", "p") for n in (0, 1)]
    shown = unified(project, edited(project, [*wishes, wish("credentials.from", "c")]).texts)
    assert "s3cret" not in shown
    assert "+    name: M\n" in shown
    assert "credentials: { apiKey: (secret), from: b" in shown
    assert "secretKey: (secret)\n" in shown
    assert shown.endswith("\n")


def test_lines_that_are_added_end_as_the_others_do() -> None:
    text = "integrations:\n  - identifier: a\n    name: >-\n      x\n  - identifier: b\n"
    project = opened((HEAD + text).replace("\n", "\r\n"))
    ((_, some),) = edited(project, [BOTH[0]]).texts.values()
    assert "      p:\r\n        name: M\r\n  - identifier: b\r\n" in some
    assert some.count("\n") == some.count("\r\n")
