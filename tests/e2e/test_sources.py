"""Secrets from commands, from files elsewhere and from a plug-in, with the installed command."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import sysconfig
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from conftest import Run

ROOT = Path(__file__).parents[2]
NOVU_SYNC = Path(sysconfig.get_path("scripts")) / "novu-sync"
SLACK = """
integrations:
  - identifier: slack
    name: Slack
    providerId: slack
    active: true
    credentials:
      applicationId: A
      clientId: "1"
      secretKey: {secret}
      signingSecret: ${{env:SIGNING}}
"""


@pytest.mark.usefixtures("server")
def test_a_command_gives_a_secret_that_is_sent_and_never_shown(
    project: Callable[..., Path], novu_sync: Callable[..., Run]
) -> None:
    folder = project(SLACK.format(secret="${exec:./secret one}"))
    script = folder / "secret"
    script.write_text('#!/bin/sh\necho "hidden-$1"\necho noise-of-stderr >&2\n', "utf-8")
    script.chmod(0o700)
    checked = novu_sync("validate", "-c", folder)
    assert checked.code == 0, checked
    refused = novu_sync("plan", "-c", folder)
    assert (refused.code, "NS303" in refused.err) == (3, True), refused
    allowed = ("-c", folder, "--allow-exec")
    planned = novu_sync("plan", *allowed, "-v")
    assert "--allow-exec" in planned.out.splitlines()[-1], planned
    applied = novu_sync("apply", *allowed, "--yes", "-v")
    assert applied.code == 0, applied
    assert novu_sync("plan", *allowed, "--detailed-exitcode").code == 0
    script.write_text("#!/bin/sh\necho hidden-two\n", "utf-8")
    changed = novu_sync("plan", *allowed, "--detailed-exitcode", "-v")
    assert changed.code == 2
    assert "credentials.secretKey  (secret, changed)" in changed.out
    for each in (checked, refused, planned, applied, changed):
        assert "hidden" not in each.out + each.err
        assert "noise" not in each.out + each.err


@pytest.mark.usefixtures("server")
def test_an_api_key_may_come_from_a_command_too(
    project: Callable[..., Path], novu_sync: Callable[..., Run]
) -> None:
    folder = project("")
    file = folder / "novu-sync.yaml"
    text = file.read_text("utf-8")
    command = "${exec:printf sandbox-development}"
    file.write_text(text.replace("${env:NOVU_DEVELOPMENT_API_KEY}", command), "utf-8")
    assert novu_sync("plan", "-c", folder, "--allow-exec").code == 0
    missing = novu_sync("plan", "-c", folder)
    assert missing.code == 8, missing
    assert "`--allow-exec`" in missing.err


@pytest.mark.usefixtures("server")
def test_a_file_of_a_permitted_directory_is_read_and_no_other(
    project: Callable[..., Path], novu_sync: Callable[..., Run], tmp_path: Path
) -> None:
    secrets = tmp_path / "run-secrets"
    secrets.mkdir()
    (secrets / "slack").write_text("hidden\n", "utf-8")
    folder = project(SLACK.format(secret=f"${{file:{secrets}/slack}}"))
    for command in ("validate", "plan"):
        refused = novu_sync(command, "-c", folder)
        assert (refused.code, "NS306" in refused.out + refused.err) == (3, True), refused
        allowed = novu_sync(command, "-c", folder, "--allow-file", secrets)
        assert allowed.code == 0, allowed
    (secrets / "slack").unlink()
    (secrets / "slack").symlink_to(folder.parent / "elsewhere")
    (folder.parent / "elsewhere").write_text("hidden", "utf-8")
    led_away = novu_sync("plan", "-c", folder, "--allow-file", secrets)
    assert (led_away.code, "NS306" in led_away.err) == (3, True), led_away


def alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.usefixtures("server")
def test_an_interruption_ends_the_commands_and_what_they_started(
    project: Callable[..., Path], number: int
) -> None:
    folder = project(SLACK.format(secret="${exec:./secret}"))
    script = folder / "secret"
    script.write_text("#!/bin/sh\nsleep 60 &\necho $! $$ > pids\nwait\n", "utf-8")
    script.chmod(0o700)
    command = [NOVU_SYNC, "plan", "-c", folder, "--allow-exec"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
        pids = folder / "pids"
        while not (pids.exists() and pids.read_text("utf-8").endswith("\n")):
            assert process.poll() is None
            time.sleep(0.02)
        process.send_signal(number)
        out, _ = process.communicate(timeout=60)
    assert process.returncode == 130, out
    assert b"Traceback" not in out
    end = time.monotonic() + 10
    while any(map(alive, map(int, pids.read_text("utf-8").split()))):
        assert time.monotonic() < end
        time.sleep(0.05)


class Vault(BaseHTTPRequestHandler):
    """A server of a few secrets, as Vault's key-value store answers."""

    def do_GET(self) -> None:  # noqa: D102 - the library's name
        held = {"/v1/secret/data/slack": {"key": "hidden-in-vault", "of": {"a": 1}}}
        status = 200 if self.path in held else 404
        if self.headers["X-Vault-Token"] != "right":
            status = 403
        if "broken" in self.path:
            status = 500
        body = json.dumps({"data": {"data": held.get(self.path, {})}, "errors": ["hidden"]})
        self.send_response(status)
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_: object) -> None:  # noqa: D102 - the library's name
        pass


