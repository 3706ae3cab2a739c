from __future__ import annotations

import pytest
import yaml

from reconciler.config.documents import Document

TEXT = """\
# ключ
a: &x "äöü"   # 🔑
b: *x
list: &l
- 1
- &m {c: &y 'd', <<: {e: f, c: g}}
deep:
  <<: [*m, {h: i}]
  block: |
    text

  empty: &z
"<<": quoted
end: x
"""


@pytest.fixture(params=[yaml.SafeLoader, yaml.CSafeLoader], ids=["python", "c"])
def document(request: pytest.FixtureRequest) -> Document:
    document = Document(TEXT.encode(), "x.yaml", loader=request.param)
    assert document.findings == ()
    return document


@pytest.mark.parametrize(
    ("path", "written"),
    [
        (("a",), '"äöü"'),
        (("b",), "*x"),
        (("list",), "- 1\n- &m {c: &y 'd', <<: {e: f, c: g}}"),
        (("list", 0), "1"),
        (("list", 1), "{c: &y 'd', <<: {e: f, c: g}}"),
        (("list", 1, "c"), "'d'"),
        (("list", 1, "e"), "f"),
        (("deep", "c"), "'d'"),
        (("deep", "h"), "i"),
        (("deep", "block"), "|\n    text\n\n"),
        (("deep", "empty"), ""),
        (("<<",), "quoted"),
        (("end",), "x"),
    ],
)
def test_a_value_is_found_with_its_beginning_and_its_end(
    document: Document, path: tuple[str | int, ...], written: str
) -> None:
    """Both parsers count characters; anchors are left out; merge keys are followed."""
    node = document.spans().find(path)
    assert node is not None
    assert TEXT[node.start : node.end] == written
    assert document.text == TEXT


@pytest.mark.parametrize(
    "path", [("none",), ("list", 9), ("a", "b", "c"), ("deep", "none"), ("end", 0)]
)
def test_what_is_not_there_is_not_found(document: Document, path: tuple[str | int, ...]) -> None:
    assert document.spans().find(path) is None


def test_an_alias_knows_what_it_stands_for(document: Document) -> None:
    alias = document.spans().find(("b",))
    assert alias is not None
    assert alias.itself.text == "äöü"
    assert alias.text is None
