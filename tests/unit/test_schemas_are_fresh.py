"""The checked-in schemas are what the facts say."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]


def builder() -> Any:  # noqa: ANN401 - a script, loaded as it lies there
    spec = importlib.util.spec_from_file_location(
        "build_schemas", ROOT / "script" / "build_schemas.py"
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


BUILDER = builder()
BUILT = BUILDER.build(BUILDER.load_facts())


@pytest.mark.parametrize("name", sorted(BUILT))
def test_the_checked_in_file_is_what_script_schemas_builds(name: str) -> None:
    text = (ROOT / "schemas" / name).read_text("utf-8")
    assert text == BUILT[name], f"schemas/{name} is stale: run script/schemas"


def test_the_same_facts_give_the_same_bytes() -> None:
    assert BUILDER.build(BUILDER.load_facts()) == BUILT


def test_building_leaves_the_facts_as_they_were() -> None:
    facts = BUILDER.load_facts()
    BUILDER.build(facts)
    assert facts == BUILDER.load_facts()


def test_facts_that_contradict_themselves_are_refused() -> None:
    facts = BUILDER.load_facts()
    facts["providers"]["providers"].append({"id": "ses", "credentials": [{"key": "nonsense"}]})
    with pytest.raises(SystemExit, match=r"\['ses'\].*\['ses.nonsense'\]"):
        BUILDER.build(facts)


def test_stale_files_are_told_and_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert BUILDER.main(["--check"], tmp_path) == 1
    assert "catalogue.json is stale" in capsys.readouterr().err
    assert BUILDER.main([], tmp_path) == 0
    assert BUILDER.main(["--check"], tmp_path) == 0
    assert (tmp_path / "catalogue.json").read_text("utf-8") == BUILT["catalogue.json"]


def test_wrong_usage_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert BUILDER.main(["--chek"]) == 64
    assert "usage" in capsys.readouterr().err
