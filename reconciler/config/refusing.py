"""Why a reference cannot be read or has no value: what everything about references raises."""

from __future__ import annotations


class BadReferenceError(ValueError):
    """A reference that cannot be read, or has no value.

    Attributes:
        code: the rule.
        detail: what is wrong, why it matters, what to do; never a value.
    """

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail
