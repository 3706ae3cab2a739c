from __future__ import annotations

import pytest

from reconciler.planning.plan import Action, FieldAction
from reconciler.views.style import ACTION_TONES, FIELD_MARKS, Look, Style, Tone, listed


def test_without_colour_a_text_stays_as_it_is() -> None:
    assert Style().paint(Tone.RED, "text") == "text"


def test_with_colour_a_text_is_wrapped_and_nothing_stays_switched_on() -> None:
    assert Style(color=True).paint(Tone.RED, "text") == "\x1b[31mtext\x1b[0m"


def test_an_empty_text_is_not_coloured() -> None:
    assert Style(color=True).paint(Tone.RED, "") == ""


def test_every_action_has_a_tone_and_a_mark_of_its_own() -> None:
    assert set(ACTION_TONES) == set(Action)
    assert len({each.symbol for each in Action}) == len(Action)


def test_every_field_action_has_a_mark() -> None:
    assert set(FIELD_MARKS) == set(FieldAction)


@pytest.mark.parametrize("count", [0, 1, 20])
def test_a_short_list_is_whole(count: int) -> None:
    lines = [str(number) for number in range(count)]
    assert listed(lines, Look()) == tuple(lines)


def test_a_long_list_is_cut_and_the_rest_counted() -> None:
    lines = [str(number) for number in range(1000)]
    shown = listed(lines, Look())
    assert shown[:20] == tuple(lines[:20])
    assert shown[20:] == ("    … and 980 more; -v lists them all",)


def test_a_reader_who_asks_for_it_sees_a_long_list_whole() -> None:
    lines = [str(number) for number in range(1000)]
    assert listed(lines, Look(verbose=True)) == tuple(lines)
