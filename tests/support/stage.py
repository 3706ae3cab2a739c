"""A project full of given secrets and a server for it, on which the story of `support.lines` is played."""

from __future__ import annotations

import contextlib
import re
import shlex
import tempfile
from dataclasses import dataclass, field
from functools import cache, partial
from typing import TYPE_CHECKING

import click
import pytest
from support.channels import Notebook, watching
from support.leaks import hidden_in, needles
from support.parrot import Parrot, listening, refusal
from support.states import serving

from reconciler.applying.apply import apply
from reconciler.cli import main
from reconciler.cli.exits import Exit
from reconciler.sandbox.application import Sandbox

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from support.lines import Line

PROJECT = """
version: 1
project: planted
environments:
  development:
    apiUrl: ${env:NOVU_API_URL}
    apiKey: ${env:NOVU_DEVELOPMENT_API_KEY}
  production:
    apiUrl: ${env:NOVU_API_URL}
    apiKey: ${env:NOVU_PRODUCTION_API_KEY}
    ledger: file
integrations:
  - identifier: ses-${environment}
    name: ${env:PLANTED_NAME}
    providerId: ses
    active: true
    primary: true
    credentials:
      apiKey: ${env:PLANTED_NUMBER}
      secretKey: ${env:PLANTED_QUOTES}
      region: us-east-2
      from: no-reply@acme.example
      senderName: Acme
  - identifier: apns-${environment}
    name: APNs
    providerId: apns
    active: true
    credentials:
      secretKey: ${file:secrets/apns.p8}
      apiKey: ${env:PLANTED_LINES}
      projectName: T1
      applicationId: B1
  - identifier: fcm-${environment}
    name: Firebase
    providerId: fcm
    active: true
    credentials:
      serviceAccount: ${env:PLANTED_JSON}
  - identifier: slack-${environment}
    name: Slack
    providerId: slack
    active: true
    credentials:
      applicationId: A1
      clientId: "1"
      secretKey: ${env:PLANTED_UNICODE}
      signingSecret: before-${env:PLANTED_NUMBER}-after
  - identifier: resend-${environment}
    name: Resend
    providerId: resend
    active: true
    credentials:
      apiKey: ${exec:cat secrets/resend}
      from: no-reply@acme.example
      senderName: Acme
    conditions:
      - type: GROUP
        isNegated: false
        value: AND
        children:
          - {on: tenant, field: identifier, operator: EQUAL, value: "${env:PLANTED_FIELD}"}
"""

FILES = {"PLANTED_PEM": "secrets/apns.p8", "PLANTED_COMMAND": "secrets/resend"}
"""Secrets that come from files, by their names; all others are variables of those names."""

KEYS = ("NOVU_DEVELOPMENT_API_KEY", "NOVU_PRODUCTION_API_KEY")