@pytest.fixture(autouse=True)
def signing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIGNING", "hidden-signing")


@pytest.fixture
def vault() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Vault) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the example plug-in was installed, as pip installs any package."""
    place = tmp_path_factory.mktemp("plug-in")
    source = place / "source"
    shutil.copytree(ROOT / "examples" / "plugins" / "vault", source)
    subprocess.run(
        [
            *(sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"),
            *(
                "--no-index",
                "--no-deps",
                "--no-build-isolation",
                "--target",
                place / "site",
                source,
            ),
        ],
        check=True,
    )
    return place / "site"


CASES = {
    "": ("right", "slack#key", 0, ""),
    "of an object": ("right", "slack#of", 0, ""),
    "no such key": ("right", "slack#kee", 3, "NS305"),
    "no such secret": ("right", "slick#key", 3, "NS305"),
    "no key at all": ("right", "slack", 3, "NS305"),
    "a wrong token": ("wrong", "slack#key", 3, "may not read that"),
    "a server that is broken": ("right", "broken#key", 3, "does not reach what it reads from"),
}


@pytest.mark.parametrize("how", CASES)
@pytest.mark.usefixtures("server")
def test_the_example_plug_in_is_installed_and_used(
    how: str, project: Callable[..., Path], installed: Path, vault: str
) -> None:
    """Its failures are findings at the line, without a word of the server's."""
    token, argument, code, says = CASES[how]
    folder = project(SLACK.format(secret=f"${{vault:secret/{argument}}}"))
    environment = {
        **os.environ,
        "PYTHONPATH": str(installed),
        "VAULT_ADDR": vault,
        "VAULT_TOKEN": token,
    }

    def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [NOVU_SYNC, *arguments],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    assert run("validate", "-c", folder).returncode == 0
    done = run("apply", "-c", folder, "--yes", "-v")
    assert done.returncode == code, done
    assert says in done.stderr
    assert "hidden" not in done.stdout + done.stderr
    assert "right" not in done.stdout + done.stderr
    if code:
        assert "novu-sync.yaml:16:7: error" in done.stderr
    else:
        assert run("plan", "-c", folder, "--detailed-exitcode").returncode == 0


def test_without_the_plug_in_its_word_is_unknown(
    project: Callable[..., Path], novu_sync: Callable[..., Run]
) -> None:
    folder = project(SLACK.format(secret="${vault:secret/slack#key}"))
    run = novu_sync("validate", "-c", folder)
    assert (run.code, "NS302" in run.out) == (3, True), run
