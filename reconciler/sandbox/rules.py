"""Whether ``rules`` is JSONLogic of the kind that Novu takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.sandbox.refusals import refused

if TYPE_CHECKING:
    from reconciler.sandbox.wire import Document
    from reconciler.secret import Json

OPERATORS = frozenset(
    {
        "!",
        "!=",
        "<",
        "<=",
        "==",
        ">",
        ">=",
        "and",
        "contains",
        "containsAny",
        "doesNotBeginWith",
        "doesNotContain",
        "doesNotContainAny",
        "doesNotEndWith",
        "endsWith",
        "in",
        "isEmpty",
        "isNonEmpty",
        "notIn",
        "notNull",
        "null",
        "or",
        "startsWith",
        "var",
    }
)
"""Every operator that a rule may use; arithmetic and iteration are refused."""

NAMESPACES = ("context.", "subscriber.", "workflow.")
"""What a variable may be read from; payloads are not known when an integration is chosen."""


def check_rules(rules: Document | None) -> None:
    """Look through rules; none at all are fine.

    Raises:
        Refusal: a node has not exactly one operator, or one that Novu does not take, or a
            variable is read from elsewhere.
    """
    if rules:
        _check_node(rules)


def _check_node(node: Json) -> None:
    if isinstance(node, list):
        for each in node:
            _check_node(each)
    if not isinstance(node, dict):
        return
    if len(node) != 1:
        raise refused(400, "Invalid rules: every node must have exactly one operator")
    ((operator, operands),) = node.items()
    if operator not in OPERATORS:
        raise refused(400, f"Invalid rules: operator '{operator}' is not supported")
    if operator == "var":
        _check_variable(operands)
    else:
        _check_node(operands)


def _check_variable(operands: Json) -> None:
    name = operands[0] if isinstance(operands, list) and operands else operands
    if not isinstance(name, str) or not name.startswith(NAMESPACES):
        raise refused(
            400, f"Invalid rules: variable must begin with one of {', '.join(NAMESPACES)}"
        )
