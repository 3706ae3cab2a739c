"""What applying needs is what Novu's integrations and the ledgers offer."""

from __future__ import annotations

import inspect

import pytest

from reconciler.applying.ports import IntegrationsApi, Ledger
from reconciler.ledger.contexts import ContextLedger
from reconciler.ledger.file import FileLedger
from reconciler.ledger.none import NoLedger
from reconciler.novu.integrations import Integrations


@pytest.mark.parametrize(
    ("port", "offered"),
    [
        (IntegrationsApi, Integrations),
        (Ledger, FileLedger),
        (Ledger, NoLedger),
        (Ledger, ContextLedger),
    ],
    ids=lambda each: each.__name__,
)
def test_what_is_joined_at_the_top_has_every_method_with_the_same_parameters(
    port: type, offered: type
) -> None:
    """The type checker proves it where they are joined; this holds for whoever joins them untyped."""
    wanted = {name: each for name, each in vars(port).items() if inspect.isfunction(each)}
    wanted = {name: each for name, each in wanted.items() if not name.startswith("_")}
    assert wanted
    for name, method in wanted.items():
        there = inspect.signature(getattr(offered, name)).parameters
        assert len(there) == len(inspect.signature(method).parameters), name
        assert method.__doc__
