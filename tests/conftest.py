"""What tests of the whole command share: a running sandbox, a project folder, the command."""

from __future__ import annotations

import signal
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from support import published

from reconciler.cli import main
from reconciler.sandbox.application import Sandbox
from reconciler.sandbox.server import running

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

# Whoever starts the suite in the background makes it ignore Ctrl-C, and so all that it starts.
signal.signal(signal.SIGINT, signal.default_int_handler)

KEYS = {
    "NOVU_DEVELOPMENT_API_KEY": "sandbox-development",
    "NOVU_PRODUCTION_API_KEY": "sandbox-production",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """How a command ended and what it said."""

    code: int
    out: str
    err: str

    def __str__(self) -> str:
        return f"exit {self.code}\n--- stdout\n{self.out}--- stderr\n{self.err}"


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """A sandbox of the newest generation, in memory."""
    with Sandbox() as served:
        yield served


@pytest.fixture
def server(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The sandbox on a free port of this machine; projects find it and its keys by variables."""
    with running(sandbox) as url:
        monkeypatch.setenv("NOVU_API_URL", url)
        for name, key in KEYS.items():
            monkeypatch.setenv(name, key)
        yield url


@pytest.fixture
def novu_sync(capfd: pytest.CaptureFixture[str]) -> Callable[..., Run]:
    """Runs a command line in this process, as the installed command does."""

    def run(*arguments: str | Path) -> Run:
        capfd.readouterr()
        code = main.run([str(each) for each in arguments])
        out, err = capfd.readouterr()
        published.check_run([str(each) for each in arguments], out, err)
        return Run(code=int(code), out=out, err=err)

    return run


@pytest.fixture
def project(tmp_path: Path) -> Callable[[str], Path]:
    """Writes a project file with the usual head and the integrations given; returns its folder."""

    def write(integrations: str, *, head: str = "") -> Path:
        folder = tmp_path / "project"
        folder.mkdir(exist_ok=True)
        (folder / "novu-sync.yaml").write_text(
            "version: 1\n"
            "project: tests\n"
            "environments:\n"
            "  development:\n"
            "    apiUrl: ${env:NOVU_API_URL}\n"
            "    apiKey: ${env:NOVU_DEVELOPMENT_API_KEY}\n" + head + integrations,
            encoding="utf-8",
        )
        return folder

    return write


def pytest_unconfigure(config: pytest.Config) -> None:
    """Tell in the last line how much was searched for secrets, where anything was."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    passed = reporter.stats.get("passed", ()) if reporter else ()
    searched = [
        value for report in passed for name, value in report.user_properties if name == "leaks"
    ]
    if searched:
        channels, secrets, commands = zip(*searched, strict=True)
        reporter.write_line(
            f"nothing leaks: {max(channels)} channels \u00d7 {sum(secrets)} secrets"
            f" \u00d7 {sum(commands)} commands"
        )
