"""The world outside of Novu: whether a provider takes the mail that tries its credentials.

The sandbox sends nothing. What a provider would have said is for its user to choose; unless told
otherwise, every provider takes everything.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable

    from reconciler.sandbox.wire import Document


class Undelivered(Exception):  # noqa: N818 - what a provider said, not a fault of ours
    """A provider did not take a mail.

    Attributes:
        said: in the provider's words.
        unresolved: the provider's host could not be found.
    """

    def __init__(self, said: str, *, unresolved: bool = False) -> None:
        """Tell what the provider said."""
        super().__init__(said)
        self.said = said
        self.unresolved = unresolved


Deliver: TypeAlias = "Callable[[str, Document], None]"
"""Sends the mail that tries credentials, given the provider's id and the credentials.

Raises `Undelivered` where the provider does not take it."""


def deliver_all(_provider: str, _credentials: Document) -> None:
    """A provider that takes everything."""
