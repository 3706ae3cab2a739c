"""What `init` asks, and what the answers come to."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from reconciler.cli.streams import say
from reconciler.cli.taking import folder_name, key_variable
from reconciler.errors import InterruptedRunError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from reconciler.cli.asking import Asker
    from reconciler.cli.options import ConnectionOptions

REGIONS = {"us": "https://api.novu.co", "eu": "https://eu.api.novu.co"}
"""Novu's clouds by the words for them."""

_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_EXAMPLE = "development=NOVU_DEVELOPMENT_API_KEY"
_USUAL = "development production"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What the answers say.

    Attributes:
        path: of the project file.
        project: its name.
        api_url: where Novu answers.
        keys: variables that hold API keys, by the environment's name.
        env_file: a dotenv file with the keys.
        offline: Novu is not looked at.
    """

    path: Path
    project: str
    api_url: str
    keys: Mapping[str, str]
    env_file: Path | None
    offline: bool

    @property
    def folder(self) -> Path:
        """Where the project lies."""
        return self.path.parent

    def head(self, *, include: Sequence[str] = ()) -> str:
        """The beginning of the project file.

        Args:
            include: patterns of files with integrations.
        """
        from reconciler.authoring import files

        url = {} if self.api_url == REGIONS["us"] else {"apiUrl": self.api_url}
        environments = {
            name: {**url, "apiKey": f"${{env:{key}}}"} for name, key in self.keys.items()
        }
        return files.project_head(self.project, environments, include=include)


class Interview:
    """Asks one question after the other.

    Args:
        asker: knows whether a person is there.
        values: of the command's options, which answer questions.
        how: how to talk to Novu.
    """

    def __init__(self, asker: Asker, values: Mapping[str, Any], how: ConnectionOptions) -> None:
        self._asker = asker
        self._values = values
        self._how = how

    def refuse_what_cannot_be(self) -> None:
        """End the command before anything is asked, where it could not end well.

        Raises:
            UsageError: options contradict each other, nobody is there to answer a question, or a
                project is there already and nobody said to write over it.
        """
        values = self._values
        if values["region"] and values["api_url"]:
            raise UsageError("--region and --api-url contradict each other")
        if values["offline"] and values["export"]:
            raise UsageError("--offline and --export contradict each other")
        self._asker.refuse_in_a_pipe(self._unanswered())
        path = self._path()
        alone = self._asker.defaults or not sys.stdin.isatty()
        if path.exists() and alone:
            self.may_overwrite([path])

    def wanted(self) -> Wanted:
        """The answers that say what is begun.

        Raises:
            UsageError, GuardError: the answer of a flag cannot be used.
        """
        values = self._values
        api_url = self._asker.text(
            "Where does Novu answer? us, eu, or the address of a server of your own",
            values["region"] or values["api_url"],
            "us",
            self._address,
        )
        folder: Path = values["folder"]
        name = folder.resolve().name
        project = self._asker.text(
            "What is the project called?", values["project"], folder_name(name), _word
        )
        return Wanted(
            path=self._path(),
            project=project,
            api_url=api_url,
            keys=self._keys(),
            env_file=values["env_file"],
            offline=values["offline"],
        )

    def takes(self, rows: int) -> bool:
        """Whether what is on the server is taken along."""
        what = "the integration that is" if rows == 1 else f"the {rows} integrations that are"
        question = f"Take {what} there into the project?"
        return self._asker.confirm(question, given=self._values["export"])

    def declares_credentials(self) -> bool:
        """Whether their credentials are declared, too, and not left as they are in Novu."""
        given = self._values["credentials"]
        return self._asker.confirm(
            "Declare their credentials, too? Otherwise they stay as they are in Novu",
            given=None if given is None else given == "declare",
            default=False,
        )

    def ci(self, folder: Path) -> str:
        """Which CI file is written."""
        usual = "none"
        if (folder / ".github").is_dir():
            usual = "github"
        elif (folder / ".gitlab-ci.yml").exists():
            usual = "gitlab"
        question = "Write a CI file? github, gitlab or none"
        return self._asker.text(question, self._values["ci"], usual, _ci)

    def may_overwrite(self, existing: Sequence[Path]) -> None:
        """Ask before files that are there are written over.

        Raises:
            UsageError: there is nobody to ask, and no flag says yes.
            InterruptedRunError: the answer was no.
        """
        if not existing or self._values["overwrite"]:
            return
        names = ", ".join(map(str, existing))
        if self._asker.defaults or not sys.stdin.isatty():
            raise UsageError(
                f"{names} would be written over", "Add --overwrite, or name another folder."
            )
        say(f"There already, with something else in it: {names}", err=True)
        if not click.confirm("Write over it?", default=False, err=True):
            raise InterruptedRunError("nothing was written")

    def _path(self) -> Path:
        folder: Path = self._values["folder"]
        older = folder / "novu-sync.yml"
        return older if older.exists() else folder / "novu-sync.yaml"

    def _unanswered(self) -> Iterator[str]:
        """Flags that would answer what would have to be asked."""
        values = self._values
        if not values["region"] and not values["api_url"]:
            yield "--region us (or --api-url URL)"
        if not values["project"]:
            yield "--project NAME"
        if not values["api_keys"]:
            yield f"--api-key-env {_EXAMPLE}"
        if values["export"] is None and not values["offline"]:
            yield "--export (or --no-export)"
        if not values["credentials"] and not (values["offline"] or values["export"] is False):
            yield "--credentials leave"
        if not values["ci"]:
            yield "--ci none"

    def _address(self, text: str) -> str:
        from reconciler.transport import hosts

        if text in REGIONS:
            return REGIONS[text]
        url = text.rstrip("/").removesuffix("/v1")
        address = hosts.parse(url)
        hosts.check(
            address,
            allowed_hosts=self._how.allowed_hosts,
            allow_insecure_http=self._how.allow_insecure_http,
        )
        return address.url

    def _keys(self) -> dict[str, str]:
        """Variables that hold API keys, by the environment's name."""
        if self._values["api_keys"]:
            pairs = [_pair(each) for each in self._values["api_keys"]]
            if len(dict(pairs)) < len(pairs):
                raise UsageError(
                    "--api-key-env names an environment twice", "An environment has one key."
                )
            return dict(pairs)
        names = self._asker.text(
            "Which environments? Names, with blanks between them", None, _USUAL, _words
        )
        return {
            name: self._asker.text(
                f"Which variable holds the API key of {name}?", None, key_variable(name), _variable
            )
            for name in names
        }


def _word(text: str) -> str:
    if not _WORD.fullmatch(text):
        raise UsageError(
            f"{text!r} is no name", "Write letters, digits, dots, dashes and underscores."
        )
    return text


def _words(text: str) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(_word(each) for each in text.split()))
    if not names:
        raise UsageError("no environment is named", f"Write for example {_USUAL}.")
    return names


def _variable(text: str) -> str:
    if not _VARIABLE.fullmatch(text):
        # It may be the key itself, so it is not shown.
        raise UsageError(
            "that is no name of a variable",
            "Write the name of a variable that holds the key, like NOVU_DEVELOPMENT_API_KEY, and"
            " never the key itself.",
        )
    return text


def _pair(text: str) -> tuple[str, str]:
    name, equals, variable = text.partition("=")
    if not equals:
        raise UsageError("--api-key-env takes NAME=VARIABLE", f"Write for example {_EXAMPLE}.")
    return _word(name), _variable(variable)


def _ci(text: str) -> str:
    if text not in ("github", "gitlab", "none"):
        raise UsageError(f"there is no CI file for {text!r}", "Write github, gitlab or none.")
    return text
