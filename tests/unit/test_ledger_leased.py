from __future__ import annotations

import pytest
from fake_novu import FakeNovu, patch_of
from planning_values import declared

from reconciler.errors import LockedError
from reconciler.ledger.leased import Leased


def test_nothing_is_written_once_the_lock_is_lost_and_reading_goes_on() -> None:
    held = [True]

    def check() -> None:
        if not held[0]:
            raise LockedError("this run no longer holds the lock")

    novu = FakeNovu()
    api = Leased(novu, check)  # type: ignore[arg-type]
    made = api.create(declared())
    api.update(made.id, patch_of(declared()))
    api.set_primary(made.id)
    held[0] = False
    for write in (
        lambda: api.create(declared("other")),
        lambda: api.update(made.id, patch_of(declared())),
        lambda: api.set_primary(made.id),
        lambda: api.delete(made.id),
    ):
        with pytest.raises(LockedError):
            write()
    assert [each.id for each in api.list()] == [made.id]
    held[0] = True
    api.delete(made.id)
    assert api.list() == ()
