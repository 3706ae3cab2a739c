"""Words that nobody knows, and what was meant by them."""

from __future__ import annotations

import pytest

from reconciler.config.spelling import closest, hint

KEYS = ("apiKey", "secretKey", "region", "senderName", "from", "api_url")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("apikey", "apiKey"),
        ("API_KEY", "apiKey"),
        ("sender-name", "senderName"),
        ("regoin", "region"),
        ("apiUrl", "api_url"),
        ("region", "region"),
    ],
)
def test_slips_of_case_dashes_and_letters_are_seen_through(typed: str, meant: str) -> None:
    assert closest(typed, KEYS) == meant


def test_a_word_that_is_like_none_of_them_means_none_of_them() -> None:
    assert closest("webhook", KEYS) is None
    assert closest("anything", ()) is None


def test_of_words_that_are_alike_the_same_one_is_meant_whatever_their_order() -> None:
    assert closest("user", ["User", "user"]) == closest("user", ["user", "User"])


def test_a_hint_is_a_sentence_to_append_or_nothing() -> None:
    assert hint("regoin", KEYS) == " Did you mean `region`?"
    assert hint("webhook", KEYS) == ""
