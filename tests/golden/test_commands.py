"""What commands make of projects and servers: every folder of ``commands`` is a case."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from golden import commands, rewriting
from support import published

if TYPE_CHECKING:
    from pathlib import Path

CASES = [pytest.param(each, id=each.name) for each in commands.folders()]


@pytest.mark.parametrize("folder", CASES)
def test_a_case_gives_what_its_files_say(
    folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    rewrite: bool,  # noqa: FBT001 - a fixture
) -> None:
    """And none of it holds a secret, and every document is what its schema says."""
    outcome = commands.run(commands.load(folder), tmp_path, monkeypatch)
    for secret in outcome.secrets:
        assert secret not in outcome.shown
    for document in outcome.documents:
        published.check(document)
    rewriting.compare(folder, outcome.files, rewrite=rewrite)


ME, LIST = "GET /v1/environments/me", "GET /v1/integrations"


@pytest.mark.parametrize(
    ("came", "written"),
    [
        ([LIST, ME], [ME, LIST]),
        ([ME, LIST], [ME, LIST]),
        ([LIST, ME, ME, LIST, "PUT x"], [ME, LIST, ME, LIST, "PUT x"]),
        ([LIST, LIST, ME], [LIST, ME, LIST]),
        (["PUT x", LIST, "PUT y", ME], ["PUT x", LIST, "PUT y", ME]),
        ([LIST], [LIST]),
        ([], []),
    ],
)
def test_only_the_two_opening_reads_that_are_sent_at_once_lose_their_order(
    came: list[str], written: list[str]
) -> None:
    assert commands.opening_in_order(came) == written
