"""Whether somebody else wrote to a row since the ledger last saw it, as far as times can tell.

Where a server withholds credentials its ``updatedAt`` is all that shows a change made outside.
It moves with every write to the row. Of email and sms it also moves when Novu renumbers their
priorities, which a write to any row of the channel may bring about: there it is a hint only.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from reconciler.planning.facts import WITH_PRIMARY

if TYPE_CHECKING:
    from reconciler.model import Channel, Entry, ObservedIntegration


def written_since(entry: Entry | None, row: ObservedIntegration) -> bool:
    """Whether the row was written to after the ledger's last look at it, by whomever.

    Args:
        entry: what the ledger remembers of that very row.
        row: as it is now.
    """
    if entry is None or entry.updated_at is None or row.updated_at is None:
        return False
    if entry.updated_at == row.updated_at:
        return False
    try:
        return datetime.fromisoformat(row.updated_at) > datetime.fromisoformat(entry.updated_at)
    except (ValueError, TypeError):
        return False  # a time that cannot be read, or without a zone beside one with it


def is_renumbered(channel: Channel | str | None) -> bool:
    """Whether Novu writes to rows of the channel when others of it are written to."""
    return channel in WITH_PRIMARY
