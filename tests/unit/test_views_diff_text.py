from __future__ import annotations

from reconciler.authoring.comparison import Comparison
from reconciler.views.diff_text import render
from reconciler.views.style import Look


def test_where_nothing_is_to_be_shown_the_numbers_say_so() -> None:
    shown = render(Comparison(left="a", right="b", integrations=()), Look())
    assert shown == "a → b\n\nDiff: 0 different, 0 only in a, 0 only in b; 0 the same\n"
