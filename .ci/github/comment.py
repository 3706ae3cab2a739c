"""The comment on a pull request that holds its plan: kept up to date, and read when it was merged.

    comment.py write PLAN.md PLAN.json     make or change the comment
    comment.py digests PLAN.md             print the digests that the reviewed comment holds

A comment is found by its first line, which novu-sync makes the same for one project and one set of
environments. Only comments of the author that INPUT_COMMENT_AUTHOR names count: anybody may write
one that looks alike. Needs nothing but the standard library, on whatever machine the job runs.
"""

from __future__ import annotations

import json
import os
import re
import sys
import urllib.error
import urllib.request
from http import HTTPStatus
from pathlib import Path
from typing import Any, NoReturn

_DIGESTS = re.compile(r"^<!-- novu-sync:digests ([0-9a-f ]+) -->$", re.MULTILINE)
_PAGE = 100


_WORLD, _STALE = 1, 5
"""Exit codes as novu-sync's own."""


def _fail(summary: str, code: int = _WORLD) -> NoReturn:
    # The runner reads commands on either stream; standard output holds digests alone.
    print(f"::error title=novu-sync::{summary}", file=sys.stderr)
    sys.exit(code)


def _ask(method: str, path: str, body: object = None) -> Any:  # noqa: ANN401 - JSON of GitHub
    request = urllib.request.Request(  # noqa: S310 - the runner says where its API is
        os.environ["GITHUB_API_URL"] + path,
        method=method,
        data=None if body is None else json.dumps(body).encode(),
        headers={
            "Accept": "application/vnd.github+json",
            "Authorization": f"Bearer {os.environ['GITHUB_TOKEN']}",
            "Content-Type": "application/json",
        },
    )
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 - as above
            return json.load(answer)
    except urllib.error.HTTPError as error:
        forbidden = error.code == HTTPStatus.FORBIDDEN
        hint = " Give the job `permissions: pull-requests: write`." if forbidden else ""
        _fail(f"GitHub answered {error.code} to {method} {path}.{hint}")
    except (urllib.error.URLError, TimeoutError) as error:
        _fail(f"GitHub cannot be reached for {method} {path}: {type(error).__name__}.")


def _comments(pull_request: int) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    page = 1
    while True:
        path = f"{_repository()}/issues/{pull_request}/comments?per_page={_PAGE}&page={page}"
        some = _ask("GET", path)
        found += some
        if len(some) < _PAGE:
            return found
        page += 1


def _ours(pull_request: int, marker: str) -> list[dict[str, Any]]:
    author = os.environ.get("INPUT_COMMENT_AUTHOR") or "github-actions[bot]"
    return [
        each
        for each in _comments(pull_request)
        if each["user"]["login"] == author and each["body"].split("\n")[0].rstrip() == marker
    ]


def _repository() -> str:
    return f"/repos/{os.environ['GITHUB_REPOSITORY']}"


def write(page: str, plan: str) -> None:
    """Make the comment, or change the one that is there."""
    event = json.loads(Path(os.environ["GITHUB_EVENT_PATH"]).read_text(encoding="utf-8"))
    number = event["pull_request"]["number"]
    # Where findings left nothing to plan they take the place of the plan, and of its digests.
    planned = json.loads(Path(plan).read_text(encoding="utf-8")).get("environments", ())
    body = Path(page).read_text(encoding="utf-8")
    digests = [each["digest"] for each in planned if each.get("digest")]
    if digests:
        body += f"\n<!-- novu-sync:digests {' '.join(digests)} -->\n"
    before = _ours(number, body.split("\n")[0])
    if before:
        _ask("PATCH", f"{_repository()}/issues/comments/{before[0]['id']}", {"body": body})
    else:
        _ask("POST", f"{_repository()}/issues/{number}/comments", {"body": body})


def digests(page: str) -> None:
    """Print what the comment of the merged pull request allows, one digest a line."""
    marker = Path(page).read_text(encoding="utf-8").split("\n")[0]
    commit = os.environ["GITHUB_SHA"]
    merged = [
        each for each in _ask("GET", f"{_repository()}/commits/{commit}/pulls") if each["merged_at"]
    ]
    for each in merged:
        for comment in _ours(each["number"], marker):
            held = _DIGESTS.findall(comment["body"])
            if held:
                print("\n".join(held[-1].split()))
                return
    _fail(
        "No plan was reviewed for this commit: no merged pull request of it has a comment with a"
        " digest. Merge one, or run the job by hand with `digest: fresh`.",
        _STALE,
    )


if __name__ == "__main__":
    {"write": write, "digests": digests}[sys.argv[1]](*sys.argv[2:])
