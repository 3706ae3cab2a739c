"""No command says, writes, logs or hands on a secret, whatever the secret looks like.

The story of `support.lines` is played with secrets that hypothesis makes up, every channel of
`support.channels` is watched, and what was seen is searched for each secret, its lines, halves and
words, in every form in which they could hide. Secrets too short to search for, and such as equal
something public, are told by two stories that differ in nothing else and must show the same.
How much was looked at is told in the last line of the run.
"""

from __future__ import annotations

import difflib
import json
import os
import random
import shlex
import signal
import string
import subprocess
import sysconfig
import tempfile
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from support.channels import REGISTER, SILENT, registered
from support.leaks import PIECE, hidden_in, needles
from support.lines import LINES, on
from support.stage import KEYS, NAMES, alike, comparable, staged

from reconciler.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Callable

NOVU_SYNC = Path(sysconfig.get_path("scripts")) / "novu-sync"

_WORD = string.ascii_letters + string.digits
_LETTERS = "äéßøŁżğБдЖфяюαβγδλψאבגדسعفق日本語秘密鍵한국어🔑🗝🔒" + string.ascii_letters


class Made:
    """Secrets of every kind, all of them told by one number."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)  # noqa: S311 - made up for a test

    def some(self, letters: str, least: int = 2 * PIECE) -> str:
        """Random letters."""
        return "".join(self._random.choices(letters, k=self._random.randint(least, 2 * least)))

    def pem(self) -> str:
        """A key as files hold it."""
        lines = [self.some(_WORD + "+/", 40) for _ in range(self._random.randint(1, 3))]
        return "\n".join(["-----BEGIN PRIVATE KEY-----", *lines, "-----END PRIVATE KEY-----", ""])

    def json(self) -> str:
        """A service account."""
        return json.dumps({"key": self.some(_WORD), "of": [self.some(_WORD)]})

    def unicode(self) -> str:
        """Letters of many scripts."""
        return self.some(_LETTERS)

    def quotes(self) -> str:
        """All that has to be escaped somewhere."""
        return f"q{self.some(_WORD + PUNCTUATION).strip()}\"'\\\\x"

    def lines(self) -> str:
        """Several lines that end in their own ways."""
        return "\r\n\t".join(self.some(_WORD) for _ in range(self._random.randint(2, 3)))

    def numeric(self) -> str:
        """A long number."""
        return f"{self._random.randint(1, 9)}{self.some(string.digits)}"

    def word(self) -> str:
        """As most keys are."""
        return self.some(_WORD, 32)

    def any(self) -> str:
        """One of any kind."""
        kinds = (
            self.pem,
            self.json,
            self.unicode,
            self.quotes,
            self.lines,
            self.numeric,
            self.word,
        )
        return self._random.choice(kinds)()

    def secrets(self) -> dict[str, tuple[str, str]]:
        """For every name a value, and one to rotate it to."""
        of_their_own = {
            "PLANTED_PEM": self.pem,
            "PLANTED_JSON": self.json,
            "PLANTED_UNICODE": self.unicode,
            "PLANTED_QUOTES": self.quotes,
            "PLANTED_LINES": self.lines,
            "PLANTED_NUMBER": self.numeric,
            "PLANTED_PASSWORD": self.word,
            **dict.fromkeys(KEYS, self.word),
        }
        makes = {name: of_their_own.get(name, self.any) for name in NAMES}
        return {name: (make(), make()) for name, make in makes.items()}


PUNCTUATION = "\"'`\\<>&%$#: "


@settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.generate,),  # a smaller secret is found no easier
    report_multiple_bugs=False,
)
@given(seed=st.integers(0, 2**63))
def _searched(tally: Counter[str], seen: set[str], seed: int) -> None:
    secrets = Made(seed).secrets()
    first = not tally["stories"]
    with tempfile.TemporaryDirectory() as place, staged(Path(place), secrets) as stage:
        for line in LINES:
            if line.slow and not first:
                continue
            printed = stage.play(line)
            tally["commands"] += 1
            leaks = stage.leaks(printed)
            assert not leaks, f"{line.typed}: {leaks}"
        unregistered = {each for each in stage.seen if registered(each) is None}
        assert not unregistered, f"add a line to support.channels.REGISTER for {unregistered}"
        seen.update(filter(None, map(registered, stage.seen)))
    tally["stories"] += 1
    tally["secrets"] += 2 * len(secrets)


def test_no_command_shows_a_secret_on_any_channel(
    record_property: Callable[[str, object], None],
) -> None:
    """Eight sets of made-up secrets, each before and after they were rotated."""
    tally: Counter[str] = Counter()
    seen: set[str] = set()
    _searched(tally, seen)
    assert REGISTER.keys() - seen <= SILENT.keys(), "registered, and never seen in the story"
    record_property("leaks", [len(REGISTER), tally["secrets"], tally["commands"]])


API_KEY = "an API key, too"
PAIRS = {
    "two digits": ("7", "8"),
    "a public value, and another one": ("T1", "us-east-2"),
    "a word of ours": ("unchanged", "secret"),
    "of different length": ("x", "true, but longer"),
    API_KEY: ("1", "another"),
}


@pytest.mark.parametrize("pair", PAIRS)
def test_two_stories_that_differ_in_a_short_secret_show_the_same(
    pair: str, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    """Byte for byte, but for fingerprints, digests, times, ids and nonces."""
    stories = []
    for at, value in enumerate(PAIRS[pair]):
        place = tmp_path / str(at)
        secrets = dict.fromkeys(NAMES, (value, f"{value}{value}"))
        secrets |= {
            name: (f"key-{value if pair == API_KEY else 0}-of-{name.lower()}", "") for name in KEYS
        }
        told = []
        with staged(place, secrets, calm=True) as stage:
            for line in LINES:
                if line.slow or line.tells or line.meant:
                    continue
                printed = stage.play(line)
                told.append((line.typed, comparable(printed, place)))
        stories.append(told)
    for (line, one), (_, other) in zip(*stories, strict=True):
        differ = (
            [each for each in difflib.ndiff(one, other) if each[0] in "+-"] if one != other else []
        )
        assert not differ, f"{line}\n" + "\n".join(each[:300] for each in differ[:8])
    record_property("leaks", [len(REGISTER), 2 * len(NAMES), 2 * len(stories[0])])


def test_the_stories_notice_a_secret_that_shows_and_the_length_of_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else the tests above prove nothing: a mask that is none, and one of the value's own length."""
    secrets = {
        name: (f"planted-{at}-qZ7x1Lw9kk", f"rotated-{at}-Pm3vT8rr0")
        for at, name in enumerate(NAMES)
    }
    plan = on("plan -e development --allow-exec", ends=None)
    monkeypatch.setattr(Secret, "__repr__", lambda self: str(self.reveal()))
    with staged(tmp_path / "shown", secrets) as stage:
        found = stage.leaks(stage.play(plan))
        assert any(each.startswith("value: ") for each in found), found
    monkeypatch.setattr(Secret, "__repr__", lambda self: "*" * len(str(self.reveal())))
    pages = []
    for at, value in enumerate(("x", "xyz")):
        place = tmp_path / str(at)
        short = {name: both if name in KEYS else (value, value) for name, both in secrets.items()}
        with staged(place, short, calm=True) as stage:
            pages.append(comparable(stage.play(plan), place))
    assert pages[0] != pages[1]


