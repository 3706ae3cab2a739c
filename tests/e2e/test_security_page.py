"""What `docs/security.md` says that somebody with one piece of it can and cannot do."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from support.inprocess import ask
from support.parrot import unpacked

from reconciler.fingerprint import Fingerprinter
from reconciler.sandbox.application import Sandbox
from reconciler.sandbox.server import running
from reconciler.secret import Secret
from reconciler.views.formats import FORMATS

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Run

    from reconciler.sandbox.wire import Request

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "security.md").read_text("utf-8")
SLACK = """
integrations:
  - identifier: slack
    name: {name}
    providerId: slack
    active: true
    credentials:
      applicationId: A1
      clientId: "1"
      secretKey: {secret}
      signingSecret: ${{env:SIGNING}}
"""


def written(**said: str) -> str:
    """The usual integration."""
    return SLACK.format(**{"name": "Slack", "secret": "${env:SECRET}", **said})


@pytest.fixture(autouse=True)
def secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET", "planted-secret")
    monkeypatch.setenv("SIGNING", "planted-signing")


def test_every_test_that_the_page_names_is_there() -> None:
    named = set(re.findall(r"`(test_\w+)`", PAGE))
    there = {
        name
        for path in (ROOT / "tests").rglob("test_*.py")
        for name in re.findall(r"^def (test_\w+)\(", path.read_text("utf-8"), re.MULTILINE)
    }
    assert len(named) >= 12
    assert named - there == set()


@pytest.mark.parametrize("command", [("plan",), ("apply", "--yes"), ("doctor",), ("snapshot",)])
def test_a_pull_request_cannot_send_the_key_away(
    command: tuple[str, ...],
    project: Callable[..., Path],
    novu_sync: Callable[..., Run],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Nobody is asked at the other host, and Novu's redirects there lead nowhere."""
    monkeypatch.setattr("socket.create_connection", lambda *_, **__: pytest.fail("connected"))
    monkeypatch.setattr("socket.getaddrinfo", lambda *_, **__: pytest.fail("looked up"))
    monkeypatch.setenv("NOVU_DEVELOPMENT_API_KEY", "sandbox-development")
    folder = project(written())
    for url in ("https://evil.example", "https://api.novu.co.evil.example", "http://api.novu.co"):
        monkeypatch.setenv("NOVU_API_URL", url)
        run = novu_sync(*command, "-c", folder)
        assert run.code == 6, run
        assert "sandbox-development" not in run.out + run.err


@pytest.mark.parametrize(
    "said",
    [
        {"name": "${env:NOVU_DEVELOPMENT_API_KEY}"},
        {"secret": "x${env:NOVU_DEVELOPMENT_API_KEY}"},
    ],
)
@pytest.mark.usefixtures("server")
def test_a_pull_request_cannot_show_the_key(
    said: dict[str, str], project: Callable[..., Path], novu_sync: Callable[..., Run]
) -> None:
    run = novu_sync("plan", "-c", project(written(**said)))
    assert (run.code, "NS309" in run.err) == (3, True), run


@pytest.mark.usefixtures("server")
def test_a_pull_request_cannot_read_files_of_the_machine(
    project: Callable[..., Path], novu_sync: Callable[..., Run], tmp_path: Path
) -> None:
    (tmp_path / "mine").write_text("planted-of-mine", "utf-8")
    folder = project("")
    (folder / "link").symlink_to(tmp_path / "mine")
    (folder / "folder").symlink_to(tmp_path)
    for path in ("/proc/self/environ", "../mine", "link", "folder/mine", "a/../../mine"):
        run = novu_sync("plan", "-c", project(written(secret=f"${{file:{path}}}")))
        assert (run.code, "NS306" in run.err) == (3, True), run
        assert "planted" not in run.out + run.err


@pytest.mark.usefixtures("server")
def test_a_pull_request_cannot_run_commands(
    project: Callable[..., Path], novu_sync: Callable[..., Run]
) -> None:
    folder = project(written(secret="${exec:touch ran}"))
    for command in (("validate",), ("plan",), ("apply", "--yes"), ("doctor",)):
        novu_sync(*command, "-c", folder)
    run = novu_sync("plan", "-c", folder)
    assert (run.code, "NS303" in run.err) == (3, True), run
    assert not (folder / "ran").exists()


FORGED = "a\n::error::forged\r\x1b[2K\u202eforged | <b>x</b> `y` @everyone"


