"""``novu-sync validate``: findings of the configuration, offline."""

from __future__ import annotations

from typing import Any

import click

from reconciler.cli import outputs
from reconciler.cli.exits import Exit
from reconciler.cli.options import output_options, project_options, take_output, take_project


@click.command("validate")
@project_options
@output_options
def command(**values: Any) -> Exit:
    """Check the configuration: offline, without secrets, every finding at once.

    Looks at all environments. Exit codes: 0 fine (warnings alone are fine), 3 findings.

    \b
    novu-sync validate
    novu-sync validate -c deploy/novu -o json
    """
    from reconciler.config.project import load
    from reconciler.config.resolve import check
    from reconciler.findings import errors

    project_settings, output = take_project(values), take_output(values)
    project = load(project_settings.config)
    findings = check(project)
    outputs.findings(findings, output)
    return Exit.FINDINGS if errors(findings) else Exit.DONE
