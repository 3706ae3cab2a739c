"""Who holds a lock: told to whoever is kept waiting, and to nobody else."""

from __future__ import annotations

import getpass
import re
import secrets
import socket
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reconciler.secret import Json

_LONGEST = 300
_URL = re.compile(r"https?://[A-Za-z0-9._~:\[\]-]+(?:/[A-Za-z0-9._~!$&'()*+,;=:@%/?-]*)?")

_PEOPLE = (
    "GITHUB_ACTOR",
    "GITLAB_USER_LOGIN",
    "CIRCLE_USERNAME",
    "BUILDKITE_BUILD_AUTHOR",
    "BUILD_REQUESTEDFOR",
    "BUILD_USER",
)
_RUNS = ("CI_JOB_URL", "CI_PIPELINE_URL", "CIRCLE_BUILD_URL", "BUILDKITE_BUILD_URL", "BUILD_URL")


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """A run that holds a lock, or did.

    Attributes:
        name: of the person or the account that started it; may be empty.
        host: the machine's name; may be empty.
        run: where a CI system shows the run; empty where there is none.
        nonce: tells it apart from every other run.
    """

    name: str = ""
    host: str = ""
    run: str = ""
    nonce: str = ""

    def __str__(self) -> str:
        """For people: ``anna on runner-7 (https://…)``."""
        who = self.name or "somebody"
        where = f" on {self.host}" if self.host else ""
        return f"{who}{where}{f' ({self.run})' if self.run else ''}"

    def encode(self) -> dict[str, Any]:
        """As JSON."""
        return {"holder": self.name, "host": self.host, "run": self.run, "nonce": self.nonce}


def this_run(variables: Mapping[str, str]) -> Holder:
    """The run that this process is.

    Args:
        variables: the process's environment, of which only names of people and addresses of runs
            are taken, as CI systems set them.
    """
    name = next((variables[each] for each in _PEOPLE if variables.get(each)), "")
    return Holder(
        name=_plain(name or _user()),
        host=_plain(socket.gethostname()),
        run=_run(variables),
        nonce=secrets.token_hex(16),
    )


def decode(row: Mapping[str, Json]) -> Holder:
    """A holder from JSON that anybody may have written: nothing in it is believed to be plain."""
    texts = {key: _plain(value) for key, value in row.items() if isinstance(value, str)}
    return Holder(
        name=texts.get("holder", ""),
        host=texts.get("host", ""),
        run=_address(texts.get("run", "")),
        nonce=texts.get("nonce", ""),
    )


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # no such user in this container
        return ""


def _run(variables: Mapping[str, str]) -> str:
    get = variables.get
    github = f"{get('GITHUB_SERVER_URL')}/{get('GITHUB_REPOSITORY')}/actions/runs"
    azure = f"{get('SYSTEM_COLLECTIONURI', '').rstrip('/')}/{get('SYSTEM_TEAMPROJECT')}/_build"
    bitbucket = f"{get('BITBUCKET_GIT_HTTP_ORIGIN')}/pipelines/results"
    known = (
        f"{github}/{get('GITHUB_RUN_ID')}" if get("GITHUB_RUN_ID") else "",
        *(get(each, "") for each in _RUNS),
        f"{azure}/results?buildId={get('BUILD_BUILDID')}" if get("BUILD_BUILDID") else "",
        f"{bitbucket}/{get('BITBUCKET_BUILD_NUMBER')}" if get("BITBUCKET_BUILD_NUMBER") else "",
    )
    return next((found for each in known if (found := _address(each))), "")


def _address(text: str) -> str:
    """A plain address without a user and a password; anything else is nothing."""
    return text if len(text) <= _LONGEST and _URL.fullmatch(text) else ""


def _plain(text: str) -> str:
    """Printable and short: it is shown on terminals and in logs."""
    return "".join(each for each in text if each.isprintable())[:_LONGEST]
