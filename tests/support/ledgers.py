"""Every place where a ledger can lie, as the tests that are about all of them use it."""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from support.inprocess import InProcess, ask
from support.states import serving

from reconciler.errors import NovuSyncError
from reconciler.fingerprint import Fingerprinter
from reconciler.ledger.file import FileLedger
from reconciler.ledger.file_home import FOLDER
from reconciler.ledger.find import find_home
from reconciler.ledger.holder import this_run
from reconciler.model import LedgerAddress
from reconciler.sandbox.application import Sandbox
from reconciler.secret import Secret
from reconciler.transport.session import Session
from reconciler.transport.state import StateServer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import ExitStack
    from pathlib import Path

    from reconciler.ledger.open import Home, Ledger, OpenLedger


class Site:
    """One backend, empty at first.

    Attributes:
        backend: its word.
        sandbox: Novu.
    """

    def __init__(self, backend: str, folder: Path, stack: ExitStack) -> None:
        self.backend = backend
        self.sandbox = Sandbox()
        stack.callback(self.sandbox.close)
        self._folder = folder
        self._stack = stack
        self._key = "sandbox-development"
        self._held: list[Home] = []
        gitlab = backend == "gitlab"
        self.states = stack.enter_context(serving(gitlab=gitlab, user=("ci", "planted-password")))
        lock = f"{self.states.url}/lock" if gitlab else ""
        self._address = LedgerAddress(
            address=self.states.url,
            lock_address=lock,
            lock_method="POST" if gitlab else "LOCK",
            unlock_method="DELETE" if gitlab else "UNLOCK",
            username="ci",
            password=Secret("planted-password"),
        )

    @property
    def environment_id(self) -> str:
        """Novu's id of the environment."""
        return self.sandbox.environment_id("development")

    def home(self, *, project: str = "acme", environment: str = "development") -> Home:
        """Where a run finds its ledger."""
        session = self._stack.enter_context(
            Session("http://127.0.0.1:9", Secret(self._key), transport=InProcess(self.sandbox))
        )
        is_http = self.backend in ("http", "gitlab")
        return find_home(
            "http" if is_http else self.backend,
            self._folder,
            project=project,
            environment=environment,
            session=session,
            server=StateServer(self._address, sleep=lambda _: None) if is_http else None,
        )

    def open(
        self,
        *,
        writing: bool = False,
        project: str = "acme",
        environment: str = "development",
        api_key: str = "sandbox-development",
    ) -> OpenLedger:
        """Open it as a new process does.

        Args:
            writing: as an apply.
            project: whose.
            environment: its declared name.
            api_key: that fingerprints are keyed with; another one is a key that was regenerated.
        """
        fingerprinter = Fingerprinter(Secret(api_key), self.environment_id)
        home = self.home(project=project, environment=environment)
        if writing and self.backend != "file":
            home.hold(this_run({}))
            self._held.append(home)
        else:
            self._stack.callback(home.let_go)
        try:
            return home.open(self.environment_id, fingerprinter, writing=writing)
        except NovuSyncError:
            self.let_go()
            raise

    @contextmanager
    def writing(self, **whose: Any) -> Iterator[OpenLedger]:  # noqa: ANN401 - as `open`
        """Open it as an apply does, and close it at the end."""
        opened = self.open(writing=True, **whose)
        yield opened
        opened.ledger.close()
        self.let_go()

    def let_go(self) -> None:
        """The lock is released."""
        while self._held:
            self._held.pop().let_go()

    def fingerprinters(self, *api_keys: str) -> list[Fingerprinter]:
        """Of these keys."""
        return [Fingerprinter(Secret(key), self.environment_id) for key in api_keys]

    def forget_the_dead(self, ledger: Ledger) -> None:
        """What the system does for a process that died: it holds nothing any more."""
        tail = ledger._tail if isinstance(ledger, FileLedger) else None
        if tail is not None:
            tail.close()
        self.let_go()

    def tamper(self) -> None:
        """Somebody else changes what is stored."""
        if self.backend == "file":
            path = self._folder / FOLDER / "development.ledger.json"
            path.write_bytes(path.read_bytes().replace(b"row-", b"raw-"))
            return
        if self.states.body:
            self.states.body = self.states.body.replace(b"row-", b"raw-")
            return
        for row in self.sandbox._store.contexts.find():
            if row["id"].startswith("lock-"):
                continue
            data = {**row["data"], "mac": "0" * 64}
            ask(self.sandbox, "PATCH", f"/v2/contexts/novu-sync/{row['id']}", {"data": data})

    def lose(self) -> None:
        """All of it is gone."""
        shutil.rmtree(self._folder / FOLDER, ignore_errors=True)
        self.states.body = b""
        for row in self.sandbox._store.contexts.find():
            ask(self.sandbox, "DELETE", f"/v2/contexts/novu-sync/{row['id']}")

    def stored(self) -> bytes:
        """All that lies there, as bytes."""
        files = [each.read_bytes() for each in self._folder.rglob("*") if each.is_file()]
        found = self.sandbox._store.contexts.find()
        rows = [repr(row).encode() for row in found if not row["id"].startswith("lock-")]
        return b"".join([*files, *rows, self.states.body])


BACKENDS = ("file", "novu", "http", "gitlab")
"""Those that remember."""
