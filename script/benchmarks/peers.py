"""The peers: what each needs to be there, and how it is started.

The scripts themselves are in ``peers/``; each says at its top what it does, and what it leaves
out that novu-sync does. The two official SDKs are installed on demand, with the ordinary npm and
pip, into a folder that git does not see.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import venv
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from benchmarks.running import PEERS, ROOT

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

INSTALLED = ROOT / ".bench"
NODE_SDK = "@novu/api@3.19.1"
PYTHON_SDK = "novu-py==3.19.0"

_NODE_MODULES = INSTALLED / "node_modules"
_PYTHON = INSTALLED / "python" / "bin" / "python"
_INSTALL = "script/bench --install-peers installs it"


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """A program that does part of novu-sync's work.

    Attributes:
        name: as the tables show it.
        program: its arguments come after these.
        reads_yaml: whether it gets the project file; JSON, made from it beforehand, if not.
        tools: commands that must be there.
        installed: what ``--install-peers`` must have made.
        variables: what it needs in its environment.
    """

    name: str
    program: tuple[str, ...]
    reads_yaml: bool = False
    tools: tuple[str, ...] = ()
    installed: Path | None = None
    variables: Mapping[str, str] = field(default_factory=dict)

    @property
    def missing(self) -> str:
        """Why it cannot run here; empty where it can."""
        lacking = [tool for tool in self.tools if shutil.which(tool) is None]
        if lacking:
            return f"{' and '.join(lacking)} not found"
        if self.installed is not None and not self.installed.exists():
            return _INSTALL
        return ""


def _python(name: str, script: str) -> Peer:
    return Peer(name=name, program=(sys.executable, str(PEERS / script)))


IMPORT_CLICK = _python("import click", "import_click.py")
LOAD_YAML = _python("yaml.load", "load_yaml.py")
PLAN_HTTPX = _python("httpx", "plan_httpx.py")
PLAN_CURL_JQ = Peer(
    name="curl+jq", program=("sh", str(PEERS / "plan_curl_jq.sh")), tools=("curl", "jq")
)
PLAN_CURL_JQ_YAML = replace(
    PLAN_CURL_JQ, name="curl+jq+yaml", reads_yaml=True, variables={"PYTHON": sys.executable}
)
PLAN_HTTP_CLIENT = _python("http.client", "plan_http_client.py")
PLAN_HTTP_CLIENT_YAML = replace(PLAN_HTTP_CLIENT, name="http.client+yaml", reads_yaml=True)
PLAN_NODE_SDK = Peer(
    name="Node SDK",
    program=("node", str(PEERS / "plan_node_sdk.cjs")),
    tools=("node",),
    installed=_NODE_MODULES / "@novu" / "api",
    variables={"NODE_PATH": str(_NODE_MODULES)},
)
APPLY_HTTPX = _python("httpx", "apply_httpx.py")
APPLY_PYTHON_SDK = Peer(
    name="Python SDK",
    program=(str(_PYTHON), str(PEERS / "apply_python_sdk.py")),
    installed=_PYTHON,
)


def install() -> int:
    """Installs the official SDKs and says what became of it; 0 where all went well."""
    INSTALLED.mkdir(exist_ok=True)
    (INSTALLED / ".gitignore").write_text("*\n", "utf-8")
    return _install_node_sdk() | _install_python_sdk()


def _install_node_sdk() -> int:
    if shutil.which("npm") is None:
        print("Node SDK: npm not found, left out", file=sys.stderr)
        return 1
    arguments = ("npm", "install", "--no-audit", "--no-fund", "--prefix", str(INSTALLED), NODE_SDK)
    return _say("Node SDK", NODE_SDK, arguments)


def _install_python_sdk() -> int:
    venv.create(INSTALLED / "python", with_pip=True, symlinks=os.name != "nt")
    quiet = ("--quiet", "--disable-pip-version-check")
    return _say(
        "Python SDK", PYTHON_SDK, (str(_PYTHON), "-m", "pip", "install", *quiet, PYTHON_SDK)
    )


def _say(name: str, what: str, arguments: tuple[str, ...]) -> int:
    code = subprocess.run(arguments, cwd=INSTALLED, check=False).returncode
    print(f"{name}: {what} installed" if code == 0 else f"{name}: {what} cannot be installed")
    return 1 if code else 0
