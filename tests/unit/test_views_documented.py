"""What the page on output promises to name, it names."""

from __future__ import annotations

from pathlib import Path

import pytest

from reconciler.planning.plan import Action, Visibility
from reconciler.views.document import FORMAT_VERSION
from reconciler.views.formats import FORMATS

PAGE = (Path(__file__).parents[2] / "docs" / "output.md").read_text("utf-8")


@pytest.mark.parametrize("action", [each for each in Action if each is not Action.KEEP])
def test_every_action_is_explained_beside_its_mark(action: Action) -> None:
    assert f"| `{action.symbol}` | {action} |" in PAGE


@pytest.mark.parametrize(
    "word", [*FORMATS, *sorted(FORMATS["json"]), *Visibility, Action.KEEP, FORMAT_VERSION]
)
def test_formats_documents_and_visibilities_are_named(word: str) -> None:
    assert f"`{word}`" in PAGE
