"""What `init` looks at and writes once its questions are answered."""

from __future__ import annotations

import signal
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from reconciler.cli import outputs
from reconciler.cli.asking import Asker
from reconciler.cli.exits import Exit, worst
from reconciler.cli.interview import Interview
from reconciler.cli.options import OutputOptions, PlanningOptions, ProjectOptions
from reconciler.cli.saving import content
from reconciler.cli.saving import replace as put
from reconciler.cli.streams import say
from reconciler.errors import ApiKeyError, FileError, InterruptedRunError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from pathlib import Path
    from types import FrameType

    from reconciler.authoring.export import Exported
    from reconciler.cli.interview import Wanted
    from reconciler.cli.options import ConnectionOptions
    from reconciler.model import Observed

_EVERYTHING = PlanningOptions(
    targets=(), excludes=(), prune=False, credentials="changed", rotate=(), allow=()
)
_CI = {
    "github": "In the workflow, put the place of novu-sync's repository into `uses:`; the variables"
    " below `env:` become secrets of yours (docs/ci.md).",
    "gitlab": "In the pipeline, put an image with novu-sync into `image:`; the variables that its"
    " first lines name become CI/CD variables (docs/ci.md).",
}
"""What the file cannot know."""

_TEXT = OutputOptions(outputs=(("text", None),), color=False, verbosity=0)


def begin(how: ConnectionOptions, values: Mapping[str, Any]) -> Exit:
    """Begin a project.

    Args:
        how: how to talk to Novu.
        values: of the command's other options.

    Raises:
        NovuSyncError: it cannot be begun; nothing was written.
    """
    asker = Asker(defaults=values["yes"])
    interview = Interview(asker, values, how)
    interview.refuse_what_cannot_be()
    wanted = interview.wanted()
    live = {} if wanted.offline else _live(wanted, how, verbose=values["verbose"])
    exported = _exported(wanted, live, interview)
    ci = interview.ci(wanted.folder)
    written = _files(wanted, exported, ci, how, split=values["split"] is not None)
    interview.may_overwrite(_differing(written))
    _write(written)
    if ci != "none":
        say(_CI[ci], err=True)
    return _end(wanted, exported, how, verbose=values["verbose"])


def _live(wanted: Wanted, how: ConnectionOptions, *, verbose: bool) -> dict[str, Observed]:
    """What the servers have: this is where the API keys are tried."""
    from reconciler.cli.live import observe_live
    from reconciler.cli.project import sources
    from reconciler.config.documents import Document
    from reconciler.config.project import assembled

    head = Document(wanted.head().encode(), wanted.path.as_posix())
    project = assembled(head, directory=wanted.folder)
    names = project.environments
    given = sources(project, _where(wanted))
    try:
        live = observe_live(project, names, given, how, verbose=verbose)
    except ApiKeyError as error:
        mend = f"{error.mend} With --offline a project is begun without trying any key."
        raise ApiKeyError(error.summary, mend) from None
    for name, observed in live.items():
        number = len(observed.integrations)
        say(
            f"{name}: {wanted.keys[name]} opens Novu's environment"
            f" {observed.environment_name or observed.environment_id}, with {number}"
            f" integration{'' if number == 1 else 's'}",
            err=True,
        )
    return live


def _exported(
    wanted: Wanted, live: Mapping[str, Observed], interview: Interview
) -> Exported | None:
    """What is taken along; `None` where that is nothing."""
    from reconciler.authoring.export import export

    keys = tuple(wanted.keys.values())
    exported = export(live, environments=tuple(wanted.keys), reserved=keys)
    if not exported.definitions or not interview.takes(exported.rows):
        return None
    if not interview.declares_credentials():
        untold = {name: _untold(observed) for name, observed in live.items()}
        exported = export(untold, environments=tuple(wanted.keys), reserved=keys)
    if exported.findings:
        outputs.findings_to_stderr(exported.findings)
    return exported


def _untold(observed: Observed) -> Observed:
    """The same without any credentials, so that they are managed by nobody here."""
    from reconciler.model import ObservedCredentials, Readback

    none = ObservedCredentials(readback=Readback.READABLE)
    rows = tuple(replace(row, credentials=none) for row in observed.integrations)
    return replace(observed, integrations=rows)


