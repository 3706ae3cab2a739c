from __future__ import annotations

from typing import Any

import pytest

from reconciler.sandbox.refusals import Refusal
from reconciler.sandbox.rules import check_rules


@pytest.mark.parametrize(
    "rules",
    [
        None,
        {},
        {"==": [{"var": "context.tenant.id"}, "acme"]},
        {"and": [{"in": [{"var": ["subscriber.locale"]}, ["de", "en"]]}, {"!": {"null": 1}}]},
    ],
)
def test_rules_of_the_allowed_kind_are_taken(rules: dict[str, Any] | None) -> None:
    check_rules(rules)


@pytest.mark.parametrize(
    ("rules", "says"),
    [
        ({"==": [1, 1], "!=": [1, 2]}, "exactly one operator"),
        ({"and": [{"==": [1, 1]}, {}]}, "exactly one operator"),
        ({"map": [1, 2]}, "'map' is not supported"),
        ({"and": [{"+": [1, 2]}]}, "'+' is not supported"),
        ({"==": [{"var": "payload.x"}, 1]}, "must begin with"),
        ({"==": [{"var": []}, 1]}, "must begin with"),
        ({"==": [{"var": 5}, 1]}, "must begin with"),
    ],
)
def test_other_rules_are_refused(rules: dict[str, Any], says: str) -> None:
    with pytest.raises(Refusal, match="rules") as caught:
        check_rules(rules)
    assert caught.value.status == 400
    assert says in caught.value.message
