from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from reconciler.sandbox.pages import read_page
from reconciler.sandbox.refusals import Refusal

if TYPE_CHECKING:
    from collections.abc import Sequence

ROWS = [
    {"_id": f"{number:024x}", "createdAt": f"t{number}", "n": value}
    for number, value in enumerate([3, None, "b", True, {"x": 1}, 1.5, "a", None])
]


def ids(page: dict[str, Any]) -> list[int]:
    return [int(row["_id"], 16) for row in page["data"]]


def page(query: str, rows: Sequence[dict[str, Any]] = ROWS) -> dict[str, Any]:
    asked = read_page(query)
    cursor = next((row for row in ROWS if row["_id"] == asked.cursor), None)
    return asked.cut(rows, cursor, lambda row: row)


def refusal(query: str) -> Refusal:
    with pytest.raises(Refusal) as caught:
        read_page(query)
    return caught.value


def test_the_newest_come_first() -> None:
    assert ids(page("")) == [7, 6, 5, 4, 3, 2, 1, 0]


@pytest.mark.parametrize("direction", ["ASC", "asc", "up"])
def test_any_direction_but_desc_is_ascending(direction: str) -> None:
    assert ids(page(f"orderDirection={direction}&limit=3")) == [0, 1, 2]


def test_values_of_different_types_are_sorted_by_type() -> None:
    assert ids(page("orderBy=n&orderDirection=ASC")) == [1, 7, 5, 0, 6, 2, 4, 3]


def test_a_member_that_no_row_has_sorts_by_id() -> None:
    assert ids(page("orderBy=a.b.c")) == [7, 6, 5, 4, 3, 2, 1, 0]


def test_pages_are_walked_by_their_cursors_there_and_back() -> None:
    first = page("limit=3")
    assert (ids(first), first["previous"], first["totalCount"]) == ([7, 6, 5], None, 8)
    second = page(f"limit=3&after={first['next']}")
    assert ids(second) == [4, 3, 2]
    last = page(f"limit=3&after={second['next']}")
    assert (ids(last), last["next"]) == ([1, 0], None)
    assert page(f"limit=3&before={last['previous']}") == second
    assert page(f"limit=3&before={second['previous']}") == first


def test_the_row_of_the_cursor_may_be_included() -> None:
    cursor = ROWS[4]["_id"]
    assert ids(page(f"limit=2&after={cursor}&includeCursor=true")) == [4, 3]
    assert ids(page(f"limit=2&before={cursor}&includeCursor=true")) == [5, 4]


def test_a_cursor_may_point_at_a_row_that_the_filters_leave_out() -> None:
    even = [row for row in ROWS if int(str(row["_id"]), 16) % 2 == 0]
    found = page(f"after={ROWS[3]['_id']}&includeCursor=true", even)
    assert (ids(found), found["totalCount"]) == ([2, 0], 4)


def test_beside_a_row_that_is_gone_there_is_nothing() -> None:
    assert page("after=64b0c0ffee64b0c0ffee64b0") == {
        "data": [],
        "next": None,
        "previous": None,
        "totalCount": 0,
        "totalCountCapped": False,
    }


@pytest.mark.parametrize(
    ("query", "limit"),
    [
        ("", 10),
        ("limit=", 10),
        ("limit=0", 10),
        ("limit=abc", 10),
        ("limit=nan", 10),
        ("limit=Infinity", 10),
        ("limit=1.5", 1),
        ("limit=100", 100),
    ],
)
def test_limits_are_numbers_or_ten(query: str, limit: int) -> None:
    assert read_page(query).limit == limit


@pytest.mark.parametrize(
    ("query", "value"),
    [("limit=101", 101), ("limit=-1", -1), ("limit=0.5", 0.5), ("limit=1&limit=2", [1, 2])],
)
def test_limits_out_of_bounds_are_refused(query: str, value: object) -> None:
    refused = refusal(query)
    assert refused.status == 422
    assert refused.more["errors"]["limit"]["value"] == value


@pytest.mark.parametrize("query", ["type=a&type=b", "type[$ne]=a"])
def test_a_parameter_that_is_no_string_is_refused(query: str) -> None:
    assert refusal(query).more["errors"]["general"]["messages"] == ["type must be a string"]


def test_two_cursors_are_refused() -> None:
    assert refusal("after=a&before=b").status == 400


@pytest.mark.parametrize("query", ["after=abc", "before=abc", "orderBy=$x"])
def test_words_that_the_database_cannot_use_are_a_fault_of_the_server(query: str) -> None:
    assert refusal(query).status == 500
