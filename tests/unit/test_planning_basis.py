from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from planning_values import (
    FINGERPRINTER,
    declared,
    ledger,
    planned,
    project,
    readable,
    remembered,
    row,
    server,
)

from reconciler.findings import Location
from reconciler.fingerprint import Fingerprinter
from reconciler.model import Applied, Channel, ObservedCredentials, Readback
from reconciler.planning.basis import Row, basis_of, digest_of
from reconciler.planning.moved import moved, unexpected
from reconciler.planning.options import CredentialsMode, Options
from reconciler.planning.planner import plan
from reconciler.secret import Secret

if TYPE_CHECKING:
    from reconciler.model import Desired, Observed
    from reconciler.planning.basis import Basis

FULL = declared(
    name="Amazon SES",
    active=True,
    primary=True,
    credentials={"apiKey": Secret("planted"), "region": "eu"},
    conditions=[{"value": "x"}],
    rules={"==": [1, 1]},
    configurations={"a": 1},
    previous_identifiers=("old",),
    ignore_changes=frozenset({"name", "active"}),
    credentials_version=1,
)
ROW = row(credentials=readable(apiKey="planted"), rules={"==": [1, 1]}, configurations={"a": 1})


def made(
    desired: Desired, observed: Observed, applied: Applied | None = None, **options: object
) -> tuple[str, Basis]:
    given = (desired, observed)
    asked = Options(**options)
    result = plan(*given, applied or Applied(), FINGERPRINTER, asked)
    basis = basis_of(result, *given, FINGERPRINTER, asked)
    assert basis.digest == digest_of(result, *given, FINGERPRINTER, asked)
    return basis.digest, basis


def digest(desired: Desired, observed: Observed, **options: object) -> str:
    return made(desired, observed, **options)[0]


BEFORE = digest(project(FULL), server(ROW))


def test_the_same_world_gives_the_same_digest_in_whichever_order_it_comes() -> None:
    one, other = declared("a", name="A"), declared("b")
    rows = row("x"), row("y")

    assert len(BEFORE) == 64
    assert digest(project(one, other), server(*rows)) == digest(
        project(other, one), server(*reversed(rows))
    )


@pytest.mark.parametrize(
    "fields",
    [
        {"location": Location(file="b.yaml", line=9, column=1)},
        {"lines": {"name": Location(file="b.yaml", line=10, column=1)}},
        {"credentials": {"region": "eu", "apiKey": Secret("planted")}},
        {"ignore_changes": frozenset({"active", "name"})},
    ],
)
def test_where_and_in_which_order_it_is_written_moves_no_digest(fields: dict[str, Any]) -> None:
    assert digest(project(replace(FULL, **fields)), server(ROW)) == BEFORE


@pytest.mark.parametrize("fields", [{"priority": 7}, {"updated_at": "2026-11-26T00:00:00.000Z"}])
def test_what_moves_by_itself_moves_no_digest(fields: dict[str, Any]) -> None:
    assert digest(project(FULL), server(replace(ROW, **fields))) == BEFORE


@pytest.mark.parametrize(
    "fields",
    [
        {"identifier": "sesame"},
        {"provider_id": "mailgun"},
        {"channel": Channel.SMS},
        {"name": "else"},
        {"active": False},
        {"primary": False},
        {"credentials": {"apiKey": Secret("planted"), "region": "us"}},
        {"credentials": {"apiKey": Secret("other"), "region": "eu"}},
        {"credentials": None},
        {"conditions": []},
        {"rules": {"==": [1, 2]}},
        {"configurations": {"a": 2}},
        {"check": True},
        {"previous_identifiers": ()},
        {"protect": True},
        {"ignore_changes": frozenset()},
        {"credentials_version": 2},
    ],
)
def test_whatever_is_declared_otherwise_gives_another_digest(fields: dict[str, Any]) -> None:
    assert digest(project(replace(FULL, **fields)), server(ROW)) != BEFORE


@pytest.mark.parametrize(
    "fields",
    [
        {"id": "another"},
        {"identifier": "else"},
        {"name": "else"},
        {"active": True},
        {"primary": True},
        {"conditions": [{"value": "y"}]},
        {"rules": {}},
        {"configurations": None},
        {"credentials": readable(apiKey="other")},
        {"credentials": ObservedCredentials(readback=Readback.ABSENT)},
    ],
)
def test_whatever_the_server_shows_otherwise_gives_another_digest(fields: dict[str, Any]) -> None:
    assert digest(project(FULL), server(replace(ROW, **fields))) != BEFORE
    assert digest(project(FULL), server(ROW, row("x"))) != digest(project(FULL), server(ROW))


