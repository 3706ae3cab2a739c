"""A broken project, with a mark at each place that has to be complained of.

A mark like ``«NS201»`` stands right in front of the place and is taken out before the file is
written. It may say more: ``«NS212 warning»``, ``«NS308 in production»``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

HEAD = """\
version: 1
project: acme
environments:
  development:
    apiUrl: http://127.0.0.1:9
    apiKey: ${env:NOVU_DEVELOPMENT_API_KEY}
  production:
    apiKey: ${env:NOVU_PRODUCTION_API_KEY}
"""
"""What most projects begin with; nobody listens at the address."""

PLANTED = "planted"
"""What every secret of a case holds, so that it can be searched for."""

PLAN = ("plan", "-e", "development")
VALIDATE = ("validate",)

_MARK = re.compile(r"«(NS\d{3})(?: (warning))?(?: in (\w+))?»")


class Told(NamedTuple):
    """What a case is to be told at one mark, or was told."""

    file: str
    line: int
    column: int
    code: str
    severity: str
    environment: str


@dataclass(frozen=True, kw_only=True)
class Case:
    """One broken project.

    Attributes:
        name: what is wrong with it.
        files: what its files hold, with marks.
        mends: words of the detail of each finding, in the order of the marks.
        command: what tells the findings.
        variables: what the environment holds beside the API keys.
        encoding: how the files are written.
    """

    name: str
    files: Mapping[str, str]
    mends: tuple[str, ...]
    command: tuple[str, ...] = VALIDATE
    variables: Mapping[str, str] = field(default_factory=dict)
    encoding: str = "utf-8"

    def write(self, folder: Path) -> None:
        """Write the files without their marks."""
        for name, text in self.files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(_MARK.sub("", text).encode(self.encoding))

    def told(self) -> list[Told]:
        """What the marks stand for, sorted as findings are."""
        return sorted(each for name, text in self.files.items() for each in _marks(name, text))


def case(name: str, text: str, *mends: str, **more: str) -> Case:
    """A case of one file that begins with `HEAD`; `more` are variables, which make it a plan."""
    return Case(
        name=name,
        files={"novu-sync.yaml": HEAD + text},
        mends=mends,
        command=PLAN if more else VALIDATE,
        variables=more,
    )


def whole(name: str, text: str, *mends: str, encoding: str = "utf-8") -> Case:
    """A case of one file that is all that there is."""
    return Case(name=name, files={"novu-sync.yaml": text}, mends=mends, encoding=encoding)


def files(name: str, texts: Mapping[str, str], *mends: str) -> Case:
    """A case of several files; the project file begins with `HEAD`."""
    headed = {
        each: HEAD + text if each == "novu-sync.yaml" else text for each, text in texts.items()
    }
    return Case(name=name, files=headed, mends=mends)


def _marks(name: str, text: str) -> Iterator[Told]:
    for mark in _MARK.finditer(text):
        before = _MARK.sub("", text[: mark.start()]).removeprefix("\ufeff")
        line = before.rpartition("\n")[2]
        code, severity, environment = mark.groups(default="")
        yield Told(
            name, before.count("\n") + 1, len(line) + 1, code, severity or "error", environment
        )
