"""Projects as texts, for tests that read no file."""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import TYPE_CHECKING

from reconciler.config.documents import Document
from reconciler.config.forms import form_in
from reconciler.config.project import assembled

if TYPE_CHECKING:
    from collections.abc import Iterable

    from reconciler.config.forms import Form
    from reconciler.config.project import Project
    from reconciler.findings import Finding

HEAD = """\
version: 1
project: acme
environments:
  development: {apiKey: "${env:NOVU_DEVELOPMENT_API_KEY}"}
  production: {apiKey: "${env:NOVU_PRODUCTION_API_KEY}"}
"""
"""Five lines that most projects begin with."""


def document(text: str, file: str = "novu-sync.yaml") -> Document:
    """A file of that text."""
    return Document(_dedented(text).encode(), file)


def project(
    text: str,
    *,
    head: str = HEAD,
    directory: Path = Path(),
    readable: tuple[Path, ...] = (),
    **included: str,
) -> Project:
    """A project of `HEAD` and a text; `included` are texts of further files, by name."""
    return assembled(
        document(head + _dedented(text)),
        [document(each, f"{name}.yaml") for name, each in included.items()],
        directory=directory,
        readable=readable,
    )


def _dedented(text: str) -> str:
    return textwrap.dedent(text).removeprefix("\n")


def form(text: str, *, environment: str = "development") -> Form:
    """The one integration of a project, as it comes out in an environment."""
    written = project(text)
    (declaration,) = written.declarations
    return form_in(written, declaration, environment)


def told(findings: Iterable[Finding]) -> list[str]:
    """Code and place of each finding, like ``NS403 7:5``, and the environment where it has one."""
    return [
        f"{each.code} {each.location.line}:{each.location.column}"
        + (f" {each.environment}" if each.environment else "")
        for each in findings
    ]