@pytest.mark.parametrize(
    "options",
    [
        {"prune": True},
        {"targets": ("ses",)},
        {"excludes": ("x",)},
        {"rotate": ("x",)},
        {"credentials": CredentialsMode.ALWAYS},
    ],
)
def test_what_was_asked_is_part_of_the_digest(options: dict[str, Any]) -> None:
    assert digest(project(FULL), server(ROW), **options) != BEFORE


def test_guards_that_are_lifted_are_no_part_of_it() -> None:
    assert digest(project(FULL), server(ROW), allow_deletes=3, allow_replace=("ses",)) == BEFORE


def test_another_api_key_gives_another_digest() -> None:
    desired, observed = project(FULL), server(ROW)
    other = Fingerprinter(Secret("another"), "e" * 24)
    result = planned(desired, observed)

    assert digest_of(result, desired, observed, other, Options()) != BEFORE


def test_no_value_is_in_a_basis() -> None:
    told = repr(made(project(FULL), server(ROW))[1])

    assert "planted" not in told
    assert "Amazon" not in told


def told(before: tuple[Desired, Observed], now: tuple[Desired, Observed]) -> list[str]:
    found = moved(made(*before)[1], made(*now)[1], "development")
    assert {each.guard for each in found} == {"stale"}
    assert all("Plan again" in each.mend for each in found)
    return [each.detail for each in found]


def test_what_moved_is_told_by_place_and_by_field() -> None:
    before = project(declared("a", name="A"), declared("b")), server(row("a"), row("x"))
    now = (
        project(declared("a", name="B", protect=True), declared("c")),
        server(row("a", name="else", active=True), row(None, id="y")),
    )

    assert told(before, now) == [
        "configuration: a (name, protect); b is declared no more; c is declared since.",
        (
            "server: a [id-of-a] (active, name); x [id-of-x] is gone; "
            "a row without identifier [y] is new."
        ),
    ]


def test_keys_are_told_rather_than_the_object_that_they_came_to_or_left() -> None:
    def of(**credentials: str) -> tuple[Desired, Observed]:
        return project(declared(credentials=dict(credentials))), server(row())

    assert told(of(a="1"), of(a="1", b="2")) == ["configuration: ses (credentials.b)."]
    assert told(of(a="1"), of()) == ["configuration: ses (credentials.a)."]
    bare = project(declared()), server(row())
    assert told(bare, of()) == ["configuration: ses (credentials)."]


def test_what_is_only_remembered_otherwise_is_told_as_that() -> None:
    mine = declared(credentials={"apiKey": Secret("a")})
    given = project(mine), server(row())
    known = made(*given, ledger(remembered(mine)))[1]
    forgotten = made(*given)[1]

    (refusal,) = moved(known, forgotten, "development")
    assert refusal.identifiers == ("ses",)
    assert "ledger: " in refusal.detail
    assert "something else to ses." in refusal.detail
    (refusal,) = moved(forgotten, known, "development")
    assert refusal.identifiers == ("ses",)
    same = replace(known, digest="0" * 64)
    (refusal,) = moved(known, same, "development")
    assert "to them, in another order" in refusal.detail


def test_another_environment_is_told_by_both_ids_and_nothing_else_is() -> None:
    _, basis = made(project(FULL), server(ROW))
    (refusal,) = moved(basis, replace(basis, environment_id="f" * 24, desired={}), "development")

    assert "f" * 24 in refusal.detail
    assert "e" * 24 in refusal.detail


def test_a_row_without_a_name_is_told_by_its_id() -> None:
    _, basis = made(project(), server())
    now = replace(basis, digest="x", observed={"1": Row(identifier="", fields={})})

    assert moved(basis, now, "development")[0].identifiers == ("1",)


def test_a_digest_that_is_not_expected_is_told_with_those_that_are() -> None:
    assert unexpected("a", ["b", "a"], "development") == ()
    (refusal,) = unexpected("c", ["b", "a"], "development")
    assert "is c now, and a or b was expected" in refusal.detail


def test_digests_do_not_change_from_version_to_version() -> None:
    """Who reviewed with one version may apply with the next."""
    known = "2b3b7ad2edcc08f5bf4cc4678b6d05b50501934f0693a4b5cb10a634ef543601"
    assert known == BEFORE
