"""All that references of one run may read, each value once, slow ones many at a time."""

from __future__ import annotations

import threading
import time
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Protocol, TypeAlias

from reconciler.config.plugins import PlugIn
from reconciler.config.refusing import BadReferenceError
from reconciler.config.settings import api_keys
from reconciler.config.sources import Files, Variables

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from reconciler.config.project import Project
    from reconciler.config.references import Reference, Source

SECONDS: Final = 30.0
"""How long a command or a plug-in may take for one value unless somebody says otherwise."""

AT_ONCE: Final = 8
"""How many slow values are asked for at the same time."""

_SECONDS_TO_END: Final = 5.0
_GLANCE: Final = 0.2

_Outcome: TypeAlias = "str | Exception | None"


class Slow(Protocol):
    """A source that takes its time: `Source` is told in `references`."""

    def read(self, argument: str) -> str | None:
        """The value, or `None` where there is none."""

    def lacking(self, argument: str) -> str:
        """What to tell where there is no value, or an empty one."""

    def stop(self) -> None:
        """End what is under way, as far as that can be done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Permit:
    """What the person who runs novu-sync permits references.

    Attributes:
        commands: whether ``${exec:…}`` runs anything.
        seconds: how long a command or a plug-in may take for one value.
        process: the variables that a command sees, but for those that hold API keys of the
            project.
    """

    commands: bool = False
    seconds: float = SECONDS
    process: Mapping[str, str] = field(default_factory=dict)


class Remembered:
    """A slow source, asked once for each argument; what it gave or raised is kept for the run."""

    def __init__(self, source: Slow) -> None:
        """Remember what a source gives."""
        self._source = source
        self._outcomes: dict[str, _Outcome] = {}

    def read(self, argument: str) -> str | None:
        """As the source itself.

        Raises:
            BadReferenceError: as the source itself.
        """
        if argument not in self._outcomes:
            self.ask(argument)
        outcome = self._outcomes[argument]
        if isinstance(outcome, BadReferenceError):  # a new one: it may be raised several times
            raise BadReferenceError(outcome.code, outcome.detail)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    def lacking(self, argument: str) -> str:
        """As the source itself."""
        return self._source.lacking(argument)

    def knows(self, argument: str) -> bool:
        """Whether it was asked for that before."""
        return argument in self._outcomes

    def ask(self, argument: str) -> None:
        """Get a value, or why there is none; nothing is raised."""
        try:
            self._outcomes[argument] = self._source.read(argument)
        except Exception as error:  # noqa: BLE001 - raised where the value is wanted
            self._outcomes[argument] = error

    def stop(self) -> None:
        """End what is under way."""
        self._source.stop()


class Sources(dict[str, "Source"]):
    """Sources by the word before the colon; slow ones are made when they are first named."""

    def __init__(self, project: Project, variables: Mapping[str, str], permit: Permit) -> None:
        """Read what a project's references name.

        Args:
            project: the project.
            variables: what ``${env:…}`` sees.
            permit: what the person who runs it permits.
        """
        super().__init__(env=Variables(variables), file=Files(project.directory, project.readable))
        self._project = project
        self._permit = permit

    def __missing__(self, word: str) -> Source:
        """Commands, or the plug-in of that word: whoever read the reference knows that it is."""
        made = self[word] = Remembered(
            self._commands() if word == "exec" else PlugIn(word, seconds=self._permit.seconds)
        )
        return made

    def _commands(self) -> Slow:
        from reconciler.config.commands import Commands  # noqa: PLC0415 - few projects have any

        held = {argument for source, argument in api_keys(self._project) if source == "env"}
        return Commands(
            self._project.directory,
            {name: each for name, each in self._permit.process.items() if name not in held},
            allowed=self._permit.commands,
            seconds=self._permit.seconds,
        )


def fetch(sources: Mapping[str, Source], references: Iterable[Reference]) -> None:
    """Ask slow sources for all that is going to be read, at the same time and each thing once.

    Whatever ends this early, an interruption above all, ends what was started too.
    """
    jobs = _jobs(sources, references)
    waiting = deque((source, argument) for (_, argument), source in jobs.items())

    def work(ended: threading.Event) -> None:
        while True:
            try:
                source, argument = waiting.popleft()
            except IndexError:
                ended.set()
                return
            source.ask(argument)

    # Events, since a join that is interrupted takes its thread for ended (Python before 3.13).
    ends = [threading.Event() for _ in range(min(AT_ONCE, len(waiting)))]
    begun: list[threading.Event] = []
    try:
        for each in ends:
            begun.append(each)
            threading.Thread(target=work, args=(each,), daemon=True).start()
        for each in ends:
            while not each.wait(_GLANCE):
                pass  # so that a signal which another thread was given is seen soon
    except BaseException:
        waiting.clear()
        for source in jobs.values():
            source.stop()
        # One may be about to start a command just now: the process must not end before that is
        # seen, and its command ended.
        latest = time.monotonic() + _SECONDS_TO_END
        for each in begun:
            each.wait(max(0.0, latest - time.monotonic()))
        raise


def _jobs(
    sources: Mapping[str, Source], references: Iterable[Reference]
) -> dict[tuple[str, str], Remembered]:
    """What has to be asked for, by the word of its source and what it is asked."""
    jobs: dict[tuple[str, str], Remembered] = {}
    for each in references:
        source = None if each.is_public else sources[each.source]
        if isinstance(source, Remembered) and not source.knows(each.argument):
            jobs[each.source, each.argument] = source
    return jobs
