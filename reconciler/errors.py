"""What can go wrong outside of a configuration file.

NovuSyncError
├── WorldError                 the world failed: network, server, a file                 exit 1
│   ├── FileError              a file cannot be read or written
│   ├── NetworkError           no usable answer came: refused, dropped, timed out
│   ├── ResponseError          an answer came that is not what Novu answers
│   ├── StatusError            Novu answered with an error status
│   │   └── ConflictError      Novu answered 409: an identifier is taken
│   └── ServerStateError       the server holds something a run must not touch, like duplicates
├── FindingsError              the configuration has findings                            exit 3
├── StaleError                 a plan that was written down can be used no more          exit 5
├── GuardError                 a guard refused                                           exit 6
├── LockedError                another run holds the lock                                exit 7
├── ApiKeyError                key missing, rejected, or of another environment          exit 8
├── UsageError                 wrong usage of the command line                           exit 64
└── InterruptedRunError        stopped by a signal after finishing what was in flight    exit 130

Messages never hold a secret and are written for the person who runs the command. Whatever is
raised from a library's exception is raised ``from None`` where that exception holds values.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reconciler.findings import Finding


class NovuSyncError(Exception):
    """The root: every failure that novu-sync explains to its user.

    Attributes:
        summary: what failed, one line.
        mend: what the user can do about it; empty where there is nothing to say.
        uncertain: it is about a write that had been sent before, and the earlier sending may have
            been carried out, whatever is said of the last one.
    """

    def __init__(self, summary: str, mend: str = "") -> None:
        super().__init__(summary)
        self.summary = summary
        self.mend = mend
        self.uncertain = False


class WorldError(NovuSyncError):
    """Something outside of this program failed."""


class FileError(WorldError):
    """A file cannot be read or written."""


class NetworkError(WorldError):
    """No usable answer came.

    Attributes:
        ambiguous: whether the server may have carried out the request all the same.
    """

    def __init__(self, summary: str, mend: str = "", *, ambiguous: bool) -> None:
        super().__init__(summary, mend)
        self.ambiguous = ambiguous


class ResponseError(WorldError):
    """An answer came that Novu does not give: HTML, half a body, another shape."""


class StatusError(WorldError):
    """Novu answered with an error status.

    Attributes:
        status: the HTTP status.
        server_message: what Novu says; shown to the user, so it must be free of secrets.
        ambiguous: whether the request may have been carried out all the same (408 and 5xx).
    """

    def __init__(self, summary: str, mend: str = "", *, status: int, server_message: str) -> None:
        super().__init__(summary, mend)
        self.status = status
        self.server_message = server_message

    @property
    def ambiguous(self) -> bool:
        """A time-out or server fault says nothing about whether the write happened."""
        return self.status == 408 or self.status >= 500  # noqa: PLR2004 - HTTP's own numbers


class ConflictError(StatusError):
    """Novu answered 409: the identifier is taken, here or elsewhere in the organization."""


class ServerStateError(WorldError):
    """The server holds something that a run cannot safely work on, like duplicate identifiers."""


class FindingsError(NovuSyncError):
    """The configuration has findings of severity error.

    Attributes:
        findings: all of them, warnings included, sorted by place.
        project: the project's name, where it could be read.
        environments: those that the command is about, where they are known.
    """

    def __init__(
        self, findings: Sequence[Finding], *, project: str = "", environments: Sequence[str] = ()
    ) -> None:
        super().__init__("the configuration has findings")
        self.findings = tuple(findings)
        self.project = project
        self.environments = tuple(environments)


class StaleError(NovuSyncError):
    """A plan that was written down was used, has expired, was changed, or is another tool's."""


class GuardError(NovuSyncError):
    """A guard refused the plan; nothing was written."""


class LockedError(NovuSyncError):
    """Another run holds the lock."""


class ApiKeyError(NovuSyncError):
    """The API key is missing, rejected, or belongs to another environment."""


class UsageError(NovuSyncError):
    """The command line cannot be understood."""


class InterruptedRunError(NovuSyncError):
    """A signal stopped the run after the request in flight was finished."""
