"""A sandbox, a project's folder and runs of the real stack between the two, without a socket.

A run is what the command does from the project's YAML on: configuration, requests over httpx, the
ledger in a file, plan, guards, apply. Only the network and the time are not real.
"""

from __future__ import annotations

import base64
import json
import os
import shutil
import tempfile
import threading
import zlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from support.breaking import Broken, Killed
from support.inprocess import InProcess, ask
from support.mortal import MortalLedger
from support.time import PatientTime

from reconciler.applying.apply import apply
from reconciler.config.project import load
from reconciler.config.resolve import resolve
from reconciler.errors import NovuSyncError
from reconciler.findings import errors
from reconciler.fingerprint import Fingerprinter
from reconciler.ledger.file_home import FOLDER, FileHome
from reconciler.ledger.find import find_home
from reconciler.ledger.holder import this_run
from reconciler.ledger.novu_home import NovuHome
from reconciler.novu.integrations import Integrations
from reconciler.novu.observe import observe
from reconciler.planning.facts import NOVU_OWNED, is_built_in
from reconciler.planning.fingerprints import fingerprints_of
from reconciler.planning.guards import refusals
from reconciler.planning.options import Options
from reconciler.planning.planner import plan
from reconciler.sandbox.application import Sandbox
from reconciler.sandbox.contexts import _shown
from reconciler.sandbox.generations import named_generation
from reconciler.transport.session import Session

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from reconciler.applying.report import Report
    from reconciler.ledger.open import Home
    from reconciler.model import Desired, Entry
    from reconciler.planning.guards import Refusal
    from reconciler.planning.plan import Plan

ENVIRONMENTS = ("development", "production")
PLANTED = "planted"
"""How every secret of these worlds begins, so that it can be searched for."""

HEAD = """\
version: 1
project: acme
environments:
  development:
    apiUrl: http://127.0.0.1:9
    apiKey: ${env:KEY_DEVELOPMENT}
  production:
    apiUrl: http://127.0.0.1:9
    apiKey: ${env:KEY_PRODUCTION}
"""
_KEYS = {f"KEY_{name.upper()}": f"sandbox-{name}" for name in ENVIRONMENTS}
_IN_MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of one's own is made in it

_NOTHING = base64.b64encode(zlib.compress(b""))

Row = dict[str, Any]


