from __future__ import annotations

import re

from reconciler.sandbox.stamps import Stamps, short_id


def test_times_are_spelled_as_novu_spells_them() -> None:
    stamps = Stamps(lambda: 1_795_430_005.25)
    stamps.tick()
    assert stamps.time == "2026-11-23T10:33:25.250Z"


def test_a_write_gets_a_later_time_though_the_clock_stands_still() -> None:
    stamps = Stamps(lambda: 1_795_430_005.0)
    stamps.tick()
    stamps.tick()
    assert stamps.time == "2026-11-23T10:33:25.001Z"


def test_reading_does_not_move_the_time() -> None:
    stamps = Stamps(lambda: 1_795_430_005.0)
    stamps.tick()
    stamps.tick(writes=False)
    assert stamps.time == "2026-11-23T10:33:25.000Z"


def test_time_never_goes_back() -> None:
    clock = iter([1_795_430_005.0, 1_795_430_000.0])
    stamps = Stamps(lambda: next(clock))
    stamps.tick()
    before = stamps.time
    stamps.tick()
    assert stamps.time > before


def test_object_ids_are_24_hexadecimal_digits_that_sort_by_when_they_were_made() -> None:
    stamps = Stamps(lambda: 1_795_430_005.0)
    stamps.tick()
    ids = [stamps.object_id() for _ in range(100)]
    assert all(re.fullmatch("[0-9a-f]{24}", each) for each in ids)
    assert ids == sorted(set(ids))
    assert ids[0].startswith(f"{1_795_430_005:08x}")


def test_random_ends_differ() -> None:
    made = {short_id() for _ in range(50)}
    assert len(made) == 50
    assert all(re.fullmatch(r"[\w-]{10}", each, re.ASCII) for each in made)
