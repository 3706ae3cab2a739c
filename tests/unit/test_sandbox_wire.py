from __future__ import annotations

from reconciler.sandbox.wire import Request, Response, json_response


def test_the_target_is_path_and_query() -> None:
    assert Request(method="GET", path="/a%20b", query="c=d").target == "/a%20b?c=d"
    assert Request(method="GET", path="/a").target == "/a"


def test_headers_are_added_and_replaced() -> None:
    response = Response(status=200, headers={"a": "1", "b": "2"}).with_headers({"b": "3"})
    assert response == Response(status=200, headers={"a": "1", "b": "3"})


def test_json_is_utf_8_whatever_is_in_it() -> None:
    assert json_response(200, '"ü"').body == '"ü"'.encode()
    assert json_response(200, '"\ud800"').body == b'"?"'
