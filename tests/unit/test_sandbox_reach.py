from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from reconciler.sandbox.reach import OwnEnvironment, WholeOrganization
from reconciler.sandbox.refusals import Refusal
from reconciler.sandbox.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reconciler.sandbox.store import Collection

MINE = {"_id": "mine"}
THEIRS = {"_environmentId": "theirs"}


@pytest.fixture
def environments() -> Iterator[Collection]:
    store = Store(None)
    for each in ("mine", "theirs"):
        store.environments.put({"_id": each}, {})
    yield store.environments
    store.close()


def test_a_bound_key_stays_at_home(environments: Collection) -> None:
    reach = OwnEnvironment()
    assert reach.scope(MINE) == {"_environmentId": "mine"}
    assert reach.home(MINE, None, environments) == "mine"
    assert reach.home(MINE, "mine", environments) == "mine"
    reach.admit(MINE, {"_environmentId": "mine"})
    with pytest.raises(Refusal) as caught:
        reach.admit(MINE, THEIRS)
    assert caught.value.status == 403
    for asked, status in (("theirs", 403), ("nobody's", 404)):
        with pytest.raises(Refusal) as caught:
            reach.home(MINE, asked, environments)
        assert caught.value.status == status


def test_an_unbound_key_goes_wherever_it_is_told(environments: Collection) -> None:
    reach = WholeOrganization()
    assert reach.scope(MINE) == {}
    assert reach.home(MINE, None, environments) == "mine"
    assert reach.home(MINE, "nobody's", environments) == "nobody's"
    reach.admit(MINE, THEIRS)
