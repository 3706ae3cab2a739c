"""Which environments a command is about, and which globs fit nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Run

CHAT = """
integrations:
  - {identifier: "chat-${environment}", name: Chat, providerId: discord, active: true}
  - {identifier: team, name: Team, providerId: discord, active: true, environments: {production: {}}}
"""
PRODUCTION = (
    "  production:\n    apiUrl: ${env:NOVU_API_URL}\n    apiKey: ${env:NOVU_PRODUCTION_API_KEY}\n"
)


@pytest.fixture
def folder(server: str, project: Callable[..., Path]) -> Path:
    del server
    return project(CHAT, head=PRODUCTION)


@pytest.mark.parametrize("option", ["--target", "--exclude", "--rotate"])
def test_a_glob_that_fits_nothing_is_wrong_usage_before_any_request(
    option: str, folder: Path, novu_sync: Callable[..., Run]
) -> None:
    run = novu_sync("plan", "-c", folder, "-e", "development", "-v", option, "chta-*")
    assert run.code == 64, run
    assert f"{option} chta-* fits no identifier that is declared for development" in run.err
    assert "GET" not in run.err


def test_a_glob_has_to_fit_in_one_environment_of_the_run(
    folder: Path, novu_sync: Callable[..., Run]
) -> None:
    assert novu_sync("plan", "-c", folder, "--all-environments", "--target", "team").code == 0
    assert novu_sync("plan", "-c", folder, "-e", "development", "--target", "team").code == 64


def test_where_an_environment_cannot_be_read_its_failure_is_told_instead(
    folder: Path, novu_sync: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NOVU_PRODUCTION_API_KEY")
    run = novu_sync("plan", "-c", folder, "--all-environments", "--target", "team")
    assert run.code == 8, run


def test_an_environment_named_twice_is_planned_once(
    folder: Path, novu_sync: Callable[..., Run]
) -> None:
    run = novu_sync("plan", "-c", folder, "-e", "production", "-e", "production")
    assert run.code == 0, run
    assert run.out.count("Plan:") == 1


def test_a_host_that_is_none_is_wrong_usage_and_not_a_failure_of_an_environment(
    folder: Path, novu_sync: Callable[..., Run]
) -> None:
    run = novu_sync("plan", "-c", folder, "--all-environments", "--allow-host", "http://x")
    assert run.code == 64, run
    assert run.err.count("is not a host to allow") == 1


def test_validate_looks_at_every_environment_or_at_those_named(
    project: Callable[..., Path], novu_sync: Callable[..., Run]
) -> None:
    clash = "  - identifier: x\n    name: X\n    providerId: discord\n    environments:\n"
    clash += "      development: {}\n      production: {active: true, primary: true}\n"
    folder = project(CHAT + clash, head=PRODUCTION)
    assert novu_sync("validate", "-c", folder).code == 3
    assert novu_sync("validate", "-c", folder, "--all-environments").code == 3
    assert novu_sync("validate", "-c", folder, "-e", "production").code == 3
    other = novu_sync("validate", "-c", folder, "-e", "development")
    assert other.code == 0, other
    unknown = novu_sync("validate", "-c", folder, "-e", "nowhere")
    assert unknown.code == 64, unknown
    assert "development, production" in unknown.err


@pytest.mark.parametrize(
    ("arguments", "environments"),
    [
        (("-e", "production"), " environment=production"),
        (("--all-environments",), " environment=development,production"),
        (("-e", "nowhere"), " environment=nowhere"),
        ((), ""),
    ],
)
@pytest.mark.parametrize(
    ("command", "subject"), [(("plan",), "plan"), (("apply", "--yes"), "report")]
)
def test_findings_of_a_project_take_the_place_of_the_comment_on_the_environments_meant(
    command: tuple[str, ...],
    subject: str,
    arguments: tuple[str, ...],
    environments: str,
    project: Callable[..., Path],
    novu_sync: Callable[..., Run],
) -> None:
    folder = project("integrations: [{}]\n", head=PRODUCTION)
    run = novu_sync(*command, "-c", folder, *arguments, "-o", "markdown")
    assert run.code == 3, run
    assert run.out.startswith(f"<!-- novu-sync:{subject} project=tests{environments} -->\n")
