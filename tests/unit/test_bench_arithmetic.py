"""What `script/bench` reckons with, apart from the clock: figures, projects, promises, tables."""

from __future__ import annotations

import importlib
import importlib.util
import json
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from reconciler.config.project import load
from reconciler.config.resolve import check, resolve

FOLDER = Path(__file__).parents[2] / "script" / "benchmarks"


def _benchmarks(name: str) -> Any:  # noqa: ANN401 - scripts, loaded as they lie there
    if "benchmarks" not in sys.modules:
        spec = importlib.util.spec_from_file_location("benchmarks", FOLDER / "__init__.py")
        assert spec is not None
        sys.modules["benchmarks"] = importlib.util.module_from_spec(spec)
    return importlib.import_module(f"benchmarks.{name}")


figures = _benchmarks("figures")
projects = _benchmarks("projects")
contest = _benchmarks("contest")
promises = _benchmarks("promises").promises
table = _benchmarks("table")

MIXES = (projects.CHAT_AND_PUSH, projects.ALL_CHANNELS)


def series(*values: float, who: str = "novu-sync", missing: str = "") -> Any:  # noqa: ANN401
    return figures.Series(contestant=who, values=values, missing=missing)


def cell(kind: str, size: int, *contestants: Any, latency: float = 0.0, unit: str = "s") -> Any:  # noqa: ANN401
    return contest.Cell(kind=kind, size=size, latency=latency, series=contestants, unit=unit)


def row_of(what: str, *cells: Any) -> Any:  # noqa: ANN401
    (row,) = [row for row in promises(cells) if row.what.startswith(what)]
    return row


def test_a_ratio_is_reckoned_run_by_run_so_that_a_slow_spell_cancels_out() -> None:
    assert figures.paired_ratio(series(1, 10, 1), series(2, 20, 2)) == 0.5


def test_a_series_that_is_missing_has_neither_median_nor_ratio() -> None:
    absent = series(missing="jq not found")
    assert absent.median is None
    assert figures.paired_ratio(series(1), absent) is None
    assert figures.paired_ratio(absent, series(1)) is None


def test_theory_of_a_thousand_writes_ten_in_flight() -> None:
    assert figures.in_parallel(0.05, 1_000) == pytest.approx(5.05)


@pytest.mark.parametrize(("longest", "least"), [(8, 0.45), (2, 0.25)])
def test_theory_of_a_chain_is_what_takes_longer_the_chain_or_all_in_flight(
    longest: int, least: float
) -> None:
    assert figures.along_the_chain(0.05, 40, longest) == pytest.approx(least)


@pytest.mark.parametrize(("requests", "least"), [(103, 70 / 30), (33, 0), (5, 0)])
def test_theory_under_a_rate_begins_where_the_burst_ends(requests: int, least: float) -> None:
    assert figures.under_a_rate(requests, burst=33, per_second=30) == pytest.approx(least)


@pytest.mark.parametrize(
    ("measured", "verdict"), [(1.5, "holds"), (1.51, "FAILS"), (None, "not run")]
)
def test_a_limit_holds_up_to_and_including_its_number(measured: float | None, verdict: str) -> None:
    assert figures.verdict(measured, 1.5) == verdict


@pytest.mark.parametrize("channels", MIXES)
def test_a_project_is_the_same_every_time(channels: tuple[str, ...]) -> None:
    assert projects.project(50, channels) == projects.project(50, channels)


@pytest.mark.parametrize("channels", MIXES)
@pytest.mark.parametrize("size", [0, 1, 10, 100])
def test_a_project_is_valid_and_resolves_to_what_the_peers_get(
    channels: tuple[str, ...], size: int, tmp_path: Path
) -> None:
    made = projects.project(size, channels)
    (tmp_path / "novu-sync.yaml").write_text(made.text, "utf-8")
    project = load(tmp_path)
    assert check(project) == ()
    server = {"NOVU_API_URL": "http://127.0.0.1:1", "NOVU_API_KEY": "a-key-that-nobody-has"}
    resolved = resolve(project, "development", variables={**server, **made.variables})
    assert resolved.desired is not None
    assert {
        each.identifier: (each.name, each.active) for each in resolved.desired.integrations
    } == {each["identifier"]: (each["name"], each["active"]) for each in made.bodies}


