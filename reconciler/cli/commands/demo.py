"""``novu-sync demo``: the whole story on the sandbox, told by the commands themselves."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from reconciler.cli.exits import Exit
from reconciler.cli.streams import flush, say
from reconciler.errors import WorldError
from reconciler.resources import shipped

if TYPE_CHECKING:
    from collections.abc import Mapping

_SECRETS = "made-up.env"
_FIELD = ("integrations/email.yaml", "Amazon SES (dev)", "Amazon SES (demo)")
_SECRET = ("slack-signing-secret-of-the-demo", "another-signing-secret-of-the-demo")


@click.command("demo")
def command() -> None:
    """See the whole story on the sandbox: no account, no network, nothing left behind.

    Starts a sandbox on a free port, takes an example project with email, SMS, chat, push and
    in-app integrations in two environments, and runs the commands that you would run.
    """
    from reconciler.sandbox.application import Sandbox
    from reconciler.sandbox.server import running

    began = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="novu-sync-demo-") as folder:
        project = Path(folder, "acme")
        shutil.copytree(shipped("examples", "demo"), project)
        (project / ".env.example").rename(project / _SECRETS)
        with Sandbox() as sandbox, running(sandbox) as url:
            _Story(project, url).tell()
    say(f"\nThat took {time.perf_counter() - began:.1f} s, and nothing of it is left.")
    say("Next: `novu-sync sandbox` to try your own, or `novu-sync --help`.")


class _Story:
    """Runs one command after the other and says why."""

    def __init__(self, project: Path, url: str) -> None:
        self._project = project
        # What the demo's file of secrets sets must not be taken from the user's own variables.
        ours = {line.partition("=")[0] for line in (project / _SECRETS).read_text().splitlines()}
        self._variables: Mapping[str, str] = {
            **{name: value for name, value in os.environ.items() if name not in ours},
            "NOVU_API_URL": url,
            "PYTHONIOENCODING": "utf-8",
        }

    def tell(self) -> None:
        """The story.

        Raises:
            WorldError: a command did not end as it should.
        """
        self._say(
            "A sandbox stands in for Novu. The project declares integrations in two environments:"
        )
        for path in sorted(self._project.rglob("*.y*ml")):
            say(f"  {path.relative_to(self._project)}")
        self._say("Is it sound? This needs neither the network nor a secret.")
        self._run("validate")
        self._say("What would change? Secrets are named, never shown.")
        self._run("plan", "--all-environments", "--env-file", _SECRETS)
        self._say("Do it.")
        self._run("apply", "--all-environments", "--env-file", _SECRETS, "--yes")
        self._say("Again: there is nothing left to do, though Novu gives no credentials back.")
        self._run("plan", "--all-environments", "--env-file", _SECRETS, "--detailed-exitcode")
        self._say("Somebody renames an integration in the YAML and rotates a secret in the store:")
        self._edit(*_FIELD)
        self._edit(_SECRETS, *_SECRET, secret=True)
        self._say("The plan names both, and shows neither the old secret nor the new one.")
        pending = Exit.CHANGES_PENDING
        in_development = ("-e", "development", "--env-file", _SECRETS)
        self._run("plan", *in_development, "--detailed-exitcode", ends=pending)
        self._run("apply", *in_development, "--yes")
        self._say("And quiet again.")
        self._run("plan", *in_development, "--detailed-exitcode")

    def _say(self, text: str) -> None:
        say(click.style(f"\n# {text}", bold=True))

    def _edit(self, file: str, before: str, after: str, *, secret: bool = False) -> None:
        path = self._project / file
        path.write_text(path.read_text(encoding="utf-8").replace(before, after), encoding="utf-8")
        what = "SLACK_SIGNING_SECRET gets another value" if secret else f"{before!r} → {after!r}"
        say(f"  {file}: {what}")

    def _run(self, *arguments: str, ends: Exit = Exit.DONE) -> None:
        color = ("--color", "always" if sys.stdout.isatty() else "never")
        say(click.style(f"\n$ novu-sync {' '.join(arguments)}", fg="cyan"))
        flush()
        done = subprocess.run(  # noqa: S603 - our own command
            [sys.executable, "-m", "reconciler", *arguments, *color],
            cwd=self._project,
            env=self._variables,
            check=False,
        )
        if done.returncode != ends:
            raise WorldError(
                f"`novu-sync {arguments[0]}` ended with {done.returncode} instead of {int(ends)}",
                "The lines above say why.",
            )
