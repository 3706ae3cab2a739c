"""What an unquoted scalar means, to every reader of YAML or to none."""

from __future__ import annotations

import pytest

from reconciler.config.scalars import EndlessError, UnclearError, plain


@pytest.mark.parametrize(
    ("text", "means"),
    [
        ("true", True),
        ("Yes", True),
        ("ON", True),
        ("false", False),
        ("no", False),
        ("Off", False),
        ("null", None),
        ("~", None),
        ("", None),
        ("0", 0),
        ("-17", -17),
        ("+5", 5),
        ("1.5", 1.5),
        (".5", 0.5),
        ("1.", 1.0),
        ("1e3", 1000.0),
        ("-1.5E-2", -0.015),
    ],
)
def test_words_and_numbers_mean_what_all_readers_take_them_for(text: str, means: object) -> None:
    found = plain(text)
    assert found == means
    assert type(found) is type(means)


@pytest.mark.parametrize(
    "text",
    ["tRuE", "y", "n", "none", "-", "+", ".", "1.2.3", "12px", "1e", "0x", "--1", "a1", "1 2", "="],
)
def test_what_is_neither_is_text(text: str) -> None:
    assert plain(text) == text


@pytest.mark.parametrize("text", ["9" * 301 + "x", "-" + "a" * 400])
def test_long_text_that_begins_like_a_number_is_text(text: str) -> None:
    assert plain(text) == text


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("0123", "number"),
        ("-0_1", "number"),
        ("08", "number"),
        ("00.5", "number"),
        ("0x1F", "number"),
        ("0o17", "number"),
        ("0b11", "number"),
        ("1_000", "number"),
        ("1_0.5", "number"),
        ("1:30", "base 60"),
        ("190:20:30.15", "base 60"),
        ("2024-01-31", "date"),
        ("2024-1-1", "date"),
        ("2024-01-31T12:00:00Z", "date"),
        ("2024-01-31 12:00:00", "date"),
        ("9" * 301, "digits"),
    ],
)
def test_what_readers_disagree_on_is_unclear(text: str, why: str) -> None:
    with pytest.raises(UnclearError) as caught:
        plain(text)
    assert why in caught.value.why
    assert text not in caught.value.why


@pytest.mark.parametrize("text", [".inf", "-.INF", "+.Inf", ".nan", ".NaN", "1e999", "-1e999"])
def test_a_number_that_json_has_not_is_told(text: str) -> None:
    with pytest.raises(EndlessError):
        plain(text)
