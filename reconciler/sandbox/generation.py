"""How one generation of Novu's servers differs from the others: data and small functions.

Everything that Novu changed between releases and that the sandbox plays is asked here, so that
another generation is another `Generation` and no question about versions elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from reconciler.config.catalogue import catalogue
from reconciler.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from reconciler.sandbox.wire import Document

NEWEST = "2026-11"
"""The generation that the sandbox plays when nothing else is said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Generation:
    """One generation.

    Attributes:
        name: the month of the release it stands for, like ``2026-11``.
        channels: the words that ``channel`` may be, in the order the server lists them.
        kinds: the words that ``kind`` may be.
        credential_types: every credential key that is stored, with its JSON type; other keys
            vanish without a word.
        encrypted_credentials: keys that are encrypted when stored; ``null`` in one of them is an
            internal error.
        worded_booleans: boolean credentials that may also come as ``"true"`` or ``"false"``.
        configuration_types: every key of ``configurations`` that is stored, with its JSON type.
        withheld_configurations: keys of ``configurations`` that API keys never get to see.
        merging_providers: providers whose credentials a PUT merges into the stored ones, where
            it replaces them for all others.
        checks_by_default: whether ``check`` counts as true where it is absent.
        invalid_status: the status of bodies that are not shaped as they must be.
        show_credentials: what API keys see of stored credentials.
    """

    name: str
    channels: tuple[str, ...]
    kinds: tuple[str, ...]
    credential_types: Mapping[str, str]
    encrypted_credentials: frozenset[str]
    worded_booleans: frozenset[str]
    configuration_types: Mapping[str, str]
    withheld_configurations: frozenset[str]
    merging_providers: frozenset[str]
    checks_by_default: bool
    invalid_status: int
    show_credentials: Callable[[Document], Document]


def _newest() -> Generation:
    facts = catalogue()
    return Generation(
        name=NEWEST,
        channels=("in_app", "email", "sms", "chat", "push", "tool"),
        kinds=("delivery", "agent"),
        credential_types={key: each.json_type for key, each in facts.credential_keys.items()},
        encrypted_credentials=frozenset(
            {
                "apiKey",
                "apiToken",
                "headers",
                "password",
                "secretKey",
                "serviceAccount",
                "signingSecret",
                "token",
            }
        ),
        worded_booleans=frozenset({"secure", "requireTls", "ignoreTls"}),
        configuration_types={key: each.json_type for key, each in facts.configuration_keys.items()},
        withheld_configurations=frozenset({"inboundWebhookSigningKey"}),
        merging_providers=frozenset({"whatsapp-business"}),
        checks_by_default=False,
        invalid_status=422,
        show_credentials=lambda _: {},
    )


_GENERATIONS: Mapping[str, Callable[[], Generation]] = {NEWEST: _newest}


@cache
def named_generation(name: str) -> Generation:
    """The generation of that name.

    Raises:
        UsageError: there is none.
    """
    if name not in _GENERATIONS:
        raise UsageError(
            f"the sandbox plays no generation {name!r}",
            f"Choose one of: {', '.join(_GENERATIONS)}.",
        )
    return _GENERATIONS[name]()
