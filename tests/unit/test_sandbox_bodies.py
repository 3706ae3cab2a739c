from __future__ import annotations

import pytest

from reconciler.sandbox.bodies import LIMIT, read_body
from reconciler.sandbox.generations import NEWEST, named_generation
from reconciler.sandbox.refusals import Refusal
from reconciler.sandbox.wire import Request

JSON = {"content-type": "application/json"}


def body(
    text: str | bytes, headers: dict[str, str] | None = None, generation: str = NEWEST
) -> object:
    sent = text.encode() if isinstance(text, str) else text
    request = Request(method="POST", path="/", headers=headers or JSON, body=sent)
    return read_body(request, named_generation(generation))


def refusal(text: str | bytes, headers: dict[str, str] | None = None) -> Refusal:
    with pytest.raises(Refusal) as caught:
        body(text, headers)
    return caught.value


def test_an_object_is_read() -> None:
    assert body('{"a":[1,"ü",null]}') == {"a": [1, "ü", None]}


def test_no_body_is_an_empty_object() -> None:
    assert body("") == {}


def test_a_byte_order_mark_is_left_out() -> None:
    assert body("\ufeff{}") == {}


def test_the_last_of_two_equal_keys_counts() -> None:
    assert body('{"a":1,"a":2}') == {"a": 2}


@pytest.mark.parametrize("kind", ["text/plain", "application/vnd.api+json", "", "nonsense"])
def test_a_body_of_another_type_is_not_looked_at(kind: str) -> None:
    assert body('{"a":1}', {"content-type": kind}) == {}


def test_utf_8_may_be_named() -> None:
    assert body("{}", {"content-type": 'application/json; charset="UTF-8"'}) == {}


@pytest.mark.parametrize(
    "headers",
    [
        {"content-type": "application/json; charset=latin1"},
        JSON | {"content-encoding": "gzip"},
    ],
)
def test_another_encoding_is_a_fault_of_the_server(headers: dict[str, str]) -> None:
    assert refusal("{}", headers).status == 500


def test_a_body_of_100_kib_is_read_and_a_byte_more_is_refused() -> None:
    filler = "x" * (LIMIT - len('{"a":""}'))
    assert body(f'{{"a":"{filler}"}}') == {"a": filler}
    assert refusal(f'{{"a":"{filler}x"}}').status == 413


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "Expected property name or '}' in JSON at position 1 (line 1 column 2)"),
        ("{'a':1}", "Expected property name or '}' in JSON at position 1 (line 1 column 2)"),
        (
            '{"a":1,}',
            "Expected double-quoted property name in JSON at position 7 (line 1 column 8)",
        ),
        (
            '{\n"a":1,\n}',
            "Expected double-quoted property name in JSON at position 9 (line 3 column 1)",
        ),
        ('{"a":}', 'Unexpected token \'}\', "{"a":}" is not valid JSON'),
        ('{"a":', "Unexpected end of JSON input"),
        ("   ", "Unexpected end of JSON input"),
        ("[1,]", "Unexpected token ']', \"[1,]\" is not valid JSON"),
        ("x", "Unexpected token 'x', \"x\" is not valid JSON"),
        ("null", "Unexpected token 'n', \"null\" is not valid JSON"),
        ('"text"', 'Unexpected token \'"\', ""text"" is not valid JSON'),
        ('{"a":NaN}', "Unexpected token 'N' is not valid JSON"),
        ('{"a":-Infinity}', "Unexpected token 'I' is not valid JSON"),
        ('{"a" 1}', "Expected ':' after property name in JSON at position 5 (line 1 column 6)"),
        (
            "[1 2]",
            "Expected ',' or '}' after property value in JSON at position 3 (line 1 column 4)",
        ),
        ("{} x", "Unexpected non-whitespace character after JSON at position 3 (line 1 column 4)"),
        ('{"a":"', "Unterminated string in JSON at position 5 (line 1 column 6)"),
        ('{"a":"\\q"}', "Bad escaped character in JSON at position 6 (line 1 column 7)"),
        (
            '{"a":"\n"}',
            "Bad control character in string literal in JSON at position 6 (line 1 column 7)",
        ),
        (
            '{"name":"a long body is not repeated whole","b":?}',
            'Unexpected token \'?\', ..."hole","b":?}"... is not valid JSON',
        ),
    ],
)
def test_broken_json_is_explained_in_the_server_s_words(text: str, message: str) -> None:
    refused = refusal(text)
    assert refused.status == 400
    assert refused.message == message


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1.0", 1),
        ("1.5", 1.5),
        ("-0", 0),
        ("1e3", 1000),
        ("1e300", 1e300),
        ("1e999", None),
        ("9007199254740991", 9007199254740991),
        ("9007199254740993", 9007199254740992),
        ("9" * 5000, None),
    ],
)
def test_numbers_are_what_javascript_makes_of_them(text: str, number: float | None) -> None:
    read = body(f"[{text}]")
    assert isinstance(read, list)
    assert read == [number]
    assert type(read[0]) is type(number)


def test_half_a_surrogate_pair_is_replaced_and_a_whole_one_kept() -> None:
    assert body('{"a":"\\ud800x","b":"\\ud83d\\ude00"}') == {"a": "\ufffdx", "b": "😀"}


def test_bytes_that_are_no_text_are_replaced() -> None:
    assert body(b'{"a":"\xff"}') == {"a": "\ufffd"}
