import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.fingerprint import Fingerprinter
from reconciler.secret import Secret

KEY = Secret("api-key-of-development")
HERE = Fingerprinter(KEY, "env-1")


def test_a_fingerprint_tells_the_same_value_at_the_same_place() -> None:
    again = Fingerprinter(Secret("api-key-of-development"), "env-1")
    assert HERE.of("ses", "credentials.apiKey", "v") == again.of("ses", "credentials.apiKey", "v")


@pytest.mark.parametrize(
    "other",
    [
        HERE.of("ses", "credentials.apiKey", "w"),
        HERE.of("ses", "credentials.secretKey", "v"),
        HERE.of("fcm", "credentials.apiKey", "v"),
        Fingerprinter(KEY, "env-2").of("ses", "credentials.apiKey", "v"),
        Fingerprinter(Secret("another"), "env-1").of("ses", "credentials.apiKey", "v"),
        HERE.mac("fingerprint", b"v"),
    ],
)
def test_another_value_place_environment_or_key_gives_another_fingerprint(other: str) -> None:
    assert HERE.of("ses", "credentials.apiKey", "v") != other


@given(
    one=st.tuples(st.text(max_size=3), st.text(max_size=3), st.text(max_size=3)),
    other=st.tuples(st.text(max_size=3), st.text(max_size=3), st.text(max_size=3)),
)
def test_text_that_moves_from_one_part_to_the_next_gives_another_fingerprint(
    one: tuple[str, str, str], other: tuple[str, str, str]
) -> None:
    assert (HERE.of(*one) == HERE.of(*other)) is (one == other)


def test_a_secret_has_the_fingerprint_of_its_value_wherever_it_is() -> None:
    assert HERE.of("a", "b", Secret("v")) == HERE.of("a", "b", "v")
    assert HERE.of("a", "b", {"x": [Secret("v")]}) == HERE.of("a", "b", {"x": ["v"]})


def test_fingerprints_and_codes_are_64_hexadecimal_digits() -> None:
    for text in (HERE.of("a", "b", None), HERE.mac("ledger", b"")):
        assert len(text) == 64
        assert int(text, 16) >= 0


def test_a_code_is_bound_to_its_purpose_and_payload() -> None:
    codes = {HERE.mac(purpose, payload) for purpose in ("a", "b") for payload in (b"", b"x")}
    assert len(codes) == 4
    assert HERE.mac("a", b"x") == HERE.mac("a", b"x")


def test_the_key_id_names_the_key_and_the_environment_and_tells_neither() -> None:
    assert HERE.key_id == Fingerprinter(KEY, "env-1").key_id
    assert HERE.key_id != Fingerprinter(KEY, "env-2").key_id
    assert HERE.key_id != Fingerprinter(Secret("another"), "env-1").key_id
    assert len(HERE.key_id) == 16
    assert HERE.key_id not in HERE.of("ses", "credentials.apiKey", "v")


def test_the_key_shows_nowhere() -> None:
    shown = repr(HERE) + str(HERE) + "".join(repr(getattr(HERE, name)) for name in dir(HERE))
    assert "api-key-of-development" not in shown
    assert not hasattr(HERE, "__dict__")


@pytest.mark.parametrize("text", ["\ud800", "naïve", "\0", ""])
def test_whatever_a_variable_holds_can_be_fingerprinted_and_no_exception_tells_it(
    text: str,
) -> None:
    found = Fingerprinter(Secret(text), "env-1").of(text, text, Secret(text))
    assert len(found) == 64


def test_threads_get_the_same_fingerprints() -> None:
    fingerprinter = Fingerprinter(KEY, "env-1")
    together = threading.Barrier(4, timeout=30)
    found: list[str] = []

    def make() -> None:
        together.wait()
        found.append(fingerprinter.of("a", "b", "c"))

    threads = [threading.Thread(target=make) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [HERE.of("a", "b", "c")] * 4


def test_many_values_have_one_fingerprint_bound_to_its_purpose_and_their_order() -> None:
    one = Fingerprinter(Secret("key"), "environment")
    rows = [["a", Secret("x")], ["b", 1]]

    assert one.of_all("p", rows) == one.of_all("p", [["a", "x"], ["b", 1]])
    assert one.of_all("p", rows) != one.of_all("q", rows)
    assert one.of_all("p", rows) != one.of_all("p", rows[::-1])
    with pytest.raises(TypeError, match="a object is no JSON value"):
        one.of_all("p", [[object()]])
