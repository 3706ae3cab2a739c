"""What ``forget`` and ``adopt`` share: environments with their ledgers open for writing."""

from __future__ import annotations

import threading
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from reconciler.cli.options import PlanningOptions
from reconciler.errors import GuardError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reconciler.cli.options import ConnectionOptions, ProjectOptions
    from reconciler.cli.planned import Prepared
    from reconciler.model import Integration

NOTHING_ASKED = PlanningOptions(
    targets=(), excludes=(), prune=False, credentials="changed", rotate=(), allow=()
)


@contextmanager
def opened(where: ProjectOptions, how: ConnectionOptions) -> Iterator[tuple[Prepared, ...]]:
    """The environments of a run, their ledgers held; no secret beyond the API keys is asked for.

    Raises:
        NovuSyncError: what keeps any of them from being planned.
        UsageError: an environment keeps no ledger.
        GuardError: the ledger is about another Novu environment.
    """
    from reconciler.cli import composition
    from reconciler.ledger.none import NoLedger

    with ExitStack() as stack:
        run = composition.plan_all(
            replace(where, secrets=False),
            how,
            NOTHING_ASKED,
            verbose=False,
            stack=stack,
            stop=threading.Event(),
        )
        if run.failures:
            raise run.failures[0].error
        for each in run.prepared:
            if isinstance(each.ledger.ledger, NoLedger):
                raise UsageError(
                    f"{each.plan.environment!r} keeps no ledger, so nothing is remembered of it",
                    "Give it another one than ledger: none.",
                )
            for refusal in each.refusals:
                if refusal.guard == "environment-id":
                    raise GuardError(refusal.detail, "Give the environment its own API key.")
        yield run.prepared


def place(declared: Integration) -> str:
    """Where a block stands, for a message."""
    return f" ({declared.location})" if declared.location else ""
