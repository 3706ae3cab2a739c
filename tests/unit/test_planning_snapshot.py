from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from planning_values import declared, ledger, planned, project, readable, remembered, row, server

from reconciler.errors import FileError
from reconciler.model import Channel, Entry, Kind, Readback
from reconciler.planning.snapshot import Snapshot, comparable, read, seen, write
from reconciler.secret import Secret, Unresolved

if TYPE_CHECKING:
    from collections.abc import Callable

SCHEMA = json.loads(
    (Path(__file__).parents[2] / "schemas" / "snapshot.schema.json").read_text("utf-8")
)
DECLARED = declared(
    name=Secret("planted"),
    referenced=frozenset({"name", "rules", "conditions", "configurations"}),
    rules={"==": [Secret("planted"), 1]},
    credentials={"apiKey": Secret("planted")},
)
ROWS = (
    row(
        name="planted",
        rules={"==": ["planted", 1]},
        conditions=[{"value": "planted"}],
        configurations={"a": "planted"},
        credentials=readable(apiKey="planted"),
        priority=3,
        updated_at="2026-11-26T00:00:00.000Z",
        primary=True,
        active=True,
    ),
    row("agent", channel=None, kind=Kind.AGENT, provider_id="anthropic", name=None),
    row(None, id="nameless", channel="fax", conditions=None, rules={"a": 1}),
    row("key", configurations={"inboundWebhookSigningKey": Secret("planted"), "b": 1}),
)
KNOWN = ledger(
    remembered(DECLARED, protected=True, credentials_version=2),
    Entry(identifier="gone", remote_id="x"),
)


def taken() -> Snapshot:
    desired, observed = project(DECLARED), server(*ROWS, foreign=frozenset({"elsewhere"}))
    plan = planned(desired, observed, KNOWN)
    return Snapshot(
        tool="0.1.0",
        project="acme",
        created=datetime(2026, 11, 26, 12, tzinfo=UTC),
        environments=(seen(plan, observed, replace(KNOWN, note="ledger lost: x")),),
    )


TEXT = write(taken())


def test_a_snapshot_is_read_back_as_it_was_taken_and_is_as_published() -> None:
    assert read(TEXT.encode(), "s.json") == taken()
    Draft202012Validator(SCHEMA).validate(json.loads(TEXT))


def test_nothing_secret_and_nothing_of_other_environments_is_in_it() -> None:
    (environment,) = taken().environments
    first = environment.observed.integrations[0]

    assert "planted" not in TEXT
    assert "elsewhere" not in TEXT
    assert (first.name, first.rules, first.conditions, first.configurations) == (None,) * 4
    assert (first.active, first.primary) == (True, True)
    assert first.credentials.readback is Readback.ABSENT
    assert (first.priority, first.updated_at) == (0, None)
    assert environment.observed.integrations[3].configurations == {"b": 1}
    assert environment.observed.integrations[2].channel == "fax"
    assert environment.observed.integrations[0].channel is Channel.EMAIL


def test_what_is_remembered_is_whose_the_rows_are_and_which_keys_were_sent() -> None:
    (environment,) = taken().environments

    assert environment.applied.note == "ledger lost: x"
    assert environment.applied.entries == {
        "ses": Entry(
            identifier="ses",
            remote_id="id-of-ses",
            credentials={"apiKey": ""},
            credentials_version=2,
            protected=True,
        ),
        "gone": Entry(identifier="gone", remote_id="x"),
    }


def test_no_credential_is_compared() -> None:
    desired = comparable(project(DECLARED, declared("bare")))
    one, bare = desired.integrations

    assert isinstance((one.credentials or {})["apiKey"], Unresolved)
    assert "credentials" in one.unresolved
    assert bare == declared("bare")


def changed(change: Callable[[Any], object]) -> bytes:
    document = json.loads(TEXT)
    change(document)
    return json.dumps(document).encode()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (b"{", "cut short or not JSON"),
        (changed(lambda it: it.update(kind="plan")), "another kind"),
        (changed(lambda it: it.update(formatVersion="2.0")), "in a format of its own"),
        (
            changed(lambda it: it["environments"][0]["integrations"][0].update(kind="x")),
            "`kind` is none of Novu's",
        ),
        (
            changed(lambda it: it["environments"][0]["integrations"][0].pop("name")),
            "`name` is missing",
        ),
        (
            changed(
                lambda it: it["environments"][0]["ledger"]["entries"][0].update(credentials=[1])
            ),
            "`credentials` is something else",
        ),
    ],
)
def test_what_is_no_snapshot_is_refused(text: bytes, says: str) -> None:
    with pytest.raises(FileError) as caught:
        read(text, "s.json")
    assert says in caught.value.summary


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


@given(st.data())
def test_a_snapshot_with_any_other_json_in_it_is_read_or_refused(data: st.DataObject) -> None:
    document = json.loads(TEXT)
    place: Any = document
    while True:
        keys = sorted(place) if isinstance(place, dict) else range(len(place))
        key = data.draw(st.sampled_from(keys))
        inner = place[key]
        if not isinstance(inner, dict | list) or not inner or data.draw(st.booleans()):
            break
        place = inner
    place[key] = data.draw(_JSON)
    text = json.dumps(document).encode()
    try:
        found = read(text, "s.json")
    except FileError:
        return
    assert json.loads(write(found))["kind"] == "snapshot"