def test_the_text_of_a_project_holds_no_secret_and_a_body_holds_no_reference() -> None:
    made = projects.project(100, projects.ALL_CHANNELS)
    assert not [value for value in made.variables.values() if value in made.text]
    assert "${" not in json.dumps(made.bodies)
    assert yaml.safe_load(made.text)["integrations"] == list(made.integrations)


def test_all_channels_share_evenly_but_for_the_one_in_app_integration() -> None:
    made = projects.project(41, projects.ALL_CHANNELS)
    by_channel = [each["channel"] for each in made.integrations]
    assert {channel: by_channel.count(channel) for channel in projects.ALL_CHANNELS} == {
        "email": 8,
        "sms": 8,
        "chat": 8,
        "push": 8,
        "tool": 8,
        "in_app": 1,
    }
    assert made.longest_chain == 8


def test_chat_and_push_have_no_chain() -> None:
    assert projects.project(1_000).longest_chain == 0


def test_every_promise_has_a_row_even_when_nothing_was_measured() -> None:
    rows = promises(())
    assert len(rows) == 12
    assert {row.verdict for row in rows} == {"not run"}
    assert all(row.note for row in rows)


def test_a_peer_that_is_not_installed_is_not_run_and_says_why() -> None:
    absent = series(who="curl+jq", missing="jq not found")
    row = row_of("no-op plan, N = 100", cell("plan", 100, series(0.3), absent))
    assert (row.verdict, row.note) == ("not run", "jq not found")


def test_a_promise_against_a_peer_is_judged_by_the_ratio() -> None:
    measured = cell("plan", 10_000, series(0.6, 0.8), series(1, 1, who="Node SDK"))
    assert row_of("no-op plan, N = 10,000", measured).verdict == "holds"
    measured = cell("plan", 10_000, series(0.8, 0.8), series(1, 1, who="Node SDK"))
    assert row_of("no-op plan, N = 10,000", measured).verdict == "FAILS"


@pytest.mark.parametrize(
    ("seconds", "requests", "verdict"),
    [(3.0, 103, "holds"), (3.2, 103, "FAILS"), (3.2, 111, "FAILS")],
)
def test_under_a_rate_start_up_is_taken_off_and_requests_are_counted(
    seconds: float, requests: int, verdict: str
) -> None:
    row = row_of(
        "apply, N = 100, 30/s",
        cell("apply, rate-limited", 100, series(seconds)),
        cell("apply, rate-limited", 100, series(requests), unit="requests"),
        cell("plan of nothing", 0, series(0.3)),
    )
    assert row.verdict == verdict
    assert f"R = {requests}" in row.note


def test_requests_and_memory_are_judged_by_their_own_limits() -> None:
    requests = cell("plan", 1_000, series(4), unit="requests")
    assert row_of("requests of a no-op plan", requests).verdict == "FAILS"
    loaded = series(2**20, who="yaml.load")
    memory = cell("plan", 10_000, series(2 * 2**20), loaded, unit="bytes")
    row = row_of("peak memory", memory)
    assert (row.verdict, row.ours, row.theirs, row.unit) == ("holds", 2, 1, "MiB")


def test_text_and_json_tell_every_row_and_every_measurement() -> None:
    cells = [
        cell("plan", 100, series(0.3, 0.5), series(0.2, 0.2, who="curl+jq")),
        cell("plan", 100, series(2), unit="requests"),
        cell("plan", 10_000, series(3 * 2**20), unit="bytes"),
        cell("apply", 10, series(missing="novu-sync ended with 1"), latency=0.05),
    ]
    rows = promises(cells)
    text = table.as_text({"python": "3.11"}, 2, rows, cells)
    assert all(row.what in text for row in rows)
    assert "0.200 s (2.00)" in text
    assert "novu-sync not run: novu-sync ended with 1" in text
    assert table.summary(rows) == "1 hold, 0 fail, 11 not run"
    document = json.loads(json.dumps(table.as_json({"python": "3.11"}, 2, rows, cells)))
    assert [each["what"] for each in document["promises"]] == [row.what for row in rows]
    assert document["measurements"][0]["series"][0]["values"] == [0.3, 0.5]
