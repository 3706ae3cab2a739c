"""Which rows that nobody declares may be deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.planning.facts import NOVU_OWNED

if TYPE_CHECKING:
    from reconciler.model import Applied, Environment, ObservedIntegration
    from reconciler.planning.options import Options


def may_be_pruned(
    row: ObservedIntegration, environment: Environment, applied: Applied, options: Options
) -> bool:
    """Whether an undeclared row is ours to delete.

    It is where pruning was asked for and the ledger says that this project applied this very row
    under this very name, or where it bears the prefix that the project owns. A row that only one
    of name and id speaks for is left alone: somebody else made it, or took it over. Novu's own
    are never ours, and with targets nothing is pruned.
    """
    if not options.prune or options.targets or row.provider_id in NOVU_OWNED or not row.identifier:
        return False
    if not options.covers(row.identifier):
        return False
    prefix = environment.identifier_prefix
    if prefix and row.identifier.startswith(prefix):
        return True
    entry = applied.entries.get(row.identifier)
    return entry is not None and entry.remote_id == row.id
