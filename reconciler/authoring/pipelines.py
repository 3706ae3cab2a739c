"""CI files for a project, made of the examples by putting in its folder and its variables."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

GITHUB: Final = ".github/workflows/novu-sync.yml"
GITLAB: Final = ".gitlab-ci.yml"
GITLAB_BESIDE: Final = ".gitlab/novu-sync.yml"
"""Where GitLab's goes when there is a pipeline already, which has to include it."""

PATHS: Final = {"github": GITHUB, "gitlab": GITLAB}
"""Where each service looks for it, from the top of the repository."""

EXAMPLES: Final = {"github": ("ci", "github", "novu-sync.yml"), "gitlab": ("ci", "gitlab-ci.yml")}
"""What each is made of, in the folder of examples."""

_HOSTS: Final = "NOVU_SYNC_ALLOWED_HOSTS"
_SECRETS = re.compile(r"(?:^ +\w+: \$\{\{ secrets\.\w+ \}\}\n)+", re.MULTILINE)
_FIRST_COMMENT = re.compile(r"\A(?:#.*\n)+")


def github(
    example: str, variables: Iterable[str], *, folder: str = "", allowed_hosts: Iterable[str] = ()
) -> str:
    """A workflow for GitHub Actions.

    Args:
        example: the one that shows how.
        variables: that references need, API keys included.
        folder: where the project lies in the repository; empty for its top.
        allowed_hosts: hosts besides Novu's own that get the API keys.
    """
    lines = [f"          {name}: ${{{{ secrets.{name} }}}}" for name in variables]
    lines += [f"          {_HOSTS}: {' '.join(allowed_hosts)}"] if allowed_hosts else []
    secrets = "\n".join(lines) + "\n"
    text = _SECRETS.sub(lambda _: secrets, example)
    text = text.replace("config: novu\n", f"config: {folder or '.'}\n")
    return text.replace('["novu/**"]', f'["{folder}/**"]' if folder else '["**"]')


def gitlab(
    example: str, variables: Iterable[str], *, folder: str = "", allowed_hosts: Iterable[str] = ()
) -> str:
    """A pipeline for GitLab CI; the arguments are as `github` takes them."""
    comment = "".join(f"#   {name}\n" for name in variables)
    hosts = f"  {_HOSTS}: {' '.join(allowed_hosts)}\n" if allowed_hosts else ""
    text = _FIRST_COMMENT.sub(lambda found: f"{found[0]}{comment}", example)
    text = text.replace(
        "  NOVU_SYNC_CONFIG: novu\n", f"  NOVU_SYNC_CONFIG: {folder or '.'}\n{hosts}"
    )
    return text.replace('["novu/**/*"]', f'["{folder}/**/*"]' if folder else '["**/*"]')


MAKERS: Final = {"github": github, "gitlab": gitlab}
