from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.findings import Finding
from reconciler.importing.pieces import Source
from reconciler.importing.shell import commands

if TYPE_CHECKING:
    from reconciler.importing.shell import Command


def read(text: str) -> list[Command]:
    found = commands(Source("c.sh", text))
    assert not isinstance(found, Finding), found
    return found


def words(text: str) -> list[list[str]]:
    return [[word.text for word in each.words] for each in read(text)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a b  c", [["a", "b", "c"]]),
        ("a \\\n  b", [["a", "b"]]),
        ("a; b && c | d\ne & (f)", [["a"], ["b"], ["c"], ["d"], ["e"], ["f"]]),
        ("# nothing\na # more\nb#c", [["a"], ["b#c"]]),
        ("'a b'\"c d\"e\\ f", [["a bc de f"]]),
        (r'''"a \"b\" \\ \n \$x"''', [[r'a "b" \ \n $x']]),
        ("$'a\\n\\'\\x'", [["a\n'\\x"]]),
        ('"a\\\nb"', [["ab"]]),
        ("a\\\nb", [["ab"]]),
        ("a >out 2>&1 <in b", [["a", "b"]]),
        ("''", [[""]]),
        ("", []),
        (";\n;", []),
        ("a\\", [["a"]]),
        ("a > ", [["a"]]),
    ],
)
def test_words_are_those_of_a_shell(text: str, found: list[list[str]]) -> None:
    assert words(text) == found


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("$KEY", "\ue000KEY\ue001"),
        ('"a${KEY}b"', "a\ue000KEY\ue001b"),
        ("${KEY:-x}", "\ue000\ue001"),
        ("$1", "\ue000\ue001"),
        ("`date`", "\ue000\ue001"),
        ('"$(cat (f))"', "\ue000\ue001"),
        ("$ a", "$"),
        ("'$KEY `x`'", "$KEY `x`"),
    ],
)
def test_what_only_a_running_shell_knows_is_marked(text: str, word: str) -> None:
    assert words(text)[0][0] == word


@pytest.mark.parametrize(
    ("text", "body"),
    [
        ("curl -d @- <<EOF\n{a\n$B}\nEOF\nnext", "{a\n\ue000B\ue001}\n"),
        ("curl -d @- <<'EOF' -v\n$B\nEOF", "$B\n"),
        ('curl <<"END IT"\nx\nEND IT', "x\n"),
        ("curl <<-EOF\n\ta\n\tEOF\n", "a\n"),
        ("curl <<\\EOF\nx\nEOF", "x\n"),
        ("curl <<EOF\nEOF", ""),
    ],
)
def test_here_documents_are_read_by_the_command_of_their_line(text: str, body: str) -> None:
    first = read(text)[0]
    assert first.heredoc is not None
    assert first.heredoc.text == body
    assert first.words[0].text == "curl"


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("a 'b", "1:3"),
        ('a\n "b', "2:2"),
        ("$'b", "1:1"),
        ("x `b", "1:3"),
        ("x $(b", "1:3"),
        ("x <<EOF\nb", "2:1"),
    ],
)
def test_what_is_never_closed_is_told_where_it_begins(text: str, place: str) -> None:
    told = commands(Source("c.sh", text))
    assert isinstance(told, Finding)
    assert (told.code, str(told.location)) == ("NS354", f"c.sh:{place}")


def test_every_character_knows_where_it_stands() -> None:
    word = read('a "b\\"\nc"\'d\'')[0].words[1]
    assert word.text == 'b"\ncd'
    places = [str(word.place(at)) for at in range(len(word.text) + 1)]
    assert places == ["c.sh:1:4", "c.sh:1:5", "c.sh:1:7", "c.sh:2:1", "c.sh:2:4", "c.sh:2:6"]


PARTS = st.lists(
    st.sampled_from(
        ["a", "é", "'b c'", '"d e"', '"\\""', "\\ ", "'\"'", "$'\\t'", "\\\n", " ", "{", "}", "="]
    ),
    max_size=8,
)


@given(PARTS)
def test_bash_takes_the_same_words(parts: list[str]) -> None:
    text = "printf '[%s]' x" + "".join(parts)
    shown = subprocess.run(["bash", "-c", text], capture_output=True, check=True).stdout.decode()
    (command,) = read(text)
    assert "".join(f"[{word.text}]" for word in command.words[2:]) == shown
