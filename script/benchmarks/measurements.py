"""What is measured: novu-sync's commands and their peers, cell by cell."""

from __future__ import annotations

import json
import re
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks import peers
from benchmarks.contest import Attempt, Cell, Contestant, contest
from benchmarks.figures import Series
from benchmarks.projects import ALL_CHANNELS, CHAT_AND_PUSH, project
from benchmarks.running import Command, RunError, peak_memory, run
from benchmarks.server import NOVU_SYNC, sandbox

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from benchmarks.peers import Peer
    from benchmarks.projects import Project
    from benchmarks.running import Run
    from benchmarks.server import Server

OURS = "novu-sync"
LATENCIES = (0.0, 0.05)
VALIDATE_SIZES = (10, 100, 1_000)
PLAN_SIZES = (10, 100, 1_000, 10_000)
APPLY_SIZES = (10, 100, 1_000)

SOME_OF_EACH = 40
"""Integrations of the apply over all channels."""
RATED = 100
"""Integrations of the apply under a rate limit."""
PER_SECOND, BURST = 30, 33

_PLAN_PEERS = (
    peers.PLAN_HTTPX,
    peers.PLAN_CURL_JQ,
    peers.PLAN_CURL_JQ_YAML,
    peers.PLAN_HTTP_CLIENT,
    peers.PLAN_HTTP_CLIENT_YAML,
    peers.PLAN_NODE_SDK,
)
_APPLY_PEERS = (peers.APPLY_HTTPX, peers.APPLY_PYTHON_SDK)
_REQUEST = re.compile(r"^(GET|POST|PUT|PATCH|DELETE) /", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How much is measured.

    Attributes:
        runs: how often each contestant runs in each cell.
        largest: cells of more integrations are left out.
        folder: where projects are made; cleared away by whoever made it.
        tell: says what is going on.
    """

    runs: int
    largest: int
    folder: Path
    tell: Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """The folder of a project, with what the peers read beside it."""

    folder: Path
    project: Project

    @property
    def file(self) -> Path:
        """The project as novu-sync reads it."""
        return self.folder / "novu-sync.yaml"

    @property
    def declared(self) -> Path:
        """The same as JSON, for a comparison: without credentials."""
        return self.folder / "declared.json"

    @property
    def bodies(self) -> Path:
        """The same as JSON, ready to be sent."""
        return self.folder / "bodies.json"


def start(settings: Settings) -> Iterator[Cell]:
    """``--help`` and ``--version``."""
    for option in ("--help", "--version"):
        ours = _offline(OURS, Command(arguments=(NOVU_SYNC, option)), expect="novu-sync")
        click = _offline(peers.IMPORT_CLICK.name, Command(arguments=peers.IMPORT_CLICK.program))
        yield _cell(settings, option, 0, 0.0, [ours, click])


def validate(settings: Settings) -> Iterator[Cell]:
    """``validate`` beside merely loading the file."""
    for size in VALIDATE_SIZES:
        if size > settings.largest:
            continue
        home = _home(settings.folder / f"validate-{size}", project(size))
        ours = Command(arguments=(NOVU_SYNC, "validate"), folder=home.folder)
        theirs = Command(arguments=(*peers.LOAD_YAML.program, str(home.file)))
        yield _cell(
            settings,
            "validate",
            size,
            0.0,
            [
                _offline(OURS, ours),
                _offline(peers.LOAD_YAML.name, theirs, expect=f'"declared": {size}}}'),
            ],
        )


def plan(settings: Settings) -> Iterator[Cell]:
    """The no-op ``plan``, with its requests and its memory."""
    for size in PLAN_SIZES:
        if size > settings.largest:
            continue
        home = _home(settings.folder / f"plan-{size}", project(size))
        data = home.folder / "sandbox.sqlite"
        try:
            for latency in LATENCIES:
                with sandbox(latency=latency, data=data) as server:
                    if latency == LATENCIES[0]:
                        settings.tell(f"plan, N = {size:,}: applying first")
                        run(_ours(home, server, "apply", "--yes"))
                        yield _requests(home, server)
                        yield _memory(home, server)
                    yield _cell(settings, "plan", size, latency, _planners(home, server))
        except RunError as error:
            yield Cell(kind="plan", size=size, latency=0.0, series=(_not_run(error),))


def apply(settings: Settings) -> Iterator[Cell]:
    """``apply`` from nothing: to chat and push, to all channels, and under a rate limit."""
    for size in APPLY_SIZES:
        if size > settings.largest:
            continue
        home = _home(settings.folder / f"apply-{size}", project(size, CHAT_AND_PUSH))
        for latency in LATENCIES:
            yield _cell(settings, "apply", size, latency, _appliers(home, latency))
    home = _home(settings.folder / "all-channels", project(SOME_OF_EACH, ALL_CHANNELS))
    for latency in LATENCIES:
        ours = _applier(home, latency)
        yield _cell(settings, "apply, all channels", SOME_OF_EACH, latency, [ours])
    yield from _rate_limited(settings)


def _rate_limited(settings: Settings) -> Iterator[Cell]:
    home = _home(settings.folder / "rate-limited", project(RATED, CHAT_AND_PUSH))
    limit = ("--rate-limit", f"{PER_SECOND}/s:{BURST}")
    sent: list[float] = []
    ours = _applier(home, 0.0, limit, on_run=lambda done: sent.append(_count_requests(done)))
    timed = _cell(settings, "apply, rate-limited", RATED, 0.0, [ours])
    yield timed
    counted = Series(
        contestant=OURS, values=tuple(sent[1:]), missing=timed.series[0].missing
    )  # the first was to warm up
    yield Cell(
        kind="apply, rate-limited", size=RATED, latency=0.0, series=(counted,), unit="requests"
    )
    nothing = _home(settings.folder / "nothing", project(0))
    with sandbox() as server:
        command = _ours(nothing, server, "plan")
        yield _cell(settings, "plan of nothing", 0, 0.0, [_offline(OURS, command)])


def _cell(
    settings: Settings, kind: str, size: int, latency: float, contestants: list[Contestant]
) -> Cell:
    where = f"{kind}, N = {size:,}, {latency * 1000:.0f} ms" if size else kind
    series = contest(
        contestants, runs=settings.runs, tell=lambda what: settings.tell(f"{where}: {what}")
    )
    return Cell(kind=kind, size=size, latency=latency, series=series)


def _not_run(error: RunError) -> Series:
    return Series(contestant=OURS, missing=str(error))


def _home(folder: Path, made: Project) -> Home:
    folder.mkdir()
    home = Home(folder=folder, project=made)
    home.file.write_text(made.text, "utf-8")
    home.declared.write_text(json.dumps(made.declared), "utf-8")
    home.bodies.write_text(json.dumps(made.bodies), "utf-8")
    return home


def _ours(home: Home, server: Server, *arguments: str) -> Command:
    return Command(
        arguments=(NOVU_SYNC, *arguments),
        folder=home.folder,
        variables={**server.variables, **home.project.variables},
    )


def _offline(name: str, command: Command, *, expect: str = "") -> Contestant:
    """A contestant that leaves nothing behind, so that it can run again as it is."""

    def judge(done: Run) -> None:
        if expect not in done.output:
            raise RunError(f"{name} did not say {expect!r}")

    @contextmanager
    def stage() -> Iterator[Attempt]:
        yield Attempt(command=command, judge=judge)

    return Contestant(name=name, stage=stage)


def _planners(home: Home, server: Server) -> list[Contestant]:
    """All of them read only, so one server is enough."""
    size = len(home.project.integrations)
    command = _ours(home, server, "plan", "--detailed-exitcode")
    ours = _offline(OURS, command, expect=f"{size} unchanged")
    return [ours, *(_planner(peer, home, server) for peer in _PLAN_PEERS)]


def _planner(peer: Peer, home: Home, server: Server) -> Contestant:
    file = home.file if peer.reads_yaml else home.declared
    command = Command(
        arguments=(*peer.program, str(file)), variables={**server.variables, **peer.variables}
    )

    def judge(done: Run) -> None:
        _all_found(peer.name, home, done)

    @contextmanager
    def stage() -> Iterator[Attempt]:
        yield Attempt(command=command, judge=judge)

    return Contestant(name=peer.name, stage=stage, missing=peer.missing)


def _all_found(name: str, home: Home, done: Run) -> None:
    size = len(home.project.integrations)
    said = json.loads(done.output.strip().splitlines()[-1])
    if said != {"declared": size, "differ": 0}:
        raise RunError(f"{name} found {said} where {size} are as declared")


def _appliers(home: Home, latency: float) -> list[Contestant]:
    """Each run has a server and a folder of its own."""
    theirs = [_peer_applier(peer, home, latency) for peer in _APPLY_PEERS]
    return [_applier(home, latency), *theirs]


def _applier(
    home: Home,
    latency: float,
    options: tuple[str, ...] = (),
    *,
    on_run: Callable[[Run], None] | None = None,
) -> Contestant:
    verbose = ("-v",) if on_run else ()

    @contextmanager
    def stage() -> Iterator[Attempt]:
        with (
            sandbox(latency=latency, options=options) as server,
            tempfile.TemporaryDirectory(dir=home.folder) as fresh,
        ):
            (Path(fresh) / home.file.name).write_bytes(home.file.read_bytes())
            command = Command(
                arguments=(NOVU_SYNC, "apply", "--yes", *verbose),
                folder=Path(fresh),
                variables={**server.variables, **home.project.variables},
            )

            def judge(done: Run) -> None:
                _all_there(OURS, home, server)
                if on_run:
                    on_run(done)

            yield Attempt(command=command, judge=judge)

    return Contestant(name=OURS, stage=stage)


def _peer_applier(peer: Peer, home: Home, latency: float) -> Contestant:
    @contextmanager
    def stage() -> Iterator[Attempt]:
        with sandbox(latency=latency) as server:
            command = Command(
                arguments=(*peer.program, str(home.bodies)),
                variables={**server.variables, **peer.variables},
            )
            yield Attempt(command=command, judge=lambda _: _all_there(peer.name, home, server))

    return Contestant(name=peer.name, stage=stage, missing=peer.missing)


def _all_there(name: str, home: Home, server: Server) -> None:
    size, there = len(home.project.integrations), server.integrations()
    if there != size:
        raise RunError(f"{name} left {there} integrations where {size} are declared")


def _requests(home: Home, server: Server) -> Cell:
    size = len(home.project.integrations)
    done = run(_ours(home, server, "plan", "-v"))
    series = Series(contestant=OURS, values=(_count_requests(done),))
    return Cell(kind="plan", size=size, latency=0.0, series=(series,), unit="requests")


def _count_requests(done: Run) -> int:
    """Every single sending is one line of ``-v``."""
    return len(_REQUEST.findall(done.complaints))


def _memory(home: Home, server: Server) -> Cell:
    size = len(home.project.integrations)
    ours = peak_memory(_ours(home, server, "plan"))
    theirs = peak_memory(Command(arguments=(*peers.LOAD_YAML.program, str(home.file))))
    series = (
        Series(contestant=OURS, values=(ours,)),
        Series(contestant=peers.LOAD_YAML.name, values=(theirs,)),
    )
    return Cell(kind="plan", size=size, latency=0.0, series=series, unit="bytes")
