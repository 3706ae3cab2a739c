"""`docs/findings.md` has a row for every code, with the words of its rule and what to do."""

from __future__ import annotations

import re
from pathlib import Path

from reconciler.findings import RULES

PAGE = (Path(__file__).parents[2] / "docs" / "findings.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| (NS\d{3}) \| (\w+) \| (.+?) \| (.*) \|$", PAGE, re.MULTILINE)


def test_every_code_has_its_row_in_order_and_with_the_words_of_its_rule() -> None:
    assert [row[:3] for row in ROWS] == [
        (rule.code, str(rule.severity), rule.summary) for rule in RULES.values()
    ]


def test_every_row_says_what_to_do() -> None:
    assert [code for code, _, _, mend in ROWS if len(mend) < len("use quotes")] == []
