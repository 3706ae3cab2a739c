from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from planning_values import FINGERPRINTER

from reconciler.errors import FileError
from reconciler.fingerprint import Fingerprinter
from reconciler.planning.basis import Basis, Row
from reconciler.planning.planfile import Asked, Bound, PlanFile, read, write
from reconciler.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Callable

SCHEMA = json.loads(
    (Path(__file__).parents[2] / "schemas" / "planfile.schema.json").read_text("utf-8")
)
OTHER = Fingerprinter(Secret("another"), "f" * 24)
NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
MARK = "0123456789abcdef"


def bound(environment: str, fingerprinter: Fingerprinter, digest: str = "0" * 64) -> Bound:
    return Bound(
        environment=environment,
        key_id=fingerprinter.key_id,
        basis=Basis(
            environment_id="e" * 24,
            digest=digest,
            desired={"ses": {"name": MARK}},
            observed={"1": Row(identifier="ses", fields={"name": MARK, "active": MARK})},
            changes=(
                {
                    "action": "update",
                    "identifier": "ses",
                    "id": "1",
                    "reason": "field-differs",
                    "fields": [{"path": "name", "action": "change", "reason": "field-differs"}],
                },
            ),
        ),
    )


FILE = PlanFile(
    tool="0.1.0",
    project="acme",
    created=NOW,
    expires=NOW + timedelta(hours=24),
    nonce="0" * 32,
    asked=Asked(
        targets=("a*",),
        excludes=("b",),
        prune=True,
        credentials="always",
        rotate=("c",),
        allow=(("deletes", "3"), ("replace", "a=b")),
    ),
    environments=(bound("development", FINGERPRINTER), bound("production", OTHER, "1" * 64)),
)
TEXT = write(FILE, {"development": FINGERPRINTER, "production": OTHER})


def test_what_was_written_is_read_back_and_is_as_published() -> None:
    found = read(TEXT.encode(), "x.plan")

    assert found.file == FILE
    assert found.is_unchanged(0, FINGERPRINTER)
    assert found.is_unchanged(1, OTHER)
    assert not found.is_unchanged(0, OTHER)
    Draft202012Validator(SCHEMA).validate(json.loads(TEXT))


def test_every_code_covers_the_other_environments_too() -> None:
    document = json.loads(TEXT)
    document["environments"].pop()
    found = read(json.dumps(document).encode(), "x.plan")

    assert not found.is_unchanged(0, FINGERPRINTER)


def changed(change: Callable[[Any], object]) -> bytes:
    document = json.loads(TEXT)
    change(document)
    return json.dumps(document).encode()


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda it: it.update(kind="plan"), "another kind"),
        (lambda it: it.update(formatVersion="2.0"), "in a format of its own"),
        (lambda it: it.update(formatVersion=1), "`formatVersion` is missing"),
        (lambda it: it.update(environments=[]), "names none"),
        (lambda it: it["environments"].append(it["environments"][0]), "one of them twice"),
        (lambda it: it["environments"].append(1), "`desired` is missing"),
        (lambda it: it["environments"][0].pop("mac"), "`mac` is missing"),
        (lambda it: it["environments"][0].update(changes=[1]), "`identifier` is missing"),
        (lambda it: it["environments"][0]["desired"].update(ses={"name": 1}), "`ses` is something"),
        (lambda it: it["environments"][0]["observed"].update(x=1), "`identifier` is missing"),
        (lambda it: it.update(expires="soon"), "`expires` is no time"),
        (lambda it: it.update(expires="2026-11-26T12:00:00"), "no time in a zone"),
        (lambda it: it["options"].update(prune="yes"), "`prune` is missing"),
        (lambda it: it["options"].update(allow=[1]), "`allow` is something else"),
    ],
)
def test_what_is_no_plan_file_is_refused_with_the_place(
    change: Callable[[Any], object], says: str
) -> None:
    with pytest.raises(FileError) as caught:
        read(changed(change), "x.plan")
    assert says in caught.value.summary
    assert "x.plan is no plan file" in caught.value.summary


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


@given(st.binary() | _JSON.map(lambda each: json.dumps(each).encode()))
def test_nothing_but_a_plan_file_is_taken_for_one(text: bytes) -> None:
    with pytest.raises(FileError):
        read(text, "x.plan")


@given(st.data())
def test_a_plan_file_with_any_other_json_in_it_is_refused_or_not_believed(
    data: st.DataObject,
) -> None:
    document = json.loads(TEXT)
    place: Any = document
    while True:
        key = data.draw(
            st.sampled_from(sorted(place) if isinstance(place, dict) else range(len(place)))
        )
        inner = place[key]
        if not isinstance(inner, dict | list) or not inner or data.draw(st.booleans()):
            break
        place = inner
    value = data.draw(_JSON.filter(lambda each: json.dumps(each) != json.dumps(inner)))
    place[key] = value
    try:
        found = read(json.dumps(document).encode(), "x.plan")
    except FileError:
        return
    assert not (found.is_unchanged(0, FINGERPRINTER) and found.is_unchanged(1, OTHER))