@pytest.mark.parametrize("drawn", ["cg0x1f2t", "0xabcdef", "_0x0123_", "12345678", "abcdefgh"])
def test_a_temporary_name_is_made_alike_whatever_it_looks_like_by_chance(
    drawn: str, tmp_path: Path
) -> None:
    name = f"'{tmp_path}/exported/.chat.yaml.{drawn}'".encode()
    assert alike(name, tmp_path) == b"'PLACE/exported/.chat.yaml.NONCE'"


SERVED = (
    "sandbox --port 0 --data novu.sqlite --generation 2026-11 --latency 1 --rate-limit 500/s:500"
    " --no-builtins --api-key development=sandbox-development"
    " --fault 'POST /v1/integrations nth=2 status=500'"
)
"""How the sandbox is started; it prints its own API keys, which are nobody's secrets."""


def test_the_sandbox_says_nothing_of_what_it_is_told(tmp_path: Path) -> None:
    """Neither on its streams nor in files, its data aside; a fault in the midst of it included."""
    secrets = {
        name: (f"planted-{at}-qZ7x1Lw9kk", f"rotated-{at}-Pm3vT8rr0")
        for at, name in enumerate(NAMES)
    }
    secrets |= {name: (f"sandbox-{name.split('_')[1].lower()}", "") for name in KEYS}
    served = tmp_path / "served"
    served.mkdir()
    environment = {**os.environ, "TMPDIR": str(served), "PYTHONASYNCIODEBUG": "1"}
    command = [NOVU_SYNC, *shlex.split(SERVED)]
    with (served / "said").open("wb") as said:
        process = subprocess.Popen(
            command, cwd=served, env=environment, stdout=said, stderr=subprocess.STDOUT
        )
        try:
            url = ""
            while "http://" not in url:
                assert process.poll() is None
                url = (served / "said").read_text("utf-8")
            address = url[url.index("http://") :].split()[0].rstrip("/")
            with staged(tmp_path / "client", secrets) as stage:
                stage.patch.setenv("NOVU_API_URL", address)
                for typed in (
                    "apply -e development --allow-exec --yes",
                    "plan -e development --allow-exec",
                ):
                    stage.play(on(typed, ends=None))
        finally:
            process.send_signal(signal.SIGINT)
            assert process.wait(20) in (0, 130)
    values = [each for name, both in secrets.items() if name not in KEYS for each in both if each]
    wanted = needles(tuple(values))
    for path in served.rglob("*"):
        if not path.name.startswith("novu.sqlite"):
            assert hidden_in(path.read_bytes(), wanted) == [], path
    assert hidden_in((served / "novu.sqlite").read_bytes(), wanted), "the search finds nothing"


def test_the_demo_knows_none_of_the_users_secrets(tmp_path: Path) -> None:
    secrets = {
        name: (f"planted-{at}-qZ7x1Lw9kk", f"rotated-{at}-Pm3vT8rr0")
        for at, name in enumerate(NAMES)
    }
    with staged(tmp_path, secrets) as stage:
        assert stage.leaks(stage.play(on("demo"))) == []