def _files(
    wanted: Wanted, exported: Exported | None, ci: str, how: ConnectionOptions, *, split: bool
) -> dict[Path, bytes]:
    """Everything that is to be written, by path."""
    from reconciler.authoring import files, ignoring, pipelines
    from reconciler.authoring.export import export
    from reconciler.resources import shipped

    variables = exported.variables if exported else ()
    keys = tuple(wanted.keys.values())
    ignored = wanted.folder / ".gitignore"
    written = {
        **_declared(wanted, exported, split=split),
        wanted.folder / ".env.example": files.dotenv(exported or export({}), keys),
    }
    if ci != "none":
        root = _repository(wanted.folder)
        needed = [each.name for each in variables if not each.optional]
        path = pipelines.PATHS[ci]
        if ci == "gitlab" and (root / path).exists():
            path = pipelines.GITLAB_BESIDE
            say(f"{root / pipelines.GITLAB} is there: add `include: {path}` to it", err=True)
        example = shipped("examples", *pipelines.EXAMPLES[ci]).read_text("utf-8")
        written[root / path] = pipelines.MAKERS[ci](
            example,
            [*keys, *needed],
            folder=_below(wanted.folder, root),
            allowed_hosts=how.allowed_hosts,
        )
    data = {path: each.encode() for path, each in written.items()}
    return {**data, ignored: ignoring.ignoring(content(ignored) or b"")}


def _declared(wanted: Wanted, exported: Exported | None, *, split: bool) -> dict[Path, str]:
    """The project file, and those that it includes."""
    from reconciler.authoring import files

    if exported is None:
        return {wanted.path: wanted.head()}
    if not split:
        return {wanted.path: files.integrations(exported, wanted.keys, head=wanted.head())}
    folder = wanted.folder / "integrations"
    parts = files.by_channel(exported, wanted.keys)
    return {
        wanted.path: wanted.head(include=("integrations/*.yaml",)),
        **{folder / name: text for name, text in parts.items()},
    }


def _repository(folder: Path) -> Path:
    """The folder of the git repository that a folder lies in; itself where it lies in none."""
    whole = folder.resolve()
    found = next((each for each in (whole, *whole.parents) if (each / ".git").exists()), whole)
    return folder if found == whole else found


def _below(folder: Path, root: Path) -> str:
    return "" if folder == root else folder.resolve().relative_to(root).as_posix()


def _differing(written: Mapping[Path, bytes]) -> list[Path]:
    """Files that are there and hold something else; a ``.gitignore`` is only added to."""
    return [
        path
        for path, data in written.items()
        if path.name != ".gitignore" and content(path) not in (None, data)
    ]


def _write(written: Mapping[Path, bytes]) -> None:
    """Write all files or none of them, whatever is typed meanwhile.

    Raises:
        FileError: one cannot be written; the others are as they were.
    """
    before = {path: content(path) for path in written}
    done: list[Path] = []
    with _unbroken():
        try:
            for path, data in written.items():
                if before[path] != data:
                    put(path, data)
                    done.append(path)
        except FileError:
            for path in done:
                _restore(path, before[path])
            raise
    for path in done:
        say(f"{'wrote' if before[path] is None else 'changed'} {path}", err=True)


def _restore(path: Path, data: bytes | None) -> None:
    if data is None:
        path.unlink(missing_ok=True)
    else:
        put(path, data)


@contextmanager
def _unbroken() -> Iterator[None]:
    """A signal within it counts when it ends."""
    came: list[int] = []

    def later(signum: int, frame: FrameType | None) -> None:
        del frame
        came.append(signum)

    before = {each: signal.signal(each, later) for each in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
    if came:
        raise InterruptedRunError("interrupted, after all files were written")


def _end(
    wanted: Wanted, exported: Exported | None, how: ConnectionOptions, *, verbose: bool
) -> Exit:
    """Show the plan, where there is all that it needs, and say what to do now."""
    from reconciler.cli.composition import plan_all

    unset = _unset(wanted, exported)
    if unset or (exported and exported.placeholders):
        placeholders = exported.placeholders if exported else 0
        say(
            f"Next: set {len(unset)} variables (.env.example lists them) and fill in"
            f" {placeholders} placeholders, then novu-sync validate and novu-sync plan.",
            err=True,
        )
        return Exit.DONE
    if wanted.offline:
        say("Next: novu-sync doctor, then novu-sync plan.", err=True)
        return Exit.DONE
    with ExitStack() as stack:
        run = plan_all(_where(wanted), how, _EVERYTHING, verbose=verbose, stack=stack)
    outputs.plans(run, _TEXT)
    if not run.exits:
        say(
            "Next: read the files and commit them; novu-sync plan tells what a change means.",
            err=True,
        )
    return worst(run.exits)


def _unset(wanted: Wanted, exported: Exported | None) -> Collection[str]:
    """Variables that the project refers to and that have no value here."""
    from reconciler.cli.project import variables

    given = variables(_where(wanted))
    names = [
        *wanted.keys.values(),
        *(each.name for each in (exported.variables if exported else ()) if not each.optional),
    ]
    return [name for name in names if not given.get(name)]


def _where(wanted: Wanted) -> ProjectOptions:
    return ProjectOptions(
        config=wanted.path,
        environments=(),
        all_environments=True,
        env_file=wanted.env_file,
    )
