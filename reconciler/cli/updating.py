"""``export --update``: what is otherwise on a server comes into the files that declare it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.cli.streams import say

if TYPE_CHECKING:
    from reconciler.cli.options import ConnectionOptions, ProjectOptions


def update(where: ProjectOptions, how: ConnectionOptions, *, yes: bool, verbose: bool) -> None:
    """Compare with the servers, show the edit, ask, write.

    Raises:
        FindingsError: the configuration cannot be read as a project.
        UsageError: no environment was named where there are several, or there is nobody to ask.
        WorldError: a server gave no usable answer, or a file cannot be written.
    """
    from reconciler.authoring.editing import edited
    from reconciler.authoring.updating import drift, unwritten
    from reconciler.cli.editing import offer
    from reconciler.cli.live import observe_live
    from reconciler.cli.project import open_project, sources
    from reconciler.findings import in_order

    project, names = open_project(where)
    live = observe_live(project, names, sources(project, where), how, verbose=verbose)
    found = drift(project, live)
    result = edited(project, found.wishes)
    left = (unwritten(project, each) for each in result.left)
    for identifier, name in found.missing:
        say(f"{identifier} is declared for {name} and not on the server.", err=True)
    if found.unmanaged:
        what = "integration is" if found.unmanaged == 1 else "integrations are"
        say(
            f"{found.unmanaged} {what} on the server and declared nowhere; novu-sync export shows"
            " all that is there.",
            err=True,
        )
    offer(project, result, in_order((*found.findings, *left)), yes=yes)
