from __future__ import annotations

import json

import pytest
from golden.rows import PLANTED, ses, slack
from support.published import validator

from reconciler.applying.report import Finished, Outcome, Report, Result, Started
from reconciler.planning.plan import Create
from reconciler.views import events_json

TIME = "2026-11-26T03:00:00.000+00:00"
OUTCOME = Outcome(
    change=Create(desired=ses()), result=Result.FAILED, problem="4\n2", seconds=0.12345
)


def read(name: str, facts: dict[str, object]) -> dict[str, object]:
    text = events_json.line(name, TIME, facts)
    assert "\n" not in text
    assert text.isascii()
    told: dict[str, object] = json.loads(text)
    validator("events").validate(told)
    return told


def test_a_change_is_told_as_it_begins_and_as_it_ends() -> None:
    begun = read(*events_json.change("production", Started(change=Create(desired=slack()))))
    assert (begun["event"], begun["identifier"]) == ("change-started", "slack-development")
    ended = read(*events_json.change("production", Finished(outcome=OUTCOME, done=1, total=2)))
    assert (ended["event"], ended["result"], ended["seconds"]) == (
        "change-finished",
        "failed",
        0.123,
    )


def test_no_value_of_an_integration_is_in_an_event() -> None:
    text = repr(events_json.change("production", Finished(outcome=OUTCOME, done=1, total=2)))
    assert PLANTED not in text
    assert "us-east-2" not in text


def test_what_became_of_an_environment_is_told_with_its_numbers() -> None:
    report = Report(environment="production", environment_id="1", outcomes=(OUTCOME,))
    told = read("environment-applied", events_json.applied(report))
    assert told["complete"] is False


@pytest.mark.parametrize("name", ["something-new", "run-started"])
def test_the_schema_knows_its_events_and_what_they_hold(name: str) -> None:
    told = json.loads(events_json.line(name, TIME, {}))
    assert not validator("events").is_valid(told)