NAMES = (
    *FILES,
    "PLANTED_JSON",
    "PLANTED_UNICODE",
    "PLANTED_QUOTES",
    "PLANTED_LINES",
    "PLANTED_NUMBER",
    "PLANTED_NAME",
    "PLANTED_FIELD",
    "PLANTED_PASSWORD",
    *KEYS,
)
"""Every secret that the project refers to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Printed:
    """What was seen of one line.

    Attributes:
        line: what was typed.
        code: the exit code.
        seen: what, and on which channel.
    """

    line: Line
    code: int
    seen: tuple[tuple[str, bytes], ...]

    @property
    def text(self) -> str:
        """What it said, for failures of tests."""
        return "".join(what.decode() for where, what in self.seen if "standard" in where)


@dataclass(slots=True, kw_only=True)
class Stage:
    """A project, a server, and what was seen.

    Attributes:
        secrets: each secret's first value, and the one after it was rotated.
        calm: one request after the other, and no rows with names that a server made up, so that two
            stories can be compared.
        played: how many lines.
        seen: every channel on which anything was seen, over all lines.
    """

    place: Path
    project: Path
    secrets: Mapping[str, tuple[str, str]]
    url: str
    sandbox: Sandbox
    parrot: Parrot
    book: Notebook
    patch: pytest.MonkeyPatch
    calm: bool = False
    played: int = 0
    seen: set[str] = field(default_factory=set)

    def play(self, line: Line) -> Printed:
        """Run a line with every channel watched.

        Raises:
            AssertionError: it ended with another exit code, or a traceback was shown.
        """
        self.book.seen.clear()
        with pytest.MonkeyPatch.context() as patch:
            if line.world:
                line.world(self, patch)
            typed = [*shlex.split(line.typed.format(url=self.url)), *self._more(line)]
            with watching(self.book):
                code = main.run(typed)
        if code == Exit.BUG:
            said = b"".join(what for where, what in self.book.seen if where == "standard error")
            self.book.note("traceback" if "--debug" in typed else "crash report", said)
        self.played += 1
        printed = Printed(line=line, code=int(code), seen=tuple(self.book.seen))
        self.seen.update(where for where, _ in printed.seen)
        assert "Traceback" not in printed.text
        if line.ends is None:
            assert code != Exit.BUG, f"{shlex.join(typed)}\n{printed.text}"
        else:
            assert code == line.ends, f"{shlex.join(typed)} ended with {code}\n{printed.text}"
        return printed

    def leaks(self, printed: Printed) -> list[str]:
        """Where which secret was found in what form; nothing of it is repeated."""
        values = [
            value
            for name, both in self.secrets.items()
            for value in both
            if name not in printed.line.tells
        ]
        found = needles(tuple(values))
        return sorted(
            {
                f"{where}: {each}"
                for where, what in printed.seen
                if what not in self._meant(printed.line)
                for each in hidden_in(what, found)
            }
        )

    def _meant(self, line: Line) -> tuple[bytes, ...]:
        """What the one file holds that a line was asked to write secrets to, as it is seen."""
        if not line.meant:
            return ()
        path = self.project / line.meant
        assert path.stat().st_mode & 0o777 == 0o600
        content = path.read_bytes()
        return content, bytes(path) + b"\n" + content

    def rotate(self) -> None:
        """All secrets but the API keys get their second value."""
        for name, (_, value) in self.secrets.items():
            if name not in KEYS:
                self.put(name, value)

    def put(self, name: str, value: str) -> None:
        """Give a secret a value, where the project reads it."""
        if name in FILES:
            (self.project / FILES[name]).write_text(value, "utf-8", newline="")
        else:
            self.patch.setenv(name, value)

    def refuse(self, *methods: str, times: int) -> None:
        """The server refuses so many requests, and repeats what it was told."""
        self.parrot.repeat(
            lambda said: refusal(422, said), *methods, times=times, below="/v1/integrations"
        )

    def _more(self, line: Line) -> list[str]:
        """Every format of the command, each in its turn on standard output; a colour; ``-v``."""
        command = next((each for each in shlex.split(line.typed) if each in main.COMMANDS), "")
        options = options_of(command) if command else {}
        more = ["--debug"] if self.played % 3 == 1 else []
        if "--output" in options:
            formats = formats_of(command)
            first = self.played % len(formats)
            for at, name in enumerate(formats):
                file = f"{self.project}/out/{self.played}.o-{name}"
                more += ["-o", name if at == first else f"{name}={file}"]
        if "--color" in options:
            more += ["--color", ("always", "never")[self.played % 2]]
        if "--verbose" in options:
            more += ["-q" if "--quiet" in options and self.played % 5 == 4 else "-v"]
        if "--log-format" in options:
            more += ["--log-format", ("json", "text")[self.played % 3 == 0]]
        if self.calm and "--parallelism" in options:
            more += ["--parallelism", "1"]
        return more


@contextlib.contextmanager
def staged(
    place: Path, secrets: Mapping[str, tuple[str, str]], *, calm: bool = False
) -> Iterator[Stage]:
    """Set the project up below an empty folder and start its server.

    Args:
        place: everything is in there, home and temporary files too.
        secrets: for each of `NAMES` a value, and one to rotate it to.
        calm: as in `Stage`.
    """
    project = place / "project"
    for each in (
        "project/secrets",
        "project/out",
        "project/exported",
        "project/new",
        "elsewhere",
        "temporary",
        "home",
        "cache",
    ):
        (place / each).mkdir(parents=True)
    (project / "novu-sync.yaml").write_text(PROJECT, "utf-8")
    (project / "more.env").write_text("MORE=1\n", "utf-8")
    book = Notebook(place=place)
    keys = {
        name: secrets[f"NOVU_{name.upper()}_API_KEY"][0] for name in ("development", "production")
    }
    with (
        pytest.MonkeyPatch.context() as patch,
        Sandbox(api_keys=keys, builtins=not calm) as sandbox,
    ):
        for name, folder in (
            ("TMPDIR", "temporary"),
            ("HOME", "home"),
            ("XDG_CACHE_HOME", "cache"),
        ):
            patch.setenv(name, str(place / folder))
        patch.setenv("GITHUB_STEP_SUMMARY", str(project / "out" / "summary.o-github"))
        patch.chdir(project)
        patch.setattr("reconciler.applying.apply.apply", partial(apply, settle=0.01))
        parrot = Parrot(sandbox, book)
        with listening(parrot) as url:
            patch.setenv("NOVU_API_URL", url)
            stage = Stage(
                place=place,
                project=project,
                secrets=secrets,
                url=url,
                sandbox=sandbox,
                parrot=parrot,
                book=book,
                patch=patch,
                calm=calm,
            )
            for name, (value, _) in secrets.items():
                stage.put(name, value)
            with serving(user=("ci", secrets["PLANTED_PASSWORD"][0])) as states:
                patch.setenv("STATES_URL", states.url)
                answer = states.answer

                def noting(method: str, path: str, body: bytes) -> tuple[int, bytes]:
                    book.note("ledger and lock on a server of states", body)
                    return answer(method, path, body)

                patch.setattr(states, "answer", noting)
                yield stage
    tempfile.tempdir = None


@cache
def options_of(command: str) -> dict[str, click.Parameter]:
    """A command's options, by each of their spellings."""
    found = main.group.get_command(click.Context(main.group), command)
    assert found is not None
    return {spelling: each for each in found.params for spelling in each.opts}


