from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from planning_values import declared, ledger, project, remembered, row

from reconciler.model import Channel
from reconciler.planning.options import Options
from reconciler.planning.prune import may_be_pruned

if TYPE_CHECKING:
    from reconciler.model import ObservedIntegration

OURS = ledger(remembered(declared("ses")), remembered(declared("novu"), remote_id="id-of-novu"))


def prunable(
    observed: ObservedIntegration, *, prefix: str | None = None, **options: object
) -> bool:
    environment = project(prefix=prefix).environment
    return may_be_pruned(observed, environment, OURS, Options(**{"prune": True, **options}))


def test_what_was_applied_under_this_name_and_id_may_be_deleted() -> None:
    assert prunable(row("ses"))


def test_nothing_is_deleted_unless_pruning_was_asked_for() -> None:
    assert not prunable(row("ses"), prune=False)


@pytest.mark.parametrize(
    "observed",
    [
        row("ses", id="another"),
        row("by-hand"),
        row("taken-over", id="id-of-ses"),
        row(None, id="id-of-ses"),
        row("novu", provider_id="novu", channel=Channel.IN_APP),
    ],
    ids=["same name, another row", "unknown", "renamed by hand", "no name", "Novu's own"],
)
def test_what_is_not_surely_ours_stays(observed: ObservedIntegration) -> None:
    assert not prunable(observed)


def test_what_bears_the_projects_prefix_may_be_deleted() -> None:
    assert prunable(row("acme-old"), prefix="acme-")
    assert not prunable(row("other"), prefix="acme-")
    assert not prunable(row("other"), prefix="")
    assert not prunable(row("acme-mail", provider_id="novu-email"), prefix="acme-")


def test_targets_and_excludes_protect() -> None:
    assert not prunable(row("ses"), targets=("ses",))
    assert not prunable(row("ses"), excludes=("s*",))
    assert prunable(row("ses"), excludes=("twilio",))
