"""Where a sandbox means to answer otherwise than a recorded server, each time with the reason."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from contract.cases import Case, Scenario


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Recorded exchanges that are meant to differ.

    Attributes:
        reason: why.
        seqs: their numbers; empty for all that `when` picks.
        config: of the recorded server.
        when: picks them by the recorded case.
        spreads: whether what comes later in the scenario differs, too.
    """

    reason: str
    seqs: tuple[int, ...] = ()
    config: str = "default"
    when: Callable[[Case], bool] = lambda _: True
    spreads: bool = False

    def covers(self, scenario: Scenario, case: Case) -> bool:
        """Whether the exchange is one of them."""
        picked = not self.seqs or case.seq in self.seqs
        return picked and scenario.config == self.config and self.when(case)


def is_elsewhere(case: Case) -> bool:
    """Whether it is a part of Novu that has nothing to do with integrations."""
    parts = ("organizations", "users", "health-check", "events")
    return case.path.startswith(tuple(f"/v1/{each}" for each in parts))


SURROGATES = "Half a surrogate pair is replaced when it is read; Novu does so when it stores it."
FORMS = "The sandbox reads no HTML forms."
CONDITIONAL = "The sandbox answers no conditional requests."
OPTIONS = "The sandbox serves no other web pages, so no browser asks it for permission."
WEBHOOKS = "The sandbox has no delivery webhooks."
LETTERS = "The sandbox spells no letters beyond Latin and Cyrillic in identifiers that it makes up."
ELSEWHERE = "The sandbox has nothing beside integrations and what a client of theirs needs."
COUNTED = "Which of 260 requests at once the limit counted first is not told for all of them."

_OF_2026 = (
    Difference(reason=LETTERS, seqs=(547, 553)),
    Difference(reason=SURROGATES, seqs=(552, 1923)),
    Difference(reason=FORMS, seqs=(1505, 1506)),
    Difference(reason=CONDITIONAL, seqs=(1456, 2115)),
    Difference(reason=OPTIONS, seqs=(1448,)),
    Difference(reason=WEBHOOKS, seqs=(1437, 1438)),
    Difference(reason=ELSEWHERE, when=is_elsewhere),
    Difference(reason=ELSEWHERE, when=is_elsewhere, config="ratelimit"),
)

OWN: dict[str, tuple[Difference, ...]] = {
    "2024-10": (
        Difference(reason=LETTERS, seqs=(505, 511)),
        Difference(reason=SURROGATES, seqs=(510,)),
        Difference(reason=FORMS, seqs=(1432, 1433)),
        Difference(reason=CONDITIONAL, seqs=(1383,)),
        Difference(reason=OPTIONS, seqs=(1375,)),
        Difference(reason=WEBHOOKS, seqs=(1364, 1365)),
        Difference(reason=COUNTED, seqs=(82, 258, 263, 266), config="ratelimit"),
    ),
    "2026-04": _OF_2026,
}
"""Where the sandbox of a generation differs from that generation's recordings."""

NEWEST: tuple[Difference, ...] = (
    *_OF_2026,
    Difference(
        reason="Since May 2026 `_environmentId` of another environment is 403, an unknown one 404.",
        seqs=(537, 538, 539, 1720, 1721),
        spreads=True,
    ),
    Difference(
        reason="Since May 2026 API keys cannot touch or move rows of the other environment: 403.",
        seqs=(1153, 1172, 1176, 1225, 1257, 1702, 1716),
        spreads=True,
    ),
    Difference(
        reason="Conditions on a primary renumber its channel now; before, a wrong id kept the"
        " others from being written to.",
        seqs=(1113, 1115, 1117),
    ),
)
"""Where the sandbox of November 2026 differs from the recordings of April 2026, translated."""