def formats_of(command: str) -> tuple[str, ...]:
    """The formats that a command's ``-o`` takes."""
    callback = options_of(command)["--output"].callback
    formats: tuple[str, ...] = getattr(callback, "keywords", {}).get("formats", ("text", "json"))
    return formats


_READ = re.compile(r'^GET |"method": "GET"')

_SAME = (
    # Names of temporary files come first: a random one may look like part of what is below.
    (re.compile(rb"(/\.[\w.-]+\.)[a-z0-9_]{8}\b"), rb"\1NONCE"),
    (re.compile(rb"127\.0\.0\.1:\d+"), b"SERVER"),
    (re.compile(rb"\b\d+ ms\b"), b"0 ms"),
    (re.compile(rb"\(\d+\.\d\d s\)"), b"(0.00 s)"),
    (re.compile(rb'"seconds": [0-9.e-]+'), b'"seconds": 0'),
    (re.compile(rb"seconds=[0-9.e-]+"), b"seconds=0"),
    (re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|\+00:00)?"), b"TIME"),
    (re.compile(rb"\b[0-9a-f]{24}\b"), b"ID"),
    (re.compile(rb"0x[0-9a-f]+"), b"ADDRESS"),
    (re.compile(rb"'content-length': '\d+'"), b"LENGTH"),  # of a body that goes to Novu alone
    (re.compile(rb"\b[0-9a-f]{16,}\b|\b[A-Za-z0-9_-]{22,}={0,2}(?![A-Za-z0-9_-])"), b"DIGEST"),
)


def comparable(printed: Printed, place: Path) -> list[str]:
    """All lines that were seen, sorted by channel, without what no two runs have in common.

    Reads are sorted by themselves: a run begins with two at once. Names of files count below the project's place only: what Python itself reads depends on what
    it has read before.
    """
    pages = [
        (alike(where.encode(), place).decode(), alike(what, place).decode("utf-8", "replace"))
        for where, what in printed.seen
    ]
    return [
        f"{where}: {line}"
        for where, page in sorted(pages)
        if where != "file name" or "PLACE" in page
        for line in sorted(page.split("\n"), key=lambda each: each if _READ.search(each) else "")
    ]


def alike(what: bytes, place: Path) -> bytes:
    """What was seen without fingerprints, digests, times, ids and nonces."""
    what = what.replace(str(place).encode(), b"PLACE")
    for pattern, instead in _SAME:
        what = pattern.sub(instead, what)
    return what
