"""Pages of contexts: what a list's query asks for, and which rows that is."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from reconciler.sandbox.fields import is_object_id
from reconciler.sandbox.refusals import compact, crashed, invalid, invalid_command, refused

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from reconciler.sandbox.wire import Document
    from reconciler.secret import Json

_DEFAULT = 10
_MOST = 100
_WORDS = ("type", "id", "search", "after", "before", "orderBy", "orderDirection")


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What a query asks for.

    Attributes:
        limit: rows on the page, at most.
        type: only contexts of that type; empty is no filter.
        id: only contexts with that id; empty is no filter.
        search: only contexts whose ``type:id`` holds that text, in whichever case.
        after: the id of the row that the page begins behind.
        before: the id of the row that the page ends ahead of.
        with_cursor: whether the row of the cursor belongs to the page.
        order_by: the member that rows are sorted by, dotted.
        descending: whether the greatest comes first.
    """

    limit: int
    type: str
    id: str
    search: str
    after: str
    before: str
    with_cursor: bool
    order_by: str
    descending: bool

    @property
    def cursor(self) -> str:
        """The id of the row that the page lies beside; empty on a first page."""
        return self.after or self.before

    def cut(
        self,
        rows: Sequence[Document],
        cursor: Document | None,
        show: Callable[[Document], Document],
    ) -> Document:
        """The page as it is answered.

        Args:
            rows: all rows that the filters leave.
            cursor: the row of the cursor; a page beside a row that is gone is empty.
            show: what is answered of a row.
        """
        if self.cursor and cursor is None:
            return _page([], rows=[], show=show)
        ordered = sorted(rows, key=self._place, reverse=self.descending)
        if cursor is None:
            return _page(ordered[: self.limit], rows=ordered, show=show)
        own = self._place(cursor)
        ahead = [row for row in ordered if self._comes_before(self._place(row), own)]
        behind = [row for row in ordered if self._comes_before(own, self._place(row))]
        itself = ordered[len(ahead) : len(ordered) - len(behind)] if self.with_cursor else []
        if self.after:
            return _page([*itself, *behind][: self.limit], rows=ordered, show=show)
        return _page([*ahead, *itself][-self.limit :], rows=ordered, show=show)

    def _comes_before(self, one: tuple[Any, ...], other: tuple[Any, ...]) -> bool:
        return one > other if self.descending else one < other

    def _place(self, row: Document) -> tuple[Any, ...]:
        value: Json = row
        for name in self.order_by.split("."):
            value = value.get(name) if isinstance(value, dict) else None
        return (*_rank(value), row["_id"])


def _rank(value: Json) -> tuple[int, Any]:
    # Values of different types are sorted by type first, as the database does.
    if value is None:
        return 0, 0
    if isinstance(value, bool):
        return 4, value
    if isinstance(value, int | float):
        return 1, value
    return (2, value) if isinstance(value, str) else (3, compact(value))


def read_page(query: str) -> Page:
    """What a query string asks for.

    Raises:
        Refusal: a parameter is given twice or as an object, the limit is out of bounds, or the
            cursors are none.
    """
    given: dict[str, list[str]] = {}
    odd: set[str] = set()
    for name, value in parse_qsl(query, keep_blank_values=True):
        field, bracket, _ = name.partition("[")
        given.setdefault(field, []).append(value)
        if bracket or len(given[field]) > 1:
            odd.add(field)
    if problems := [f"{field} must be a string" for field in _WORDS if field in odd]:
        raise invalid(422, problems)
    text = {field: given.get(field, [""])[0] for field in (*_WORDS, "includeCursor")}
    if text["after"] and text["before"]:
        message = 'Cannot specify both "before" and "after" cursors at the same time.'
        raise refused(400, message)
    cursor = text["after"] or text["before"]
    if text["orderBy"].startswith("$") or (cursor and not is_object_id(cursor)):
        raise crashed()
    return Page(
        limit=_limit(given.get("limit", [""])),
        type=text["type"],
        id=text["id"],
        search=text["search"],
        after=text["after"],
        before=text["before"],
        with_cursor=text["includeCursor"] == "true",
        order_by=text["orderBy"] or "createdAt",
        descending=text["orderDirection"] in ("", "DESC"),
    )


def _limit(given: list[str]) -> int:
    numbers = [_number(text) for text in given]
    value = numbers[0] or _DEFAULT
    most = f"limit must not be greater than {_MOST}"
    least = "limit must not be less than 1"
    problems = []
    shown: Json = int(value) if float(value).is_integer() else value
    if len(numbers) > 1:
        number = "limit must be a number conforming to the specified constraints"
        problems, shown = [most, least, number], [int(each) for each in numbers]
    elif value > _MOST:
        problems = [most]
    elif value < 1:
        problems = [least]
    if problems:
        raise invalid_command("ListContextsCommand", "limit", problems, value=shown)
    return int(value)


def _number(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        return 0.0
    return number if math.isfinite(number) else 0.0


def _page(
    chosen: Sequence[Document],
    *,
    rows: Sequence[Document],
    show: Callable[[Document], Document],
) -> Document:
    more_before = bool(chosen) and chosen[0] is not rows[0]
    more_after = bool(chosen) and chosen[-1] is not rows[-1]
    return {
        "data": [show(row) for row in chosen],
        "next": chosen[-1]["_id"] if more_after else None,
        "previous": chosen[0]["_id"] if more_before else None,
        "totalCount": len(rows),
        "totalCountCapped": False,
    }
