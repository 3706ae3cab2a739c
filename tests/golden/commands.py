"""Cases of commands: a project and a server's state in, whatever a user and the server see out.

A case is a folder of ``commands`` with a ``case.yaml`` and a ``project``. Its steps run the real
command line, one after the other, against a sandbox on a socket; each gives one file, with what
went to standard output and standard error, the requests, and the exit code.
"""

from __future__ import annotations

import contextlib
import io
import json
import re
import shlex
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml
from support.inprocess import ask
from support.published import events

from reconciler.cli import main, writing
from reconciler.cli.exits import Exit
from reconciler.sandbox.application import Sandbox
from reconciler.sandbox.faults import Fault, Faults
from reconciler.sandbox.server import running
from reconciler.sandbox.wire import Request, Response

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import pytest

ROOT = Path(__file__).parent / "commands"

_TALKING = ("plan", "apply", "export", "diff", "drift")

_ALIKE = (
    (re.compile(r"\b127\.0\.0\.1:\d+"), "sandbox"),
    (re.compile(r" \d+ ms\b"), " 0 ms"),
    (re.compile(r"\(\d+\.\d\d s\)"), "(0.00 s)"),
    (re.compile(r'"seconds": \d+(\.\d+)?(e-\d+)?'), '"seconds": 0.0'),
    (re.compile(r"\b(intent-[0-9a-f]{16})-[0-9a-f]{16}\b"), r"\1-<nonce>"),
    (re.compile(r'"(body|mac|keyId|holder|host|run|nonce|expires)": "[^"]*"'), r'"\1": "<\1>"'),
    (re.compile(r"\b[0-9a-f]{64}\b"), "<digest>"),
    (re.compile(r'"novuSync": "[^"]*"'), '"novuSync": "<version>"'),
    (re.compile(r'"time": "[^"]*"'), '"time": "<time>"'),
)
"""What no two runs have in common, and what stands for it."""

_ID = re.compile(r"\b[0-9a-f]{24}\b")