def declared(
    integrations: str, environment: str = "development", variables: Mapping[str, str] | None = None
) -> Desired:
    """What a project with these integrations declares for one environment.

    Args:
        integrations: YAML, as it follows the environments.
        environment: its name.
        variables: what its references see.
    """
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "novu-sync.yaml").write_text(HEAD + integrations, encoding="utf-8")
        found = resolve(load(Path(folder)), environment, variables={**_KEYS, **(variables or {})})
    assert found.desired is not None, found.findings
    return found.desired


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How a run ended.

    Attributes:
        plan: `None` where it did not come to that.
        refusals: of guards; nothing was applied then.
        report: `None` where nothing was applied, or the process died.
        error: what stopped it before.
        killed: it was killed.
        requests: how many it sent.
        steps: how many steps its ledger took.
    """

    plan: Plan | None = None
    refusals: tuple[Refusal, ...] = ()
    report: Report | None = None
    error: NovuSyncError | None = None
    killed: bool = False
    requests: int = 0
    steps: int = 0

    @property
    def is_well(self) -> bool:
        """Whether it did all it was to do."""
        return self.report is not None and self.report.is_complete


@dataclass(kw_only=True)
class World:
    """One Novu and one project's folder; use it in a ``with`` statement.

    Attributes:
        generation: which Novu.
        parallelism: how many requests of a run are under way at once.
        backend: of the ledger.
        sent: method, path and body of every request of every run.
    """

    generation: str
    parallelism: int = 1
    backend: str = "file"
    sent: list[tuple[str, str, bytes]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.sandbox = Sandbox(generation=self.generation)
        parent = _IN_MEMORY if os.access(_IN_MEMORY, os.W_OK) else None
        self.folder = Path(tempfile.mkdtemp(dir=parent))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.sandbox.close()
        shutil.rmtree(self.folder)

    def ask(
        self, method: str, target: str, body: object = None, *, environment: str = "development"
    ) -> Any:  # noqa: ANN401 - any JSON
        """What somebody else than novu-sync does, in the dashboard perhaps."""
        answer = ask(self.sandbox, method, target, body, key=f"sandbox-{environment}")
        assert answer.status < 300, answer
        return answer.data if answer.body else None

    # -- runs

    def run(
        self,
        desired: Desired,
        options: Options | None = None,
        *,
        breaks: Mapping[int, str] | None = None,
        ends: Mapping[int, str] | None = None,
        meanwhile: Mapping[int, Callable[[], object]] | None = None,
        writing: bool = True,
        stop: threading.Event | None = None,
    ) -> Ended:
        """Plan and, unless something speaks against it, apply: one life of the process.

        Args:
            desired: what is declared.
            options: of the plan.
            breaks: what goes wrong with requests, by their number (see `breaking.BREAKS`).
            ends: what goes wrong with the ledger, by the number of its step (see `mortal`).
            meanwhile: what others do on the server, right before a request of that number.
            writing: false to plan only.
            stop: is set by a signal.
        """
        time, stop = PatientTime(), stop or threading.Event()
        self.let_leases_end()
        transport = Broken(self.sandbox, breaks, meanwhile)
        life = _Life(self, desired, options or Options(), transport, time, stop)
        try:
            return life.live(dict(ends or {}), writing=writing)
        except Killed:
            return life.ended(killed=True)
        except NovuSyncError as error:
            return life.ended(error=error)
        finally:
            transport.dead = True
            transport.catch_up()
            self.sent.extend(transport.requests)

    def fingerprinter(self, desired: Desired) -> Fingerprinter:
        """As runs use it."""
        return Fingerprinter(
            desired.environment.api_key, self.sandbox.environment_id(desired.environment.name)
        )

    # -- what is there

    def rows(self, environment: str) -> list[Row]:
        """Every live row of an environment, as the database holds it."""
        environment_id = self.sandbox.environment_id(environment)
        found = self.sandbox._store.integrations.find(_environmentId=environment_id, deleted=False)
        return [{**row, "credentials": stored_credentials(row)} for row in found]

    def everything(self, environment: str) -> list[Row]:
        """Every row of an environment, deleted ones and times included: to see it untouched."""
        environment_id = self.sandbox.environment_id(environment)
        return self.sandbox._store.integrations.find(_environmentId=environment_id)

    def entries(self, desired: Desired) -> Mapping[str, Entry]:
        """What the ledger on disk says, as a new process reads it."""
        name = desired.environment.name
        environment = desired.environment
        with Session(
            environment.api_url, environment.api_key, transport=InProcess(self.sandbox)
        ) as session:
            home = self.home(desired, session)
            opened = home.open(self.sandbox.environment_id(name), self.fingerprinter(desired))
        return opened.applied.entries

    def home(self, desired: Desired, session: Session) -> Home:
        """Where the ledger lies."""
        return find_home(
            self.backend,
            self.folder,
            project=desired.project,
            environment=desired.environment.name,
            session=session,
            parallelism=self.parallelism,
        )

    @property
    def kept_credentials(self) -> Collection[str]:
        """Names of the credential keys that this generation stores; others vanish."""
        return named_generation(self.generation).credential_types.keys()

    def lies(self, desired: Desired, *, but: Collection[str] = ()) -> list[str]:
        """Where the ledger vouches for credentials that are not those in the database.

        Args:
            desired: whose ledger it is.
            but: ids of rows whose credentials somebody else changed.
        """
        stored = {row["_id"]: row["credentials"] for row in self.rows(desired.environment.name)}
        marks = self.fingerprinter(desired)
        found = []
        for entry in self.entries(desired).values():
            unknown = entry.credentials is None or entry.remote_id in but
            if unknown or entry.remote_id not in stored:
                continue
            # A key that this generation drops is vouched for as sent, until a list shows it.
            marked = (entry.credentials or {}).items()
            claimed = {key: mark for key, mark in marked if key in self.kept_credentials}
            values = stored[entry.remote_id]
            if claimed != fingerprints_of("credentials", values, entry.identifier, marks):
                found.append(f"the ledger vouches for credentials of {entry.identifier} in vain")
        return found

    def let_leases_end(self) -> None:
        """So much time goes by that no lock of a run that died is in the way."""
        contexts = self.sandbox._store.contexts
        for row in contexts.find():
            if row["id"].startswith("lock-"):
                data = {**row["data"], "expires": "2026-01-01T00:00:00+00:00"}
                contexts.put({**row, "data": data}, _shown({**row, "data": data}))

    def lose_the_ledgers(self) -> None:
        """All of them are gone, wherever they lie."""
        shutil.rmtree(self.folder / FOLDER, ignore_errors=True)
        contexts = self.sandbox._store.contexts
        for row in contexts.find():
            contexts.remove(row)

    def tells_a_secret(self) -> bool:
        """Whether any byte on disk or in a context of Novu comes from a secret."""
        told = [each.read_bytes() for each in self.folder.rglob("*") if each.is_file()]
        for row in self.sandbox._store.contexts.find():
            told.append(as_text(row).encode())
            told.append(zlib.decompress(base64.b64decode(row["data"].get("body", _NOTHING))))
        return any(PLANTED.encode() in each for each in told)

    # -- again and again from the same beginning

    def remember(self) -> None:
        """Note the world as it is now, for `restore`."""
        self._rows = self.sandbox._store._connection.serialize()
        self._files = {
            path.relative_to(self.folder): path.read_bytes()
            for path in self.folder.rglob("*")
            if path.is_file()
        }

    def restore(self) -> None:
        """Make the world what it was when it was noted."""
        self.sandbox._store._connection.deserialize(self._rows)
        shutil.rmtree(self.folder)
        self.folder.mkdir()
        for path, content in self._files.items():
            (self.folder / path).parent.mkdir(parents=True, exist_ok=True)
            (self.folder / path).write_bytes(content)
        self.sent.clear()


@dataclass
class _Life:
    """One process, from its start to its end."""

    world: World
    desired: Desired
    options: Options
    transport: Broken
    time: PatientTime
    stop: threading.Event
    home: Home | None = None
    ledger: MortalLedger | None = None
    plan: Plan | None = None

    def live(self, ends: dict[int, str], *, writing: bool) -> Ended:
        try:
            return self._talk(ends, writing=writing)
        except Killed:
            # The system takes back what the dead process held; what it wrote stays as it is.
            if self.ledger is not None:
                self.ledger.let_go()
            held = self.home._held if isinstance(self.home, FileHome) else None
            if held is not None:
                held.close()
            lock = self.home._lock if isinstance(self.home, NovuHome) else None
            if lock is not None:
                lock._over.set()  # the dead have no threads
            raise

    def _talk(self, ends: dict[int, str], *, writing: bool) -> Ended:
        environment = self.desired.environment
        with Session(
            environment.api_url,
            environment.api_key,
            transport=self.transport,
            clock=self.time.clock,
            sleep=self.time.sleep,
            stop=self.stop,
        ) as session:
            self.home = self.world.home(self.desired, session)
            if writing:
                self.home.hold(this_run({}))
            try:
                return self._work(ends, session, self.home, writing=writing)
            finally:
                if not self.transport.dead:
                    self.home.let_go()

    def _work(self, ends: dict[int, str], session: Session, home: Home, *, writing: bool) -> Ended:
        environment = self.desired.environment
        observed = observe(session, pinned=environment.environment_id)
        fingerprinter = Fingerprinter(environment.api_key, observed.environment_id)
        opened = home.open(observed.environment_id, fingerprinter, writing=writing)
        self.ledger = MortalLedger(opened.ledger, self.transport, ends)
        try:
            planned = plan(self.desired, observed, opened.applied, fingerprinter, self.options)
            self.plan = planned
            refused = refusals(planned, self.desired, observed, opened.applied, self.options)
            if refused or errors(planned.findings) or not writing:
                return self.ended(refusals=refused)
            report = apply(
                planned,
                Integrations(session, planned.environment_id),
                self.ledger,
                fingerprinter,
                applied=opened.applied,
                on_event=lambda _: None,
                stop=self.stop,
                parallelism=self.world.parallelism,
                clock=self.time.clock,
                sleep=self.time.sleep,
            )
        finally:
            self.ledger.close()
        return self.ended(report=report)

    def ended(self, **how: Any) -> Ended:  # noqa: ANN401 - the fields of `Ended`
        return Ended(
            plan=self.plan,
            requests=len(self.transport.requests),
            steps=0 if self.ledger is None else self.ledger.steps,
            **how,
        )


def stored_credentials(row: Row) -> Row:
    """A row's credentials as they were sent last, for comparing."""
    return {
        key: value for key, value in (row.get("credentials") or {}).items() if value is not None
    }


def is_novus(row: Row) -> bool:
    """Whether Novu made the row, under a random identifier."""
    return row["providerId"] in NOVU_OWNED


def adopted(desired: Desired) -> set[tuple[str, str | None]]:
    """Provider and channel of the built-ins that a project declares."""
    return {(each.provider_id, each.channel) for each in desired.integrations if is_built_in(each)}


def without_ids(value: Any) -> Any:  # noqa: ANN401 - any JSON
    """Conditions without the ids that Novu gives their parts."""
    if isinstance(value, list):
        return [without_ids(each) for each in value]
    if isinstance(value, dict):
        return {key: without_ids(each) for key, each in value.items() if key not in ("_id", "id")}
    return value


def as_text(value: object) -> str:
    """JSON with its keys in order: to compare, to sort and to show."""
    return json.dumps(value, sort_keys=True, default=str)
