"""Whether somebody else wrote to a row, as far as its time tells."""

from __future__ import annotations

import pytest
from planning_values import declared, remembered, row

from reconciler.model import Channel
from reconciler.planning.outside import is_renumbered, written_since


@pytest.mark.parametrize(
    ("before", "now", "moved"),
    [
        ("2026-11-26T10:00:00.000Z", "2026-11-26T10:00:00.000Z", False),
        ("2026-11-26T10:00:00.000Z", "2026-11-26T10:00:00.001Z", True),
        ("2026-11-26T10:00:00.000Z", "2026-11-26T10:00:00Z", False),
        ("2026-11-26T10:00:00.000Z", "2026-11-26T09:59:59.000Z", False),
        ("2026-11-26T10:00:00.000Z", "2026-11-26T12:30:00.000+02:00", True),
        ("2026-11-26T10:00:00.000Z", "2026-11-26T11:00:00.000+02:00", False),
        ("2026-11-26T10:00:00.000Z", "2026-11-26T11:00:00", False),
        ("2026-11-26T10:00:00.000Z", "yesterday", False),
        ("2026-11-26T10:00:00.000Z", None, False),
        (None, "2026-11-26T10:00:00.000Z", False),
    ],
)
def test_a_row_was_written_to_where_its_time_is_later_than_the_one_remembered(
    before: str | None,
    now: str | None,
    moved: bool,  # noqa: FBT001 - a parameter
) -> None:
    entry = remembered(declared(), updated_at=before)
    assert written_since(entry, row(updated_at=now)) is moved


def test_without_memory_nothing_can_be_told() -> None:
    assert not written_since(None, row(updated_at="2026-11-26T10:00:00.000Z"))


def test_rows_of_email_and_sms_are_renumbered() -> None:
    assert [each for each in Channel if is_renumbered(each)] == [Channel.EMAIL, Channel.SMS]
