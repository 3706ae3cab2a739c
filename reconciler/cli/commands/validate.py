"""``novu-sync validate``: findings of the configuration, offline."""

from __future__ import annotations

from typing import Any

import click

from reconciler.cli import outputs, writing
from reconciler.cli.exits import Exit, worst
from reconciler.cli.options import (
    file_options,
    outputs_of,
    place_options,
    take_output,
    take_project,
)
from reconciler.cli.project import picked


@click.command("validate")
@place_options
@file_options
@outputs_of("findings")
def command(**values: Any) -> Exit:
    """Check the configuration: offline, without secrets, every finding at once.

    Looks at all environments, or at those that -e names. Exit codes: 0 fine (warnings alone are
    fine), 3 findings.

    \b
    novu-sync validate
    novu-sync validate -c deploy/novu -o json
    """
    from reconciler.config.project import load
    from reconciler.config.resolve import check
    from reconciler.findings import errors

    where, output = take_project(values), take_output(values)
    project = load(where.config, readable=where.allow_files)
    findings = check(project)
    if where.environments and project.environments:
        named = ("", *picked(project, where))
        findings = tuple(each for each in findings if each.environment in named)
    codes = [Exit.FINDINGS] if errors(findings) else []
    with writing.counting(codes):
        outputs.findings(findings, output, project=project.name)
    return worst(codes)
