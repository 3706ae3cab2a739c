from __future__ import annotations

import pytest

from reconciler.findings import Finding
from reconciler.importing.curl import bodies
from reconciler.importing.pieces import Piece, Source
from reconciler.importing.shell import commands

URL = "https://api.novu.co/v1/integrations"


def found(text: str) -> list[Piece | Finding]:
    read = commands(Source("c.sh", text))
    assert not isinstance(read, Finding)

    def file(name: Piece) -> Piece:
        return Source(name.text, "from a file").whole

    return list(bodies(read, file))


def data(text: str) -> list[str]:
    pieces = found(text)
    assert all(isinstance(each, Piece) for each in pieces), pieces
    return [each.text for each in pieces if isinstance(each, Piece)]


@pytest.mark.parametrize(
    "text",
    [
        f"curl -X POST {URL} -H 'Authorization: ApiKey x' -d '{{}}'",
        f"curl --request POST --url {URL} --header 'A: b' --data '{{}}'",
        f"curl -sSXPOST '{URL}/' --data-raw '{{}}'",
        f"curl {URL} -d'{{}}'",
        f"curl -L --silent --json '{{}}' {URL}?a=b",
        f"A=b /usr/bin/curl --max-time 5 -u a:b -k {URL} --data-binary '{{}}' -o /dev/null",
        "curl $API/v1/integrations -d '{}'",
        f"curl --no-keepalive {URL} -d @- <<'EOF'\n{{}}\nEOF",
    ],
)
def test_the_body_is_found_however_the_command_is_written(text: str) -> None:
    assert [each.strip() for each in data(text)] == ["{}"]


def test_several_commands_give_a_body_each_and_others_are_passed_over() -> None:
    text = f"set -e\necho hi\ncurl {URL} -d 1\nfor x in a; do\n  curl {URL} -d 2\ndone\n"
    assert data(text) == ["1", "2"]


def test_a_body_in_a_file_is_asked_for() -> None:
    assert data(f"curl {URL} -d @slack.json") == ["from a file"]


@pytest.mark.parametrize(
    "text",
    [
        f"curl {URL}",
        f"curl -X PUT {URL}/abc -d 1",
        "curl https://api.novu.co/v1/subscribers -d 1",
        f"curl -X DELETE {URL}/abc",
        f"curl -X POST {URL}",
        f"curl {URL} -d @-",
        "curl",
        "curl -",
        f"curl -XPOST {URL} --data",
        f"curl {URL} -d",
    ],
)
def test_other_requests_are_told_at_their_place(text: str) -> None:
    (told,) = found(text)
    if isinstance(told, Piece):  # the option itself stands where its value is missing
        assert told.text in ("-d", "--data")
        return
    assert (told.code, str(told.location)) == ("NS357", "c.sh:1:1")
    assert told.severity == "warning"
