import copy
import json
import logging
import pickle
import pprint
import traceback

import pytest

from reconciler.secret import (
    MASK,
    Secret,
    Unresolved,
    Value,
    canonical,
    canonical_all,
    holds_secret,
    holds_unresolved,
    reveal,
    same,
)

PLANTED = "planted-secret-value"


@pytest.fixture
def secret() -> Secret[str]:
    return Secret(PLANTED)


def test_a_secret_gives_its_value_to_who_asks_for_it(secret: Secret[str]) -> None:
    assert secret.reveal() == PLANTED


def test_a_secret_shows_a_word_in_its_place(secret: Secret[str]) -> None:
    shown = [
        repr(secret),
        str(secret),
        f"{secret}",
        f"{secret!r}",
        f"{secret:>20}".strip(),
        "%s" % secret,  # noqa: UP031 - one of the ways in which values get shown
        pprint.pformat({"a": [secret]}),
        repr({"a": secret}),
    ]
    assert PLANTED not in "".join(shown)
    assert all(MASK in each for each in shown)


def test_a_secret_does_not_show_in_logs(
    secret: Secret[str], caplog: pytest.LogCaptureFixture
) -> None:
    logging.getLogger("test").warning("value: %s %r", secret, {"a": secret})
    assert PLANTED not in caplog.text


def test_a_secret_does_not_show_in_tracebacks(secret: Secret[str]) -> None:
    with pytest.raises(ValueError) as raised:  # noqa: PT011 - it holds nothing to match
        raise ValueError(secret)
    told = traceback.TracebackException.from_exception(raised.value, capture_locals=True)
    assert PLANTED not in "".join(told.format())


def test_nothing_that_walks_objects_finds_the_value(secret: Secret[str]) -> None:
    assert dir(secret) == ["reveal"]
    assert not hasattr(secret, "__dict__")
    assert PLANTED not in repr([getattr(secret, name) for name in type(secret).__slots__])


@pytest.mark.parametrize(
    "attempt",
    [
        pickle.dumps,
        copy.copy,
        copy.deepcopy,
        json.dumps,
        hash,
        lambda value: copy.deepcopy([value]),
    ],
)
def test_a_secret_is_neither_copied_nor_serialised_nor_hashed(
    secret: Secret[str], attempt: object
) -> None:
    assert callable(attempt)
    with pytest.raises(TypeError) as told:
        attempt(secret)
    assert PLANTED not in str(told.value)


def test_secrets_compare_by_what_they_mean() -> None:
    assert Secret("a") == Secret("a")
    assert Secret("a") != Secret("b")
    assert Secret({"x": 1, "y": 2}) == Secret({"y": 2, "x": 1})
    assert Secret("1") != Secret(1)
    assert Secret(True) != Secret(1)


def test_a_secret_equals_nothing_that_is_none() -> None:
    assert Secret("a") != "a"


def test_secrets_are_opened_wherever_they_are() -> None:
    tree: Value = {"a": [Secret("x"), {"b": Secret({"c": Secret("y")})}], "d": None}
    assert reveal(tree) == {"a": ["x", {"b": {"c": "y"}}], "d": None}


def test_a_meaning_has_one_writing() -> None:
    assert (
        canonical({"b": 1, "a": [Secret("ü"), None, True]})
        == '{"a":["ü",null,true],"b":1}'.encode()
    )
    assert canonical({"a": 1, "b": 2}) == canonical({"b": 2, "a": 1})
    assert canonical_all([[Secret({"b": 1, "a": Secret("ü")}), None]]) == (
        b'[[{"a":"\\u00fc","b":1},null]]'
    )
    assert canonical(Secret("\ud800")) == b'"\xed\xa0\x80"'


def test_a_whole_number_is_written_one_way_as_javascript_does() -> None:
    assert canonical([1.0, -0.0, 1.5, {"a": 2.0}]) == b'[1,0,1.5,{"a":2}]'
    assert same(Secret(1.0), 1)


def test_values_are_the_same_with_secrets_and_without() -> None:
    assert same({"a": Secret("x")}, {"a": "x"})
    assert not same({"a": Secret("x")}, {"a": "y"})
    assert not same(None, "")


@pytest.mark.parametrize(
    ("value", "holds"),
    [
        ("text", False),
        (None, False),
        ({"a": [1, {"b": "c"}]}, False),
        (Secret("x"), True),
        ([1, Secret("x")], True),
        ({"a": {"b": [Secret("x")]}}, True),
    ],
)
def test_a_tree_tells_whether_it_holds_a_secret(
    value: Value,
    holds: bool,  # noqa: FBT001 - a column of the table
) -> None:
    assert holds_secret(value) is holds


def test_what_was_not_resolved_shows_as_a_secret_and_gives_nothing() -> None:
    """Whatever would send it or compare it by mistake stops there."""
    unresolved = Unresolved()
    assert f"{unresolved} {unresolved!r}" == f"{MASK} {MASK}"
    for use in (reveal, canonical, lambda each: same(each, None), lambda each: each == each):  # noqa: PLR0124 - equality itself is asked
        with pytest.raises(RuntimeError, match="was not resolved"):
            use(unresolved)
    with pytest.raises(TypeError):
        hash(unresolved)


def test_what_was_not_resolved_is_found_wherever_it_lies() -> None:
    assert holds_unresolved({"a": ["b", {"c": Unresolved()}]})
    assert holds_secret(Unresolved())
    assert not holds_unresolved({"a": ["b", Secret("c"), None]})