@pytest.mark.usefixtures("server")
def test_a_name_cannot_forge_a_line_of_any_output(
    sandbox: Sandbox, project: Callable[..., Path], novu_sync: Callable[..., Run]
) -> None:
    """Of a row that somebody else made, or of a file that somebody proposes."""
    body = {"identifier": "theirs", "name": FORGED, "providerId": "slack", "channel": "chat"}
    body |= {"credentials": {}, "check": False, "active": False}
    assert ask(sandbox, "POST", "/v1/integrations", body).status == 201
    folder = project(written(name=json.dumps(FORGED)))
    for name in FORMATS:
        run = novu_sync("plan", "-c", folder, "-o", name, "-v")
        assert run.code == 0, run
        shown = run.out + run.err
        assert not re.search(r"^::error::forged", shown, re.MULTILINE), shown
        assert not set("\x1b\r\u202e") & set(shown)


@pytest.mark.usefixtures("server")
def test_a_plan_without_secrets_tells_nothing_of_them(
    project: Callable[..., Path], novu_sync: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not even whether a guess is right: the plan is the same for the right one and for others."""
    folder = project(written())
    assert novu_sync("apply", "-c", folder, "--yes").code == 0
    pages = []
    for guess in ("planted-secret", "wrong"):
        monkeypatch.setenv("SECRET", guess)
        pages.append(novu_sync("plan", "-c", folder, "--no-secrets").out)
    assert pages[0] == pages[1]


def _unkeyed(pin: str, words: set[bytes]) -> set[str]:
    """Every mark of a PIN that somebody without the API key could make, as far as we can think."""
    raw = pin.encode()
    made = {hashlib.new(name, raw).hexdigest() for name in ("md5", "sha1", "sha256", "sha512")}
    made |= {hashlib.sha256(json.dumps(pin).encode()).hexdigest()}
    for word in words:
        made.add(hmac.digest(word, raw, "sha256").hex())
        made.add(hashlib.sha256(word + raw).hexdigest())
    return made | {base64.b64encode(bytes.fromhex(each)).decode().rstrip("=") for each in made}


@pytest.mark.parametrize("ledger", ["file", "novu"])
def test_a_short_password_cannot_be_guessed_from_what_is_stored(
    ledger: str,
    project: Callable[..., Path],
    novu_sync: Callable[..., Run],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    """Neither from the ledger nor from a plan file or a digest; with the API key it can."""
    pin = "7391"
    monkeypatch.setenv("SECRET", pin)
    bodies: list[bytes] = []

    def note(request: Request) -> None:
        if request.path.startswith("/v2/contexts"):
            bodies.append(unpacked(request.body))

    monkeypatch.setenv("NOVU_DEVELOPMENT_API_KEY", "sandbox-development")
    folder = project(written(), head=f"    ledger: {ledger}\n")
    with Sandbox(hook=note) as served, running(served) as url:
        monkeypatch.setenv("NOVU_API_URL", url)
        planned = novu_sync("plan", "-c", folder, "--out", tmp_path / "plan")
        assert planned.code == 0, planned
        assert novu_sync("apply", "-c", folder, "--yes").code == 0
        environment = served.environment_id("development")
    stored = [
        each.read_bytes()
        for each in folder.rglob("*")
        if each.name != "novu-sync.yaml" and each.is_file()
    ]
    text = b"\n".join(
        [*stored, *bodies, (tmp_path / "plan").read_bytes(), planned.out.encode()]
    ).decode()
    words = {word.encode() for word in re.findall(r"[\w.-]{3,}", text)}
    for guess in (pin, "0000", "1234"):
        assert [each for each in _unkeyed(guess, words) if each in text] == []
    keyed = Fingerprinter(Secret("sandbox-development"), environment)
    assert keyed.of("slack", "credentials.secretKey", pin) in text
    assert keyed.of("slack", "credentials.secretKey", "0000") not in text


@pytest.mark.usefixtures("server")
def test_a_forged_ledger_deletes_nothing(
    sandbox: Sandbox, project: Callable[..., Path], novu_sync: Callable[..., Run]
) -> None:
    """A row that this project never applied, written into its ledger by somebody without the key."""
    folder = project(written(), head="    ledger: file\n")
    assert novu_sync("apply", "-c", folder, "--yes").code == 0
    body = {"identifier": "theirs", "name": "Theirs", "providerId": "slack", "channel": "chat"}
    made = ask(sandbox, "POST", "/v1/integrations", {**body, "credentials": {}, "check": False})
    (path,) = folder.rglob("*.ledger.json")
    document = json.loads(path.read_text("utf-8"))
    entry = {**document["entries"][0], "identifier": "theirs", "remoteId": made.data["_id"]}
    path.write_text(json.dumps({**document, "entries": [*document["entries"], entry]}), "utf-8")
    planned = novu_sync("plan", "-c", folder, "--prune", "--allow", "deletes=9", "-v")
    assert planned.code == 0, planned
    assert "0 to delete" in planned.out
    assert "unverifiable" in planned.out
    assert "lost" in planned.out
