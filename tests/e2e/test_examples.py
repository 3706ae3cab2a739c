"""Every example works, and applying it twice changes nothing the second time."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from reconciler.config.catalogue import catalogue

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Run

EXAMPLES = sorted(
    path.parent for path in Path(__file__).parents[2].glob("examples/*/novu-sync.yaml")
)


@pytest.fixture(params=EXAMPLES, ids=lambda path: path.name)
def example(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    copy = tmp_path / "example"
    shutil.copytree(request.param, copy, ignore=shutil.ignore_patterns(".novu-sync"))
    return copy


def test_there_are_examples() -> None:
    assert {"demo", "minimal"} <= {path.name for path in EXAMPLES}


@pytest.mark.usefixtures("server")
def test_an_example_is_applied_once_and_then_left_alone(
    example: Path, novu_sync: Callable[..., Run]
) -> None:
    common = ("-c", example, "--all-environments")
    env_file = example / ".env.example"
    secrets = ("--env-file", env_file) if env_file.exists() else ()
    checked = novu_sync("validate", "-c", example)
    assert checked.code == 0, checked
    planned = novu_sync("plan", *common, *secrets, "--detailed-exitcode")
    assert planned.code == 2, planned
    applied = novu_sync("apply", *common, *secrets, "--yes")
    assert applied.code == 0, applied
    again = novu_sync("plan", *common, *secrets, "--detailed-exitcode")
    assert again.code == 0, again
    assert "No changes" in again.out


def _value(key: str, json_type: str) -> str:
    return {"string": f"${{env:TEST_{key.upper()}}}", "boolean": "true", "object": "{a: b}"}[
        json_type
    ]


@pytest.mark.usefixtures("server")
def test_every_provider_that_a_client_may_create_is_applied_once_and_then_left_alone(
    project: Callable[..., Path], novu_sync: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    """All 82 at once, with every credential they take, and the in-app built-in adopted."""
    blocks = []
    count = 0
    for provider in catalogue().providers:
        if provider.channel is None or (provider.novu_owned and provider.id != "novu"):
            continue
        count += not provider.novu_owned
        lines = [
            f"  - identifier: {provider.id}-1",
            f"    name: {provider.name}",
            f"    providerId: {provider.id}",
            "    active: true",
        ]
        keys = [each for each in provider.credentials if not each.server_made]
        if keys:
            lines.append("    credentials:")
        for each in keys:
            if each.enum:
                lines.append(f"      {each.key}: {each.enum[0]}")
                continue
            if each.json_type == "object":
                variable = f"TEST_{each.key.upper()}"
                monkeypatch.setenv(variable, '{"a": "b"}')
                lines.append(f"      {each.key}: ${{env:{variable}}}")
                continue
            monkeypatch.setenv(f"TEST_{each.key.upper()}", f"value of {each.key}")
            lines.append(f"      {each.key}: {_value(each.key, each.json_type)}")
        blocks.append("\n".join(lines))
    assert count == 82
    folder = project("integrations:\n" + "\n".join(blocks) + "\n")
    checked = novu_sync("validate", "-c", folder)
    assert checked.code == 0, checked
    applied = novu_sync("apply", "-c", folder, "--yes")
    assert applied.code == 0, applied
    again = novu_sync("plan", "-c", folder, "--detailed-exitcode")
    assert again.code == 0, again
    assert "83 unchanged" in again.out, again
