from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from reconciler.sandbox.priorities import Priorities
from reconciler.sandbox.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterator


class Channel:
    """The active email rows of one environment."""

    def __init__(self, store: Store) -> None:
        self.rows = store.integrations
        self.written: list[str] = []
        self.priorities = Priorities(self.rows, self.write)

    def write(self, row: dict[str, Any]) -> None:
        """Store a row and remember it."""
        self.written.append(row["_id"])
        self.rows.put(row, {})

    def row(self, row_id: str, priority: int = 0, *, primary: bool = False) -> dict[str, Any]:
        """A row that is not stored yet."""
        return {
            "_id": row_id,
            "_environmentId": "e",
            "channel": "email",
            "active": True,
            "deleted": False,
            "priority": priority,
            "primary": primary,
        }

    def put(self, *rows: dict[str, Any]) -> None:
        """Store rows as they are."""
        for each in rows:
            self.rows.put(each, {})

    @property
    def ranks(self) -> dict[str, int]:
        """Priorities by id."""
        return {row["_id"]: row["priority"] for row in self.rows.find()}


@pytest.fixture
def channel() -> Iterator[Channel]:
    store = Store(None)
    yield Channel(store)
    store.close()


def test_the_first_row_leads(channel: Channel) -> None:
    row = channel.row("a")
    channel.priorities.join(row, may_lead=True)
    assert (row["primary"], row["priority"]) == (True, 1)


def test_an_activated_row_does_not_lead(channel: Channel) -> None:
    row = channel.row("a")
    channel.priorities.join(row, may_lead=False)
    assert (row["primary"], row["priority"]) == (False, 1)


def test_a_row_joins_below_the_primary_and_pushes_it_up(channel: Channel) -> None:
    channel.put(channel.row("a", 1), channel.row("p", 2, primary=True))
    row = channel.row("b")
    channel.priorities.join(row, may_lead=True)
    assert (row["primary"], row["priority"]) == (False, 2)
    assert channel.ranks == {"a": 1, "p": 3}
    assert channel.written == ["p"]


def test_where_nobody_leads_a_new_row_comes_on_top(channel: Channel) -> None:
    channel.put(channel.row("a", 1), channel.row("b", 2))
    row = channel.row("c")
    channel.priorities.join(row, may_lead=True)
    assert (row["primary"], row["priority"]) == (True, 3)
    assert channel.written == []


def test_whoever_leaves_is_unranked_and_all_others_are_written_to(channel: Channel) -> None:
    leaving = channel.row("p", 3, primary=True)
    channel.put(channel.row("a", 1), channel.row("b", 2), leaving)
    channel.priorities.leave(leaving)
    assert (leaving["primary"], leaving["priority"]) == (False, 0)
    assert sorted(channel.written) == ["a", "b"]
    assert channel.ranks == {"a": 1, "b": 2, "p": 3}


def test_a_gap_is_closed(channel: Channel) -> None:
    gone = channel.row("b", 2) | {"deleted": True}
    channel.put(channel.row("a", 1), gone, channel.row("c", 3))
    channel.priorities.close_gap(gone)
    assert channel.ranks == {"a": 1, "b": 2, "c": 2}


def test_a_leader_comes_on_top_of_the_others_in_their_order(channel: Channel) -> None:
    leader = channel.row("a", 1, primary=True)
    channel.put(leader, channel.row("b", 2), channel.row("c", 3))
    channel.priorities.lead(leader)
    assert channel.ranks == {"a": 3, "b": 1, "c": 2}


def test_only_the_other_primary_hands_over(channel: Channel) -> None:
    leader = channel.row("a", 1, primary=True)
    channel.put(leader, channel.row("b", 2), channel.row("c", 3, primary=True))
    channel.priorities.hand_over(leader)
    assert channel.written == ["c"]