_OPENING = ("GET /v1/environments/me", "GET /v1/integrations", "GET /v2/contexts")
"""What a run reads first, all at once: whichever arrives first, the files name them like this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One command of a case.

    Attributes:
        run: the command line, without the program's name.
        environment: variables that are set from this step on.
        replace: texts that are changed in files of the project before it: file, old, new.
        server: what somebody writes to rows of development in the dashboard before it: fields,
            and the identifier of the row.
    """

    run: str
    environment: dict[str, str]
    replace: tuple[tuple[str, str, str], ...]
    server: tuple[dict[str, Any], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One folder of ``commands``.

    Attributes:
        folder: where it lies.
        environment: variables that hold secrets, beside those that every case has.
        server: bodies that are POSTed before the first step, by environment.
        faults: what goes wrong, as ``novu-sync sandbox --fault`` spells it.
        builtins: whether the environments begin with Novu's own integrations.
    """

    folder: Path
    environment: dict[str, str]
    server: dict[str, list[dict[str, Any]]]
    faults: tuple[str, ...]
    builtins: bool
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a case gave.

    Attributes:
        files: what each step showed, by file name, made alike for every run.
        shown: the same as it was, requests left out: nothing secret may be in it.
        documents: the JSON documents among the outputs, and the lines of logs in JSON.
        secrets: values that were given as variables.
    """

    files: dict[str, str]
    shown: str
    documents: tuple[dict[str, Any], ...]
    secrets: tuple[str, ...]


def folders() -> list[Path]:
    """The folder of every case."""
    return sorted(each.parent for each in ROOT.glob("*/case.yaml"))


def load(folder: Path) -> Case:
    """The case in a folder."""
    facts = yaml.safe_load((folder / "case.yaml").read_text("utf-8"))
    return Case(
        folder=folder,
        environment=facts.get("environment", {}),
        server=facts.get("server", {}),
        faults=tuple(facts.get("faults", ())),
        builtins=facts.get("builtins", False),
        steps=tuple(
            Step(
                run=each["run"],
                environment=each.get("environment", {}),
                replace=tuple(
                    (change["file"], change["old"], change["new"])
                    for change in each.get("replace", ())
                ),
                server=tuple(each.get("server", ())),
            )
            for each in facts["steps"]
        ),
    )


def run(case: Case, place: Path, patch: pytest.MonkeyPatch) -> Outcome:
    """Carry out the steps of a case.

    Args:
        case: of one folder.
        place: an empty folder, which gets a copy of the project.
        patch: sets variables and the working directory for the time of the test.
    """
    shutil.copytree(case.folder / "project", place, dirs_exist_ok=True)
    patch.chdir(place)
    for name in (writing.SUMMARY_VARIABLE, writing.WORKSPACE_VARIABLE):
        patch.delenv(name, raising=False)  # of a job that runs the tests
    seen: list[Request] = []
    faults = Faults(tuple(Fault.parse(each) for each in case.faults))

    def note(request: Request) -> Fault | None:
        seen.append(request)
        return faults.due(request) if ready else None

    ready = False
    secrets: list[str] = []
    files, whole = {}, []
    with Sandbox(builtins=case.builtins, hook=note) as sandbox, running(sandbox) as url:
        alike = Alike(_given(sandbox, case))
        ready = True
        variables = {"NOVU_API_URL": url}
        for name, key in sandbox.api_keys.items():
            variables[f"NOVU_{name.upper()}_API_KEY"] = key
        variables |= case.environment
        for number, step in enumerate(case.steps, start=1):
            variables |= step.environment
            secrets += [each for name, each in variables.items() if name != "NOVU_API_URL"]
            for name, value in variables.items():
                patch.setenv(name, value)
            _change(place, step)
            _edit(sandbox, step)
            seen.clear()
            printed = _printed(step)
            assert printed.code != Exit.BUG, f"{step.run}: {printed.stderr}"
            whole.append(printed)
            files[f"{number}-{shlex.split(step.run)[0]}.txt"] = alike(
                _page(step, printed, opening_in_order([_told(each, secrets) for each in seen]))
            )
    kept = [
        path.read_text("utf-8")
        for path in sorted(place.rglob("*"))
        if path.is_file() and not (case.folder / "project" / path.relative_to(place)).exists()
    ]
    return Outcome(
        files=files,
        shown="".join(each.stdout + each.stderr for each in whole) + "".join(kept),
        documents=(
            *(json.loads(each.stdout) for each in whole if each.stdout.startswith("{\n")),
            *(event for each in whole if each.stderr[:1] == "{" for event in events(each.stderr)),
        ),
        secrets=tuple(secrets),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Printed:
    """What one command left behind."""

    stdout: str
    stderr: str
    code: int


class Alike:
    """Makes the outputs of two runs alike: ids, identifiers made up by the server, times, ports."""

    def __init__(self, made_up: Iterable[tuple[str, str]]) -> None:
        """Replace these texts as well, each by the other."""
        self._made_up = tuple(made_up)
        self._ids: dict[str, str] = {}

    def __call__(self, text: str) -> str:
        """The text without what no two runs have in common."""
        for found, instead in self._made_up:
            text = text.replace(found, instead)
        for pattern, instead in _ALIKE:
            text = pattern.sub(instead, text)
        return _ID.sub(self._numbered, text)

    def _numbered(self, found: re.Match[str]) -> str:
        return self._ids.setdefault(found[0], f"<id {len(self._ids) + 1}>")


def _given(sandbox: Sandbox, case: Case) -> Iterator[tuple[str, str]]:
    """Give the server its state; what it made up by itself, and what to call that."""
    for name, key in sandbox.api_keys.items():
        headers = {"authorization": f"ApiKey {key}", "content-type": "application/json"}

        def ask(method: str, body: bytes = b"", headers: dict[str, str] = headers) -> Any:  # noqa: ANN401 - any JSON
            answer = sandbox.handle(
                Request(method=method, path="/v1/integrations", headers=headers, body=body)
            )
            assert isinstance(answer, Response)
            assert answer.status < 300, answer.body
            return json.loads(answer.body)["data"]

        for row in ask("GET"):
            yield row["identifier"], f"{row['providerId']}-made-up"
        for each in case.server.get(name, ()):
            ask("POST", json.dumps(each).encode())


def _change(place: Path, step: Step) -> None:
    for file, old, new in step.replace:
        path = place / file
        text = path.read_text("utf-8")
        assert old in text, f"{file} does not say {old!r}"
        path.write_text(text.replace(old, new), encoding="utf-8")


def _edit(sandbox: Sandbox, step: Step) -> None:
    for each in step.server:
        rows = ask(sandbox, "GET", "/v1/integrations").data
        (row,) = [row for row in rows if row["identifier"] == each["identifier"]]
        answer = ask(sandbox, "PUT", f"/v1/integrations/{row['_id']}", each)
        assert answer.status == 200, answer


def opening_in_order(lines: list[str]) -> list[str]:
    """The lines with opening reads that stand side by side in one fixed order.

    Nothing else moves: a read that is repeated, missing or late stays where it came.
    """
    ordered: list[str] = []
    rest = list(lines)
    while rest:
        taken = rest[:1]
        for count in (3, 2):
            together = sorted(rest[:count])
            reads = [_which(each) for each in together]
            if len(together) == count and None not in reads and len(set(reads)) == count:
                taken = together
                break
        ordered += taken
        del rest[: len(taken)]
    return ordered


def _which(line: str) -> str | None:
    return next((each for each in _OPENING if line.startswith(each)), None)


def _printed(step: Step) -> Printed:
    arguments = shlex.split(step.run)
    if arguments[0] in _TALKING:
        arguments += ["--parallelism", "1"]  # so that requests come in one order
    streams = [io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="") for _ in range(2)]
    with contextlib.redirect_stdout(streams[0]), contextlib.redirect_stderr(streams[1]):
        code = main.run(arguments)
        texts = []
        for stream in streams:
            stream.flush()
            texts.append(stream.buffer.getvalue().decode())  # type: ignore[attr-defined]
    told = "".join(opening_in_order(texts[1].splitlines(keepends=True)))
    return Printed(stdout=texts[0], stderr=told, code=int(code))


def _told(request: Request, secrets: Iterable[str]) -> str:
    """One request, its body with words in place of secrets: requests do hold them."""
    text = f"{request.method} {request.target}"
    if request.body:
        text += " " + json.dumps(json.loads(request.body), ensure_ascii=False, sort_keys=True)
    for each in secrets:
        text = text.replace(each, "<secret>")
    return text


def _page(step: Step, printed: Printed, requests: Iterable[str]) -> str:
    """What a file of a case says."""
    parts = [f"$ novu-sync {step.run}\n", printed.stdout]
    if printed.stderr:
        parts += ["\n--- standard error\n", printed.stderr]
    told = "".join(f"{each}\n" for each in requests)
    if told:
        parts += ["\n--- requests\n", told]
    parts.append(f"\n--- exit code {printed.code}\n")
    return "".join(parts)
